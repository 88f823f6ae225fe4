"""What somebody is to label, and what came of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be labelled, and by whom.

    Attributes:
        annotator: Who labels.
        labels: Whether a label is asked for.
        entities: Whether entities are.
        again: Whether these are texts the annotator has labelled before.
    """

    annotator: str
    labels: bool = True
    entities: bool = True
    again: bool = False


@dataclass(slots=True)
class Done:
    """What came of a session.

    Attributes:
        labelled: How many texts were labelled.
        skipped: How many were passed over.
        left: How many are left.
        interrupted: Whether it ended with Ctrl-C.
    """

    labelled: int = 0
    skipped: int = 0
    left: int = 0
    interrupted: bool = False
