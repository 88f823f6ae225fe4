"""What a language model is told, before it is cut to what it can read."""

from collections.abc import Callable
from dataclasses import dataclass

from dialog_generative.chat import ChatMessage

Turns = tuple[tuple[ChatMessage, ...], ...]


def _as_short_as_can_be(characters: int) -> "Prompt | None":
    return None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts of a chat.

    Attributes:
        system: What it is told first: always kept whole.
        history: What was said before, a turn each (what the user said, and what was answered), oldest first: the first
            that is cut.
        question: The message to answer, with the evidence: kept, though shortened where it does not fit by itself.
        shorter: Returns the prompt with about so many characters less in it: of the evidence, the longest first, then
            of the middle of the message; None where nothing is left to be shortened.
        shortened: What has been shortened already: `evidence`, `question`.
    """

    system: str
    history: Turns
    question: str
    shorter: "Callable[[int], Prompt | None]" = _as_short_as_can_be
    shortened: tuple[str, ...] = ()
