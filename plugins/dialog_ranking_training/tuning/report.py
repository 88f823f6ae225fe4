"""What tuning came to: everything that is shown of it, in whichever form."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dialog_ranking.choices import Choice
from dialog_ranking_training.curves import Bin, Point, abstention, bins_of, calibration_error
from dialog_ranking_training.tuning.aims import Aim, Chosen
from dialog_ranking_training.tuning.bounds import effective_size, lower_bound, mean_bound, upper_bound
from dialog_ranking_training.tuning.curve import Curve
from dialog_ranking_training.tuning.figures import Array, Figures, Outcomes, oracle_of, outcomes_of
from dialog_ranking_training.tuning.rating import Rated
from dialog_ranking_training.tuning.searching import between
from dialog_ranking_training.tuning.simulating import Simulated

INTERVAL = 0.95  # both sides together
ROWS = 12  # of the table
MISTAKES = 20
SHARES = ("accuracy", "right", "wrong", "unanswered", "calls")
MEANS = ("seconds", "cost")
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Some way to ask, with what comes of it.

    Attributes:
        name: What it is.
        figures: What comes of it.
        intervals: Where the figures lie with 95 % confidence, by name.
    """

    name: str
    figures: Figures
    intervals: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A message that would be answered wrongly.

    Attributes:
        text: The message.
        policy: Who would answer.
        said: What.
        probability: How sure the ranker is of it.
        right: A candidate that is right; empty where there is none.
        right_policy: Whose that is.
        asked: Whether that policy would be asked at all.
    """

    text: str
    policy: str
    said: str
    probability: float
    right: str = ""
    right_policy: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What tuning came to.

    Attributes:
        bot: The bot's name.
        aim: What was aimed at.
        confidence: How sure the limit had to be kept.
        met: Whether there are such thresholds; if not, `chosen` comes nearest.
        chosen: The thresholds.
        spots: By name: `chosen`, `everybody`, `first_tier`, `oracle`.
        curve: With the chosen `answer_at`.
        rows: A dozen points of the curve, the chosen one among them.
        tiers: The names of the policies, by tier.
        judged_by: Who has judged the choices.
        files: What they are from.
        choices: How many there are.
        conversations: In how many conversations.
        left_out: How many nothing could be told from, by reason.
        remarks: What else is to be said.
        bins: Reliability, by ranker: `before`, the default, and `after`, the bot's own.
        errors: Expected calibration errors, likewise.
        coverage: Risk against coverage, likewise.
        mistakes: The worst, the surest first.
    """

    bot: str
    aim: Aim
    confidence: float
    met: bool
    chosen: Chosen
    spots: Mapping[str, Spot]
    curve: Curve
    rows: Sequence[Figures]
    tiers: Sequence[Sequence[str]]
    judged_by: str
    files: Sequence[Path]
    choices: int
    conversations: int
    left_out: Mapping[str, int]
    remarks: Sequence[str] = ()
    bins: Mapping[str, Sequence[Bin]] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    coverage: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()

    @property
    def caller(self) -> str:
        """Who is called last, for sentences."""
        return ", ".join(self.tiers[-1])

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as JSON values: what a manifest keeps, and scripts read."""
        return {
            "aim": {self.aim.kind: self.aim.limit},
            "confidence": self.confidence,
            "met": self.met,
            "accept_at": self.chosen.accept_at,
            "answer_at": self.chosen.answer_at,
            "bound": self.chosen.bound,
            "figures": {
                name: {
                    key: {"value": value, **_interval(spot.intervals.get(key))}
                    for key, value in asdict(spot.figures).items()
                    if key not in ("accept_at", "answer_at")
                }
                for name, spot in self.spots.items()
            },
            "table": [asdict(row) for row in self.rows],
            "calibration_error": dict(self.errors),
            "tiers": [list(tier) for tier in self.tiers],
            "judged_by": self.judged_by,
            "files": [str(file) for file in self.files],
            "choices": self.choices,
            "conversations": self.conversations,
            "left_out": dict(self.left_out),
            "remarks": list(self.remarks),
        }


def make_report(rated: Rated, chosen: Chosen, **facts: Any) -> Report:
    """Return the report on thresholds.

    Args:
        rated: The choices.
        chosen: The thresholds.
        facts: The other attributes that are no figures.
    """
    simulated = rated.simulated
    floor, last = chosen.answer_at, simulated.tiers - 1
    stops = {
        "chosen": simulated.stop(chosen.accept_at),
        "everybody": np.full(len(simulated), last),
        "first_tier": np.zeros(len(simulated), dtype=int),
    }
    outcomes = {name: outcomes_of(simulated, stop, floor) for name, stop in stops.items()}
    figures = {
        "chosen": chosen.figures,
        "everybody": simulated.everybody(floor),
        "first_tier": simulated.first_tier(floor),
        "oracle": simulated.oracle(),
    }
    outcomes["oracle"] = oracle_of(simulated)
    curve = simulated.curve(floor)
    rows = {"before": _rows(rated.default), "after": _rows(simulated)}
    bins = {name: bins_of(some) for name, some in rows.items()}
    return Report(
        chosen=chosen,
        spots={name: Spot(name, figures[name], _intervals(simulated, outcomes[name])) for name in figures},
        curve=curve,
        rows=_table(simulated, curve, chosen),
        choices=len(simulated),
        conversations=len(set(simulated.conversation.tolist())),
        left_out=simulated.left_out,
        judged_by=rated.by,
        bins=bins,
        errors={name: calibration_error(some) for name, some in bins.items()},
        coverage={name: abstention(some) for name, some in rows.items()},
        mistakes=_mistakes(simulated, outcomes["chosen"]),
        **facts,
    )


def _intervals(simulated: Simulated, outcomes: Outcomes) -> dict[str, Interval]:
    side = (1 + INTERVAL) / 2
    found: dict[str, Interval] = {}
    values: dict[str, Array] = {
        "accuracy": outcomes.accuracy,
        "right": outcomes.right,
        "wrong": outcomes.wrong,
        "unanswered": ~outcomes.said,
        "calls": outcomes.called,
        "seconds": outcomes.seconds,
        "cost": outcomes.cost,
    }
    total = simulated.weight.sum()
    for name, value in values.items():
        each = value.astype(float)
        size = effective_size(each, simulated.weight, simulated.conversation)
        mean = float((each * simulated.weight).sum() / total)
        if name in SHARES:
            found[name] = (float(lower_bound(mean, size, side)), float(upper_bound(mean, size, side)))
            continue
        squared = float((each**2 * simulated.weight).sum() / total)
        high = float(mean_bound(mean, squared, size, side))
        found[name] = (max(0.0, 2 * mean - high), high) if np.isfinite(high) else (0.0, mean)
    return found


def _table(simulated: Simulated, curve: Curve, chosen: Chosen) -> list[Figures]:
    """Return a dozen points with about the same distance in calls, the strictest first."""
    floor = chosen.answer_at
    usable = np.flatnonzero(curve.low < 1.0)
    calls = curve.calls[usable]
    wanted = np.linspace(calls.min(), calls.max(), ROWS - 1)
    places = sorted({int(usable[np.argmin(np.abs(calls - share))]) for share in wanted})
    own = [place for place in places if curve.low[place] < chosen.accept_at <= curve.high[place]]
    rows = [chosen.figures]
    for place in places:
        if place not in own:
            low, high = max(float(curve.low[place]), 0.0), min(float(curve.high[place]), 1.0)
            rows.append(simulated.at(between(low, high) if low < high else high, floor))
    return sorted(rows, key=lambda row: -(row.accept_at or 0.0))


def _rows(simulated: Simulated) -> list[tuple[float, float, float]]:
    """Return the probability of the best of all candidates, how right it is and how much that counts."""
    known = np.isfinite(simulated.probability[:, -1])
    columns = (simulated.probability[known, -1], simulated.right[known, -1], simulated.weight[known])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _mistakes(simulated: Simulated, outcomes: Outcomes) -> list[Mistake]:
    probability = simulated.probability[np.arange(len(simulated)), outcomes.stop]
    wrong = np.flatnonzero(outcomes.wrong > 0.5)
    order = sorted(wrong.tolist(), key=lambda place: -probability[place])[:MISTAKES]
    return [
        _mistake(simulated.choices[place], simulated, place, int(outcomes.stop[place]), float(probability[place]))
        for place in order
    ]


def _mistake(choice: Choice, simulated: Simulated, place: int, stop: int, probability: float) -> Mistake:
    best = int(simulated.best[place, stop])
    said = choice.candidates[best]
    right = [
        candidate
        for candidate, label in zip(choice.candidates, choice.labels, strict=True)
        if label is not None and label.right > 0.5
    ]
    mistake = Mistake(choice.turn.text, said.policy, said.text, probability)
    if not right:
        return mistake
    first = min(right, key=choice.tier_of)
    return Mistake(
        choice.turn.text, said.policy, said.text, probability, first.text, first.policy, choice.tier_of(first) <= stop
    )


def _interval(interval: Interval | None) -> dict[str, float]:
    return {} if interval is None else {"low": interval[0], "high": interval[1]}
