"""What a step of a story means for the tracker: messages, slots, loops."""

from collections.abc import Iterable, Mapping

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import ANY, REQUESTED_SLOT, Dialogue, EntityGiven, Slot, SlotsStep, UserStep
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker


def initial_slots(dialogue: Dialogue) -> dict[str, JsonValue]:
    """Return the slots that have a value from the beginning."""
    return {name: slot.initial for name, slot in dialogue.slots.items() if slot.initial is not None}


def heard_of(step: UserStep) -> Heard:
    """Return the message a story tells of."""
    entities = tuple(
        HeardEntity(given.name, None if given.value == ANY else given.value, given.role, given.group)
        for given in step.entities
    )
    intent, slash, _ = step.intent.partition("/")
    return Heard(step.text, intent, step.intent if slash else "", entities=entities)


def slots_of_entities(dialogue: Dialogue, entities: Iterable[EntityGiven]) -> dict[str, JsonValue]:
    """Return the slots that a story's entities fill: by mappings that fit whatever else is so.

    A mapping that wants a loop or an intent may not fit where the story is told again, and the story may well say
    itself which slots are set; so only those count that need nothing but the entity. An entity without a value fills
    nothing.
    """
    given = [one for one in entities if one.value not in (ANY, None, "")]
    found: dict[str, JsonValue] = {}
    if not given:
        return found
    for slot in dialogue.slots.values():
        for mapping in slot.mappings:
            if mapping.type != "from_entity" or any(one.get("active_loop") for one in mapping.conditions):
                continue
            values = [
                one.value
                for one in given
                if one.name == mapping.entity
                and (not mapping.role or mapping.role == one.role)
                and (not mapping.group or mapping.group in (one.group, one.role))
            ]
            if values:
                found[slot.name] = values if slot.type == "list" else values[-1]
                break
    return found


def some_value(slot: Slot | None) -> JsonValue:
    """Return a value that stands for any, where a story says only that a slot has one."""
    if slot is None:
        return ANY
    match slot.type:
        case "bool":
            return True
        case "float":
            return slot.maximum
        case "list":
            return [ANY]
        case "categorical":
            return slot.values[0] if slot.values else ANY
        case _:
            return ANY


def with_slots_of(tracker: Tracker, step: SlotsStep, slots: Mapping[str, Slot]) -> Tracker:
    """Return the tracker once these slots have these values; of a loop under way, what it has asked for."""
    values: dict[str, JsonValue] = {}
    for name, value in step.values:
        if name == REQUESTED_SLOT:
            if tracker.loop is not None:
                tracker = tracker.entered(tracker.loop.name, "" if value in (None, ANY) else str(value))
        elif value == ANY:
            known = tracker.slots.get(name)
            values[name] = some_value(slots.get(name)) if known is None else known
        else:
            values[name] = value
    return tracker.with_slots(values)
