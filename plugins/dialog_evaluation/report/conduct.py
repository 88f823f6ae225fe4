"""The figures of what a bot did, beside what it said: who answered, what it picked, what it knew, what it cost."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_evaluation.metrics.slot_accuracy import ROW
from dialog_evaluation.metrics.task_success import Performed, task_of
from dialog_evaluation.replies.statistics import Bools, Floats, Statistic, mean, ratios
from dialog_evaluation.report.figures import COST, SELECTION
from dialog_evaluation.report.rows import Rows

Counted = tuple[Statistic, Bools]
"""A figure, and which replies count for it."""

_SHARES = {  # of the metric `slot_accuracy`: which of what it counts is divided by which
    "joint_goal_accuracy": ("joint", "turns"),
    "slot_accuracy": ("slots_right", "slots"),
}


def conduct(rows: Rows) -> dict[str, Counted]:
    """Return how often which part of the bot answered."""
    answers = [row.answer for row in rows]
    values = {name: [answer.status == name for answer in answers] for name in ("answered", "fallback", "guard")}
    values["refused"] = [bool(answer.refusals) for answer in answers]
    values["handed_over"] = [answer.handed_over for answer in answers]
    values["failed"] = [answer.status == "failed" for answer in answers]
    every = np.ones(len(rows), np.bool_)
    return {name: (mean(np.array(each, np.float64)), every) for name, each in values.items()}


def cost(notes: Sequence[Mapping[str, float]]) -> dict[str, Counted]:
    """Return what a turn costs, as far as anybody notes it."""
    every = np.ones(len(notes), np.bool_)
    return {
        name: (mean(np.array([note.get(name, 0.0) for note in notes], np.float64)), every)
        for name in COST
        if any(name in note for note in notes)
    }


def selection(ranks: Sequence[int | None], sizes: Sequence[int], context: Context) -> dict[str, Counted]:
    """Return how high the right reply was put among wrong ones, where that was asked."""
    told = np.array([rank is not None and 1 <= rank <= size for rank, size in zip(ranks, sizes, strict=True)], np.bool_)
    metric: Any = context.create("metric", "response_selection")
    places = np.flatnonzero(told).tolist()
    each = metric.per_row([ranks[place] for place in places], [sizes[place] for place in places])
    found = {}
    for name, values in each.items():
        if name in SELECTION:
            scattered: Floats = np.full(len(ranks), np.nan)
            scattered[places] = values
            found[name] = (mean(scattered), told)
    return found


def states(rows: Rows, context: Context) -> dict[str, Counted]:
    """Return how well the bot knew what the user wanted, in dialogues whose states were recorded."""
    recorded = {row.group for row in rows if row.answer.state}
    if not recorded:
        return {}
    told = np.array([row.group in recorded for row in rows], np.bool_)
    metric: Any = context.create("metric", "slot_accuracy")
    counts = metric.counts([row.answer.slots for row in rows], [row.answer.state for row in rows])
    if not len(counts):
        return {}
    column = {name: counts[:, place] * told for place, name in enumerate(ROW)}
    pairs = {name: (column[part], column[whole]) for name, (part, whole) in _SHARES.items()}
    pairs["slot_f1"] = (2 * column["wanted_right"], column["known"] + column["wanted"])
    return {name: (Statistic(np.column_stack(pair), ratios), told) for name, pair in pairs.items()}


def tasks(rows: Rows, context: Context) -> dict[str, Counted]:
    """Return how many dialogues got the user what he wanted; each counts at its last turn."""
    last = {row.group: number for number, row in enumerate(rows)}
    held = [
        (number, rows.dialogues[rows[number].dialogue])
        for number in last.values()
        if rows[number].dialogue in rows.dialogues
    ]
    wanted = [task_of(dialogue) for _, dialogue in held]
    if not any(task.state or task.requested for task in wanted):
        return {}
    said: dict[int, list[str]] = {}
    for row in rows:
        said.setdefault(row.group, []).append(row.answer.text)
    performed = [Performed(rows[number].answer.slots, said[rows[number].group]) for number, _ in held]
    metric: Any = context.create("metric", "task_success")
    places = [number for number, _ in held]
    found = {}
    for name, values in metric.per_dialogue(performed, wanted).items():
        scattered: Floats = np.full(len(rows), np.nan)
        scattered[places] = values
        found[name] = (mean(scattered), ~np.isnan(scattered))
    return found


def of_the_bot(rows: Rows, context: Context) -> dict[str, Counted]:
    """Return all of them."""
    answers = [row.answer for row in rows]
    picked = selection([answer.rank for answer in answers], [answer.candidates for answer in answers], context)
    return {
        **picked,
        **states(rows, context),
        **tasks(rows, context),
        **conduct(rows),
        **cost([answer.cost for answer in answers]),
    }
