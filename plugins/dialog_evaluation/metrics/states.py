"""Recorded states and what a bot knows, made comparable: names of slots, and values."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dialog_evaluation.metrics.options import StateOptions

State = Mapping[str, tuple[str, ...]]
"""Slots that have a value, by their normalised name, each with its values, normalised."""

DONT_CARE = "dontcare"
_DONT_CARE = frozenset(
    "dontcare|dont care|don't care|don t care|do not care|does not care|doesn't care|do n't care|doesn't matter|"
    "does not matter|not important|any|anything|whatever|不限|无所谓|都可以|随便|不介意".split("|")
)
_NOTHING = frozenset("|none|null|not mentioned|not given|?".split("|"))
_TIME = re.compile(r"(\d{1,2})[:：.](\d{2})")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class States:
    """Makes states comparable, as the options say.

    Args:
        options: Names, slots and synonyms.
        recorded: The recorded states, whose slots are the ones there are.
    """

    def __init__(self, options: StateOptions, recorded: Iterable[Mapping[str, Any]]) -> None:
        self._synonyms = {_plain(value): _plain(other) for value, other in options.synonyms.items()}
        there_are = {slot_name(slot) for state in recorded for slot, _ in _flat(state)}
        chosen = {slot_name(slot) for slot in options.slots}
        self.slots: tuple[str, ...] = tuple(sorted(chosen or there_are))
        self._names = {slot_name(own): slot_name(theirs) for own, theirs in options.names.items()}

    def theirs(self, slot: str) -> str:
        """Return what a slot of the bot is called in recorded states; empty: they have none like it."""
        own = slot_name(slot)
        if own in self._names:
            return self._names[own]
        if own in self.slots:
            return own
        alike = [name for name in self.slots if name.endswith(f"-{own}")]
        return alike[0] if len(alike) == 1 else ""

    def known(self, slots: Mapping[str, Any]) -> State:
        """Return what a bot knows, of the slots that are compared, by their recorded names."""
        return self._state((self.theirs(slot), value) for slot, value in _flat(slots))

    def recorded(self, state: Mapping[str, Any]) -> State:
        """Return a recorded state."""
        return self._state((slot_name(slot), value) for slot, value in _flat(state))

    def values(self, value: Any) -> tuple[str, ...]:
        """Return the normalised values of a slot; nothing where it has none."""
        if isinstance(value, Sequence) and not isinstance(value, str):
            found = [one for each in value for one in self.values(each)]
        else:
            found = [self._normalised(value)]
        return tuple(dict.fromkeys(one for one in found if one))

    def _state(self, slots: Iterable[tuple[str, Any]]) -> State:
        found = {slot: self.values(value) for slot, value in slots if slot in self.slots}
        return {slot: values for slot, values in found.items() if values}

    def _normalised(self, value: Any) -> str:
        plain = _plain(value)
        plain = self._synonyms.get(plain, plain)
        if plain in _NOTHING:
            return ""
        return DONT_CARE if plain in _DONT_CARE else plain


def right(known: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether what is known of a slot is right: something is known, and each of its values is one of the right ones."""
    return bool(known) and set(known) <= set(wanted)


def slot_name(slot: str) -> str:
    """Return a name of a slot so that capitals and what stands between words do not matter."""
    return _BETWEEN_WORDS.sub("-", unicodedata.normalize("NFKC", slot).strip().casefold())


def _plain(value: Any) -> str:
    """Return a value as text: capitals, widths and blanks do not matter, nor do the zero of a time, `yes` and true."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(unicodedata.normalize("NFKC", str(value)).replace("\u2019", "'").casefold().split())
    if time := _TIME.fullmatch(text):
        return f"{int(time[1]):02}:{time[2]}"
    return text


def _flat(state: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, Any]]:
    """Yield slots with their values; those within a slot are called `slot-part`."""
    for slot, value in state.items():
        name = f"{before}-{slot}" if before else str(slot)
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        else:
            yield name, value
