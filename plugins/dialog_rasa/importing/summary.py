"""What the import tells on a terminal: mistakes, how much became of what, and what to do next."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_core.configuration.problems import shown_path
from dialog_core.text import repair_text, strip_controls
from dialog_rasa.importing.convert import Converted
from dialog_rasa.importing.report import FATES, count_fates, where
from dialog_rasa.project.values import Finding

_STYLES: Final = {"exact": "green", "approximated": "yellow", "left out": "magenta", "wrong": "bold red"}
_SAID: Final = {
    "exact": "exactly converted",
    "approximated": "approximated",
    "left out": "left out",
    "wrong": "mistakes, left out",
}
_SHOWN = 8  # constructs of one fate


def tell_wrong(console: Console, wrong: Sequence[Finding], root: Path) -> None:
    """Write each mistake: where it is, what is wrong, what to do."""
    for finding in sorted(wrong, key=lambda one: (str(one.place.file), one.place.line)):
        at = f"{shown_path(finding.place.file)}:{finding.place.line}: " if finding.place.file else ""
        stop = "" if finding.message.endswith((".", "?", "!")) or not finding.remedy else "."
        text = f"{finding.construct}: {finding.message}{stop}"
        line = Text.assemble(
            (_clean(at), "bold"), _clean(text), (f" {_clean(finding.remedy)}" if finding.remedy else "")
        )
        console.print(line, soft_wrap=True)


def tell_summary(console: Console, converted: Converted, out: Path, root: Path, report: Path) -> None:
    """Write what there is now, what is not quite the same, and the commands that come next."""
    counts = [(name, count) for name, count in converted.counts.items() if count]
    said = Text(", ").join(
        Text.assemble((f"{count:,}", "bold"), f" {name if count != 1 else _one(name)}") for name, count in counts
    )
    console.print(Text.assemble("Made ", (_clean(str(out)), "bold"), ": ", said, "."))
    fates = count_fates(converted.findings)
    parts = [
        Text.assemble((f"{fates[fate]:,} {_SAID[fate]}", _STYLES[fate])) for fate in reversed(FATES) if fates[fate]
    ]
    console.print(Text.assemble("Of its parts ", Text(", ").join(parts), "."))
    for fate in reversed(FATES):
        if fate != "exact":
            _tell_fate(console, [one for one in converted.findings if one.fate == fate], fate, root)
    console.print()
    console.print(Text.assemble("All of them, with their places: ", (_clean(str(report)), "bold")))
    _tell_next(console, converted, out)


def _tell_fate(console: Console, findings: Sequence[Finding], fate: str, root: Path) -> None:
    if not findings:
        return
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        # Many examples may have the same fate: they are told once, with how many more there are.
        key = (finding.construct, "" if finding.construct in ("example", "lookup") else finding.message)
        grouped.setdefault(key, []).append(finding)
    console.print()
    console.print(Text(f"{_SAID[fate][0].upper()}{_SAID[fate][1:]}", _STYLES[fate]))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(width=2)
    table.add_column(no_wrap=False, max_width=28)
    table.add_column(overflow="fold")
    for found in list(grouped.values())[:_SHOWN]:
        first = found[0]
        at = where(first.place, root)
        more = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
        remedy = f" {first.remedy}" if first.remedy and len(grouped) <= _SHOWN else ""
        stop = "." if remedy and not first.message.endswith((".", "?", "!")) else ""
        text = Text.assemble(
            _clean(first.message), stop, _clean(remedy), more, (f"  {_clean(at)}" if at else "", "dim")
        )
        table.add_row("", Text(_clean(first.construct)), text)
    console.print(table)
    if len(grouped) > _SHOWN:
        console.print(Text(f"   and {len(grouped) - _SHOWN:,} others", "dim"))


def _tell_next(console: Console, converted: Converted, out: Path) -> None:
    bot = out / "bot.yaml"
    steps = [(f"dialog-core train {bot}", "learn from it")]
    if any(path.startswith("tests/") for path in converted.files):
        steps.append((f"dialog-core test {out}", "hold its test stories"))
    steps.append((f"dialog-core chat {bot}", "talk to it"))
    console.print()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for number, (command, what) in enumerate(steps):
        table.add_row("Next:" if not number else "", Text(_clean(command), "bold cyan"), Text(what, "dim"))
    console.print(table)


def _one(name: str) -> str:
    return {"entities": "entity", "stories": "story"}.get(name, name.removesuffix("s"))


def _clean(text: str) -> str:
    return strip_controls(repair_text(text), keep="")
