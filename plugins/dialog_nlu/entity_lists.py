"""Entities that a list names: `{Berlin: [BLN], Paris: []}`, as whole words and, if wanted, with typing mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialog_nlu.entity_found import HAN, Found, Scan
from dialog_nlu.word_tokens import Word, joined, words_of

# Letters a name must have for one or two typing mistakes in it; shorter ones are too much like other words.
ONE_MISTAKE_FROM, TWO_MISTAKES_FROM = 5, 9
SAME_START_BELOW = 8  # letters; mistakes in a first letter are rare, and short names differ in it from other words
_ENDS = ""  # key of a tree's branch under which the value stands that ends there


class ListFinder:
    """Finds the values of a list by their names.

    Args:
        values: The names of each value, its own among them.
        fuzzy: Whether a name may have typing mistakes: one from five letters on, two from nine.
    """

    def __init__(self, values: Mapping[str, Sequence[str]], *, fuzzy: bool = False) -> None:
        self._tree: dict[str, Any] = {}
        self._names: dict[int, dict[str, str]] = {}  # by how many words they have
        for value, names in values.items():
            for name in (value, *names):
                keys = [word.key for word in words_of(name)]
                if keys:
                    self._add(keys, value)
        self._fuzzy = _Fuzzy(self._names) if fuzzy else None

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the values the message names."""
        words = words_of(scan.text)
        at = 0
        unknown: list[Word] = []
        while at < len(words):
            end, value = self._longest(words, at)
            if end > at:
                yield Found(words[at].start, words[end - 1].end, value)
                yield from self._similar(unknown)
                unknown, at = [], end
            else:
                unknown.append(words[at])
                at += 1
        yield from self._similar(unknown)

    def _add(self, keys: list[str], value: str) -> None:
        branch = self._tree
        for key in keys:
            branch = branch.setdefault(key, {})
        branch.setdefault(_ENDS, value)
        name = joined(keys)
        if not HAN.search(name):
            self._names.setdefault(len(keys), {}).setdefault(name, value)

    def _longest(self, words: list[Word], at: int) -> tuple[int, str]:
        """Return where the longest name that begins here ends, and whose it is."""
        branch, end, value = self._tree, at, ""
        for place in range(at, len(words)):
            following = branch.get(words[place].key)
            if following is None:
                break
            branch = following
            if _ENDS in branch:
                end, value = place + 1, branch[_ENDS]
        return end, value

    def _similar(self, words: list[Word]) -> Iterator[Found]:
        if self._fuzzy is not None and words:
            yield from self._fuzzy.find(words)


class _Fuzzy:
    """Finds names with typing mistakes, by the number of letters added, left out, changed or swapped."""

    def __init__(self, names: Mapping[int, Mapping[str, str]]) -> None:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extractOne

        self._distance, self._extract = OSA.distance, extractOne
        self._values = {name: value for by_name in names.values() for name, value in by_name.items()}
        # One word may have become two, or two one.
        self._windows = sorted({size + more for size in names for more in (-1, 0, 1) if size + more > 0}, reverse=True)
        self._by_length: dict[int, list[str]] = {}
        for name in self._values:
            if len(name) >= ONE_MISTAKE_FROM:
                self._by_length.setdefault(len(name), []).append(name)

    def find(self, words: list[Word]) -> Iterator[Found]:
        at = 0
        while at < len(words):
            for size in self._windows:
                window = words[at : at + size]
                if len(window) < size:
                    continue
                name = self._name(joined([word.key for word in window]))
                if name is not None:
                    yield Found(window[0].start, window[-1].end, self._values[name], exact=False)
                    at += size - 1
                    break
            at += 1

    def _name(self, written: str) -> str | None:
        """Return the name `written` is most like, if it is like one."""
        if len(written) < ONE_MISTAKE_FROM or written in _COMMON:
            return None
        best, fewest = None, 3
        for length in range(len(written) - 2, len(written) + 3):
            names = self._by_length.get(length)
            if not names:
                continue
            allowed = min(2 if min(length, len(written)) >= TWO_MISTAKES_FROM else 1, fewest - 1)
            if allowed < 1 or abs(length - len(written)) > allowed:
                continue
            found = self._extract(written, names, scorer=self._distance, score_cutoff=allowed)
            if found is None or (length < SAME_START_BELOW and found[0][0] != written[0]):
                continue
            best, fewest = found[0], int(found[1])
        return best


# Words people say all the time that are a letter away from other words.
_COMMON = frozenset(
    "about after again being could doing every first going great hello house large later leave never night order "
    "other place please point quite right small sorry still thank thanks their there these thing think those three "
    "today until wants water where which while whole world would write wrong years yours".split()
)
