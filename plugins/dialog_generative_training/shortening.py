"""Cutting messages that are too long for a model, so that what comes before and after them is still learnt."""

from dataclasses import replace
from typing import TYPE_CHECKING

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_generative_training.material import Material, Preference

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SHARE = 2  # a message has half of an example at most
ROLE = 8  # tokens that templates put around it, roughly


def shorten(material: Material, tokenizer: "PreTrainedTokenizerBase", max_length: int) -> Material:
    """Return material whose messages leave room for others; of a question the end is kept, of a reply the beginning."""
    room = max(max_length // SHARE - ROLE, 1)
    cut = 0

    def short(turn: DialogueTurn) -> DialogueTurn:
        nonlocal cut
        # No token is longer than what it stands for, and a character is four bytes at most.
        if len(turn.text) * 4 <= room or len(ids := tokenizer.encode(turn.text, add_special_tokens=False)) <= room:
            return turn
        cut += 1
        text = str(tokenizer.decode(ids[-room:] if turn.role == "user" else ids[:room]))
        return replace(turn, text=text.strip("\ufffd").strip() or turn.text[:1])

    def all_short(dialogue: Dialogue) -> Dialogue:
        return Dialogue(dialogue.id, tuple(short(turn) for turn in dialogue.turns), dialogue.metadata)

    dialogues = tuple(all_short(dialogue) for dialogue in material.dialogues)
    preferences = tuple(
        Preference(
            all_short(one.dialogue), *(short(DialogueTurn("bot", text)).text for text in (one.chosen, one.rejected))
        )
        for one in material.preferences
    )
    if not cut:
        return material
    preferences = tuple(one for one in preferences if one.chosen != one.rejected)  # some differ only further on
    remark = f"{cut:,} messages are longer than {room:,} tokens, and were cut: an example has {max_length:,}."
    return replace(material, dialogues=dialogues, preferences=preferences, remarks=(*material.remarks, remark))
