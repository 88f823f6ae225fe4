"""What is learnt from, and what is measured on: no dialogue is in both."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dialog_core.datasets import Dialogue, origin_of
from dialog_generative_training.material import Material, Preference
from dialog_generative_training.reading import folded, text_of

FEW = 10  # dialogues; with fewer, figures are mostly chance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Split:
    """Material in two parts.

    Attributes:
        train: To learn from.
        validation: To measure on; empty where there is nothing that may be held out.
        remarks: What there is to say about them.
    """

    train: Material
    validation: Material
    remarks: tuple[str, ...] = ()


def split_material(material: Material, held_out: float, seed: int) -> Split:
    """Divide by dialogue: which part one is in depends on its words and the seed, not on its place in a file.

    Args:
        material: Everything there is.
        held_out: The share to measure on: of two dialogues or more, at least one.
        seed: Of the division.
    """
    said, made = _parted(material.dialogues)
    dialogues, held_dialogues = _divided(said, text_of, held_out, seed)
    dialogues += _made_of_none(made, held_dialogues)
    texts, held_texts = _divided(material.texts, folded, held_out, seed)
    preferences, held_preferences = _divided(material.preferences, _asked, held_out, seed)
    train = replace(material, dialogues=dialogues, texts=texts, preferences=preferences)
    validation = Material(held_dialogues, held_preferences, held_texts)
    return Split(train, validation, (*material.remarks, *_told(validation)))


def split_given(material: Material, validation: Material) -> Split:
    """Return material with what was given to measure on, without what is learnt from too."""
    learnt, (measured, _) = material.dialogues, _parted(validation.dialogues)
    origins = {origin_of(dialogue) for dialogue in learnt}
    dialogues = _others((one for one in measured if one.id not in origins), text_of, learnt)
    texts = _others(validation.texts, folded, material.texts)
    preferences = _others(validation.preferences, _asked, material.preferences)
    kept = Material(dialogues, preferences, texts)
    leaked = _size(validation) - _size(kept)
    remarks = [*material.remarks, *(f"Of what is measured on: {remark}" for remark in validation.remarks)]
    if leaked:
        remarks.append(
            f"{leaked:,} of {_size(validation):,} dialogues or texts to measure on are learnt from too, and were left "
            "out of the measuring."
        )
    return Split(material, kept, (*remarks, *_told(kept)))


def _parted(dialogues: Iterable[Dialogue]) -> tuple[tuple[Dialogue, ...], tuple[Dialogue, ...]]:
    """Return the dialogues people have had, and those that were made of others: nothing is measured on these."""
    items = tuple(dialogues)
    said = tuple(dialogue for dialogue in items if origin_of(dialogue) is None)
    return said, tuple(dialogue for dialogue in items if origin_of(dialogue) is not None)


def _made_of_none(made: Iterable[Dialogue], held: Iterable[Dialogue]) -> tuple[Dialogue, ...]:
    """Return those that were made of none of the dialogues that are held out."""
    ids = {dialogue.id for dialogue in held}
    return tuple(dialogue for dialogue in made if origin_of(dialogue) not in ids)


def _divided(
    items: Sequence[T], words_of: Callable[[T], str], share: float, seed: int
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(words_of(item), []).append(item)
    if len(groups) < 2:
        return tuple(items), ()
    ordered = sorted(groups, key=lambda words: hashlib.sha256(f"{seed}\n{words}".encode(errors="replace")).digest())
    held = set(ordered[: min(max(round(share * len(ordered)), 1), len(ordered) - 1)])
    return (
        tuple(item for item in items if words_of(item) not in held),
        tuple(item for item in items if words_of(item) in held),
    )


def _others(items: Iterable[T], words_of: Callable[[T], str], known: Iterable[T]) -> tuple[T, ...]:
    words = {words_of(item) for item in known}
    return tuple(item for item in items if words_of(item) not in words)


def _asked(preference: Preference) -> str:
    """Return what tells preferences apart: several about one question stay together."""
    return folded(preference.dialogue.turns[-1].text)


def _size(material: Material) -> int:
    return len(material.dialogues) + len(material.texts) + len(material.preferences)


def _told(validation: Material) -> list[str]:
    size = _size(validation)
    if not size:
        return ["Nothing is held out: whether the model has learnt more than these words by heart cannot be told."]
    if size < FEW:
        return [f"With only {size} dialogues or texts to measure on, figures are mostly chance."]
    return []
