"""The figures that texts have, beside those of people."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from dialog_core import Context
from dialog_evaluation.replies.intervals import Interval, jackknife, numbered
from dialog_evaluation.replies.overlap import Vocabulary
from dialog_evaluation.replies.statistics import Bools, Floats, Statistic, mean, ratios
from dialog_evaluation.replies.words import is_chinese, words

OVERLAP = ("bleu", "chrf", "rouge_1", "rouge_2", "rouge_l", "unigram_f1")
VARIETY = ("distinct_1", "distinct_2")
REPETITION = ("repeated_4grams", "most_frequent", "says_it_again")
NAMES = ("chrf", "rouge", "unigram_f1", "repetition")


class TextFigures:
    """Computes figures of replies to the same questions; of a reply that was measured before, not again.

    Args:
        gold: What people answered.
        before: What was said by the bot's side just before; empty: nothing.
        context: Makes the metrics.
        encoder: Turns texts into vectors, for `embedding_similarity`; None: that is left out.
    """

    def __init__(self, gold: Sequence[str], before: Sequence[str], context: Context, encoder: Any = None) -> None:
        self._gold, self._before = gold, before
        tokenize = "zh" if is_chinese(gold) else "13a"  # the same for whichever replies are compared
        self._metrics: dict[str, Any] = {name: context.create("metric", name) for name in NAMES}
        self._metrics["bleu"] = context.create("metric", {"use": "bleu", "tokenize": tokenize})
        if encoder is not None:
            self._metrics["embedding_similarity"] = context.create(
                "metric", {"use": "embedding_similarity", "encoder": encoder}
            )
        self._places: dict[tuple[int, str], int] = {}
        self._tables: dict[str, list[Floats]] = {}

    @property
    def signature(self) -> str:
        """How BLEU is computed."""
        return str(self._metrics["bleu"].signature(self._gold))

    def overlap(self, replies: Sequence[str], chosen: Bools | None = None) -> dict[str, Statistic]:
        """Return the figures that say how much replies have in common with what people said.

        Args:
            replies: One for each question.
            chosen: Which of them count; None: all.
        """
        numbers = range(len(replies)) if chosen is None else np.flatnonzero(chosen).tolist()
        new = [number for number in numbers if (number, replies[number]) not in self._places]
        if new or not self._tables:
            self._measure(new, replies)
        places = [self._places[number, replies[number]] for number in numbers]
        found = {}
        for name, parts in self._tables.items():
            if len(parts) > 1:
                parts[:] = [np.concatenate(parts)]
            rows = np.zeros((len(replies), parts[0].shape[1]))
            rows[list(numbers)] = parts[0][places]
            found[name] = Statistic(rows, self._metrics[name].scores if name in ("bleu", "chrf") else ratios)
        return found

    def alone(self, replies: Sequence[str]) -> dict[str, Statistic]:
        """Return the figures replies have by themselves: how often they repeat something, and how long they are."""
        each = dict(self._metrics["repetition"].per_text(replies, self._before))
        each["characters"] = np.array([len(text) for text in replies], np.float64)
        each["words"] = np.array([len(_words(text)) for text in replies], np.float64)
        return {name: mean(values) for name, values in each.items()}

    def _measure(self, numbers: Sequence[int], replies: Sequence[str]) -> None:
        texts, gold = [replies[number] for number in numbers], [self._gold[number] for number in numbers]
        tables = {name: self._metrics[name].counts(texts, gold) for name in ("bleu", "chrf")}
        each = dict(self._metrics["rouge"].per_text(texts, gold))
        each["unigram_f1"] = self._metrics["unigram_f1"].per_text(texts, gold)
        if "embedding_similarity" in self._metrics:
            wanted = [""] * len(replies)  # beside all that people said, which some encoders learn from
            for number, text in zip(numbers, texts, strict=True):
                wanted[number] = text
            for name, values in self._metrics["embedding_similarity"].per_text(wanted, self._gold).items():
                each[name] = values[list(numbers)]
        tables |= {name: mean(values).rows for name, values in each.items()}
        size = len(self._places)
        self._places |= {(number, replies[number]): size + place for place, number in enumerate(numbers)}
        for name, rows in tables.items():
            self._tables.setdefault(name, []).append(rows)


@lru_cache(1 << 16)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(text))


def variety(
    replies: Sequence[str], groups: Sequence[object], chosen: Bools | None = None
) -> tuple[dict[str, float], dict[str, Interval]]:
    """Return the figures of variety, as the metric `distinct` has them, and where they lie.

    They are no sums: a text that is drawn twice brings nothing new, so that the bootstrap would find them too low.
    They are computed without each dialogue instead, from what only that one has.

    Args:
        replies: The texts.
        groups: For each, which dialogue it is of.
        chosen: Which of them count; None: all.
    """
    figures: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    for name, (value, without) in varieties(replies, groups, chosen).items():
        figures[name] = value
        if (interval := jackknife(value, without)) is not None:
            intervals[name] = (max(interval[0], 0.0), min(interval[1], 1.0))
    return figures, intervals


def varieties(
    replies: Sequence[str], groups: Sequence[object], chosen: Bools | None = None
) -> Mapping[str, tuple[float, Floats]]:
    """Return each figure of variety, with what it is without each of the dialogues."""
    numbers, size = numbered(groups)
    taken = np.arange(len(replies)) if chosen is None else np.flatnonzero(chosen)
    tokens = Vocabulary().tokens(_words(replies[number]) for number in taken.tolist())
    found = {}
    for name, order in zip(VARIETY, (1, 2), strict=True):
        runs, texts = tokens.runs_anywhere(order)
        if not len(runs):
            continue
        owners = numbers[taken][texts]
        counts = np.bincount(owners, minlength=size)
        ordered = np.lexsort((owners, runs))
        runs, owners = runs[ordered], owners[ordered]
        starts = np.flatnonzero(np.concatenate([[True], runs[1:] != runs[:-1]]))
        ends = np.append(starts[1:], len(runs)) - 1
        alone = owners[starts] == owners[ends]  # no other dialogue has it
        own = np.bincount(owners[starts][alone], minlength=size)
        left = (len(runs) - counts).astype(np.float64)
        without = np.divide(len(starts) - own, left, out=np.full(size, np.nan), where=left > 0)
        found[name] = (len(starts) / len(runs), without)
    return found
