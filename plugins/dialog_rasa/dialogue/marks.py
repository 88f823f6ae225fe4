"""Messages with entities marked in them: `fly from [Berlin](city:from) to [NYC](city=New York)`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from dialog_rasa.dialogue.values import EntityGiven

# What stands in parentheses begins with a name and not with an address, so that a link stays a link.
_MARK = re.compile(
    r"\[(?P<text>[^\[\]\n]+)\]"
    r"\((?!https?:)(?P<entity>\w[\w-]*)(?::(?P<role>\w[\w-]*))?(?:[=:](?P<value>[^()\n]*))?\)"
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A message without its marks, and what they mark, in text order."""

    text: str
    entities: tuple[EntityGiven, ...] = ()


MarkParser = Callable[[str], Marked]
"""Takes a message with marks apart. Raises ValueError, with words for a person, where a mark cannot be read."""


def parse_marks(message: str) -> Marked:
    """Take a message with marks of ours apart: `[Berlin](city)`, `[Berlin](city:from)`, `[NYC](city=New York)`."""
    if "[" not in message:
        return Marked(message)
    pieces: list[str] = []
    entities: list[EntityGiven] = []
    at = 0
    for match in _MARK.finditer(message):
        written = match["text"]
        pieces += [message[at : match.start()], written]
        at = match.end()
        value = (match["value"] or "").strip() or written.strip()
        entities.append(EntityGiven(match["entity"], value, role=match["role"] or ""))
    return Marked("".join([*pieces, message[at:]]), tuple(entities))
