"""A run of cleaning as one HTML page that needs nothing else: no scripts, no fonts, nothing fetched."""

from importlib.resources import files
from pathlib import Path

import jinja2

from dialog_core.text import repair_text, strip_controls
from dialog_data.cleaning.report import CleaningReport


def html_report(report: CleaningReport, file: Path) -> str:
    """Return the page."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["clean"] = lambda text: strip_controls(repair_text(str(text)))
    environment.filters["number"] = lambda count: f"{count:,}"
    source = files("dialog_data").joinpath("cleaning", "report.html.j2").read_text(encoding="utf-8")
    most = max((sum(step.removed.values()) + step.changed for step in report.steps), default=0)
    return environment.from_string(source).render(report=report, file=file, most=max(most, 1))
