"""What is learnt from, whichever file it comes from: dialogues, pairs of replies, plain texts."""

from dataclasses import dataclass

from dialog_core.datasets import Dialogue


@dataclass(frozen=True, slots=True)
class Preference:
    """Two replies to the same dialogue, of which people preferred one.

    Attributes:
        dialogue: What was said before; its last turn is the user's.
        chosen: The reply they preferred.
        rejected: The other one.
    """

    dialogue: Dialogue
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to learn from, or to measure on.

    Attributes:
        dialogues: Each with at least one thing the user said and one the bot said; knowledge is turned into dialogues
            of a question and its answer.
        preferences: Of feedback and edits.
        texts: Plain texts.
        remarks: What is odd about it, for the person who trains.
    """

    dialogues: tuple[Dialogue, ...] = ()
    preferences: tuple[Preference, ...] = ()
    texts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
