"""The words of a text, to choose entities by, and what is done with entities in it."""

import re
from collections.abc import Sequence

from dialog_core.datasets import EntitySpan

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Nobody writes spaces between Chinese words: every character can begin or end an entity.
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:['’.\-@+][^\W{_HAN}]+)*|[^\w\s]")


def words_of(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text begin and end."""
    return [match.span() for match in _WORD.finditer(text)] or [(0, len(text))]


def with_marks(text: str, entities: Sequence[EntitySpan]) -> str:
    """Return a text with its entities marked: `fly to [Berlin](city:to)`."""
    pieces, at = [], 0
    for span in entities:
        role = f":{span.role}" if span.role else ""
        value = f"={span.value}" if span.value else ""
        pieces += [text[at : span.start], f"[{text[span.start : span.end]}]({span.entity}{role}{value})"]
        at = span.end
    return "".join([*pieces, text[at:]])


def marked_over(entities: Sequence[EntitySpan], new: EntitySpan) -> tuple[EntitySpan, ...]:
    """Return entities with one more, which takes the place of those it overlaps."""
    return tuple(sorted([*cleared(entities, new.start, new.end), new], key=lambda span: span.start))


def cleared(entities: Sequence[EntitySpan], start: int, end: int) -> tuple[EntitySpan, ...]:
    """Return the entities that do not touch a part of the text."""
    return tuple(span for span in entities if span.end <= start or end <= span.start)


def without_overlaps(spans: Sequence[EntitySpan]) -> tuple[EntitySpan, ...]:
    """Return spans in text order, of those that overlap the longest."""
    kept: list[EntitySpan] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    kept.sort(key=lambda one: one.start)
    return tuple(kept)
