"""What people said instead of the bot, and which entry of its knowledge that is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from dialog_ranking_training.learning.exchanges import Correction, Exchange
from dialog_ranking_training.learning.known import Known, KnownEntry
from dialog_ranking_training.learning.masking import Masker, folded
from dialog_ranking_training.learning.meaning import MOST_TEXTS, SAME, Meaning
from dialog_ranking_training.learning.suggestion import Kind

FEWEST_WORDS = 5  # of what a person said who had taken over; less is a greeting
CHANGED = 0.6  # share of an answer's words that stand in an edited one: the edit changes that answer
MOST_WORDS = 400  # of an answer that are compared


@dataclass(frozen=True, slots=True)
class Item:
    """An exchange with its question as it is shown and as it is compared.

    Attributes:
        exchange: The exchange.
        shown: Its question, with personal data taken out.
        compared: The same without the marks of what was taken out.
        nearest: Which of all phrasings is nearest to it; -1: none.
        near: How near.
    """

    exchange: Exchange
    shown: str
    compared: str
    nearest: int
    near: float

    def is_further(self, target: KnownEntry) -> bool:
        """Whether the question is another phrasing than those of an entry."""
        return folded(self.shown) not in {folded(question) for question in target.entry.questions}


@dataclass(slots=True)
class Corrected:
    """Corrections that say the same: of one entry, or of questions that mean the same.

    Attributes:
        kind: What they come to.
        target: The entry they are about.
        pairs: Each exchange with the words of the person, personal data taken out.
        near: Questions without an answer that are about the same.
    """

    kind: Kind
    target: KnownEntry | None = None
    pairs: list[tuple[Item, str]] = field(default_factory=list)
    near: list[Item] = field(default_factory=list)

    def answers(self) -> list[str]:
        """Return what people said, each once: an edit before what was said in passing, the latest first."""
        told = sorted(self.pairs, key=lambda pair: (_edited(pair[0]), pair[0].exchange.last_at), reverse=True)
        return list({folded(answer): answer for _, answer in reversed(told)}.values())[::-1]


def corrections_of(items: Sequence[Item], known: Known, meaning: Meaning, masker: Masker) -> list[Corrected]:
    """Return what people put right, that of one entry or of one question together."""
    targeted: dict[tuple[str, str, str], Corrected] = {}
    new: list[tuple[Item, str]] = []
    for item, said in _answers(items):
        answer = masker.answer(said)
        kind, target = _target(item, answer, known)
        if target is None:
            new.append((item, answer))
        elif kind == "changed_answer" or item.is_further(target):
            key = (kind, target.knowledge, target.id)
            targeted.setdefault(key, Corrected(kind, target)).pairs.append((item, answer))
    new = new[-MOST_TEXTS:]
    groups = meaning.groups([item.compared for item, _ in new])
    return [*targeted.values(), *(Corrected("new", None, [new[place] for place in group]) for group in groups)]


def _answers(items: Sequence[Item]) -> Iterator[tuple[Item, str]]:
    """Yield the exchanges that a person answered, with what they said."""
    for item in items:
        correction = item.exchange.correction
        if correction is None:
            continue
        if correction.edited:
            if folded(correction.text) != folded(item.exchange.said):
                yield item, correction.text
        elif (text := _without_greeting(correction)) and not text.endswith(("?", "？")):
            yield item, text


def _without_greeting(correction: Correction) -> str:
    """Return what somebody said who took over, without their greeting; nothing where that was all."""
    parts = correction.text.strip().split("\n\n")
    while parts and _words(parts[0]) < FEWEST_WORDS:
        parts = parts[1:]
    return "\n\n".join(parts)


def _target(item: Item, answer: str, known: Known) -> tuple[Kind, KnownEntry | None]:
    """Return the entry that a correction is about, and what it comes to."""
    if (same := known.with_answer(answer)) is not None:
        return "rephrasing", same
    if item.near >= SAME:
        return "changed_answer", known.of_phrasing(item.nearest)
    said = known.find(item.exchange.knowledge, item.exchange.entry)
    if said is not None and _kept(said.entry.answer, answer) >= CHANGED:
        return "changed_answer", said
    return "new", None


def _kept(before: str, after: str) -> float:
    """Return which share of the words of two texts they have in common, in order."""
    one, other = before.split(), after.split()
    if len(one) < 3 and len(other) < 3:  # nobody writes spaces, or next to nothing
        one, other = list(before), list(after)
    return SequenceMatcher(None, one[:MOST_WORDS], other[:MOST_WORDS], autojunk=False).ratio()


def _words(text: str) -> int:
    """Return how many words a text has; two characters are one where nobody writes spaces."""
    words = folded(text).split()
    return sum(1 if word.isascii() else max(len(word) // 2, 1) for word in words)


def _edited(item: Item) -> bool:
    return item.exchange.correction is not None and item.exchange.correction.edited
