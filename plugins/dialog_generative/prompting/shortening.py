"""Making texts shorter so that a person sees it, and a model too."""

import re
from collections.abc import Sequence

MARK = "…"
MIDDLE_MARK = "\n[…]\n"  # in the place of what was taken out of the middle
SHORTEST_EVIDENCE = 200  # characters; less of a passage says nothing
SHORTEST_QUESTION = 200  # characters

# Where a sentence ends; a point within `3.5` or `e.g.` is followed by no blank and no capital.
SENTENCE_END = re.compile(r"[.!?…]['\")\]”’»]{0,3}(?=\s)|[。！？…；]['\")\]”’」』）]{0,3}|\n")


def cut_end(text: str, characters: int) -> str:
    """Return the beginning of a text, up to the end of a sentence if one ends in its second half."""
    if len(text) <= characters:
        return text
    kept = text[: max(characters - len(MARK), 0)]
    ends = [match.end() for match in SENTENCE_END.finditer(kept, len(kept) // 2)]
    return f"{kept[: ends[-1]].rstrip() if ends else kept}{MARK}"


def whole_sentences(text: str) -> str:
    """Return what was broken off up to the end of its last whole sentence; all of it where there is none."""
    ends = [match.end() for match in SENTENCE_END.finditer(f"{text} ")]
    kept = text[: ends[-1]].rstrip() if ends else ""
    return kept or f"{text.rstrip()}{MARK}"


def cut_middle(text: str, characters: int) -> str:
    """Return the beginning and the end of a text: what is asked stands in either."""
    if len(text) <= characters:
        return text
    kept = max(characters - len(MIDDLE_MARK), 2)
    return f"{text[: kept - kept // 2]}{MIDDLE_MARK}{text[len(text) - kept // 2 :]}"


def shorten_longest(texts: Sequence[str], excess: int) -> list[str]:
    """Return the texts with about `excess` characters less: the longest are cut, all to one length.

    None is cut below `SHORTEST_EVIDENCE`, so that less may be taken away than was asked for.
    """
    wanted = sum(map(len, texts)) - excess
    length = 0
    rest, left = wanted, len(texts)
    for size in sorted(map(len, texts)):  # those shorter than the common length stay whole
        length = rest // left
        if size > length:
            break
        rest, left = rest - size, left - 1
    length = max(length, SHORTEST_EVIDENCE)
    return [cut_end(text, length) for text in texts]
