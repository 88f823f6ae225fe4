"""An evaluation of generated texts as a page."""

from typing import Any

from dialog_evaluation.generation.console_report import examples_of
from dialog_evaluation.generation.evaluation import Evaluation
from dialog_evaluation.generation.wording import GROUPS, WORDINGS, interval_of, speed_line
from dialog_evaluation.page import render

EXAMPLES_SHOWN = 12
REASONS_SHOWN = 10
TILES = (  # the most telling first
    *("perplexity", "bleu", "unigram_f1", "rouge_l", "distinct_2", "groundedness", "most_frequent"),
    *("chrf", "repeated_4grams", "words"),
)
TILES_SHOWN = 7  # as many as fill the rows


def html_report(evaluation: Evaluation) -> str:
    """Return the page."""
    return render(
        "generation/report.html.j2",
        evaluation=evaluation,
        tiles=_tiles(evaluation),
        groups=_groups(evaluation),
        speed=speed_line(evaluation.speed),
        examples=examples_of(evaluation, EXAMPLES_SHOWN),
        statuses=[
            (status, evaluation.count(status), 100 * evaluation.count(status) / len(evaluation.answers))
            for status in ("answered", "abstained", "failed")
        ],
        reasons=evaluation.reasons[:REASONS_SHOWN],
        most=max((count for _, count in evaluation.frequent), default=1),
    )


def _tiles(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the summary: each figure with how full its bar is."""
    tiles: list[dict[str, Any]] = []
    for name in TILES:
        value = evaluation.model.figures[name]
        if value is not None and len(tiles) < TILES_SHOWN:
            wording = WORDINGS[name]
            share = None if name in ("perplexity", "words") else value * wording.scale / 100
            tiles.append(
                {
                    "title": wording.title,
                    "meaning": wording.meaning,
                    "value": wording.shown(value),
                    "share": None if share is None else min(max(share, 0.0), 1.0),
                }
            )
    return tiles


def _groups(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the rows of the table, in groups; those that are known of nobody are left out."""
    groups = []
    for title, names in GROUPS:
        rows = [
            {
                "title": WORDINGS[name].title,
                "meaning": WORDINGS[name].meaning,
                "value": WORDINGS[name].shown(evaluation.model.figures[name]),
                "interval": interval_of(evaluation.model, name),
                "others": [WORDINGS[name].shown(one.figures[name]) for one in evaluation.others],
            }
            for name in names
            if evaluation.model.figures[name] is not None
        ]
        if rows:
            groups.append({"title": title, "rows": rows})
    return groups
