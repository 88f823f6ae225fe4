"""What ratings say, as a page."""

from typing import Any

from dialog_evaluation.page import render
from dialog_evaluation.rating.report.findings import Findings, Standing
from dialog_evaluation.rating.report.wording import agreement, percent, verdict
from dialog_evaluation.rating.values import REASONS

NOTES_SHOWN = 50


def html_report(findings: Findings) -> str:
    """Return the page."""
    return render(
        "rating/report/report.html.j2",
        evaluation=findings,
        tiles=_tiles(findings),
        standings=[_standing(one) for one in findings.standings],
        agreement=agreement(findings),
        reasons=_reasons(findings),
        notes=findings.notes[:NOTES_SHOWN],
        percent=percent,
    )


def _tiles(findings: Findings) -> list[dict[str, Any]]:
    tiles: list[dict[str, Any]] = []
    for one in findings.standings[:2]:
        low, high = one.interval
        meaning = f"of {one.pairs:,} pairs, ties being half; {percent(low)} to {percent(high)} with 95 % confidence"
        title = f"{one.bot} wins against {one.other}"
        tiles.append(_tile(title, percent(one.win_rate), meaning, one.win_rate))
    alpha = findings.agreement.get("alpha")
    if alpha is not None:
        meaning = "Krippendorff's alpha: 1 is agreement, 0 is chance"
        tiles.append(_tile("Agreement", f"{alpha:.2f}", meaning, max(alpha, 0)))
    tiles.append(_tile("Ratings", f"{findings.count:,}", f"by {_people(len(findings.raters))}", None))
    return tiles


def _tile(title: str, value: str, meaning: str, share: float | None) -> dict[str, Any]:
    return {"title": title, "value": value, "meaning": meaning, "share": share}


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"


def _standing(one: Standing) -> dict[str, Any]:
    """Return what is shown of how two systems do, with the parts of the bar."""
    parts = [("won", "better", one.wins), ("tied", "even", one.ties)]
    parts += [("bad", "both bad", one.bad), ("lost", "worse", one.losses)]
    return {
        "one": one,
        "verdict": verdict(one),
        "parts": [(css, name, count, 100 * count / one.pairs) for css, name, count in parts],
    }


def _reasons(findings: Findings) -> list[tuple[str, list[tuple[str, int, float]]]]:
    """Return for each system, and for where both are bad, how often each reason was given."""
    told = [(f"{name} is better", counts) for name, counts in findings.reasons.items()]
    told.append(("Both are bad: not …", findings.lacking))
    most = max((counts[reason] for _, counts in told for reason in REASONS), default=0) or 1
    return [
        (title, [(reason, counts[reason], 100 * counts[reason] / most) for reason in REASONS if counts[reason]])
        for title, counts in told
        if any(counts.values())
    ]
