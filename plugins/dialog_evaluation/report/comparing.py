"""Comparing two runs, turn by turn."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_core.datasets import Dialogue
from dialog_evaluation.replies.intervals import Bootstrap, jackknife, jackknife_error, numbered, percentiles
from dialog_evaluation.replies.significance import ROUNDS, corrected, randomised
from dialog_evaluation.replies.statistics import Floats, Statistic
from dialog_evaluation.replies.texts import varieties
from dialog_evaluation.report.comparison import ALPHA, Comparison, Difference, Pair, PolicyChange
from dialog_evaluation.report.conduct import of_the_bot
from dialog_evaluation.report.examples import SHOWN, Picker
from dialog_evaluation.report.figures import COST, GROUPS, SPEED
from dialog_evaluation.report.making import LSA, candidates_of, method_of
from dialog_evaluation.report.measuring import PERCENTILES, Measuring
from dialog_evaluation.report.rows import Rows
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.info import RunInfo
from dialog_evaluation.seed import SEED

UNTESTED = (*SPEED, *COST, "characters", "words", "chance", "answered", "guard")
"""Time depends on the machine; what is neither good nor bad needs no test, nor what others say as well."""
FEW = 20  # dialogues; with fewer a test finds little


@dataclass(frozen=True, slots=True)
class Side:
    """A run to be compared.

    Attributes:
        info: What was run.
        answers: What came of it.
        dialogues: What was put to the bot, as far as it is at hand.
    """

    info: RunInfo
    answers: Sequence[DialogueAnswers]
    dialogues: Sequence[Dialogue] = ()


def compare(
    first: Side, second: Side, context: Context, *, encoder: Any = LSA, seed: int = SEED, rounds: int = ROUNDS
) -> Comparison:
    """Return what differs between two runs, of the turns that both have: the same message, the same reply of people.

    Args:
        first: The run to compare with.
        second: The run that is looked at.
        context: Makes metrics and the encoder.
        encoder: What tells how close texts are in meaning; None: leave that figure out.
        seed: For what is drawn at random.
        rounds: How often runs are swapped for the test.
    """
    ours, theirs, lost = _paired(first, second)
    pairs = [_Measured(rows, context, seed, encoder) for rows in (ours, theirs)]
    differences = _differences(pairs[0], pairs[1], seed, rounds)
    gains = pairs[1].said - pairs[0].said
    known = gains[~np.isnan(gains)]
    counts = {
        "turns": len(ours),
        "dialogues": len(set(ours.groups)),
        "first": lost[0],
        "second": lost[1],
        "same": sum(one == two for one, two in zip(ours.said, theirs.said, strict=True)),
    }
    return Comparison(
        first=first.info,
        second=second.info,
        counts=counts,
        remarks=tuple(_remarks(first.info, second.info, counts, differences)),
        differences=differences,
        wins=(int((known > 0).sum()), int((known == 0).sum()), int((known < 0).sum())),
        speakers=_speakers(ours, theirs),
        policies=_policies(pairs[0], pairs[1]),
        better=_changed(pairs[0], pairs[1], gains, 1),
        worse=_changed(pairs[0], pairs[1], gains, -1),
        methods={
            "intervals": "95 %, paired percentile bootstrap over dialogues (Koehn 2004); distinct-n by the jackknife",
            "p-values": f"approximate randomisation over dialogues, {rounds:,} rounds, two-sided (Riezler & Maxwell "
            "2005), corrected by Holm's method for the figures tested",
            **({} if encoder is None else {"similarity": method_of(encoder)}),
        },
    )


class _Measured:
    """One side's replies, measured."""

    def __init__(self, rows: Rows, context: Context, seed: int, encoder: Any) -> None:
        self.rows = rows
        measuring = Measuring(rows, context, seed, encoder=encoder)
        every = np.ones(len(rows), np.bool_)
        counted = {**measuring.statistics(rows.said, every), **of_the_bot(rows, context)}
        self.statistics = {name: one for name, (one, told) in counted.items() if told.any()}
        self.said = measuring.closeness(rows.said)
        self.seconds: Floats = np.array([row.answer.seconds for row in rows], np.float64)
        self.candidates = candidates_of(rows, measuring)


def _paired(first: Side, second: Side) -> tuple[Rows, Rows, tuple[int, int]]:
    """Return the turns that both have, in the same order, and how many only one of the two has."""
    ours = Rows.read(first.answers, first.dialogues or second.dialogues, first.info.mode)
    theirs = Rows.read(second.answers, second.dialogues or first.dialogues, second.info.mode)
    places = {key: place for place, key in enumerate(theirs.keys)}
    pairs = []
    for place, key in enumerate(ours.keys):
        other = places.get(key)
        if other is not None:
            one, two = ours[place].answer, theirs[other].answer
            if (one.question, one.reference) == (two.question, two.reference):
                pairs.append((place, other))
    lost = len(ours) - len(pairs), len(theirs) - len(pairs)
    return ours.only([one for one, _ in pairs]), theirs.only([two for _, two in pairs]), lost


