"""Further metrics, such as those that plugins bring: what they find in a bot's replies beside those of people."""

from collections.abc import Mapping
from typing import Any

from dialog_core import PluginError
from dialog_core.configuration import ConfigurationError
from dialog_evaluation.report.rows import Rows


def further_figures(rows: Rows, metrics: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return what metrics find, by their names; nothing where people have said nothing.

    Args:
        rows: The replies of a run.
        metrics: Metrics of texts: predictions are what the bot said, references what people said.

    Raises:
        PluginError: A metric fails: it may be one of something else than texts.
    """
    pairs = [(said, gold) for said, gold, told in zip(rows.said, rows.gold, rows.referenced, strict=True) if told]
    if not pairs:
        return {}
    said, gold = map(list, zip(*pairs, strict=True))
    return {name: _figures(name, metric, said, gold) for name, metric in metrics.items()}


def _figures(name: str, metric: Any, said: list[str], gold: list[str]) -> dict[str, float]:
    try:
        return {str(figure): float(value) for figure, value in metric.compute(said, gold).items()}
    except ConfigurationError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise PluginError(f"the metric {name!r} cannot measure replies beside those of people: {what}") from error
