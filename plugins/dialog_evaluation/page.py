"""A report as one HTML page that needs nothing else: no scripts, no fonts, nothing fetched."""

from importlib.resources import files
from typing import Any

import jinja2

from dialog_core.text import repair_text, strip_controls


def render(template: str, **values: Any) -> str:
    """Return a page.

    Args:
        template: A template of this package, as `intents/report.html.j2`; it extends `page.html.j2`.
        values: What it shows; `evaluation`, with `remarks`, and `tiles` for the frame.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, loader=jinja2.FunctionLoader(_source)
    )
    environment.filters["clean"] = _clean
    return environment.get_template(template).render(**values)


def _source(name: str) -> str:
    return files("dialog_evaluation").joinpath(*name.split("/")).read_text(encoding="utf-8")


def _clean(text: str) -> str:
    return strip_controls(repair_text(text))
