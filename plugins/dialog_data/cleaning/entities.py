"""Changing texts without losing sight of what is marked in them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from dialog_core.datasets import DataItem, EntitySpan, LabelledText, find_near, texts_of, with_texts


def with_changed(item: DataItem, change: Callable[[str], str]) -> DataItem:
    """Return an item with each of its texts changed; the same object, where none is.

    Marked entities are changed in the same way and looked for where they should stand now. One that is nowhere to be
    found is left out.
    """
    texts = texts_of(item)
    changed = [change(text) for text in texts]
    if changed == texts:
        return item
    if isinstance(item, LabelledText) and item.entities:
        return replace(item, text=changed[0], entities=_moved(item, changed[0], change))
    return with_texts(item, changed)


def _moved(item: LabelledText, text: str, change: Callable[[str], str]) -> tuple[EntitySpan, ...]:
    found: list[EntitySpan] = []
    behind = 0
    for span in item.entities:
        words = change(item.text[span.start : span.end]).strip()
        expected = len(change(item.text[: span.start]))
        start = find_near(text, words, expected, behind) if words else -1
        if start >= 0:
            behind = start + len(words)
            found.append(replace(span, start=start, end=behind))
    return tuple(found)


def replaced(item: LabelledText, edits: Sequence[tuple[int, int, str]]) -> LabelledText:
    """Return a text with pieces replaced; marked entities keep what stands in their places now.

    Args:
        item: The text.
        edits: Start, end (exclusive) and what is put there, in order, none overlapping.
    """
    pieces: list[str] = []
    moves: list[tuple[int, int, int, int]] = []  # old start and end, new start and end
    old = new = 0
    for start, end, put in edits:
        pieces += (item.text[old:start], put)
        new += start - old
        moves.append((start, end, new, new + len(put)))
        old, new = end, new + len(put)
    pieces.append(item.text[old:])
    entities = []
    for span in item.entities:
        touched = any(start < span.end and span.start < end for start, end, _, _ in moves)
        start, end = _moved_to(span.start, moves, at_end=False), _moved_to(span.end, moves, at_end=True)
        entities.append(replace(span, start=start, end=end, value="" if touched else span.value))
    return replace(item, text="".join(pieces), entities=tuple(entities))


def _moved_to(place: int, moves: Sequence[tuple[int, int, int, int]], *, at_end: bool) -> int:
    shift = 0
    for start, end, new_start, new_end in moves:
        if place <= start:
            break
        if place < end:  # within what was replaced: an entity has all of it, or nothing
            return new_end if at_end else new_start
        shift = new_end - end
    return place + shift
