"""What the import tells on a terminal: mistakes, how much became of what, and what to do next."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.configuration import Problem
from dialog_core.text import repair_text, strip_controls
from dialog_rasa.importing.convert import Converted
from dialog_rasa.importing.report import FATES, count_fates, where
from dialog_rasa.project.values import Finding

_STYLES: Final = {"exact": "green", "approximated": "yellow", "left out": "magenta", "wrong": "bold red"}
_SAID: Final = {
    "exact": "exactly converted",
    "approximated": "approximated",
    "left out": "left out",
    "wrong": "mistakes",
}
_SHOWN = 8  # rows of one fate
_MANY: Final = ("comment", "example", "lookup")  # of which one is shown


def tell_wrong(console: Console, wrong: Sequence[Finding]) -> None:
    """Write each mistake: where it is, what is wrong, what to do."""
    for finding in sorted(wrong, key=lambda one: (str(one.place.file), one.place.line)):
        place = finding.place
        message = f"{finding.construct}: {finding.message}"
        console.print(str(Problem(message, place.file, place.line or None, remedy=finding.remedy)), soft_wrap=True)


def tell_summary(console: Console, converted: Converted, out: Path, root: Path, report: Path) -> None:
    """Write what there is now, what is not quite the same, and the commands that come next."""
    counts = [(name, count) for name, count in converted.counts.items() if count]
    said = Text(", ").join(
        Text.assemble((f"{count:,}", "bold"), f" {name if count != 1 else _one(name)}") for name, count in counts
    )
    console.print(Text.assemble("Made ", (_clean(str(out)), "bold"), ": ", said, "."))
    fates = count_fates(converted.findings)
    parts = [
        Text(f"{fates[fate]:,} {_SAID[fate] if fates[fate] != 1 else _one(_SAID[fate])}", _STYLES[fate])
        for fate in reversed(FATES)
        if fates[fate]
    ]
    console.print(Text.assemble("Of its parts ", Text(", ").join(parts), "."))
    for fate in reversed(FATES):
        if fate != "exact":
            _tell_fate(console, [one for one in converted.findings if one.fate == fate], fate, root)
    console.print()
    console.print(Text.assemble("Every part, with its place: ", (_clean(str(report)), "bold")), soft_wrap=True)
    _tell_next(console, converted, out)


def _tell_fate(console: Console, findings: Sequence[Finding], fate: str, root: Path) -> None:
    if not findings:
        return
    rows = _rows(findings)
    console.print()
    console.print(Text(f"{_SAID[fate][0].upper()}{_SAID[fate][1:]}", _STYLES[fate]))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=0)
    table.add_column(max_width=28, overflow="fold")
    table.add_column(overflow="fold")
    for found in rows[:_SHOWN]:
        first = found[0]
        names = list(dict.fromkeys(one.construct for one in found))
        more = f" (and {len(found) - 1:,} more)" if len(found) > 1 and first.construct in _MANY else ""
        stop = "." if first.remedy and not first.message.endswith((".", "?", "!")) else ""
        remedy = f" {first.remedy}" if first.remedy else ""
        at = where(first.place, root)
        told = (_clean(first.message), more, stop, _clean(remedy), (f"  {_clean(at)}" if at else "", "dim"))
        table.add_row("", Text(_clean(", ".join(names))), Text.assemble(*told))
    console.print(table)
    if len(rows) > _SHOWN:
        console.print(Text(f"  and {len(rows) - _SHOWN:,} more", "dim"))


def _rows(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Return findings that are told together: the same is said of them, or they are of what there may be very many."""
    rows: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.construct, "") if finding.construct in _MANY else ("", finding.message)
        rows.setdefault(key, []).append(finding)
    # What one can do something about goes first.
    return sorted(rows.values(), key=lambda found: not found[0].remedy)


def _tell_next(console: Console, converted: Converted, out: Path) -> None:
    bot = shlex.quote(str(out / "bot.yaml"))
    steps = [(f"dialog-core train {bot}", "learn from it")]
    if any(path.startswith("tests/") for path in converted.files):
        steps.append((f"dialog-core test {shlex.quote(str(out))}", "hold its tests"))
    if "actions/pyproject.toml" in converted.files:
        steps.append((f"pip install -e {shlex.quote(str(out / 'actions'))}", "then uncomment `plugins` in bot.yaml"))
    elif any(finding.construct == "action_endpoint" for finding in converted.findings):
        steps.append(("rasa run actions", "in the old project"))
    steps.append((f"dialog-core chat {bot}", "talk to it"))
    width = max(len(command) for command, _ in steps)
    console.print()
    console.print(Text("Next", "bold"))
    for command, what in steps:
        note = f"  {what}" if width + len(what) + 4 <= console.width else ""
        line = Text.assemble("  ", (_clean(command).ljust(width if note else 0), "bold cyan"), (note, "dim"))
        console.print(line, soft_wrap=True)  # so that a command can be copied from a narrow terminal


def _one(name: str) -> str:
    return {"entities": "entity", "stories": "story", _SAID["wrong"]: "mistake"}.get(name, name.removesuffix("s"))


def _clean(text: str) -> str:
    return strip_controls(repair_text(text), keep="")
