"""Words as they were meant.

English ones with a letter wrong, missing, too many or swapped, or without spaces between them; Chinese ones typed with
other characters that sound the same.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from dialog_guards.emergencies.folding import HAN, sound_of

SHORTEST = 4  # letters of a word that may be misspelt
RUN_TOGETHER = 13  # letters of what may be several words without spaces
LONGEST_RUN = 60
SHORTEST_PHRASE, LONGEST_PHRASE = 2, 4  # characters of a Chinese word that may be mistyped
CACHED_WORDS = 4_000


class Spelling:
    """Knows words that are right as they stand.

    Args:
        known: Those words, the more frequent first, and pairs of Chinese characters that often stand together.
        phrases: Chinese words to find also where others were typed that sound like them.
    """

    def __init__(self, known: Sequence[str], phrases: Sequence[str]) -> None:
        self.known = tuple(known)
        self._sounding: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            if SHORTEST_PHRASE <= len(phrase) <= LONGEST_PHRASE:
                self._sounding.setdefault(tuple(map(sound_of, phrase)), phrase)
        self._rank = {word: number for number, word in enumerate(known)}
        self._near: dict[str, str] = {}
        for word in known:
            if len(word) >= SHORTEST and word.isascii():
                for near in _shortened(word):
                    self._near.setdefault(near, word)
        self._corrected = lru_cache(maxsize=CACHED_WORDS)(self._correct)

    def corrected(self, words: Sequence[str]) -> list[str]:
        """Return words as they were meant."""
        if any(HAN.match(word) for word in words):
            words = self._heard(words)
        return [meant for word in words for meant in self._corrected(word)]

    def _heard(self, words: Sequence[str]) -> list[str]:
        """Put the phrase that was meant where characters stand that sound like it and do not often stand together."""
        found = list(words)
        sounds = [sound_of(word) for word in words]
        at = 0
        while at < len(found):
            for size in range(LONGEST_PHRASE, SHORTEST_PHRASE - 1, -1):
                phrase = self._sounding.get(tuple(sounds[at : at + size]))
                if phrase is not None and self._is_mistyped(found[at : at + size], phrase):
                    found[at : at + size] = phrase
                    at += size - 1
                    break
            at += 1
        return found

    def _is_mistyped(self, typed: Sequence[str], phrase: str) -> bool:
        different = [one != other for one, other in zip(typed, phrase, strict=True)]
        if not any(different) or all(different):
            return False
        return not any(
            first + second in self._rank
            for (first, second), wrong in zip(pairwise(typed), pairwise(different), strict=True)
            if any(wrong)
        )

    def _correct(self, word: str) -> tuple[str, ...]:
        if len(word) < SHORTEST or not word.isascii() or not word.isalpha() or word in self._rank:
            return (word,)
        if RUN_TOGETHER <= len(word) <= LONGEST_RUN and (parts := self._parted(word)):
            return parts
        if len(word) > 20:
            return (word,)
        for near in _shortened(word):
            if (found := self._near.get(near)) is not None and _one_apart(word, found):
                return (found,)
        return (word,)

    def _parted(self, word: str) -> tuple[str, ...] | None:
        """Cut what was written without spaces into as few known words as it takes."""
        best: list[tuple[int, int] | None] = [(0, 0), *([None] * len(word))]
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - 12), end):
                before = best[start]
                if before is not None and word[start:end] in self._rank:
                    cost = before[0] + 1
                    here = best[end]
                    if here is None or cost < here[0]:
                        best[end] = (cost, start)
        if best[-1] is None:
            return None
        parts: list[str] = []
        at = len(word)
        while at:
            found = best[at]
            assert found is not None
            parts.append(word[found[1] : at])
            at = found[1]
        return tuple(reversed(parts))


def _shortened(word: str) -> Iterator[str]:
    """Yield a word and what is left of it without one of its letters, the first excepted (Garbe 2012, SymSpell)."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def _one_apart(one: str, other: str) -> bool:
    """Say whether two words with a common shortened form differ by one letter or two neighbours swapped."""
    if len(one) != len(other):
        return True
    different = [at for at, (first, second) in enumerate(zip(one, other, strict=True)) if first != second]
    return len(different) == 1 or (
        len(different) == 2
        and different[1] == different[0] + 1
        and one[different[0]] == other[different[1]]
        and one[different[1]] == other[different[0]]
    )
