"""What became of each construct of a project, as `import-report.md` or as JSON."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from dialog_rasa.dialogue.values import Place
from dialog_rasa.importing.convert import Converted
from dialog_rasa.project.values import Fate, Finding, RasaProject

FATES: Final[Sequence[Fate]] = ("wrong", "left out", "approximated", "exact")
TITLES: Final = {
    "wrong": "Mistakes",
    "left out": "Left out",
    "approximated": "Approximated",
    "exact": "Converted exactly",
}
_SAID: Final = {
    "wrong": "What is wrong in the project, left out here as far as it can be. Correct it there and import again.",
    "left out": "What there is nothing for here, and what to do.",
    "approximated": "What does nearly the same here, and how.",
    "exact": "What is the same here.",
}


def count_fates(findings: Iterable[Finding]) -> Counter[str]:
    """Return how many constructs have which fate."""
    return Counter(finding.fate for finding in findings)


def where(place: Place, root: Path) -> str:
    """Return a place as a path within the project with its line; empty where it has none."""
    if place.file is None:
        return ""
    file = place.file
    if not file.is_absolute() and root.is_absolute():  # one of the new files
        return f"{file.as_posix()}:{place.line}" if place.line else file.as_posix()
    try:
        shown = file.relative_to(root).as_posix()
    except ValueError:
        shown = file.name  # no path of this machine goes into a report
    return f"{shown}:{place.line}" if place.line else shown


def report_text(converted: Converted, project: RasaProject) -> str:
    """Return the report as Markdown."""
    fates = count_fates(converted.findings)
    lines = [f"# What became of {converted.name}", ""]
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {TITLES[fate]} | {fates[fate]:,} |" for fate in reversed(FATES) if fates[fate]]
    lines += [f"| {name[0].upper()}{name[1:]} | {count:,} |" for name, count in converted.counts.items() if count]
    lines += ["", f"Files read: {', '.join(_files(project)) or 'none'}.", ""]
    for fate in FATES:
        found = [finding for finding in converted.findings if finding.fate == fate]
        if found:
            lines += [f"## {TITLES[fate]}", "", _SAID[fate], ""]
            lines += _exact(found, project.root) if fate == "exact" else _told(found, project.root)
    return "\n".join(lines).rstrip() + "\n"


def report_json(converted: Converted, project: RasaProject) -> str:
    """Return the report as JSON."""
    findings = [
        {
            "fate": finding.fate,
            "construct": finding.construct,
            "message": finding.message,
            "place": where(finding.place, project.root),
            "remedy": finding.remedy,
        }
        for finding in converted.findings
    ]
    content = {
        "name": converted.name,
        "fates": dict(count_fates(converted.findings)),
        "counts": dict(converted.counts),
        "files": _files(project),
        "findings": findings,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _files(project: RasaProject) -> list[str]:
    return [where(Place(file), project.root) for file in project.files]


def _told(findings: Sequence[Finding], root: Path) -> list[str]:
    lines = []
    for construct, found in _by_construct(findings).items():
        lines += [f"### {construct}", ""]
        for finding in found:
            at = where(finding.place, root)
            remedy = f" {finding.remedy}" if finding.remedy else ""
            stop = "" if finding.message.endswith((".", "?", "!")) else "."
            lines.append(f"- {f'`{at}`: ' if at else ''}{_plain(finding.message)}{stop}{_plain(remedy)}")
        lines.append("")
    return lines


def _exact(findings: Sequence[Finding], root: Path) -> list[str]:
    lines = []
    for construct, found in _by_construct(findings).items():
        lines += [f"### {construct} ({len(found):,})", ""]
        for finding in found:
            at = where(finding.place, root)
            lines.append(f"- {_plain(finding.message)}{f' (`{at}`)' if at else ''}")
        lines.append("")
    return lines


def _by_construct(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.construct].append(finding)
    return grouped


def _plain(text: str) -> str:
    """Return a text so that Markdown shows it as it is: what looks like a tag would vanish."""
    return " ".join(text.split(" ")).replace("\n", " ").replace("<", "\\<")
