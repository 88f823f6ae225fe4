"""Finds out whether a message gives an earlier question another answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dialog_rules.flow import Ask
from dialog_rules.flow_heard import Heard, Reading
from dialog_rules.flow_slot import Slot
from dialog_rules.flow_state import Frame

SlotOf = Callable[[Ask], Slot]

Correction = tuple[Ask, Any]
"""An earlier question, and its new answer; None: it is to be asked again."""


def find_correction(
    frame: Frame, ask: Ask, reading: Reading | None, heard: Heard, slots: Mapping[str, Any], slot_of: SlotOf
) -> Correction | None:
    """Return which earlier question a message answers anew.

    Args:
        frame: The flow.
        ask: The question that is open.
        reading: What the message says to that.
        heard: The message.
        slots: The values so far.
        slot_of: Returns the slot of a question with what can be chosen.
    """
    answered = _answered(frame, ask, slots)
    if not answered:
        return None
    closed = reading is not None and not ask.slot.is_free
    if not closed and heard.means("other"):
        return answered[0], _the_other(slot_of(answered[0]), slots)
    if closed and ask.slot.type == "boolean":
        return None  # a no is a no, even where it begins as a correction does
    rest = heard.corrected()
    if rest is not None and rest.text:
        found = _named(answered, rest, slots, slot_of)
        if found is not None:
            return found
        last = answered[0]
        if rest.read(slot_of(ask), asked=True) is None or (ask.slot.is_free and not last.slot.is_free):
            meant = rest.read(slot_of(last), asked=True)
            if meant is not None and meant.value != slots.get(last.slot.name):
                return last, meant.value
    if closed:
        return None
    found = _named(answered, heard, slots, slot_of, partial=False)
    if found is not None and ask.slot.is_free and not _is_all(slot_of(found[0]), heard):
        return None  # a value within a free text belongs to the text
    return found


def _answered(frame: Frame, ask: Ask, slots: Mapping[str, Any]) -> Sequence[Ask]:
    """Return the questions of the flow that were answered, the last one first."""
    asks = (frame.flow.ask_for(name) for name in reversed(frame.state.get("order", ())))
    return [one for one in asks if one is not None and one is not ask and one.slot.name in slots]


def _named(
    answered: Sequence[Ask], heard: Heard, slots: Mapping[str, Any], slot_of: SlotOf, *, partial: bool = True
) -> Correction | None:
    for one in answered:
        reading = heard.read(slot_of(one), asked=False, but=slots.get(one.slot.name))
        if reading is None or (reading.partial and not partial):
            continue  # in passing, a single word of a choice means nothing
        if reading.value != slots.get(one.slot.name):
            return one, reading.value
    return None


def _is_all(slot: Slot, heard: Heard) -> bool:
    reading = heard.read(slot, asked=False)
    if reading is None or slot.type == "choice":
        return reading is not None and reading.whole
    return reading.text.casefold() == heard.text.strip(" .!,。！，").casefold()


def _the_other(slot: Slot, slots: Mapping[str, Any]) -> str | None:
    """Return the other one of two options; None where there are more."""
    others = [option.value for option in slot.options if option.value != slots.get(slot.name)]
    return others[0] if len(others) == 1 else None
