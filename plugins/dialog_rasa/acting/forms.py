"""Forms: loops that ask for slots until all have a value that will do.

As in Rasa (https://rasa.com/docs/rasa/forms): what a message fills is validated by `validate_<form>`, if there is such
an action; what it says of a slot counts, None is no value. A message that fills nothing is for others to answer, and
then the form asks again. A form never ends because nobody could validate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialog_core import JsonValue
from dialog_rasa.acting import custom
from dialog_rasa.acting.parts import COMPLETED
from dialog_rasa.acting.slots import fill
from dialog_rasa.actions.contract import ActionOutcome
from dialog_rasa.dialogue.values import LISTEN, REQUESTED_SLOT, Form

if TYPE_CHECKING:
    from dialog_rasa.acting.course import Pending
    from dialog_rasa.acting.walk import Walk

REJECTED = "action_execution_rejected"
_UNSAID = "*"  # in place of a slot: the validation says nothing of what to ask next


def run(walk: Walk, name: str) -> None:
    """Begin a form, or let it take the latest message, or let it ask again."""
    form = walk.parts.dialogue.forms[name]
    loop = walk.tracker.loop
    active = loop is not None and loop.name == name
    if active and loop is not None and (walk.tracker.action != LISTEN or loop.interrupted or walk.rejected):
        walk.did(name)
        _next(walk, form)
        return
    if active and loop is not None:
        wanted = (*form.required, loop.requested)
        candidates = {slot: value for slot, value in walk.filled.items() if slot in wanted}
    else:
        _listen_as_begun(walk, name)
        held = walk.tracker.slots
        candidates = {slot: held[slot] for slot in form.required if slot in held}
    pending = {"kind": "form", "form": name, "active": active, "candidates": candidates}
    validate = f"validate_{name}"
    if walk.parts.runs(validate):
        if active and not candidates:
            walk.doubt()
        within = walk.tracker if active else walk.tracker.entered(name)
        custom.request(walk, validate, pending, candidates, within)
    else:
        validated(walk, pending, ActionOutcome())


def _listen_as_begun(walk: Walk, name: str) -> None:
    """Fill what is filled only while the form is under way: the message that begins it may say so much already."""
    heard = fill(walk.parts.dialogue, walk.tracker.entered(name), walk.tracker.latest)
    values = {slot: value for slot, value in heard.items() if slot not in walk.filled}
    walk.filled.update(values)
    walk.set(values)


def validated(walk: Walk, pending: Pending, outcome: ActionOutcome) -> None:
    """Go on with a form now that what a message filled is validated."""
    form = walk.parts.dialogue.forms.get(str(pending["form"]))
    if form is None:
        walk.remarks.append(f"the form {pending['form']!r} is gone")
        return
    candidates: Mapping[str, JsonValue] = pending["candidates"]
    active = bool(pending["active"])
    loop = walk.tracker.loop
    if outcome.error and active and not candidates and loop is not None and loop.requested:
        walk.remarks.append(f"{pending.get('action')} failed: {outcome.error}")
        _reject(walk, form)  # there was nothing to check: "stop" has to be heard all the same
        return
    if outcome.error:
        _unchecked(walk, form, candidates, str(pending.get("action", "")), outcome.error)
        return
    judged = {str(e["name"]): e.get("value") for e in outcome.events if e["event"] == "slot"}
    wanted = judged.pop(REQUESTED_SLOT, _UNSAID)
    values = {**candidates, **judged}
    refused = outcome.rejected or any(e["event"] == REJECTED for e in outcome.events)
    if refused or (active and loop is not None and loop.requested and not values):
        _reject(walk, form)
        return
    ends = [e.get("name") for e in outcome.events if e["event"] in ("active_loop", "form")]
    walk.did(form.name)
    walk.enter(form.name, walk.tracker.loop.requested if active and walk.tracker.loop is not None else "")
    custom.apply(walk, outcome, without=("slot", "active_loop", "form", REJECTED))
    walk.set(values)
    if (ends and ends[-1] is None) or wanted is None:
        _end(walk)
    else:
        _next(walk, form, wanted if isinstance(wanted, str) and wanted != _UNSAID else "")


def asked(walk: Walk, pending: Pending, outcome: ActionOutcome) -> None:
    """Take note of what an action has asked for a form."""
    before = len(walk.messages)
    if outcome.error:
        walk.remarks.append(f"{pending.get('action')} failed: {outcome.error}")
    else:
        custom.apply(walk, outcome)
    loop, slot = walk.tracker.loop, str(pending["slot"])
    if len(walk.messages) == before and loop is not None:
        said = any(name in walk.parts.responses and walk.respond(name) for name in _questions(loop.name, slot)[1::2])
        if not said:
            walk.tell("ask", name=_readable(slot))
    _keep_question(walk, before)


def _next(walk: Walk, form: Form, requested: str = "") -> None:
    """Ask for a slot, the first that is empty unless it is said which; or end where there is none."""
    held = walk.tracker.slots
    slot = requested or next((name for name in form.required if held.get(name) is None), "")
    if not slot:
        _end(walk)
        return
    walk.enter(form.name, slot)
    ask(walk, form.name, slot)


def ask(walk: Walk, form: str, slot: str) -> None:
    """Ask for a slot, with the first of the actions and responses there are for that."""
    before = len(walk.messages)
    for name in _questions(form, slot):
        if name.startswith("action") and walk.parts.runs(name):
            custom.request(walk, name, {"kind": "asked", "slot": slot})
            return
        if name in walk.parts.responses and walk.respond(name) is not None:
            _keep_question(walk, before)
            return
    walk.remarks.append(f"nothing asks for {slot!r}: there is neither utter_ask_{slot} nor action_ask_{slot}")
    walk.tell("ask", name=_readable(slot))
    _keep_question(walk, before)


def _questions(form: str, slot: str) -> tuple[str, str, str, str]:
    """Return what may ask for a slot, in this order: actions and responses by turns."""
    return f"action_ask_{form}_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}", f"utter_ask_{slot}"


def _keep_question(walk: Walk, before: int) -> None:
    """Keep what was asked, for when somebody else has answered."""
    if len(walk.messages) > before:
        walk.asked = dict(walk.messages[-1])


def _end(walk: Walk) -> None:
    walk.leave(COMPLETED)


def _reject(walk: Walk, form: Form) -> None:
    loop = walk.tracker.loop
    walk.rejected = True
    if loop is None or loop.name != form.name:  # it had not begun
        walk.remarks.append(f"{form.name} did not begin: its validation could not go on with this message")
        walk.did(form.name)
        return
    walk.remarks.append(f"{form.name}: the message says nothing about {loop.requested or 'it'}")
    walk.tracker = walk.tracker.rejected()


def _unchecked(walk: Walk, form: Form, candidates: Mapping[str, Any], action: str, error: str) -> None:
    """Say that nobody could validate, fill nothing, and stay. What was validated before the message is not lost."""
    loop = walk.tracker.loop
    under_way = loop is not None and loop.name == form.name
    requested = loop.requested if loop is not None and under_way else ""
    walk.did(form.name)
    walk.fail(action, error, "not checked")
    walk.enter(form.name, requested)
    walk.set(walk.held_before(candidates) if under_way else dict.fromkeys(candidates))
    slot = requested or next(iter(form.required), "")
    if slot:
        walk.enter(form.name, slot)
        ask(walk, form.name, slot)


def _readable(slot: str) -> str:
    return slot.replace("_", " ").strip()
