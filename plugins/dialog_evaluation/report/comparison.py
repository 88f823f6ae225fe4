"""What differs between two runs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dialog_evaluation.replies.intervals import Interval
from dialog_evaluation.report.examples import Example
from dialog_evaluation.report.figures import WORDINGS
from dialog_evaluation.report.json_text import json_text
from dialog_evaluation.runs.info import RunInfo

VERSION = 1  # of the keys of a comparison
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure differs.

    Attributes:
        name: The figure.
        first: What it is in the first run.
        second: What it is in the second one.
        interval: Where the second less the first lies with 95 % confidence; None: that cannot be told.
        p_value: How likely a difference as large is if there is none; None: it was not tested.
        corrected: The same, corrected for how many figures were tested.
    """

    name: str
    first: float
    second: float
    interval: Interval | None = None
    p_value: float | None = None
    corrected: float | None = None

    @property
    def value(self) -> float:
        """The second less the first."""
        return self.second - self.first

    @property
    def significant(self) -> bool:
        """Whether it is more than chance."""
        return self.corrected is not None and self.corrected < ALPHA

    @property
    def verdict(self) -> str:
        """`better` or `worse` where it is more than chance and one way is better, `differs`, or `` for chance."""
        if not self.significant:
            return ""
        better = WORDINGS[self.name].better
        if not better:
            return "differs"
        return "better" if (self.value > 0) == (better == "more") else "worse"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        low, high = self.interval or (None, None)
        return {
            "first": self.first,
            "second": self.second,
            "difference": self.value,
            "low": low,
            "high": high,
            "p_value": self.p_value,
            "p_corrected": self.corrected,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """How a policy did in both runs.

    Attributes:
        name: What it is called.
        won: How often its reply was taken.
        answered: How often it had something to say.
        closeness: How many words its replies share with people's.
    """

    name: str
    won: tuple[int, int]
    answered: tuple[int, int]
    closeness: tuple[float | None, float | None]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values, the first run first."""
        return {"won": list(self.won), "answered": list(self.answered), "closeness": list(self.closeness)}


@dataclass(frozen=True, slots=True)
class Pair:
    """A turn in both runs."""

    first: Example
    second: Example

    @property
    def change(self) -> float:
        """How many more words the second reply shares with people's."""
        return (self.second.closeness or 0.0) - (self.first.closeness or 0.0)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"change": self.change, "first": self.first.to_json(), "second": self.second.to_json()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs, of the turns that both have.

    Attributes:
        first: What was run first.
        second: What was run second.
        counts: How many `turns` and `dialogues` both have, how many only the `first` or the `second` has, and how many
            got the `same` reply.
        remarks: What one has to know first.
        differences: The figures, by name.
        wins: At how many turns the second reply is closer to people's, as close, and farther.
        speakers: Who spoke in the first run and in the second, and how often; empty: nobody.
        policies: How policies did.
        better: The turns that gained most.
        worse: The turns that lost most.
        methods: How it was tested.
    """

    first: RunInfo
    second: RunInfo
    counts: Mapping[str, int]
    remarks: Sequence[str]
    differences: Mapping[str, Difference]
    wins: tuple[int, int, int]
    speakers: Sequence[tuple[str, str, int]]
    policies: Sequence[PolicyChange]
    better: Sequence[Pair]
    worse: Sequence[Pair]
    methods: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "version": VERSION,
            "first": asdict(self.first),
            "second": asdict(self.second),
            "counts": dict(self.counts),
            "remarks": list(self.remarks),
            "differences": {name: one.to_json() for name, one in self.differences.items()},
            "wins": dict(zip(("second", "neither", "first"), self.wins, strict=True)),
            "speakers": [{"first": one, "second": two, "turns": count} for one, two, count in self.speakers],
            "policies": {policy.name: policy.to_json() for policy in self.policies},
            "better": [pair.to_json() for pair in self.better],
            "worse": [pair.to_json() for pair in self.worse],
            "methods": dict(self.methods),
        }

    def to_text(self) -> str:
        """Return everything as JSON, without what is no number, and without halves of characters."""
        return json_text(self.to_json())
