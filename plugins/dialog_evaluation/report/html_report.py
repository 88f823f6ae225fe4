"""A report as a page that needs nothing else."""

from collections.abc import Sequence
from typing import Any

from dialog_evaluation.page import render
from dialog_evaluation.report.drawing import Track, bars, track, widest
from dialog_evaluation.report.figures import GROUPS, NOTHING, OVERLAP, SPEED, WORDINGS, Figure, shown_seconds
from dialog_evaluation.report.measuring import CLOSENESS, Measured
from dialog_evaluation.report.parts import SHOWN, Part
from dialog_evaluation.report.policies import PolicyReport
from dialog_evaluation.report.report import Report

TILES = (  # the most telling first
    *("task_success", "recall_at_1", "unigram_f1", "bleu", "embedding_similarity", "joint_goal_accuracy"),
    *("fallback", "seconds_p95", "distinct_2", "handed_over", "chrf", "seconds_p50", "words"),
)
TILES_SHOWN = 7  # as many as fill the rows
REASONS_SHOWN = 10
KINDS = {"fixed reply": "fixed", "nearest": "nearest", "echo": "echo", "people": "people"}
LEAKED = (
    ("pairs", "messages with the very same reply"),
    ("nearly", "the same, or nearly"),
    ("contexts", "with all that came before"),
    ("replies", "replies alone"),
    ("questions", "messages alone"),
)


def html_report(report: Report) -> str:
    """Return the page."""
    return render(
        "report/report.html.j2",
        evaluation=report,
        tiles=_tiles(report),
        others=_others(report),
        tracks=[_compared(report, name) for name in OVERLAP if name in report.bot.figures],
        groups=_groups(report),
        leaked=[] if report.leakage is None else [(report.leakage[name], told) for name, told in LEAKED],
        unseen=_unseen(report),
        policies=[_policy(policy, report) for policy in report.policies],
        parts=[
            (title, _parts(parts))
            for title, parts in (
                ("By how far a dialogue has come", report.by_position),
                ("By language", report.by_language),
            )
            if parts
        ],
        closeness=bars(report.closeness),
        seconds=bars(report.seconds),
        slowest=shown_seconds(report.seconds.edges[-1]) if report.seconds else "",
        half=report.bot.figures.get(SPEED[0]),
        reasons=[(reason, count) for reason, count in report.reasons if reason][:REASONS_SHOWN],
        most=max((count for _, count in report.frequent), default=1),
        methods=[(WORDINGS[name].title if name in WORDINGS else name, told) for name, told in report.methods.items()],
        percent=lambda value: NOTHING if value is None else f"{100 * value:.0f}",
        key=CLOSENESS,
        wordings=WORDINGS,
    )


def _others(report: Report) -> list[Measured]:
    return [*report.baselines, *([report.people.measured] if report.people is not None else [])]


def _tiles(report: Report) -> list[dict[str, Any]]:
    tiles: list[dict[str, Any]] = []
    for name in TILES:
        figure = report.bot.figures.get(name)
        if figure is None or figure.value is None or len(tiles) == TILES_SHOWN:
            continue
        wording = WORDINGS[name]
        share = {"%": figure.value, "of 100": figure.value / 100}.get(wording.unit) if name != "words" else None
        around = wording.shown_interval(figure)
        tiles.append(
            {
                "title": wording.title,
                "meaning": f"{wording.meaning}{f'; 95 %: {around}' if around else ''}",
                "value": wording.shown(figure.value),
                "share": None if share is None else min(max(share, 0.0), 1.0),
            }
        )
    return tiles


def _compared(report: Report, name: str) -> Track:
    figures = [("bot", report.name, report.bot.figures[name])]
    figures += [(KINDS[one.name], one.name, one.figures[name]) for one in _others(report) if name in one.figures]
    return track(WORDINGS[name], figures)


def _groups(report: Report) -> list[dict[str, Any]]:
    groups = []
    for title, names in GROUPS:
        rows = [_row(report, name) for name in names if name in report.bot.figures]
        if rows:
            groups.append({"title": title, "rows": rows})
    return groups


def _row(report: Report, name: str) -> dict[str, Any]:
    wording, figure = WORDINGS[name], report.bot.figures[name]
    unseen = report.bot.unseen.get(name)
    values = [one.value(name) for one in _others(report)]
    return {
        "title": wording.title,
        "meaning": wording.meaning,
        "value": wording.shown(figure.value),
        "interval": wording.shown_interval(figure),
        "unseen": wording.shown(unseen.value if unseen else None),
        "others": ["" if value is None else wording.shown(value) for value in values],
        "above": [value is not None and value > (figure.value or 0) and wording.better == "more" for value in values],
    }


def _unseen(report: Report) -> list[Track]:
    """Return the figures with and without what stands in the training data."""
    return [
        track(
            WORDINGS[name],
            [("bot", "without them", report.bot.unseen[name]), ("echo", "with them", report.bot.figures[name])],
        )
        for name in OVERLAP
        if name in report.bot.unseen
    ]


def _policy(policy: PolicyReport, report: Report) -> dict[str, Any]:
    counts = policy.counts
    turns = max(counts["turns"], 1)
    lost = max(counts["answered"] - counts["won"], 0)
    shares = (
        ("won", counts["won"], "its reply was taken"),
        ("lost", lost, "had a reply that was not taken"),
        ("abstained", counts["abstained"], "had nothing to say"),
        ("failed", counts["failed"], "failed"),
    )
    own, beside = policy.measured.figures.get(CLOSENESS), policy.beside
    figures: list[tuple[str, str, Figure]] = []
    if own is not None:
        figures = [("bot", policy.name, own), *([("echo", report.name, beside)] if beside is not None else [])]
    half, most = (policy.measured.value(name) for name in (SPEED[0], SPEED[2]))
    picked = policy.measured.figures.get("recall_at_1")
    return {
        "name": policy.name,
        "asked": counts["asked"],
        "shares": [(kind, count, 100 * count / turns, told) for kind, count, told in shares if count],
        "track": track(WORDINGS[CLOSENESS], figures, scale=_widest_policy(report)) if figures else None,
        "beside": None if beside is None else WORDINGS[CLOSENESS].shown(beside.value),
        "better": counts["better"],
        "worse": counts["worse"],
        "equal": counts["equal"],
        "half": NOTHING if half is None else shown_seconds(half),
        "most": NOTHING if most is None else shown_seconds(most),
        "picked": None if picked is None else WORDINGS["recall_at_1"].shown(picked.value),
        "reasons": policy.reasons[:3],
    }


def _widest_policy(report: Report) -> float:
    figures = [policy.measured.figures[CLOSENESS] for policy in report.policies if CLOSENESS in policy.measured.figures]
    return widest([*figures, *(policy.beside for policy in report.policies if policy.beside is not None)])


def _parts(parts: Sequence[Part]) -> list[tuple[str, list[Track]]]:
    """Return for each figure a track for each part."""
    found = []
    for name in SHOWN:
        told = [(part, part.figures[name]) for part in parts if name in part.figures]
        if len(told) > 1:
            scale = widest(figure for _, figure in told)
            tracks = [
                track(
                    WORDINGS[name],
                    [("bot", f"{part.name}, {part.rows:,} replies", figure)],
                    title=part.name,
                    scale=scale,
                )
                for part, figure in told
            ]
            found.append((WORDINGS[name].title, tracks))
    return found
