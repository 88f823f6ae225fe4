"""What a language model is told, before it is cut to what it can read."""

from dataclasses import dataclass

from dialog_generative.chat import ChatMessage

Turns = tuple[tuple[ChatMessage, ...], ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts of a chat.

    Attributes:
        system: What it is told first: always kept whole.
        history: What was said before, a turn each (what the user said, and what was answered), oldest first: the first
            that is cut.
        question: The message to answer, with the evidence: always kept.
    """

    system: str
    history: Turns
    question: str
