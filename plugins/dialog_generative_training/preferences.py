"""Pairs of replies of which people preferred one, wherever they come from: put together, each once, with a remark."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from unicodedata import normalize

from dialog_core import Context, TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_generative_training.material import Material, Preference

T = TypeVar("T")
S = TypeVar("S")


@dataclass(slots=True)
class Tidied:
    """Pairs that can be learnt from, and how many could not.

    Attributes:
        pairs: The pairs, each once.
        repeated: How many had been there before.
        equal: How many have the same reply twice.
        empty: How many lack a text.
    """

    pairs: list[Preference] = field(default_factory=list)
    repeated: int = 0
    equal: int = 0
    empty: int = 0

    @property
    def told(self) -> str:
        """What was left out, as a sentence of a remark; empty if nothing was."""
        counts = {
            "found twice": self.repeated,
            "with the same reply as chosen and rejected": self.equal,
            "without a text": self.empty,
        }
        left = [f"{count:,} {name}" for name, count in counts.items() if count]
        return f"Left out: {', '.join(left)}." if left else ""


def collect_preferences(files: Sequence[Path], logs: Path | None, context: Context, persona: str = "") -> Material:
    """Return the pairs that files and the conversations of a store have.

    Args:
        files: JSON lines with `prompt`, `chosen` and `rejected`, or ratings, as `dialog-core rate` writes them.
        logs: The database of a store `sqlite`, which may be in use meanwhile.
        context: Of the component.
        persona: What the model is told first when it serves; it is told the same while it learns.

    Raises:
        ConfigurationError: A file has mistakes, with every place.
        StoreError: It is no database of conversations.
        TrainingError: There are no pairs, or the database cannot be read.
    """
    from dialog_generative_training.preference_lines import read_preferences
    from dialog_generative_training.preference_logs import read_judgements
    from dialog_generative_training.preference_ratings import is_ratings, read_rated

    rated = [file for file in files if is_ratings(file)]
    found, told = _both(
        lambda: read_preferences([file for file in files if file not in rated], context),
        lambda: read_rated(rated, context),
    )
    found += told.pairs
    remarks = list(told.told)
    if logs is not None:
        judged = read_judgements(logs)
        found += judged.pairs
        remarks.append(judged.told)
    tidied = tidy(found)
    remarks += filter(None, [tidied.told])
    if not tidied.pairs:
        raise TrainingError(_nothing(files, logs, remarks))
    return Material(preferences=tuple(_told(pair, persona) for pair in tidied.pairs), remarks=tuple(remarks))


def tidy(pairs: Iterable[Preference]) -> Tidied:
    """Return pairs without those that teach nothing."""
    tidied = Tidied()
    seen: set[tuple[object, str, str]] = set()
    for pair in pairs:
        chosen, rejected = pair.chosen.strip(), pair.rejected.strip()
        key = (_turns(pair.dialogue), chosen, rejected)
        if not chosen or not rejected or not _asked(pair.dialogue):
            tidied.empty += 1
        elif chosen == rejected:
            tidied.equal += 1
        elif key in seen:
            tidied.repeated += 1
        else:
            seen.add(key)
            tidied.pairs.append(Preference(pair.dialogue, chosen, rejected))
    return tidied


def folded(text: str) -> str:
    """Return a text in the form in which it is compared with others."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _both(first: Callable[[], T], second: Callable[[], S]) -> tuple[T, S]:
    """Return what both read; raise ConfigurationError with the mistakes of both."""
    try:
        found = first()
    except ConfigurationError as error:
        try:
            second()
        except ConfigurationError as other:
            raise ConfigurationError([*error.problems, *other.problems]) from None
        raise
    return found, second()


def _told(pair: Preference, persona: str) -> Preference:
    """Return a pair whose dialogue begins with what the model is told first."""
    turns = pair.dialogue.turns
    if not persona or turns[0].role == "system":
        return pair
    turns = (DialogueTurn("system", persona), *turns)
    return replace(pair, dialogue=replace(pair.dialogue, turns=turns))


def _asked(dialogue: Dialogue) -> str:
    return dialogue.turns[-1].text.strip() if dialogue.turns else ""


def _turns(dialogue: Dialogue) -> tuple[tuple[str, str], ...]:
    return tuple((turn.role, turn.text) for turn in dialogue.turns)


def _nothing(files: Sequence[Path], logs: Path | None, remarks: Sequence[str]) -> str:
    places = [str(path) for path in (*files, *([logs] if logs is not None else []))]
    where = f"in {' and '.join(places)} " if places else ""
    found = f" {' '.join(remarks)}" if remarks else ""
    remedy = (
        "Name `data` (JSON lines with `prompt`, `chosen` and `rejected`, or ratings), or `logs` (the database of a "
        "store `sqlite` in which replies were edited, or judged good and bad)"
    )
    return f"there are no pairs of replies {where}to learn from.{found} {remedy}"
