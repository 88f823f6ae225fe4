"""What the model sees of a text: words with their neighbours, pieces of words, and concepts with what stands by them.

Training and recognition both call `terms`; that is what makes their features the same.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from dialog_guards.emergencies import lexicon
from dialog_guards.emergencies.spelling import Spelling

MAX_CHARACTERS = 600  # of a piece of text that is looked at at once; `recognizer` cuts longer ones
SHORTEST, LONGEST = 3, 5  # characters of a piece of a word
MAX_CONCEPTS = 24  # of a text, in pairs
NEAR = 4  # words between concepts that stand by each other
CACHED_WORDS = 4_000

_WORD = re.compile(
    "[a-z]+|[0-9]+|[?!]|[\u2600-\u27bf\U0001f300-\U0001faff]|(?P<han>[\u3400-\u9fff\uf900-\ufaff])|(?P<pause>[,.;:，。；：、\\n]+)|[^\\W_]"
)
_PAUSE = ","


def words_of(text: str) -> tuple[list[str], bool]:
    """Return the words of a folded text, Chinese characters each as one, and whether there are such."""
    words: list[str] = []
    chinese = False
    for match in _WORD.finditer(text[:MAX_CHARACTERS]):
        if match.lastgroup == "han":
            chinese = True
            words.append(match[0])
        elif match.lastgroup:
            words.append(_PAUSE)
        else:
            words.append(_number(match[0]) if match[0].isdecimal() else match[0])
    return words, chinese


def terms(text: str, spelling: Spelling) -> tuple[set[str], set[str], set[str]]:
    """Return terms of words, of pieces and of concepts."""
    words, chinese = words_of(text)
    right = spelling.corrected(words)
    return _of_words([word for word in right if word != _PAUSE], chinese), _of_pieces(words), _concepts(right, chinese)


def _number(digits: str) -> str:
    if len(digits) == 4 and digits[:2] in ("19", "20"):
        return "<year>"
    return digits if len(digits) == 3 else f"<{len(digits)}>"


def _of_words(words: Sequence[str], chinese: bool) -> set[str]:
    line = ["<", *words, ">"]
    found = set(words)
    found.update(f"{first} {second}" for first, second in pairwise(line))
    if chinese:
        found.update(" ".join(three) for three in zip(line, line[1:], line[2:], strict=False))
    else:
        found.update(f"{first} * {third}" for first, third in zip(line, line[2:], strict=False))
    return found


def _of_pieces(words: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        if len(word) > 1 and word.isascii():
            found.update(_pieces(word[:20]))
    return found


@lru_cache(maxsize=CACHED_WORDS)
def _pieces(word: str) -> tuple[str, ...]:
    padded = f"_{word}_"
    return tuple(
        f"{padded[at : at + size]}~"
        for size in range(SHORTEST, min(LONGEST, len(padded)) + 1)
        for at in range(len(padded) - size + 1)
    )


def _concepts(words: Sequence[str], chinese: bool) -> set[str]:
    spaced = not chinese or any(len(word) > 1 for word in words)
    found = [*(lexicon.english().find(words) if spaced else ()), *(lexicon.chinese().find(words) if chinese else ())]
    found.sort()
    found = _negated(found, words)
    order = [concept for _, concept in found]
    terms = {f"#{concept}" for concept in order}
    kinds = sorted(set(order[:MAX_CONCEPTS]))
    terms.update(f"#{first}+{second}" for first, second in combinations(kinds, 2))
    terms.update(f"#{first}>{second}" for first, second in pairwise(order) if first != second)
    terms.update(
        f"#{first}|{second}"
        for (at, first), (after, second) in pairwise(found)
        if first != second and after - at <= NEAR
    )
    return terms


NEGATES = frozenset(
    "not no isnt wasnt arent dont doesnt didnt never nobody without havent hasnt aint nor neither"
    " 没 无 不 未 别".split()
)
REACH = 6  # words a negation reaches, unless a pause comes before


def _negated(found: Sequence[lexicon.Found], words: Sequence[str]) -> list[lexicon.Found]:
    """Mark the concepts in reach of a negation (Das and Chen 2001)."""
    reached: set[int] = set()
    for at, word in enumerate(words):
        if word in NEGATES:
            for after in range(at + 1, min(at + 1 + REACH, len(words))):
                if words[after] in (_PAUSE, "but", "and", "?", "!"):
                    break
                reached.add(after)
    return [(at, f"no-{concept}" if at in reached else concept) for at, concept in found]
