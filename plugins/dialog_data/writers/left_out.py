"""What of a data set a format has no place for."""

import re
from collections import Counter
from collections.abc import Container
from typing import TypeVar

from dialog_core import Component, Context
from dialog_core.configuration import Options
from dialog_core.datasets import Dialogue

O = TypeVar("O", bound=Options)  # noqa: E741 - O for options

NOT_TOLD = ("line",)  # where a dialogue stood says nothing about it
_MADE = re.compile(r":\d+$")  # an id such as `calls:7`


class CountingWriter(Component[O]):
    """A writer that counts what it leaves out.

    Attributes:
        left_out: What the format has no place for, and how often there was such.
    """

    def __init__(self, options: O, context: Context) -> None:
        super().__init__(options, context)
        self.left_out: Counter[str] = Counter()


def count_left_out(
    counts: Counter[str],
    dialogue: Dialogue,
    of_dialogues: Container[str],
    of_turns: Container[str],
    *,
    with_id: bool,
) -> None:
    """Count what of a dialogue is left out: acts, states, and metadata the format does not know.

    Args:
        counts: Where to count.
        dialogue: A dialogue that is written.
        of_dialogues: The metadata of dialogues that the format has a place for.
        of_turns: The metadata of turns that it has a place for.
        with_id: Whether it has one for ids; those that were made from where a dialogue stood are no loss.
    """
    if not with_id and not _MADE.search(dialogue.id):
        counts["id"] += 1
    for name in dialogue.metadata:
        if name not in of_dialogues and name not in NOT_TOLD:
            counts[f"{name} of a dialogue"] += 1
    for turn in dialogue.turns:
        counts["act"] += len(turn.acts)
        counts["state"] += bool(turn.state)
        for name in turn.metadata:
            if name not in of_turns:
                counts[f"{name} of a turn"] += 1
    for name in [name for name, count in counts.items() if not count]:
        del counts[name]
