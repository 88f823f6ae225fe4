"""The report of a check, for people: in colours on a terminal, plain lines elsewhere."""

from itertools import groupby

from rich.console import Console
from rich.text import Text

from dialog_core.cli.plugins.checking.finding import Finding, PluginReport
from dialog_core.text import strip_controls

MARKS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "not checked": ("–", "yellow"),
    "deprecated": ("!", "yellow"),
}


def print_report(report: PluginReport, console: Console) -> None:
    """Print what was found, section by section, and the sum of it."""
    console.print(Text.assemble((report.plugin, "bold"), f"  {report.distribution} {report.version}"), soft_wrap=True)
    for section, findings in groupby(report.findings, key=lambda finding: finding.section):
        console.print()
        console.print(Text(section, "bold"))
        for finding in findings:
            console.print(_line(finding), soft_wrap=True)
            if finding.remedy:
                console.print(Text(f"      {strip_controls(finding.remedy)}", "cyan"), soft_wrap=True)
    console.print()
    console.print(_sum(report), soft_wrap=True)


def _line(finding: Finding) -> Text:
    mark, style = MARKS[finding.status]
    line = Text.assemble("  ", (mark, style), f" {finding.subject}")
    message = strip_controls(" ".join(finding.message.split()))
    if message:
        told, style = (f": {message}", "") if finding.status == "failed" else (f"  {message}", "dim")
        line.append(told, style)
    return line


def _sum(report: PluginReport) -> Text:
    failed, passed, left = (report.count(status) for status in ("failed", "passed", "not checked"))
    parts = [f"{failed} failed" if failed else "nothing failed", f"{passed} passed"]
    parts += [f"{left} not checked"] if left else []
    old = report.count("deprecated")
    parts += [f"{old} deprecated"] if old else []
    return Text(", ".join(parts), "bold red" if failed else "bold green")
