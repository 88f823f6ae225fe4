"""A text in pieces, of which those that are marked stay as they are while the others change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from dialog_core.datasets import EntitySpan, LabelledText


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text.

    Attributes:
        text: What stands there.
        entity: The entity it is, with its positions in the text it comes from; None: free text.
    """

    text: str
    entity: EntitySpan | None = None


def segments_of(item: LabelledText) -> list[Segment]:
    """Return a text as free pieces and entities, in order; joined they are the text."""
    found: list[Segment] = []
    behind = 0
    for span in item.entities:
        if span.start > behind:
            found.append(Segment(item.text[behind : span.start]))
        found.append(Segment(item.text[span.start : span.end], span))
        behind = span.end
    if behind < len(item.text):
        found.append(Segment(item.text[behind:]))
    return found


def joined(item: LabelledText, segments: Iterable[Segment]) -> LabelledText:
    """Return an item with the text of `segments`, its entities where they stand now. Blanks at its ends go."""
    pieces = list(segments)
    text = "".join(piece.text for piece in pieces)
    begin = len(text) - len(text.lstrip())
    entities: list[EntitySpan] = []
    position = -begin
    for piece in pieces:
        if piece.entity is not None:
            entities.append(replace(piece.entity, start=position, end=position + len(piece.text)))
        position += len(piece.text)
    return replace(item, text=text.strip(), entities=tuple(entities))


def changed(segments: Sequence[Segment], change: Callable[[str], str]) -> list[Segment]:
    """Return the pieces, the free ones changed."""
    return [piece if piece.entity is not None else replace(piece, text=change(piece.text)) for piece in segments]
