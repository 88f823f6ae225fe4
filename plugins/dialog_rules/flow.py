"""Flows, ready to be walked: steps that know which step follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dialog_rules.flow_slot import Slot
from dialog_rules.say import Text, Variant
from dialog_rules.triggers import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialog_rules.http_action import HttpAction
    from dialog_rules.templates import Condition

COMPLETED, CANCELLED, SWITCHED, HANDED_OVER = "completed", "cancelled", "switched", "handed_over"
GIVEN_UP, FAILED, LOST = "given_up", "failed", "lost"


@dataclass(eq=False, slots=True)
class Step:
    """One step.

    Attributes:
        id: Where it stands in its flow: `3`, `3.then.1`.
        line: The line it is written on.
        next: What follows; None: the flow is at its end.
    """

    id: str
    line: int
    next: Step | None

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """The steps that may follow, by what leads there."""
        return {"": self.next}


@dataclass(eq=False, slots=True)
class Say(Step):
    """Says something."""

    say: tuple[Variant, ...]
    quick_replies: tuple[Text, ...] = ()


@dataclass(eq=False, slots=True)
class ActionUse:
    """An action with what it is given.

    Attributes:
        name: The action; one of the file's own, or a registered one.
        own: Whether it is the file's own.
        arguments: What it is given; a template where a text can be.
        timeout: Seconds; None: as the bot file says.
        retries: How often to try again.
        reads_only: Whether it surely changes nothing, so that it may be run again after a correction.
    """

    name: str
    own: bool
    arguments: Mapping[str, Any]
    timeout: float | None = None
    retries: int = 0
    reads_only: bool = False


@dataclass(eq=False, slots=True)
class Ask(Step):
    """Asks for the value of a slot: `collect` and `choose`.

    Attributes:
        slot: The slot; of `choose` with the options of this step.
        ask: The question.
        invalid: What to say to an answer that will not do.
        validate: What must hold for a value.
        check: An action that says whether a value will do.
        attempts: How many answers are tried.
        otherwise: What follows when none of them would do.
    """

    slot: Slot
    ask: tuple[Variant, ...]
    invalid: tuple[Variant, ...]
    validate: tuple[Condition, ...]
    check: ActionUse | None
    attempts: int
    otherwise: Step | None
    quick_replies: tuple[Text, ...] = ()

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """The steps that may follow, by what leads there."""
        return {"": self.next, "otherwise": self.otherwise}


@dataclass(eq=False, slots=True)
class Do(Step):
    """Has an action run.

    Attributes:
        use: The action.
        set: Slots to set from its result.
        otherwise: What follows when it fails.
    """

    use: ActionUse
    set: Mapping[str, Any]
    otherwise: Step | None

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """The steps that may follow, by what leads there."""
        return {"": self.next, "otherwise": self.otherwise}


@dataclass(eq=False, slots=True)
class Branch(Step):
    """Goes one way or the other; both lead on to `next`."""

    condition: Condition
    source: str
    then: Step | None
    other: Step | None

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """The steps that may follow, by what leads there."""
        return {"then": self.then, "else": self.other}


@dataclass(eq=False, slots=True)
class SetSlots(Step):
    """Sets slots."""

    values: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Learn(Step):
    """Learns facts about the user; None forgets one."""

    values: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class TakeConsent(Step):
    """Takes what the user says to facts being kept: true, false, or a condition that comes to one of them."""

    given: Any


@dataclass(eq=False, slots=True)
class Call(Step):
    """Goes through another flow, and comes back."""

    flow: str


@dataclass(eq=False, slots=True)
class HandOver(Step):
    """Hands over to a person; nothing follows."""

    reason: Text
    say: tuple[Variant, ...]

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """Nothing follows."""
        return {}


@dataclass(eq=False, slots=True)
class End(Step):
    """Ends the flow; `implied` where nobody wrote it (what `otherwise` ends with)."""

    outcome: str
    implied: bool = False

    @property
    def edges(self) -> Mapping[str, Step | None]:
        """Nothing follows."""
        return {}


@dataclass(eq=False, slots=True)
class Flow:
    """A task.

    Attributes:
        name: Its name.
        title: What users call it.
        file: The name of its file.
        line: Its line there.
        trigger: What begins it; None: other flows call it.
        condition: Where it may begin.
        first: Its first step.
        steps: All steps, by id.
        asks: The questions of this flow and of those it calls, in order.
        touched: The slots it begins without, as it sets or asks for them.
        changes: Of these, the slots that are set without asking.
    """

    name: str
    title: tuple[Variant, ...]
    file: str
    line: int
    trigger: Trigger | None = None
    condition: Condition | None = None
    first: Step | None = None
    steps: dict[str, Step] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    touched: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    def ask_for(self, slot: str) -> Ask | None:
        """Return the question of this flow for a slot."""
        return next((step for step in self.walk() if isinstance(step, Ask) and step.slot.name == slot), None)

    def walk(self) -> Iterator[Step]:
        """Yield the steps in the order of the file."""
        return iter(sorted(self.steps.values(), key=lambda step: (step.line, len(step.id))))


@dataclass(frozen=True, slots=True)
class FlowBook:
    """Everything that stands in files of flows.

    Attributes:
        flows: By name, in the order of the files.
        slots: By name.
        actions: The files' own actions, by name.
        messages: What is said where no step says it, by name.
        words: Patterns of what users say in any flow, by name.
        entities: Regular expressions, by name.
        quick: Whether nothing in it may take noticeable time.
    """

    flows: Mapping[str, Flow]
    slots: Mapping[str, Slot]
    actions: Mapping[str, HttpAction]
    messages: Mapping[str, tuple[Variant, ...]]
    words: Mapping[str, Any]
    entities: Mapping[str, Any]
    quick: bool
