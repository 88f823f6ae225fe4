"""Statistics as a page by itself: it needs no network, and can be read on a phone."""

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from dialog_data.statistics.report import Bars, Counted, charts, lines


def page(sets: Sequence[Counted]) -> str:
    """Return the page. What stands in the data is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["share"] = _share
    template = environment.from_string(files(__package__).joinpath("page.html.j2").read_text("utf-8"))
    return template.render(sets=[(one.name, list(charts(one))) for one in sets], lines=list(lines(sets)))


def _share(length: int, bars: Bars) -> str:
    longest = max(one for _, one, _ in bars.bars) or 1
    return f"{100 * length / longest:.1f}"
