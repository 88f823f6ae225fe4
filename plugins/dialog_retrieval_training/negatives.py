"""Hard negatives: entries that look right for a question and are not, as words and as the untrained encoder see it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialog_core.training import Progress
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.searching import Searcher
from dialog_retrieval_training.batches import Example
from dialog_retrieval_training.pairs import Pair

LOOKED_AT = 20  # entries by each of the two ways of finding them
AT_ONCE = 512  # questions

Vectors = NDArray[np.float32]


class Mine:
    """Finds hard negatives in a knowledge.

    Of what is found, entries that are more similar to the question than `margin` times the right one are left out:
    they may be right without anybody having said so (de Souza Moreira et al. 2024 find 95 % best).
    """

    def __init__(self, entries: Sequence[Numbered], kind: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep what can be found.

        Args:
            entries: The knowledge.
            kind: What of the entries it is, as `Pair` has it.
            texts: A text of each entry; empty where it has none.
            vectors: Their vectors, as the untrained encoder gives them.
        """
        self.kind = kind
        self._entries, self._texts, self._vectors = entries, texts, vectors

    def find(
        self,
        pairs: Sequence[Pair],
        asked: Vectors,
        found: Vectors,
        words: Searcher,
        count: int,
        margin: float,
        progress: Progress,
        seed: int,
    ) -> list[Example]:
        """Return each pair with as many negatives; where too few are hard, any others make up the number.

        Args:
            pairs: The pairs.
            asked: The vectors of what is asked.
            found: The vectors of what is to be found.
            words: Finds entries by their words.
            count: How many negatives each pair gets.
            margin: See the class.
            progress: Where to say how far it is.
            seed: For those that make up the number.
        """
        rng = np.random.default_rng(seed)
        usable = np.array([bool(text.strip()) for text in self._texts])
        examples = []
        for start in range(0, len(pairs), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            similar = asked[part] @ self._vectors.T
            similar[:, ~usable] = -np.inf
            limits = margin * (asked[part] * found[part]).sum(axis=1)
            for pair, row, limit in zip(pairs[part], similar, limits, strict=True):
                chosen = self._choose(pair, row, float(limit), words, count)
                chosen += self._any(pair, chosen, usable, count - len(chosen), rng)
                texts = [self._texts[number] for number in chosen]
                examples.append(Example(pair, texts, frozenset(chosen)))
            progress.advance(len(pairs[part]))
        return examples

    def _choose(self, pair: Pair, similar: Vectors, limit: float, words: Searcher, count: int) -> list[int]:
        by_meaning = np.argsort(-similar, kind="stable")[: LOOKED_AT + len(pair.right)].tolist()
        by_words = [match.number for match in words.find(pair.asked, LOOKED_AT + len(pair.right), None)]
        chosen: list[int] = []
        # In turns, so that neither way of being wrong is learnt about alone.
        for number in dict.fromkeys(one for both in _in_turns(by_words, by_meaning) for one in both):
            if len(chosen) == count:
                break
            if number in pair.right or not -np.inf < similar[number] <= limit:
                continue
            if self._texts[number] in (pair.asked, pair.found):
                continue
            chosen.append(number)
        return chosen

    def _any(
        self, pair: Pair, chosen: Sequence[int], usable: NDArray[np.bool_], count: int, rng: np.random.Generator
    ) -> list[int]:
        if count <= 0:
            return []
        taken = {*pair.right, *chosen}
        free = [number for number in np.flatnonzero(usable).tolist() if number not in taken]
        return [int(number) for number in rng.permutation(free)[:count]]


def _in_turns(first: Sequence[int], second: Sequence[int]) -> list[tuple[int, ...]]:
    longest = max(len(first), len(second))
    return [(*first[place : place + 1], *second[place : place + 1]) for place in range(longest)]
