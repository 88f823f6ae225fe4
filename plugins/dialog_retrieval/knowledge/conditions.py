"""Which entries may be found in a turn: those that hold that day, in its language, for what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dialog_core import Turn
from dialog_core.datasets import KnowledgeEntry

TAGS = "tags"  # may be filtered by like a field of the metadata


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an entry has to fulfil.

    Attributes:
        language: The language asked in, without script and region; empty: any.
        day: The day.
        fields: Fields of the metadata with the values of which one has to fit, case folded.
    """

    language: str
    day: date
    fields: tuple[tuple[str, frozenset[str]], ...] = ()

    def admit(self, entry: KnowledgeEntry) -> bool:
        """Return whether an entry fulfils them.

        An entry in another language than the conversation's does not, regions aside: `en-GB` is good for `en`. One
        without a language, or without a field that is asked for, does.
        """
        if entry.language and self.language and primary_subtag(entry.language) != self.language:
            return False
        if entry.valid_from is not None and self.day < entry.valid_from:
            return False
        if entry.valid_until is not None and self.day > entry.valid_until:
            return False
        return all(_fits(entry, name, wanted) for name, wanted in self.fields)


def conditions_of(turn: Turn, filters: Mapping[str, str]) -> Conditions:
    """Return the conditions of a turn.

    Args:
        turn: The turn.
        filters: Fields of entries, each with the slot it is compared with.
    """
    slots = turn.slots if filters else {}
    fields = tuple((name, wanted) for name, slot in filters.items() if (wanted := values_of(slots.get(slot))))
    return Conditions(primary_subtag(turn.language), turn.now.date(), fields)


def restricts(entry: KnowledgeEntry) -> bool:
    """Return whether there are languages or days an entry is not good for."""
    return bool(entry.language) or entry.valid_from is not None or entry.valid_until is not None


def primary_subtag(language: str) -> str:
    """Return the language of a BCP 47 tag without script and region: `zh` for `zh-Hans-CN`."""
    return language.partition("-")[0].casefold()


def _fits(entry: KnowledgeEntry, name: str, wanted: frozenset[str]) -> bool:
    own = values_of(entry.tags if name == TAGS else entry.metadata.get(name))
    return not own or not own.isdisjoint(wanted)


def values_of(value: object) -> frozenset[str]:
    """Return the values of a slot or a field, case folded; nothing for one that is empty."""
    several = value if isinstance(value, list | tuple) else () if value is None else (value,)
    return frozenset(text for one in several if (text := str(one).strip().casefold()))
