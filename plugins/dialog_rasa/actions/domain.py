"""A bot's domain as Rasa's action servers read it, from the values that stories go by."""

import re
from typing import Any

from dialog_rasa.dialogue.values import Dialogue, IntentUse, Slot, SlotMapping, Variation

_SLOT = re.compile(r"\{\{\s*slots\.(\w+)\s*\}\}")


def domain_json(dialogue: Dialogue) -> dict[str, Any]:
    """Return the domain: intents, entities, slots, forms, responses, actions and the session."""
    session = dialogue.session
    return {
        "version": "3.1",
        "intents": [{name: _intent(use)} for name, use in dialogue.intents.items()],
        "entities": list(dialogue.entities),
        "slots": {name: _slot(slot) for name, slot in dialogue.slots.items()},
        "forms": {
            name: {"required_slots": list(form.required), "ignored_intents": list(form.ignored_intents)}
            for name, form in dialogue.forms.items()
        },
        "responses": {name: [_variation(one) for one in several] for name, several in dialogue.responses.items()},
        "actions": list(dialogue.actions),
        "e2e_actions": [],
        "session_config": {
            "session_expiration_time": session.minutes,
            "carry_over_slots_to_new_session": session.carries_slots,
        },
    }


def _intent(use: IntentUse) -> dict[str, Any]:
    told: dict[str, Any] = {"use_entities": True if use.use_entities is None else list(use.use_entities)}
    if use.ignore_entities:
        told["ignore_entities"] = list(use.ignore_entities)
    if use.retrieval:
        told["is_retrieval_intent"] = True
    return told


def _slot(slot: Slot) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": slot.type,
        "initial_value": slot.initial,
        "influence_conversation": slot.influences,
        "mappings": [_mapping(mapping) for mapping in slot.mappings],
    }
    if slot.type == "float":
        told |= {"min_value": slot.minimum, "max_value": slot.maximum}
    elif slot.type == "categorical":
        told["values"] = list(slot.values)
    return told


def _mapping(mapping: SlotMapping) -> dict[str, Any]:
    told = {
        "type": mapping.type,
        "entity": mapping.entity,
        "role": mapping.role,
        "group": mapping.group,
        "intent": list(mapping.intents),
        "not_intent": list(mapping.not_intents),
        "action": mapping.action,
        "conditions": [dict(condition) for condition in mapping.conditions],
    }
    valued = {"value": mapping.value} if mapping.type in ("from_intent", "from_trigger_intent") else {}
    return {name: value for name, value in told.items() if value} | valued


def _variation(variation: Variation) -> dict[str, Any]:
    """Return a response; a slot in its text is written `{name}`, as actions know it."""
    told = {
        "text": _SLOT.sub(r"{\1}", variation.text),
        "id": variation.id,
        "channel": variation.channel,
        "condition": [{"type": "slot", "name": name, "value": value} for name, value in variation.conditions],
        "buttons": [{"title": button.title, "payload": button.payload} for button in variation.buttons],
        "image": variation.image,
        "attachment": variation.attachment,
        "custom": variation.custom,
        "metadata": dict(variation.metadata),
    }
    return {name: value for name, value in told.items() if value}
