"""Compares what a test story says of a message with what the bot makes of it."""

from collections.abc import Iterator, Mapping

from dialog_core import JsonValue
from dialog_core.interfaces import CheckedStep
from dialog_rasa.dialogue.values import ANY, FALLBACK_INTENT, Dialogue, EntityGiven, SlotsStep, UserStep
from dialog_rasa.tracker.state import Heard, HeardEntity

NONE = "none"  # as a word, where there is no entity or value


def message_checks(step: UserStep, heard: Heard, dialogue: Dialogue) -> Iterator[CheckedStep]:
    """Yield whether intent and entities are those of the story; of words alone there is nothing to compare."""
    if not step.intent:
        return
    got = (heard.retrieval or heard.intent) if "/" in step.intent else heard.intent
    sure = "no intent is believed" if heard.intent == FALLBACK_INTENT else f"{heard.probability:.2f} sure"
    why = f"{step.text!r}, {sure}"
    yield CheckedStep("intent", step.place.line, step.intent, got or NONE, got == step.intent, why)
    yield from _entities(step, heard, dialogue)


def _entities(step: UserStep, heard: Heard, dialogue: Dialogue) -> Iterator[CheckedStep]:
    """Yield a check for each entity that is marked, and a failed one for each that is found and is not marked."""
    left = [one for one in heard.entities if not dialogue.entities or one.name in dialogue.entities]
    wanted = list(step.entities)
    why = repr(step.text)
    for entity in list(wanted):
        match = next((one for one in left if _same_entity(entity, one, dialogue.synonyms)), None)
        if match is not None:
            left.remove(match)
            wanted.remove(entity)
            yield CheckedStep("entities", step.place.line, _given(entity), _found(match), True, why)
    for entity in wanted:
        # What comes nearest is the same name with another value, else whatever else was found.
        near = next((one for one in left if one.name == entity.name), None)
        if near is not None:
            left.remove(near)
        yield CheckedStep("entities", step.place.line, _given(entity), _found(near) if near else NONE, False, why)
    for one in left:
        yield CheckedStep("entities", step.place.line, NONE, _found(one), False, why)


def _same_entity(given: EntityGiven, found: HeardEntity, synonyms: Mapping[str, str]) -> bool:
    if given.name != found.name:
        return False
    # A group is written like a role in our examples, so that either may stand for it.
    if {given.role, given.group} - {""} != {found.role, found.group} - {""}:
        return False
    if given.value in (ANY, None) or not isinstance(found.value, str):
        return True  # a number or a time is not what was written, but what it means
    return _canonical(given.value, synonyms) == _canonical(found.value, synonyms)


def _canonical(value: JsonValue, synonyms: Mapping[str, str]) -> str:
    text = str(value).casefold()
    return synonyms.get(text, text).casefold()


def _given(entity: EntityGiven) -> str:
    return _written(entity.name, entity.role or entity.group, entity.value)


def _found(entity: HeardEntity) -> str:
    return _written(entity.name, entity.role or entity.group, entity.value)


def _written(name: str, role: str, value: JsonValue) -> str:
    named = f"{name}:{role}" if role else name
    return named if value in (ANY, None) else f"{named}={value}"


def slot_checks(step: SlotsStep, values: Mapping[str, JsonValue], dialogue: Dialogue) -> Iterator[CheckedStep]:
    """Yield whether slots that messages fill have the values that the story says they have after one.

    Args:
        step: What the story says.
        values: The slots' values, with what the message fills.
        dialogue: Which slots messages fill.
    """
    for name, wanted in step.values:
        slot = dialogue.slots.get(name)
        if slot is None or not any(mapping.type != "custom" for mapping in slot.mappings):
            continue  # an action fills it, and no action runs
        got = values.get(name)
        passed = got is not None if wanted == ANY else _same_value(wanted, got)
        yield CheckedStep("slots", step.place.line, f"{name}={_shown(wanted)}", f"{name}={_shown(got)}", passed)


def _same_value(wanted: JsonValue, got: JsonValue) -> bool:
    if isinstance(wanted, list) and not isinstance(got, list):
        return wanted == [got]
    return wanted == got or (None not in (wanted, got) and str(wanted).casefold() == str(got).casefold())


def _shown(value: JsonValue) -> str:
    return NONE if value is None else "any" if value == ANY else str(value)
