"""The questionnaire as data: complaints, red flags, answers, and the four outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

Words = Mapping[str, str]
"""A text in each language."""


class Outcome(IntEnum):
    """How soon; the larger, the more urgent."""

    SELF_CARE = 0
    APPOINTMENT = 1
    TODAY = 2
    EMERGENCY = 3


QUESTIONS = ("emergency", "who", "today", "since", "severity")
"""In the order they are asked: what cannot wait comes first."""

YES, NO, UNSURE = "yes", "no", "unsure"
NONE = "none"  # the answer to `who` that says that nothing applies


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers to a question.

    Attributes:
        id: What it is called in events.
        label: What is offered to be picked.
        outcome: What it votes for.
        days: Of `since`: from how many days on.
    """

    id: str
    label: Words
    outcome: Outcome
    days: int = 0


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that makes it urgent.

    Attributes:
        id: Its name.
        outcome: What it votes for: `EMERGENCY` or `TODAY`.
        ask: How it is asked about.
        signs: Words that say it is there, by language.
    """

    id: str
    outcome: Outcome
    ask: Words
    signs: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SelfCare:
    """What may be done at home, with a place to read more."""

    text: Words
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody complains of.

    Attributes:
        id: Its name.
        name: What it is called: a complaint, never an illness.
        when: Words that say it, by language.
        red_flags: Its own, and those of every complaint.
        least: The least urgent outcome there is.
        lasting: From how many days on it votes for what; None: as `since` says.
        self_care: What may be done at home; None: nothing is said, and `least` is at least an appointment.
    """

    id: str
    name: Words
    when: Mapping[str, Sequence[str]]
    red_flags: tuple[RedFlag, ...]
    least: Outcome = Outcome.SELF_CARE
    lasting: tuple[int, Outcome] | None = None
    self_care: SelfCare | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The whole of it.

    Attributes:
        ask: How each question is put, by question.
        answers: What can be answered to `who`, `since` and `severity`.
        complaints: By name.
        outcomes: What is said, by outcome, and three sentences that go with it.
    """

    ask: Mapping[str, Words]
    answers: Mapping[str, tuple[Answer, ...]]
    complaints: Mapping[str, Complaint]
    outcomes: Mapping[str, Words]
