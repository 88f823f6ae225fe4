"""An evaluation of a guard as a page."""

from typing import Any

from dialog_evaluation.guards.evaluation import Evaluation
from dialog_evaluation.guards.wording import WORDINGS, between, shown
from dialog_evaluation.page import render

MISTAKES_OPEN = 12  # of a list of mistakes; the others are behind a click


def html_report(evaluation: Evaluation) -> str:
    """Return the page."""
    return render(
        "guards/report.html.j2",
        evaluation=evaluation,
        tiles=_tiles(evaluation),
        wordings=WORDINGS,
        shown=shown,
        between=between,
        open_mistakes=MISTAKES_OPEN,
    )


def _tiles(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the summary: each figure with how full its bar is."""
    tiles = []
    for name, wording in WORDINGS.items():
        share = getattr(evaluation.counts, name)
        meaning = wording.meaning if share.value is None else f"{wording.meaning}; 95 %: {between(share)}"
        tiles.append(
            {
                "title": wording.title,
                "meaning": meaning,
                "value": shown(share),
                "share": None if name == "false_alarms" else share.value,
            }
        )
    return tiles
