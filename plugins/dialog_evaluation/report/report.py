"""Everything a run says about a bot."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dialog_evaluation.report.baselines import People
from dialog_evaluation.report.examples import Kind
from dialog_evaluation.report.figures import Figure
from dialog_evaluation.report.json_text import json_text
from dialog_evaluation.report.measuring import Measured
from dialog_evaluation.report.parts import Part
from dialog_evaluation.report.policies import PolicyReport
from dialog_evaluation.runs.info import RunInfo

VERSION = 1  # of the keys of a report; they stay as they are unless it changes


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values are how large.

    Attributes:
        edges: Where bins begin, and where the last one ends.
        counts: How many values each has.
    """

    edges: Sequence[float]
    counts: Sequence[int]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"edges": list(self.edges), "counts": list(self.counts)}


@dataclass(frozen=True, slots=True)
class Report:
    """What a run says about a bot.

    Attributes:
        info: What was run.
        counts: `dialogues`, `turns`, how many of them have a reply of people (`referenced`), and each status.
        remarks: What an honest colleague would say first.
        bot: The bot's figures.
        baselines: Those of replies that need no bot.
        people: Those of people among themselves; None where that is not known.
        policies: What each policy would have said.
        best: The figures of always taking the best candidate; None where there is but one.
        leakage: Which shares stand in the training data; None: none was given.
        by_language: The bot's figures by language; empty where there is one.
        by_position: By how far a dialogue has come.
        closeness: How many words replies share with people's.
        seconds: How long turns took.
        reasons: Why nobody answered, the most frequent first.
        frequent: What was said most often.
        examples: Turns to look at.
        methods: How figures were computed, by name.
        further: What further metrics find in the bot's replies beside those of people, by metric and by figure.
    """

    info: RunInfo
    counts: Mapping[str, int]
    remarks: Sequence[str]
    bot: Measured
    baselines: Sequence[Measured]
    people: People | None
    policies: Sequence[PolicyReport]
    best: Measured | None
    leakage: Mapping[str, float] | None
    by_language: Sequence[Part]
    by_position: Sequence[Part]
    closeness: Histogram | None
    seconds: Histogram | None
    reasons: Sequence[tuple[str, int]]
    frequent: Sequence[tuple[str, int]]
    examples: Sequence[Kind]
    methods: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the bot is called."""
        return self.info.name

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "version": VERSION,
            "run": asdict(self.info),
            "counts": dict(self.counts),
            "remarks": list(self.remarks),
            "bot": self.bot.to_json(),
            "baselines": {one.name: one.to_json() for one in self.baselines},
            "people": None
            if self.people is None
            else {**self.people.measured.to_json(), "bot_on_the_same_turns": self.people.bot.to_json()},
            "policies": {policy.name: policy.to_json() for policy in self.policies},
            "best_candidate": None if self.best is None else self.best.to_json(),
            "leakage": None if self.leakage is None else dict(self.leakage),
            "by_language": [part.to_json() for part in self.by_language],
            "by_position": [part.to_json() for part in self.by_position],
            "closeness": None if self.closeness is None else self.closeness.to_json(),
            "seconds": None if self.seconds is None else self.seconds.to_json(),
            "reasons": dict(self.reasons),
            "frequent": [{"text": text, "count": count} for text, count in self.frequent],
            "examples": {kind.name: kind.to_json() for kind in self.examples},
            "methods": dict(self.methods),
            "further": {name: dict(figures) for name, figures in self.further.items()},
        }

    def to_text(self) -> str:
        """Return everything as JSON, without what is no number, and without halves of characters."""
        return json_text(self.to_json())


def stored_figures(path: Path) -> dict[str, Figure] | None:
    """Return the bot's figures as a report tells them; None where there is none that can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] != VERSION:
            return None
        return {str(name): Figure.from_json(figure) for name, figure in told["bot"]["figures"].items()}
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
