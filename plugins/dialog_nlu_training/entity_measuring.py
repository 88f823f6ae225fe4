"""Measures entities: one counts as found where its place and its kind, role included, are exactly right."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from dialog_nlu.tagger import spans
from dialog_nlu_training.entity_fitting import Tagged

Tag = Callable[[Sequence[str]], Sequence[str]]
_BETWEEN_CHINESE = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
LONGEST_NAME = 8  # words of an entity that the word list looks for


@dataclass(slots=True)
class Counts:
    """How many entities were found, missed, and found where there are none."""

    found: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.found / max(2 * self.found + self.missed + self.invented, 1)

    @property
    def precision(self) -> float:
        """Of what was found, how much is right."""
        return self.found / max(self.found + self.invented, 1)

    @property
    def recall(self) -> float:
        """Of what is there, how much was found."""
        return self.found / max(self.found + self.missed, 1)


@dataclass
class Tally:
    """The counts of each kind, and examples of what went wrong."""

    kinds: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    missed: list[str] = field(default_factory=list)

    def add(self, sequences: Sequence[Tagged], tag: Tag) -> None:
        """Compare what `tag` finds with what is there."""
        for sequence in sequences:
            truth, guess = set(spans(sequence.tags)), set(spans(tag(sequence.words)))
            for span in truth & guess:
                self.kinds[span[2]].found += 1
            for span in guess - truth:
                self.kinds[span[2]].invented += 1
            for first, last, kind in sorted(truth - guess):
                self.kinds[kind].missed += 1
                self.missed.append(f"[{_said(sequence.words[first : last + 1])}]({kind}) in {_said(sequence.words)!r}")

    @property
    def metrics(self) -> dict[str, float]:
        """Precision, recall and F1 over all kinds together, and the mean of their F1."""
        every = Counts(
            sum(counts.found for counts in self.kinds.values()),
            sum(counts.missed for counts in self.kinds.values()),
            sum(counts.invented for counts in self.kinds.values()),
        )
        macro = sum(counts.f1 for counts in self.kinds.values()) / max(len(self.kinds), 1)
        return {
            "entity_f1": round(every.f1, 4),
            "entity_precision": round(every.precision, 4),
            "entity_recall": round(every.recall, 4),
            "entity_macro_f1": round(macro, 4),
        }


def _said(words: Sequence[str]) -> str:
    """Write words as a text, Chinese ones without blanks between them."""
    return _BETWEEN_CHINESE.sub("", " ".join(words))


def word_list(sequences: Sequence[Tagged]) -> Tag:
    """Return the baseline: it finds what was marked in the examples, word by word, wherever it stands."""
    names: dict[tuple[str, ...], str] = {}
    for sequence in sequences:
        for first, last, kind in spans(sequence.tags):
            names.setdefault(tuple(word.lower() for word in sequence.words[first : last + 1]), kind)

    def tag(words: Sequence[str]) -> list[str]:
        return list(_tags([word.lower() for word in words], names))

    return tag


def _tags(words: Sequence[str], names: dict[tuple[str, ...], str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            kind = names.get(tuple(words[at : at + length]))
            if kind is not None:
                yield f"B-{kind}"
                yield from [f"I-{kind}"] * (length - 1)
                at += length
                break
        else:
            yield "O"
            at += 1
