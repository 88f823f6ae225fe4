"""Belief states: what the user wants, by slot, in one mapping of texts."""

from collections.abc import Iterable, Mapping
from typing import Any

from dialog_core.datasets import DialogueAct
from dialog_data.sources.records import Unfit, as_text, shown

UNFILLED = ("", "not mentioned")
"""What stands in a slot nobody has filled. `none` is no such value: in MultiWOZ it is filled in by annotators."""


def filled(slots: Mapping[str, Any], prefix: str, path: str) -> dict[str, Any]:
    """Return the slots that have a value, each under its prefix: `hotel-area`.

    Of several values that are right, all stand in a list; a list of one is that one.

    Raises:
        Unfit: A value is no text.
    """
    found: dict[str, Any] = {}
    for slot, value in slots.items():
        values = value if isinstance(value, list) else [value]
        told = [as_text(one, f"{path}.{slot}") for one in values if one is not None]
        texts = [text for text in told if text not in UNFILLED]
        if texts:
            found[f"{prefix}{slot}"] = texts[0] if len(texts) == 1 else texts
    return found


def domain_acts(acts: Any, path: str) -> list[DialogueAct]:
    """Return acts as MultiWOZ writes them: `{"Hotel-Inform": [["Area", "east"]]}`.

    The pair `none`, `none` says that there is no detail. A text instead of the mapping (`No Annotation`) says nothing.

    Raises:
        Unfit: They are written in another way.
    """
    if acts is None or isinstance(acts, str) or acts == []:
        return []
    if not isinstance(acts, Mapping):
        raise Unfit(f"needs dialogue acts in braces, not {shown(acts)}", path)
    found: list[DialogueAct] = []
    for name, details in acts.items():
        domain, _, act = name.rpartition("-")
        if not isinstance(details, list):
            raise Unfit(f"needs a list of slots and values, not {shown(details)}", f"{path}.{name}")
        for slot, value in _pairs(details or [["none", "none"]], f"{path}.{name}"):
            found.append(an_act(act, domain, slot, value))
    return found


def an_act(act: str, domain: str, slot: str, value: str) -> DialogueAct:
    """Return an act; where both slot and value are `none`, there is no detail."""
    return DialogueAct(act, domain) if slot == value == "none" else DialogueAct(act, domain, slot, value)


def _pairs(details: Iterable[Any], path: str) -> Iterable[tuple[str, str]]:
    for number, pair in enumerate(details):
        place = f"{path}[{number}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise Unfit("needs a slot and a value", place)
        yield as_text(pair[0], place), as_text(pair[1], place)
