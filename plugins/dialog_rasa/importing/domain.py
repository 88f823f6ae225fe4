"""The domain of a project as `dialogue/domain.yaml`, and its responses as `responses.yaml`."""

from collections.abc import Mapping
from typing import Any

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import (
    NOWHERE,
    REQUESTED_SLOT,
    Button,
    Dialogue,
    Form,
    IntentUse,
    Place,
    Slot,
    SlotMapping,
    Variation,
)
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.yaml_text import Apart, Inline
from dialog_rasa.project.values import NamedList

_AS_WRITTEN = ("button_type", "elements")  # which stand beside a response's text


def domain_sections(dialogue: Dialogue, synonyms: tuple[NamedList, ...], ledger: Ledger) -> dict[str, Any]:
    """Return what stands in `domain.yaml`, section by section."""
    silent = _silent(dialogue)
    custom = _custom_actions(dialogue)
    for name in dialogue.actions:
        if name not in custom:
            ledger.exact("action", f"{name}: known without being listed", ledger.place_in("actions", name))
    sections: dict[str, Any] = {
        "intents": [_intent(use, silent, ledger) for use in dialogue.intents.values()],
        "entities": [_entity(name, silent, ledger) for name in dialogue.entities],
        "actions": [_action(name, ledger) for name in custom],
        "slots": _apart(
            {
                slot.name: ledger.commented(_slot(slot, ledger), slot.place, slot.name)
                for slot in dialogue.slots.values()
                if slot.name != REQUESTED_SLOT
            }
        ),
        "forms": _apart(
            {
                form.name: ledger.commented(_form(form, ledger), form.place, form.name)
                for form in dialogue.forms.values()
            }
        ),
        "synonyms": _synonyms(synonyms, ledger),
    }
    if REQUESTED_SLOT in dialogue.slots:
        place = dialogue.slots[REQUESTED_SLOT].place
        ledger.exact("slot", f"{REQUESTED_SLOT}: kept without being declared", place)
    _session(dialogue, sections, ledger)
    place = domain_place(dialogue)
    return {name: ledger.section(section, name, place) for name, section in sections.items() if _content(section)}


def domain_place(dialogue: Dialogue) -> Place:
    """Return where the domain stands: the file of its intents, or of its slots, forms or responses."""
    places = [
        *(use.place for use in dialogue.intents.values()),
        *(slot.place for slot in dialogue.slots.values()),
        *(form.place for form in dialogue.forms.values()),
        *(one.place for variations in dialogue.responses.values() for one in variations),
    ]
    return next((place for place in places if place.file is not None), NOWHERE)


def response_sections(dialogue: Dialogue, ledger: Ledger) -> dict[str, Any]:
    """Return what stands in `responses.yaml`."""
    responses = {}
    for name, variations in dialogue.responses.items():
        written = [ledger.commented(_variation(one, ledger), one.place) for one in variations[1:]]
        if variations:
            first = _variation(variations[0], ledger)
            place = variations[0].place
            responses[name] = ledger.commented([ledger.commented(first, place), *written], place, name)
            ledger.exact("response", f"{name}{_times(len(variations), 'variation')}", variations[0].place)
    return {"responses": ledger.section(_apart(responses), "responses", domain_place(dialogue))} if responses else {}


def _silent(dialogue: Dialogue) -> set[str]:
    """Return the entities that no prediction goes by, so that this is said once and not at every intent."""
    uses = list(dialogue.intents.values())
    if len(uses) < 2:
        return set()
    return {name for name in dialogue.entities if all(name in use.ignore_entities for use in uses)}


def _intent(use: IntentUse, silent: set[str], ledger: Ledger) -> Any:
    options: dict[str, Any] = {}
    if use.retrieval:
        options["is_retrieval_intent"] = True
    if use.use_entities is not None:
        options["use_entities"] = list(use.use_entities)
    ignored = [name for name in use.ignore_entities if name not in silent]
    if ignored:
        options["ignore_entities"] = ignored
    ledger.exact("intent", use.name, use.place)
    return ledger.commented({use.name: Inline(options)} if options else use.name, use.place)


def _entity(name: str, silent: set[str], ledger: Ledger) -> Any:
    place = ledger.place_in("entities", name)
    ledger.exact("entity", name, place)
    written = {name: Inline({"influence_conversation": False})} if name in silent else name
    return ledger.commented(written, place)


def _action(name: str, ledger: Ledger) -> Any:
    place = ledger.place_in("actions", name)
    ledger.exact("custom action", name, place)
    return ledger.commented(name, place)


def _custom_actions(dialogue: Dialogue) -> list[str]:
    """Return the actions that are not named elsewhere: responses and forms are known without being listed."""
    known = {
        *dialogue.responses,
        *dialogue.forms,
        *(f"utter_{name}" for name, use in dialogue.intents.items() if use.retrieval),
    }
    return [name for name in dialogue.actions if name not in known]