def _differences(first: _Measured, second: _Measured, seed: int, rounds: int) -> dict[str, Difference]:
    groups = first.rows.groups
    bootstrap = Bootstrap(groups, seed)
    names = [name for name in first.statistics if name in second.statistics]
    ours: dict[str, Statistic] = {name: first.statistics[name] for name in names}
    theirs: dict[str, Statistic] = {name: second.statistics[name] for name in names}
    drawn, other = bootstrap.drawn(ours), bootstrap.drawn(theirs)
    found: dict[str, Difference] = {}
    for name in names:
        one, two = ours[name].value, theirs[name].value
        if one is not None and two is not None:
            gains = other[name] - drawn[name] if name in drawn else np.array([np.nan])
            found[name] = Difference(name, one, two, percentiles(gains) if np.isfinite(gains).all() else None)
    tested = [name for name in found if name not in UNTESTED and (ours[name].rows != theirs[name].rows).any()]
    p_values = {}
    if bootstrap.size > 1 and tested:
        chosen = {name: ours[name] for name in tested}
        p_values = randomised(chosen, theirs, numbered(groups), seed, rounds)
    _add_variety(first, second, found, p_values)
    _add_speed(first, second, bootstrap, found)
    fair = dict(zip(p_values, corrected(list(p_values.values())), strict=True))
    order = [name for _, group in GROUPS for name in group if name in found]
    return {
        name: Difference(
            name, found[name].first, found[name].second, found[name].interval, p_values.get(name), fair.get(name)
        )
        for name in order
    }


def _add_variety(first: _Measured, second: _Measured, found: dict[str, Difference], p_values: dict[str, float]) -> None:
    """Add the figures that are no sums: their difference is about normal, with the error the jackknife finds."""
    ours, theirs = (varieties(one.rows.said, one.rows.groups) for one in (first, second))
    if first.rows.groups != second.rows.groups:
        theirs = varieties(second.rows.said, first.rows.groups)
    for name in ours:
        if name in theirs:
            (one, without), (two, others) = ours[name], theirs[name]
            gains = others - without
            found[name] = Difference(name, one, two, jackknife(two - one, gains))
            error = jackknife_error(gains)
            if error:
                p_values[name] = math.erfc(abs(two - one) / error / math.sqrt(2))


def _add_speed(first: _Measured, second: _Measured, bootstrap: Bootstrap, found: dict[str, Difference]) -> None:
    if not len(first.rows):
        return
    every = np.ones(len(first.rows), np.bool_)
    ours, theirs = (np.percentile(one.seconds, PERCENTILES, method="inverted_cdf").tolist() for one in (first, second))
    drawn, other = (bootstrap.drawn_percentiles(one.seconds, PERCENTILES, every) for one in (first, second))
    for place, name in enumerate(SPEED):
        interval = None
        if drawn is not None and other is not None:
            interval = percentiles(other[:, place] - drawn[:, place])
        found[name] = Difference(name, ours[place], theirs[place], interval)


def _speakers(ours: Rows, theirs: Rows) -> list[tuple[str, str, int]]:
    """Return who spoke in both runs, the most frequent changes first, then those who went on speaking."""
    counts = Counter(
        (one.answer.policy or one.answer.status, two.answer.policy or two.answer.status)
        for one, two in zip(ours, theirs, strict=True)
    )
    told = [(one, two, count) for (one, two), count in counts.most_common()]
    return sorted(told, key=lambda change: (change[0] == change[1], -change[2]))


def _policies(first: _Measured, second: _Measured) -> list[PolicyChange]:
    names = list(dict.fromkeys([*first.rows.policies, *second.rows.policies]))
    told = [{name: _standing(one, name) for name in names} for one in (first, second)]
    return [
        PolicyChange(
            name,
            (told[0][name][0], told[1][name][0]),
            (told[0][name][1], told[1][name][1]),
            (told[0][name][2], told[1][name][2]),
        )
        for name in names
    ]


def _standing(one: _Measured, name: str) -> tuple[int, int, float | None]:
    won = sum(row.answer.policy == name for row in one.rows)
    if name not in one.rows.policies:
        return won, 0, None
    answered = sum(proposed is not None and proposed.status == "answered" for proposed in one.rows.policies[name])
    values = one.candidates[:, list(one.rows.policies).index(name)]
    known = values[~np.isnan(values)]
    return won, answered, float(known.mean()) if len(known) else None


def _changed(first: _Measured, second: _Measured, gains: Floats, way: int) -> list[Pair]:
    """Return the turns that changed most, one way."""
    pickers = [Picker(one.rows, one.said, one.candidates) for one in (first, second)]
    order = np.argsort(-way * np.nan_to_num(gains), kind="stable")
    places = [int(place) for place in order if way * np.nan_to_num(gains[place]) > 0]
    return [Pair(pickers[0].example(place), pickers[1].example(place)) for place in places[:SHOWN]]


def _remarks(
    first: RunInfo, second: RunInfo, counts: Mapping[str, int], differences: Mapping[str, Difference]
) -> Iterator[str]:
    ours, theirs = ([file.sha256 for file in one.files] for one in (first, second))
    if not counts["turns"]:
        yield "The two runs have no turn in common: there is nothing to compare."
        return
    if ours != theirs:
        yield "The two runs are of different files: compared is what they have in common."
    if counts["first"] or counts["second"]:
        yield (
            f"{counts['turns']:,} turns are compared; {counts['first']:,} are only in the first run and "
            f"{counts['second']:,} only in the second."
        )
    if first.mode != second.mode:
        yield f"The first run is {first.mode}, the second {second.mode}: what was said before differs."
    if second.mode == "self-chat":
        yield "In self-chats only what was said first is the same for both: what comes later is left out."
    if counts["dialogues"] == 1:
        yield "There is one dialogue only: whether a difference is chance cannot be told."
    elif counts["dialogues"] < FEW:
        yield f"There are {counts['dialogues']} dialogues only: a difference has to be large to be more than chance."
    if not any(one.significant for one in differences.values()):
        yield f"No figure differs by more than chance would have it (p < {ALPHA})."
