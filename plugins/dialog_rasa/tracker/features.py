"""What counts of messages and slots in predictions, as a bot's intents, entities, slots and stories say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import REQUESTED_SLOT, Dialogue, OrStep, Rule, Slot, Story, UserStep


def words_of(text: str) -> str:
    """Return a text as stories with words are compared: without regard to case and spaces."""
    return " ".join(text.split()).casefold()


@dataclass(frozen=True)
class Features:
    """What counts, for one bot."""

    dialogue: Dialogue

    @cached_property
    def texts(self) -> frozenset[str]:
        """The words of stories that go by words and not by an intent."""
        tellers: tuple[Story | Rule, ...] = (*self.dialogue.stories, *self.dialogue.rules)
        steps = (step for teller in tellers for step in teller.steps)
        flat = (one for step in steps for one in (step.choices if isinstance(step, OrStep) else (step,)))
        return frozenset(words_of(one.text) for one in flat if isinstance(one, UserStep) and not one.intent)

    @cached_property
    def _influencing(self) -> tuple[Slot, ...]:
        slots = (slot for slot in self.dialogue.slots.values() if slot.influences and slot.type != "any")
        return tuple(slot for slot in slots if slot.name != REQUESTED_SLOT)

    def user(self, text: str, intent: str) -> str:
        """Return what counts of a message: its words where a story goes by them, else its intent."""
        if text and self.texts and (words := words_of(text)) in self.texts:
            return f'"{words}"'
        return intent

    def entities(self, intent: str, named: Iterable[tuple[str, str, str]]) -> frozenset[str]:
        """Return which entities count beside an intent, given each one's name, role and group.

        An entity named without a role stands for all its roles: `use_entities: [city]` lets `city#from` count as well.
        """
        use = self.dialogue.intents.get(intent)
        declared = self.dialogue.entities
        found: set[str] = set()
        for name, role, group in named:
            if not declared or name in declared:
                found.update((name, *(f"{name}#{part}" for part in (role, group) if part)))
        if use is None:
            return frozenset(found)
        wanted = found if use.use_entities is None else _among(found, use.use_entities)
        return frozenset(wanted - _among(found, use.ignore_entities))

    def slots(self, values: Mapping[str, JsonValue]) -> tuple[tuple[str, str], ...]:
        """Return what counts of each slot that influences predictions and has a value, in the order they are declared.

        Of texts and lists it is that there are some; of numbers, how large within their range.
        """
        found = ((slot.name, feature_of(slot, values.get(slot.name))) for slot in self._influencing)
        return tuple((name, feature) for name, feature in found if feature)


def _among(found: set[str], names: tuple[str, ...]) -> set[str]:
    return {one for one in found if one in names or one.partition("#")[0] in names}


def feature_of(slot: Slot, value: JsonValue) -> str:
    """Return what counts of a slot's value in predictions; empty: as if it had none."""
    if value is None:
        return ""
    match slot.type:
        case "bool":
            return "true" if _truth(value) else "false"
        case "float":
            return _share(slot, value)
        case "categorical":
            text = str(value).casefold()
            return text if any(text == str(known).casefold() for known in slot.values) else "other"
        case "list":
            return "set" if isinstance(value, list | tuple) and value else ""
        case "text":
            return "set"
        case _:
            return ""


def _truth(value: JsonValue) -> bool:
    return value.strip().casefold() in ("true", "yes", "1") if isinstance(value, str) else bool(value)


def _share(slot: Slot, value: JsonValue) -> str:
    try:
        number = float(str(value))
    except ValueError:
        return ""
    width = (slot.maximum - slot.minimum) or 1.0
    return f"{(min(max(number, slot.minimum), slot.maximum) - slot.minimum) / width:.1f}"
