"""The bot's figures in parts: by language, and by how far a dialogue has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dialog_evaluation.replies.statistics import Bools
from dialog_evaluation.report.conduct import Counted
from dialog_evaluation.report.figures import Figure
from dialog_evaluation.report.measuring import Measuring
from dialog_evaluation.report.rows import Rows

SHOWN = ("chrf", "unigram_f1", "embedding_similarity", "recall_at_1", "joint_goal_accuracy", "fallback")
POSITIONS = ((1, 1, "1st message"), (2, 2, "2nd"), (3, 4, "3rd, 4th"), (5, 8, "5th to 8th"), (9, 1 << 30, "later"))
OTHER = "not told"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the replies.

    Attributes:
        name: Which.
        rows: How many.
        figures: The bot's figures of them.
    """

    name: str
    rows: int
    figures: Mapping[str, Figure]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "rows": self.rows,
            "figures": {name: figure.to_json() for name, figure in self.figures.items()},
        }


def by_language(rows: Rows, measuring: Measuring, counted: Mapping[str, Counted]) -> list[Part]:
    """Return the figures of each language; none where there is only one."""
    languages = [row.language or OTHER for row in rows]
    names = sorted(set(languages), key=lambda name: (-languages.count(name), name))
    if len(names) < 2:
        return []
    return [_part(name, np.array([one == name for one in languages], np.bool_), measuring, counted) for name in names]


def by_position(rows: Rows, measuring: Measuring, counted: Mapping[str, Counted]) -> list[Part]:
    """Return the figures of first messages, second ones, and so on; none where dialogues have but one."""
    positions = np.array([row.position for row in rows])
    parts = [
        _part(name, (positions >= first) & (positions <= last), measuring, counted) for first, last, name in POSITIONS
    ]
    parts = [part for part in parts if part.rows]
    return parts if len(parts) > 1 else []


def _part(name: str, chosen: Bools, measuring: Measuring, counted: Mapping[str, Counted]) -> Part:
    shown = {key: counted[key] for key in SHOWN if key in counted}
    some = {key: (one.only(chosen), told & chosen) for key, (one, told) in shown.items()}
    return Part(name, int(chosen.sum()), measuring.sums(some))
