"""What a bot with stories consists of. Rasa's projects and our own files are read into the same values.

A value knows where it was written: `place`. What a word of Rasa's means stays what it is called here: intent, slot,
mapping, form (a loop that fills slots), response, rule, story, checkpoint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from dialog_core import JsonValue

LISTEN: Final = "action_listen"
"""Nothing more to do in this turn."""
ANY: Final = "*"
"""Of a slot or an entity in a story: some value, whichever."""
FALLBACK_INTENT: Final = "nlu_fallback"
REQUESTED_SLOT: Final = "requested_slot"
DEFAULT_INTENTS: Final = ("restart", "back", "out_of_scope", "session_start", FALLBACK_INTENT)
DEFAULT_ACTIONS: Final = (
    LISTEN,
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
    "action_validate_slot_mappings",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written; lines count from 1."""

    file: Path | None = None
    line: int = 0

    def __str__(self) -> str:
        """The file's name and the line, as in `stories.yml:12`."""
        return f"{self.file.name if self.file else '?'}:{self.line}"


NOWHERE: Final = Place()

SlotType = Literal["text", "bool", "float", "list", "categorical", "any"]
MappingType = Literal["from_entity", "from_text", "from_intent", "from_trigger_intent", "custom"]


@dataclass(frozen=True, slots=True)
class IntentUse:
    """An intent, and which of a message's entities count beside it in predictions.

    Attributes:
        name: Its name; of a retrieval intent the part before the slash.
        use_entities: Only these (`city`, or `city#from` for a role, `city#1` for a group); None: all that are declared.
        ignore_entities: All but these.
        retrieval: Whether it stands for several questions with an answer each: `faq/opening_hours`.
    """

    name: str
    use_entities: tuple[str, ...] | None = None
    ignore_entities: tuple[str, ...] = ()
    retrieval: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """A way in which a message fills a slot; of several, the first that fits does.

    Attributes:
        type: How.
        entity: Of `from_entity`: which, with `role` and `group` if only that one will do.
        intents: Only where the message has one of these; empty: any.
        not_intents: Only where it has none of these.
        value: Of `from_intent` and `from_trigger_intent`: what to fill in.
        action: Of `custom`: the action that fills it; empty: any action may.
        conditions: Only while one of these holds: `{"active_loop": "a_form", "requested_slot": "a_slot"}`, where None
            means no loop.
    """

    type: MappingType
    entity: str = ""
    role: str = ""
    group: str = ""
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: JsonValue = None
    action: str = ""
    conditions: tuple[Mapping[str, str | None], ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot.

    Attributes:
        name: Its name.
        type: What it holds.
        influences: Whether predictions go by it.
        initial: What it holds at first.
        minimum: Of `float`: what counts as 0 in predictions, and `maximum` what counts as 1.
        values: Of `categorical`: what it may hold.
        mappings: How messages fill it.
    """

    name: str
    type: SlotType = "any"
    influences: bool = True
    initial: JsonValue = None
    minimum: float = 0.0
    maximum: float = 1.0
    values: tuple[JsonValue, ...] = ()
    mappings: tuple[SlotMapping, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Form:
    """A loop that asks until its slots are filled, in this order. Messages with an ignored intent fill nothing."""

    name: str
    required: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Button:
    """Something the user may pick: what it says, and what is sent then (`/affirm{"size": "xl"}`, or plain words)."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Variation:
    """One way of saying a response.

    Attributes:
        text: A template of ours: `Hello {{ slots.name }}`.
        id: What it is called, for people who keep texts elsewhere.
        channel: Only on this channel; empty: on any for which there is none of its own.
        conditions: Only while these slots have these values.
        buttons: What the user may pick.
        image: The address of an image.
        attachment: What else goes with it (a JSON value).
        custom: What a channel is to send as it is, instead of or beside the text (a JSON value).
        metadata: Whatever else was written.
    """

    text: str = ""
    id: str = ""
    channel: str = ""
    conditions: tuple[tuple[str, JsonValue], ...] = ()
    buttons: tuple[Button, ...] = ()
    image: str = ""
    attachment: JsonValue = None
    custom: JsonValue = None
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class EntityGiven:
    """An entity in a story: its name, and its value (ANY: whichever); in a text the characters that are marked."""

    name: str
    value: JsonValue = ANY
    role: str = ""
    group: str = ""
    start: int = field(default=-1, compare=False)
    end: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class UserStep:
    """The user says something: an intent, words, or in tests both. Of a retrieval intent the part behind the slash too.

    Attributes:
        intent: What it means; empty: the words themselves are what the story goes by.
        text: The words, without marks; empty: any that have this intent.
        entities: What is named in it.
    """

    intent: str = ""
    text: str = ""
    entities: tuple[EntityGiven, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ActionStep:
    """The bot does something: says a response (`utter_...`), runs a form or another action.

    `text` is what it says where a story gives words instead of a name; `name` is then those words, too.
    """

    name: str
    text: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class SlotsStep:
    """These slots have these values now. ANY: some value; None: no value."""

    values: tuple[tuple[str, JsonValue], ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class LoopStep:
    """This loop is under way now; None: none is."""

    loop: str | None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    """Stories that begin with a checkpoint go on where others end with it, if these slots have these values."""

    name: str
    slots: tuple[tuple[str, JsonValue], ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class OrStep:
    """Any of these."""

    choices: tuple[UserStep | SlotsStep, ...]
    place: Place = NOWHERE


Step = UserStep | ActionStep | SlotsStep | LoopStep | CheckpointStep | OrStep


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation the bot is to learn from, or to be tested with."""

    name: str
    steps: tuple[Step, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Rule:
    """What the bot always does.

    Attributes:
        name: Its name.
        steps: What happens, with at most one message of the user.
        condition: What has to be so before it: slots and loops.
        at_start: Whether it holds only at the beginning of a session.
        waits: Whether the bot listens after it; else something else may follow in the same turn.
    """

    name: str
    steps: tuple[Step, ...]
    condition: tuple[SlotsStep | LoopStep, ...] = ()
    at_start: bool = False
    waits: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Session:
    """How long a session lasts without a word, in minutes (0: for ever), and whether slots outlive it."""

    minutes: float = 60.0
    carries_slots: bool = True


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything together, by name."""

    intents: Mapping[str, IntentUse] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    responses: Mapping[str, tuple[Variation, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """What else a value is called, in small letters, and the value."""
    session: Session = Session()
