"""A comparison as a page that needs nothing else."""

from pathlib import Path
from typing import Any

from dialog_evaluation.page import render
from dialog_evaluation.report.comparison import Comparison, Difference
from dialog_evaluation.report.console_comparison import SIGNS, shown_interval, shown_p
from dialog_evaluation.report.drawing import Track, difference_track
from dialog_evaluation.report.figures import GROUPS, NOTHING, OVERLAP, SELECTION, STATES, WORDINGS
from dialog_evaluation.report.measuring import CLOSENESS

DRAWN = (
    *OVERLAP,
    *SELECTION[:1],
    *STATES,
    "distinct_2",
    "fallback",
    "handed_over",
    "failed",
    "seconds_p50",
    "seconds_p95",
)
TILES_SHOWN = 3
CHANGES_SHOWN = 12


def html_comparison(comparison: Comparison) -> str:
    """Return the page."""
    return render(
        "report/comparison.html.j2",
        evaluation=comparison,
        names=[Path(one.bot).name for one in (comparison.first, comparison.second)],
        tiles=_tiles(comparison),
        tracks=[_track(comparison.differences[name]) for name in DRAWN if name in comparison.differences],
        groups=_groups(comparison),
        wins=_wins(comparison),
        changes=[change for change in comparison.speakers if change[0] != change[1]][:CHANGES_SHOWN],
        most=max((count for one, two, count in comparison.speakers if one != two), default=1),
        policies=[
            (policy, [WORDINGS[CLOSENESS].shown(value) for value in policy.closeness]) for policy in comparison.policies
        ],
        percent=lambda value: NOTHING if value is None else f"{100 * value:.0f}",
    )


def _tiles(comparison: Comparison) -> list[dict[str, Any]]:
    counts = comparison.counts
    verdicts = [one.verdict for one in comparison.differences.values()]
    turns = max(counts["turns"], 1)
    told: tuple[tuple[str, int, str, float | None], ...] = (
        ("Better", verdicts.count("better"), "figures that are better by more than chance", None),
        ("Worse", verdicts.count("worse"), "figures that are worse by more than chance", None),
        ("The same reply", counts["same"], f"of {counts['turns']:,} turns", counts["same"] / turns),
    )
    return [
        {"title": title, "value": f"{value:,}", "meaning": meaning, "share": share}
        for title, value, meaning, share in told
    ]


def _track(one: Difference) -> Track:
    wording = WORDINGS[one.name]
    way = {"less": -1, "more": 1, "": 0}[wording.better]
    shown = wording.shown(one.value, signed=True), shown_interval(one)
    drawn = difference_track(wording.title, wording.meaning, shown, one.value, one.interval, way)
    return drawn


def _groups(comparison: Comparison) -> list[dict[str, Any]]:
    groups = []
    for title, names in GROUPS:
        rows = [_row(comparison.differences[name]) for name in names if name in comparison.differences]
        if rows:
            groups.append({"title": title, "rows": rows})
    return groups


def _row(one: Difference) -> dict[str, str]:
    wording = WORDINGS[one.name]
    return {
        "title": wording.title,
        "first": wording.shown(one.first),
        "second": wording.shown(one.second),
        "difference": wording.shown(one.value, signed=True),
        "interval": shown_interval(one),
        "p": "" if one.corrected is None else shown_p(one.corrected),
        "verdict": f"{SIGNS[one.verdict]} {one.verdict}".strip(),
        "kind": one.verdict,
    }


def _wins(comparison: Comparison) -> list[tuple[str, int, float, str]]:
    better, same, worse = comparison.wins
    every = max(better + same + worse, 1)
    told = (("won", better, "closer"), ("lost", same, "as close"), ("failed", worse, "farther"))
    return [(kind, count, 100 * count / every, word) for kind, count, word in told]
