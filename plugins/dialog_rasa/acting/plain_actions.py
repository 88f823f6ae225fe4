"""Actions of dialog-core that know nothing of Rasa's protocol, named in a story: what they are given and answer with.

An action that has a parameter `call` is told everything, as an action server would be. Any other is given the slots
that its parameters are called after; what it returns is said if it is a text, and set if it is slots.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from dialog_core import JsonValue
from dialog_rasa.actions.contract import ActionOutcome
from dialog_rasa.actions.protocol import read_outcome
from dialog_rasa.dialogue.values import Dialogue

CALL: Final = "call"
_PROTOCOL = ("events", "responses", "rejected")


def slots_for(parameters: Sequence[str], slots: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the slots that an action has parameters for."""
    return {name: slots[name] for name in parameters if name in slots}


def outcome_of_plain(value: JsonValue, dialogue: Dialogue) -> ActionOutcome:
    """Return what comes of what an action returned."""
    if value is None:
        return ActionOutcome()
    if isinstance(value, str):
        return ActionOutcome(responses=({"text": value},) if value.strip() else ())
    if isinstance(value, Mapping) and any(name in value for name in _PROTOCOL):
        return read_outcome(value)
    if isinstance(value, Mapping) and value and all(name in dialogue.slots for name in value):
        return ActionOutcome(events=tuple({"event": "slot", "name": name, "value": one} for name, one in value.items()))
    return ActionOutcome(
        error="it returned what is neither a text, nor slots of the bot, nor `{events: [...], responses: [...]}`"
    )
