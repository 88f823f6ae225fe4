"""What a bot made of a recorded dialogue: what a run keeps, and all that reports are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialog_core import JsonValue

Mode = Literal["teacher-forced", "own-history", "self-chat"]
"""How a dialogue is held. `teacher-forced`: before each question stands what people said. `own-history`: people's
questions are put to the bot one after the other, and it remembers what it said itself. `self-chat`: the bot, or another
one, also plays the user, beginning with a recorded first message."""

PolicyStatus = Literal["answered", "abstained", "failed", "not asked"]
Status = Literal["answered", "fallback", "guard", "failed"]


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What one policy proposed.

    Attributes:
        policy: Its name.
        status: What came of asking it.
        text: Its best candidate; empty: it has none, or its action gives the text. Where a conversation was held, that
            of the one who spoke is what was said, and others are cut where they are long, as in every trace.
        score: That candidate's own score.
        probability: What the ranker made of it; None: nothing.
        seconds: How long it took.
        cost: The numbers it notes: `tokens_in`, `tokens_out`, `cost`, ...
        reason: Why there is no candidate.
        rank: Where it would put the right reply among the distractors, counted from 1; None: not asked.
        asked: Whether it is asked in such a turn. Otherwise an earlier tier was sure enough, and it was asked for the
            sake of the report alone: neither its time nor its cost is the turn's.
    """

    policy: str
    status: PolicyStatus
    text: str = ""
    score: float = 0.0
    probability: float | None = None
    seconds: float = 0.0
    cost: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    rank: int | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class TurnAnswer:
    """What a bot answered to one message.

    Attributes:
        number: Which turn of the dialogue the reply is, counted from 0; where nobody replied, which it would be.
        question: What the user said.
        reference: What people answered; empty: nobody did, as in a self-chat.
        status: What came of it.
        text: What was said.
        policy: Who said it; empty: nobody.
        probability: How likely it is right, as the ranker saw it.
        seconds: How long the whole turn took.
        cost: What the policies asked in the turn noted together.
        reason: In one sentence, why this reply, or why none.
        refusals: Which guards refused something, in words that begin with `input: ` or `output: `.
        action: The action the reply decided on; empty: none.
        policies: What each policy proposed, in the order they are asked.
        slots: What the bot knows after the turn, by slot.
        state: What is to be known after the turn, as recorded; empty: the file does not say.
        rank: Where the bot would put the right reply among the distractors; None: not asked.
        candidates: Among how many.
        handed_over: Whether a person is to take over.
    """

    number: int
    question: str
    reference: str
    status: Status
    text: str = ""
    policy: str = ""
    probability: float | None = None
    seconds: float = 0.0
    cost: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    refusals: tuple[str, ...] = ()
    action: str = ""
    policies: tuple[PolicyAnswer, ...] = ()
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    state: Mapping[str, JsonValue] = field(default_factory=dict)
    rank: int | None = None
    candidates: int = 0
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class DialogueAnswers:
    """What a bot made of one dialogue; what is kept or lost as a whole when a run is cut short.

    Attributes:
        dialogue: The dialogue's id.
        line: Where the file has it.
        turns: What came of its messages, in order.
        position: Which of the dialogues of the run it is, counted from 0.
        ended: Why it ended where it did, unless its messages were used up: `turns`, `farewell`, `hand-over`,
            `repetition`, `failure` (of a bot that is the user; what is known about it follows behind a colon).
    """

    dialogue: str
    line: int
    turns: tuple[TurnAnswer, ...]
    position: int = 0
    ended: str = ""
