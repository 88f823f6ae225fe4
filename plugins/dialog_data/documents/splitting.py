"""From the blocks under a heading to passages of about the same length.

A section that is short enough is one passage. A longer one is cut between its blocks; a block that is too long by
itself is cut between sentences, items or rows; a sentence that is too long, between its words. Knows nothing of files
and headings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dialog_data.documents.blocks import Block
from dialog_data.documents.text_size import cut, sentences, size

_LEAD_SHARE = 4  # a table's head is repeated only where it takes up no more than a quarter of a passage
_OVERLAP_SHARE = 2  # repeated sentences take up no more than half a passage
_INTRODUCES = re.compile(r"[:：]\s*$|\*\*[:：]?\s*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage's text.

    Attributes:
        text: The text.
        page: The page it begins on; 0: the document has none.
    """

    text: str
    page: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """What stays together.

    Attributes:
        text: The text.
        size: Its size.
        before: What stands between it and the unit before.
        page: The page it begins on.
        lead: What is put before it where a passage begins with it.
        prose: Whether its sentences may be repeated.
    """

    text: str
    size: int
    before: str
    page: int
    lead: str = ""
    prose: bool = False


def pieces(blocks: Sequence[Block], limit: int, overlap: int = 0) -> Iterator[Piece]:
    """Cut blocks into passages.

    Args:
        blocks: What stands under one heading.
        limit: The greatest size of a passage, as `text_size.size` measures. Code, a table's row and a word are never
            cut, whatever their size.
        overlap: How many sentences of the passage before each passage begins with; they come on top of `limit`.
    """
    units = _introductions_joined([unit for block in blocks for unit in _units(block, limit)], limit)
    starts = _starts([unit.size for unit in units], limit)
    for start, end in zip(starts, [*starts[1:], len(units)], strict=True):
        repeated = _last_sentences(units, start, overlap, limit // _OVERLAP_SHARE) if overlap else ""
        text = _text(units[start:end], after=repeated)
        if text.strip():
            yield Piece(text.strip("\n").rstrip(), units[start].page)


def _units(block: Block, limit: int) -> Iterator[_Unit]:
    """Yield what a block may be cut into: itself where it is short enough."""
    whole = "\n".join(block.parts)
    long = size(whole)
    if long <= limit or block.kind == "code":
        yield _Unit(whole, long, "\n\n", block.page, prose=block.kind == "prose")
        return
    lead = block.lead if size(block.lead) <= limit // _LEAD_SHARE else ""
    before = "\n\n"
    for number, part in enumerate(block.parts):
        long = size(part)
        if long <= limit or block.kind == "table":
            yield _Unit(part, long, before, block.page, lead=f"{lead}\n" if lead and number else "")
        else:
            for text in _sentences(part, limit):
                yield _Unit(text, size(text), before, block.page, prose=block.kind == "prose")
                before = ""
        before = "\n"


def _sentences(text: str, limit: int) -> Iterator[str]:
    for sentence in sentences(text):
        if size(sentence) <= limit:
            yield sentence
        else:
            yield from cut(sentence, limit)


def _introductions_joined(units: Sequence[_Unit], limit: int) -> list[_Unit]:
    """Keep together what ends with a colon or is a term in bold type, and what it introduces."""
    joined: list[_Unit] = []
    for unit in units:
        last = joined[-1] if joined else None
        if last and _INTRODUCES.search(last.text[-8:]) and last.size + unit.size <= limit:
            text = last.text + unit.before + unit.text
            joined[-1] = replace(last, text=text, size=last.size + unit.size, prose=False)
        else:
            joined.append(unit)
    return joined


def _starts(sizes: Sequence[int], limit: int) -> list[int]:
    """Return with which units passages begin: as few passages as can be, and the longest of them as short as can be."""
    fewest = _packed(sizes, limit)
    low, high = sum(sizes) // max(len(fewest), 1), limit
    while low < high:
        middle = (low + high) // 2
        if len(_packed(sizes, middle)) <= len(fewest):
            high = middle
        else:
            low = middle + 1
    return _packed(sizes, high)


def _packed(sizes: Sequence[int], limit: int) -> list[int]:
    starts: list[int] = []
    total = 0
    for number, long in enumerate(sizes):
        if not starts or total + long > limit:
            starts.append(number)
            total = 0
        total += long
    return starts


def _text(units: Sequence[_Unit], *, after: str) -> str:
    first = units[0]
    begun = first.lead + first.text
    if after:
        begun = (after.rstrip() + first.before if first.before else after) + begun
    return begun + "".join(unit.before + unit.text for unit in units[1:])


def _last_sentences(units: Sequence[_Unit], end: int, count: int, limit: int) -> str:
    """Return the last sentences of the prose before a unit, as many as are wanted and fit."""
    found: list[str] = []
    between = ""
    for position in range(end - 1, -1, -1):
        unit = units[position]
        if not unit.prose:
            break
        for sentence in reversed(list(sentences(unit.text))):
            limit -= size(sentence)
            if len(found) == count or limit < 0:
                return "".join(reversed(found))
            found.append(sentence + between)
            between = ""
        between = unit.before
    return "".join(reversed(found))
