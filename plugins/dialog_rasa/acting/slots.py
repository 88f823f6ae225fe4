"""Which slots a message fills, as their mappings say.

The rules are those of Rasa's slot mappings (https://rasa.com/docs/rasa/domain#slot-mappings): of a slot's mappings the
first that fits fills it; an entity with a role or group fits only a mapping that names it.
"""

import math
from collections.abc import Iterator, Mapping

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import REQUESTED_SLOT, Dialogue, Form, Slot, SlotMapping
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

_TRUE, _FALSE = ("true", "yes", "1", "y", "t"), ("false", "no", "0", "n", "f")


def fill(dialogue: Dialogue, tracker: Tracker, heard: Heard) -> Mapping[str, JsonValue]:
    """Return the slots a message fills, with their values, in the order they are declared.

    Args:
        dialogue: What the bot consists of.
        tracker: Where the conversation stands; which loop is under way, and what it has asked for, counts.
        heard: The message.
    """
    form = dialogue.forms.get(tracker.loop.name) if tracker.loop is not None else None
    found: dict[str, JsonValue] = {}
    for slot in dialogue.slots.values():
        if not slot.mappings or slot.name == REQUESTED_SLOT:
            continue
        for mapping in slot.mappings:
            if not _applies(mapping, tracker, heard, form) or _is_anothers(slot, mapping, tracker, form, dialogue):
                continue
            values = [value for value in _values(mapping, heard) if value is not None]
            if values:
                found[slot.name] = coerced(slot, values if slot.type == "list" else values[-1])
                break
    return found


def custom_actions(dialogue: Dialogue, tracker: Tracker, heard: Heard) -> tuple[str, ...]:
    """Return the actions that fill slots after a message: those of mappings of the type `custom`."""
    form = dialogue.forms.get(tracker.loop.name) if tracker.loop is not None else None
    names = (
        mapping.action
        for slot in dialogue.slots.values()
        for mapping in slot.mappings
        if mapping.type == "custom" and mapping.action and _applies(mapping, tracker, heard, form)
    )
    return tuple(dict.fromkeys(names))


def coerced(slot: Slot, value: JsonValue) -> JsonValue:
    """Return a value as the slot's type has it; what cannot be taken for one stays what it is.

    A number stays whole if it is written so: `4` is not `4.0`.
    """
    match slot.type:
        case "list":
            return value if value is None or isinstance(value, list) else [value]
        case "bool" if isinstance(value, str):
            word = value.strip().casefold()
            return True if word in _TRUE else False if word in _FALSE else value
        case "float" if isinstance(value, str):
            return _number(value)
        case _:
            return value


def _number(text: str) -> JsonValue:
    for kind in (int, float):
        try:
            number = kind(text.strip())
        except ValueError:
            continue
        return number if math.isfinite(number) else text
    return text


def _applies(mapping: SlotMapping, tracker: Tracker, heard: Heard, form: Form | None) -> bool:
    """Whether a mapping is for this message, whatever the message holds."""
    loop = tracker.loop.name if tracker.loop is not None else None
    if mapping.type == "from_trigger_intent":
        starts = [condition.get("active_loop") for condition in mapping.conditions]
        if loop in starts or (not starts and loop is not None):
            return False  # it is under way already
    elif mapping.conditions and not any(_holds(condition, tracker) for condition in mapping.conditions):
        return False
    meant = (heard.intent, heard.retrieval) if heard.retrieval else (heard.intent,)
    if mapping.intents:
        return any(intent in mapping.intents for intent in meant)
    ignored = form.ignored_intents if form is not None and _is_of(mapping, form.name) else ()
    return not any(intent in mapping.not_intents or intent in ignored for intent in meant)


def _is_of(mapping: SlotMapping, loop: str) -> bool:
    """Whether a mapping fills slots while a loop is under way."""
    return not mapping.conditions or any(condition.get("active_loop") == loop for condition in mapping.conditions)


def _holds(condition: Mapping[str, str | None], tracker: Tracker) -> bool:
    if "active_loop" in condition:
        if condition["active_loop"] != (tracker.loop.name if tracker.loop is not None else None):
            return False
        if condition["active_loop"] is None:
            return True
    wanted = condition.get(REQUESTED_SLOT)
    return not wanted or wanted == (tracker.loop.requested if tracker.loop is not None else "")


def _is_anothers(slot: Slot, mapping: SlotMapping, tracker: Tracker, form: Form | None, dialogue: Dialogue) -> bool:
    """Whether an entity that several slots of a form wait for is for the one that was asked for."""
    if mapping.type != "from_entity" or form is None or slot.name not in form.required:
        return False
    if tracker.loop is not None and tracker.loop.requested == slot.name:
        return False
    waits_for = (mapping.entity, mapping.role, mapping.group)
    others = (dialogue.slots[name] for name in form.required if name != slot.name and name in dialogue.slots)
    return any(
        other.type == "from_entity" and (other.entity, other.role, other.group) == waits_for
        for one in others
        for other in one.mappings
    )


def _values(mapping: SlotMapping, heard: Heard) -> Iterator[JsonValue]:
    match mapping.type:
        case "from_entity":
            yield from (entity.value for entity in heard.entities if _is_meant(mapping, entity))
        case "from_intent" | "from_trigger_intent":
            yield mapping.value
        case "from_text" if heard.text.strip():
            yield heard.text


def _is_meant(mapping: SlotMapping, entity: HeardEntity) -> bool:
    """Whether a mapping waits for this entity. Annotators know roles only: what was a group may stand there."""
    if entity.name != mapping.entity:
        return False
    if mapping.role and mapping.group and not entity.group:
        return entity.role == mapping.role  # nobody can say of which group it is
    given = {part for part in (entity.role, entity.group) if part}
    return given == {part for part in (mapping.role, mapping.group) if part}
