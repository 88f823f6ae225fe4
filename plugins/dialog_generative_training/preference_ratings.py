"""Pairs of replies from ratings: what people preferred where they compared two replies side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import Dialogue
from dialog_generative_training.material import Preference

READER = "ratings"
BEGINNING = b'{"ratings": '  # of every file that `dialog-core rate` writes
NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Rated:
    """What ratings say.

    Attributes:
        pairs: Those of which most who rated them preferred one reply.
        told: What else there was, as sentences of remarks.
    """

    pairs: tuple[Preference, ...]
    told: tuple[str, ...]


def is_ratings(file: Path) -> bool:
    """Whether a file has ratings; what cannot be read has none."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


def read_rated(files: Iterable[Path], context: Context) -> Rated:
    """Return what several files of ratings say.

    Where several have rated a pair the majority decides, and the pair counts once; where as many are for one reply as
    for the other, it says nothing. Nor do ties, or two bad replies: neither is to be preferred.

    Raises:
        ConfigurationError: With every mistake of every file.
    """
    pairs: list[Preference] = []
    told: list[str] = []
    problems: list[Problem] = []
    for file in files:
        counts: Counter[str] = Counter()
        try:
            for dialogue in context.create("reader", READER).read(file):
                pair, outcome = _pair(dialogue, file.name)
                counts[outcome] += 1
                pairs += [pair] if pair is not None else []
        except ConfigurationError as error:
            problems += error.problems
        told.append(_told(file.name, counts))
    if problems:
        raise ConfigurationError(problems)
    return Rated(tuple(pairs), tuple(told))


def _pair(dialogue: Dialogue, name: str) -> tuple[Preference | None, str]:
    """Return the pair a rated one makes, if it does, and what came of it."""
    ratings: Any = dialogue.metadata["ratings"]
    said: Sequence[Any] = ratings["said"]
    votes = [sum(one["winner"] == place for one in said) for place in (0, 1)]
    if votes[0] == votes[1]:
        if any(votes):
            return None, "disputed"
        return None, "bad" if all(one["verdict"] == NEITHER for one in said) else "tied"
    texts = [reply["text"] for reply in ratings["replies"]]
    better = int(votes[1] > votes[0])
    asked = Dialogue(f"{name}:{dialogue.id}", dialogue.turns)
    return Preference(asked, texts[better], texts[1 - better]), "preferred"


def _told(name: str, counts: Counter[str]) -> str:
    kinds = {"tied": "tied", "bad": "had no good reply", "disputed": "were disputed"}
    others = [f"{counts[kind]:,} {words}" for kind, words in kinds.items() if counts[kind]]
    left = f"; {', '.join(others)}" if others else ""
    return f"{name}: of {counts.total():,} rated pairs, people preferred one reply in {counts['preferred']:,}{left}."