def _slot(slot: Slot, ledger: Ledger) -> dict[str, Any]:
    written: dict[str, Any] = {"type": slot.type}
    if not slot.influences and slot.type != "any":
        written["influence_conversation"] = False
    if slot.initial is not None:
        written["initial_value"] = _value(slot.initial)
    if slot.type == "float":
        for key, limit, default in (("min_value", slot.minimum, 0.0), ("max_value", slot.maximum, 1.0)):
            if limit != default:
                written[key] = int(limit) if limit == int(limit) else limit
    if slot.values:
        written["values"] = Inline(list(slot.values))
    if slot.mappings:
        written["mappings"] = [ledger.commented(_mapping(one), one.place) for one in slot.mappings]
        for one in slot.mappings:
            ledger.exact(f"slot mapping {one.type}", slot.name, one.place)
    ledger.exact("slot", f"{slot.name} ({slot.type})", slot.place)
    return ledger.keys(written, slot.place)


def _mapping(mapping: SlotMapping) -> Inline:
    written: dict[str, Any] = {"type": mapping.type}
    for key, text in (("entity", mapping.entity), ("role", mapping.role), ("group", mapping.group)):
        if text:
            written[key] = text
    for key, names in (("intent", mapping.intents), ("not_intent", mapping.not_intents)):
        if names:
            written[key] = names[0] if len(names) == 1 else list(names)
    if mapping.type in ("from_intent", "from_trigger_intent"):
        written["value"] = mapping.value
    if mapping.action:
        written["action"] = mapping.action
    if mapping.conditions:
        written["conditions"] = [Inline(dict(one)) for one in mapping.conditions]
    return Inline(written)


def _form(form: Form, ledger: Ledger) -> dict[str, Any]:
    ledger.exact("form", form.name, form.place)
    written: dict[str, Any] = {"required_slots": Inline(list(form.required))}
    if form.ignored_intents:
        written["ignored_intents"] = Inline(list(form.ignored_intents))
    return ledger.keys(written, form.place)


def _synonyms(synonyms: tuple[NamedList, ...], ledger: Ledger) -> dict[str, Any]:
    """Return the synonyms; of another name that two values claim, the first has it, as there can be only one."""
    written: dict[str, list[str]] = {}
    places: dict[str, NamedList] = {}
    claimed: dict[str, str] = {}
    for synonym in synonyms:
        places.setdefault(synonym.name, synonym)
        for other in synonym.items:
            owner = claimed.setdefault(other.lower(), synonym.name)
            if owner != synonym.name:
                message = f"{other!r} is another name of {owner!r} and of {synonym.name!r}: it stays with {owner!r}"
                ledger.note("approximated", "synonym", message, synonym.place, "Remove it in one of the two places.")
            elif other not in written.setdefault(synonym.name, []):
                written[synonym.name].append(other)
        ledger.exact("synonym", f"{synonym.name}{_times(len(synonym.items), 'name')}", synonym.place)
    return {name: ledger.commented(Inline(others), places[name].place) for name, others in written.items()}


def _session(dialogue: Dialogue, sections: dict[str, Any], ledger: Ledger) -> None:
    """How long a session lasts stands in the bot file; whether slots outlive it stands here."""
    if not dialogue.session.carries_slots:
        sections["session_config"] = {"carry_over_slots_to_new_session": False}
    minutes = dialogue.session.minutes
    said = f"{minutes:g} minutes: `bot.session_expiry` in bot.yaml" if minutes else "no end: a hundred years"
    ledger.exact("session_config", said, ledger.place_in("session_config"))


def _variation(variation: Variation, ledger: Ledger) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if variation.id:
        written["id"] = variation.id
    if variation.channel:
        written["channel"] = variation.channel
    if variation.conditions:
        conditions = ({"type": "slot", "name": name, "value": value} for name, value in variation.conditions)
        written["condition"] = [Inline(one) for one in conditions]
    others = (variation.image, variation.attachment, variation.custom, variation.metadata.get("elements"))
    if variation.text or all(other in (None, "") for other in others):
        written["text"] = variation.text
    if variation.buttons:
        written["buttons"] = [_button(button) for button in variation.buttons]
    if variation.image:
        written["image"] = variation.image
    for key, given in (("attachment", variation.attachment), ("custom", variation.custom)):
        if given is not None:
            written[key] = _value(given)
    written |= {key: _value(variation.metadata[key]) for key in _AS_WRITTEN if key in variation.metadata}
    if rest := {key: value for key, value in variation.metadata.items() if key not in _AS_WRITTEN}:
        written["metadata"] = _value(rest)
    return ledger.keys(written, variation.place)


def _button(button: Button) -> Inline:
    same = button.payload == button.title
    return Inline({"title": button.title} if same else {"title": button.title, "payload": button.payload})


def _value(value: JsonValue) -> Any:
    """Return a value of any depth, on one line where it is short."""
    return Inline(value) if isinstance(value, Mapping | list | tuple) else value


def _apart(items: Mapping[str, Any]) -> Any:
    return Apart(items)


def _content(section: Any) -> Any:
    return section.value if isinstance(section, Apart) else section


def _times(count: int, what: str) -> str:
    return f", {count} {what}s" if count != 1 else ""
