"""Finds what cannot work in forms, although every name in it is declared."""

from collections.abc import Iterator

from dialog_core.configuration import Problem, did_you_mean
from dialog_rasa.dialogue.values import Dialogue, Form

_FILLING = ("action_extract_slots", "action_validate_slot_mappings")


def unsound_forms(dialogue: Dialogue) -> Iterator[Problem]:
    """Yield a problem for each slot a form asks for without a question, and for each that nothing can fill."""
    for form in dialogue.forms.values():
        if f"validate_{form.name}" in dialogue.actions:
            continue  # an action of its own may ask, and fill whatever it likes
        for name in form.required:
            yield from _unasked(form, name, dialogue)
            yield from _unfilled(form, name, dialogue)


def questions_of(form: str, slot: str) -> tuple[str, ...]:
    """Return what may ask for a form's slot, the first that exists does."""
    return (f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}")


def _unasked(form: Form, slot: str, dialogue: Dialogue) -> Iterator[Problem]:
    wanted = questions_of(form.name, slot)
    if not dialogue.responses or any(name in dialogue.responses or name in dialogue.actions for name in wanted):
        return
    near = did_you_mean(f"utter_ask_{slot}", [name for name in dialogue.responses if name.startswith("utter_ask_")])
    remedy = f"Add a response `utter_ask_{slot}`." + (f" {near}" if near.startswith("Did you mean") else "")
    message = f"the form {form.name!r} has no question for the slot {slot!r}"
    yield Problem(message, form.place.file, form.place.line, path=f"forms.{form.name}", remedy=remedy)


def _unfilled(form: Form, name: str, dialogue: Dialogue) -> Iterator[Problem]:
    slot = dialogue.slots.get(name)
    if slot is None or slot.mappings or slot.initial is not None:
        return
    if any(action in dialogue.actions for action in _FILLING):
        return
    message = f"the form {form.name!r} asks for the slot {name!r}, and no message can fill it"
    remedy = "Give the slot `mappings:`, `{type: from_entity, entity: ...}` or `{type: from_text}`, say."
    yield Problem(message, slot.place.file, slot.place.line, path=f"slots.{name}", remedy=remedy)
