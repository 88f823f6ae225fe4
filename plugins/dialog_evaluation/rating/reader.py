"""The reader `ratings`: rated replies as dialogues, for those who learn from them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_evaluation.rating.lines import COMPARISON
from dialog_evaluation.rating.reading import read_ratings
from dialog_evaluation.rating.values import Item, Rating


class RatingsReader(Component[Options]):
    """Reads what `dialog-core rate` has written: each rated pair of replies as the dialogue before them.

    Its metadata has `line` and `dialogue`, where the message is from, and under `ratings` the two `replies` (`system`,
    `policy`, `text`) and what each rater said: `rater`, `verdict` (`better`, `tie`, `neither`), `winner`, the number of
    the better reply or null, and `reasons`. Pairs nobody has rated are left out.
    """

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether a file begins by saying what is compared."""
        return isinstance(sample.first, Mapping) and {COMPARISON, "bot", "other"} <= sample.first.keys()

    def read(self, path: Path) -> Iterator[Dialogue]:
        """Yield the dialogues; raise ConfigurationError with every mistake of the file."""
        self.context.files.add(path)
        ratings = read_ratings(path)
        said: dict[str, list[Rating]] = {}
        for (rated, _), rating in ratings.ratings.items():
            said.setdefault(rated, []).append(rating)
        for id, item in ratings.items.items():
            if id in said:
                yield _dialogue(item, said[id], ratings.lines[id])


def _dialogue(item: Item, ratings: list[Rating], line: int) -> Dialogue:
    systems = list(item.replies)
    told: dict[str, Any] = {
        "replies": [
            {"system": name, "policy": reply.policy, "text": reply.text} for name, reply in item.replies.items()
        ],
        "said": [
            {
                "rater": rating.rater,
                "verdict": rating.verdict,
                "winner": systems.index(rating.winner) if rating.winner else None,
                "reasons": list(rating.reasons),
            }
            for rating in ratings
        ],
    }
    turns = tuple(DialogueTurn(turn.role, turn.text) for turn in item.turns)
    return Dialogue(item.id, turns, {"line": line, "dialogue": item.dialogue, "ratings": told})
