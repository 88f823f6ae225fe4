"""What steps have in common that remove turns, texts or whole items."""

from collections.abc import Callable
from dataclasses import replace

from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, texts_of
from dialog_core.interfaces import Removed

NO_TURNS = "no turns are left"


def kept_turns(dialogue: Dialogue, keep: Callable[[DialogueTurn], bool]) -> Dialogue | Removed:
    """Return a dialogue with those turns alone; the same object, where that is all of them."""
    turns = tuple(turn for turn in dialogue.turns if keep(turn))
    if len(turns) == len(dialogue.turns) and turns:
        return dialogue
    return replace(dialogue, turns=turns) if any(turn.role != "system" for turn in turns) else Removed(NO_TURNS)


def without(
    item: DataItem, wrong: Callable[[str], Removed | None], *, removes: str, roles: str = "all"
) -> DataItem | Removed:
    """Return an item without what is wrong in it.

    Args:
        item: The item.
        wrong: Says of a text why it is to go; None: it may stay.
        removes: `item`: one wrong text and the item goes; `turn`: of a dialogue, only the turns that are wrong.
        roles: Whose turns are looked at: `all`, or `user` or `bot`.
    """
    if not isinstance(item, Dialogue):
        return next((verdict for verdict in map(wrong, texts_of(item)) if verdict is not None), item)
    looked_at = [turn for turn in item.turns if turn.role == roles or (roles == "all" and turn.role != "system")]
    verdicts = [wrong(turn.text) for turn in looked_at]
    first = next((verdict for verdict in verdicts if verdict is not None), None)
    if first is None:
        return item
    if removes == "item":
        return first
    bad = {id(turn) for turn, verdict in zip(looked_at, verdicts, strict=True) if verdict is not None}
    return kept_turns(item, lambda turn: id(turn) not in bad)
