"""What figures of tuning are called, and how they are written."""

from collections.abc import Mapping
from math import isfinite

from numpy import format_float_positional

from dialog_ranking_training.tuning.aims import Aim, AimError, Chosen
from dialog_ranking_training.tuning.report import Report, Spot

MEANINGS: Mapping[str, str] = {
    "accuracy": "handled as they should be: answered rightly, or not at all where nobody had a right answer",
    "right": "answered rightly",
    "wrong": "answered wrongly",
    "unanswered": "not answered",
    "calls": "for which the last tier is asked",
}
LIMITED: Mapping[str, str] = {
    "max_wrong": "wrong answers",
    "max_calls": "messages for which the last tier is asked",
    "cost": "a message on average",
}


def share(value: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * value:.1f} %"


def interval(spot: Spot, name: str) -> str:
    """Return where a share lies with 95 % confidence."""
    low, high = spot.intervals[name]
    return f"{100 * low:.1f}–{100 * high:.1f}"


def threshold(value: float | None) -> str:
    """Return a threshold with as many digits as it needs, up to a limit."""
    return "" if value is None else f"{value:.4f}".rstrip("0").ljust(4, "0")


def seconds(value: float) -> str:
    """Return a duration."""
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.2f} s"


def cost(value: float) -> str:
    """Return what something costs, in whatever currency that is, to three digits that count."""
    return format_float_positional(value, precision=3, unique=False, fractional=False, trim="-")


def limit(aim: Aim, value: float) -> str:
    """Return the value of what an aim limits."""
    return cost(value) if aim.kind == "cost" else share(value)


def aimed_at(aim: Aim) -> str:
    """Return an aim in words."""
    if aim.kind == "cost":
        return f"{cost(aim.limit)} a message on average at most"
    return f"{share(aim.limit)} {LIMITED[aim.kind]} at most"


def meaning(report: Report) -> str:
    """Return in a sentence what the chosen thresholds mean."""
    chosen, everybody = report.spots["chosen"].figures, report.spots["everybody"].figures
    handled = f"{share(chosen.accuracy)} of the messages are handled as they should be"
    kept = (
        f"{share(chosen.wrong)} answered wrongly"
        if report.aim.kind != "max_wrong"
        else f"{share(chosen.wrong)} answered wrongly, and at most {share(report.chosen.bound)} with "
        f"{100 * report.confidence:.0f} % confidence"
    )
    if len(report.tiers) == 1:
        return f"From {threshold(report.chosen.answer_at)} on the bot answers: {handled}, {kept}."
    saved = (
        "" if chosen.saved is None else f", which saves {share(chosen.saved)} of the calls that an oracle would save"
    )
    return (
        f"{report.caller} is asked for {share(chosen.calls)} of the messages{saved}; {handled} "
        f"({share(everybody.accuracy)} if everybody is always asked), {kept}."
    )


def unmet(error: AimError, report: Report | None, *, stated: bool = False) -> str:
    """Return why an aim cannot be met, what could be, and what it would take.

    Args:
        error: That it cannot.
        report: On what comes nearest.
        stated: Whether the bot file states `answer_at`, which then is not tuned.
    """
    aim, nearest = error.aim, error.nearest
    if nearest is None or report is None:
        return f"the aim cannot be met: {error}"
    told = f"the aim cannot be met with these {report.choices:,} messages: {aimed_at(aim)}."
    if not isfinite(nearest.bound):
        return f"{told} They are too few to be sure of anything."
    told = f"{told} {_nearest(aim, nearest)}"
    found = aim.limited(nearest.figures)
    if error.needed is not None:
        return f"{told} They are too few to be sure: it would take about {error.needed:,} like these."
    if found < aim.limit:
        return f"{told} They are too few to be sure: it would take more."
    if aim.kind == "max_wrong" and stated:
        remedy = "remove it under `dispatch:`, or write `answer_at: null` where another file says it."
        return f"{told} The bot file states `answer_at`. Have it tuned too: {remedy}"
    if aim.kind == "max_wrong":
        return f"{told} It would take a better ranking or better policies: `dialog-core train`, more knowledge."
    return f"{told} It would take surer policies in the tiers before {report.caller}, or a lower `answer_at`."


def _nearest(aim: Aim, nearest: Chosen) -> str:
    where = f"accept_at {threshold(nearest.accept_at)}, answer_at {threshold(nearest.answer_at)}"
    found, bound = limit(aim, aim.limited(nearest.figures)), limit(aim, nearest.bound)
    return (
        f"The nearest that can be: {aim.kind}: {_as_written(aim, nearest.bound)} ({where}: {found} found, and so at "
        f"most {bound})."
    )


def _as_written(aim: Aim, bound: float) -> str:
    """Return a limit as a bot file says it, rounded up so that it can be kept."""
    if aim.kind == "cost":
        return cost(bound * 1.005)
    return f"{min(100.0, 100 * bound + 0.05):.1f}%"
