"""What there is to label in a data set: the texts of users, each once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, EntitySpan, LabelledText
from dialog_core.text import repair_text


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to label.

    Attributes:
        id: Which one it is: of a turn `DIALOGUE#TURN`, counted from 1; else made from the text, so that it stays the
            same where the file is sorted anew.
        text: The text, without the blanks around it.
        before: The turns before it.
        label: The label the file has for it; empty: none.
        entities: The entities the file has marked in it.
    """

    id: str
    text: str
    before: tuple[DialogueTurn, ...] = ()
    label: str = ""
    entities: tuple[EntitySpan, ...] = ()


def units_of(items: Iterable[DataItem]) -> Iterator[Unit]:
    """Yield what is to be labelled: what users say in dialogues, labelled texts, and the questions of knowledge.

    A turn is labelled where it stands, for "yes" means something else each time. A text without a conversation is
    labelled once, however often it is there.
    """
    seen: set[str] = set()
    for item in items:
        for unit in _units(item):
            if unit.text and unit.id not in seen:
                seen.add(unit.id)
                yield unit


def text_id(text: str) -> str:
    """Return the id of a text that stands for itself."""
    return sha256(text.encode()).hexdigest()[:16]


def checksum(units: Sequence[Unit]) -> str:
    """Return what tells these texts, in this order, from any others."""
    digest = sha256()
    for unit in units:
        for piece in (unit.id, unit.text):
            encoded = piece.encode()
            digest.update(b"%d:%b" % (len(encoded), encoded))
    return digest.hexdigest()


def _units(item: DataItem) -> Iterator[Unit]:
    if isinstance(item, Dialogue):
        for number, turn in enumerate(item.turns, 1):
            if turn.role == "user":
                before = item.turns[: number - 1]
                yield Unit(f"{repair_text(item.id)}#{number}", repair_text(turn.text).strip(), before)
    elif isinstance(item, LabelledText):
        text = repair_text(item.text)
        bare = text.strip()
        moved = len(text) - len(text.lstrip())
        entities = tuple(
            EntitySpan(one.start - moved, one.end - moved, one.entity, one.role, one.value)
            for one in item.entities
            if one.start >= moved and one.end - moved <= len(bare)
        )
        yield Unit(text_id(bare), bare, (), item.label, entities)
    else:
        for question in item.questions:
            bare = repair_text(question).strip()
            yield Unit(text_id(bare), bare)
