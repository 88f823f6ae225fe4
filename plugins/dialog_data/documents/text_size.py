"""How long a text is, counted so that English and Chinese come out alike, and where it may be cut."""

import re
from collections.abc import Iterator

WORD = 8
CHARACTER = 5
"""The size of a Chinese or Japanese character; a word is `WORD`. XQuAD's paragraphs say in 1.64 Chinese characters
what a word says in their English originals; 8 / 5 is 1.6."""

LONGEST_WORD = 24  # letters; a longer run counts as several words
LONGEST_ATOM = 1_000  # characters without a space; what is longer (data written as letters) is no word and may be cut

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # scripts without spaces
_CHARACTERS = re.compile(f"[{_UNSPACED}]")
_WORDS = re.compile(rf"[^\W{_UNSPACED}]{{1,{LONGEST_WORD}}}|[^\w\s]{{8,{LONGEST_WORD}}}")
_CLOSING = "”’」』）》】\"'\\])"
_SENTENCE_END = re.compile(
    rf"(?<![.!?…])[.!?…]++[{_CLOSING}*_]*+(?:\s++|(?=[{_UNSPACED}]))|(?<![。！？])[。！？]++[{_CLOSING}*_]*+\s*+"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Fig|Eq|Sec|vs|cf|al|etc|approx|Inc|Ltd"
    r"|Co|Jr|Sr)\.\s*$"
)
_ABBREVIATION_WINDOW = 16  # characters before the end of a sentence that are looked at for an abbreviation
_ATOM = re.compile(
    rf"[{_UNSPACED}][^\w\s]{{0,8}}+\s*+|[^\s{_UNSPACED}]{{1,{LONGEST_ATOM}}}+\s*+|\s++"
)  # a word or a character with what follows it
_CLAUSE_END = frozenset(",;:，；、：")


def size(text: str) -> int:
    """Return how long a text is: `WORD` for each word, `CHARACTER` for each character of a script without spaces."""
    words = WORD * len(_WORDS.findall(text))
    return words if text.isascii() else words + CHARACTER * len(_CHARACTERS.findall(text))


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in a text."""
    return any(character.isalnum() for character in text)


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; together they are the text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if match[0].startswith(".") and _goes_on(text, match.start(), end):
            continue
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _goes_on(text: str, stop: int, end: int) -> bool:
    """Whether a full stop ends no sentence: it belongs to an abbreviation, or what follows is in lower case."""
    if text[end : end + 1].islower():
        return True
    return _ABBREVIATION.search(text[max(stop - _ABBREVIATION_WINDOW, 0) : stop + 1]) is not None


def cut(sentence: str, limit: int) -> Iterator[str]:
    """Cut a sentence into pieces no longer than `limit`: between clauses where it can be, never within a word."""
    pending: list[tuple[str, int]] = []
    total = clause_end = clause_total = 0
    for match in _ATOM.finditer(sentence):
        atom = match[0]
        word = atom.rstrip()
        long = WORD if word.isascii() and word.isalnum() and len(word) <= LONGEST_WORD else size(word)
        if pending and total + long > limit:
            at, before = (clause_end, clause_total) if 2 * clause_total >= limit else (len(pending), total)
            yield "".join(text for text, _ in pending[:at])
            del pending[:at]
            total, clause_end, clause_total = total - before, 0, 0
        pending.append((atom, long))
        total += long
        if word[-1:] in _CLAUSE_END or "\n" in atom[len(word) :]:
            clause_end, clause_total = len(pending), total
    if pending:
        yield "".join(text for text, _ in pending)
