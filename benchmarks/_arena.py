"""What the arena is made of: its size, what is asked in it, and where it is kept.

The arena is a bot whose policies each know something else, and conversations that need all of them. Everything in it
follows from public data and a seed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from benchmarks._data import CACHE

SEED = 20_261
WORK = CACHE / "arena"

Source = Literal["banking", "rules", "faq", "smalltalk", "out_of_scope"]

# How often each is asked for. What is asked of a bank only the language model can answer.
SHARES: dict[Source, float] = {"banking": 0.40, "rules": 0.24, "faq": 0.20, "smalltalk": 0.11, "out_of_scope": 0.05}
# Which policy knows it; nobody knows what is out of scope.
KNOWN_TO: dict[Source, str] = {"banking": "llm", "rules": "rules", "faq": "faq", "smalltalk": "smalltalk"}

PARTS: dict[str, int] = {"train": 600, "validation": 200, "test": 400}  # conversations
QUICK = 10  # times fewer, to try things
TURNS = (4, 8)  # of a conversation: at least, at most

FALLBACK = "I am sorry, that is beyond me."


@dataclass(frozen=True, slots=True)
class Question:
    """Something a user asks.

    Attributes:
        text: The words.
        source: Where it is from.
        right: The replies that are right; none where it is right to say nothing. The first is the one in the history.
        group: What must not be on both sides of a split: questions of one group are the same in other words.
    """

    text: str
    source: Source
    right: tuple[str, ...]
    group: str

    def is_right(self, reply: str) -> bool:
        """Return whether a reply is right, whoever gives it."""
        return plain(reply) in map(plain, self.right)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation: what the user asks, one after the other."""

    id: str
    part: str
    questions: tuple[Question, ...]


def plain(text: str) -> str:
    """Return a text without what does not make it another one: letter case, the width of spaces."""
    return " ".join(text.split()).casefold()


def write_talks(talks: Sequence[Talk], path: Path) -> None:
    """Write conversations as JSON lines, to look up where the question of a recorded turn is from."""
    path.write_text("".join(json.dumps(asdict(talk), ensure_ascii=False) + "\n" for talk in talks), encoding="utf-8")
