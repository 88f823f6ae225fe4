"""Finds what cannot work in forms, although every name in it is declared."""

from collections.abc import Iterator

from dialog_core.configuration import Problem, did_you_mean
from dialog_rasa.dialogue.values import Dialogue, Form

_FILLING = ("action_extract_slots", "action_validate_slot_mappings")


def unsound_forms(dialogue: Dialogue) -> Iterator[Problem]:
    """Yield a problem for each slot a form asks for without a question, and for each that nothing can fill."""
    for form in dialogue.forms.values():
        for name in form.required:
            if is_unasked(form, name, dialogue):
                yield _unasked(form, name, dialogue)
            if is_unfilled(form, name, dialogue):
                yield _unfilled(form, name, dialogue)


def questions_of(form: str, slot: str) -> tuple[str, ...]:
    """Return what may ask for a form's slot, the first that exists does."""
    return (f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}")


def is_unasked(form: Form, slot: str, dialogue: Dialogue) -> bool:
    """Whether a form has no question for a slot."""
    wanted = questions_of(form.name, slot)
    asked = any(name in dialogue.responses or name in dialogue.actions for name in wanted)
    return bool(dialogue.responses) and not asked and not _is_validated(form, dialogue)


def is_unfilled(form: Form, slot: str, dialogue: Dialogue) -> bool:
    """Whether no message can fill a slot that a form asks for."""
    known = dialogue.slots.get(slot)
    if known is None or known.mappings or known.initial is not None or _is_validated(form, dialogue):
        return False
    return not any(action in dialogue.actions for action in _FILLING)


def _is_validated(form: Form, dialogue: Dialogue) -> bool:
    # An action of its own may ask, and fill whatever it likes.
    return f"validate_{form.name}" in dialogue.actions


def _unasked(form: Form, slot: str, dialogue: Dialogue) -> Problem:
    near = did_you_mean(f"utter_ask_{slot}", [name for name in dialogue.responses if name.startswith("utter_ask_")])
    remedy = f"Add a response `utter_ask_{slot}`." + (f" {near}" if near.startswith("Did you mean") else "")
    message = f"the form {form.name!r} has no question for the slot {slot!r}"
    return Problem(message, form.place.file, form.place.line, path=f"forms.{form.name}", remedy=remedy)


def _unfilled(form: Form, name: str, dialogue: Dialogue) -> Problem:
    place = dialogue.slots[name].place
    message = f"the form {form.name!r} asks for the slot {name!r}, and no message can fill it"
    remedy = "Give the slot `mappings:`, `{type: from_entity, entity: ...}` or `{type: from_text}`, say."
    return Problem(message, place.file, place.line, path=f"slots.{name}", remedy=remedy)
