"""The dice policy."""

import random
import re

from dialog_core import Candidate, Component, Evidence, SlotSet, Turn
from dialog_dice.options import DiceOptions

NOTATION = re.compile(r"\b(?P<count>[0-9]{1,4})?d(?P<sides>[0-9]{1,4})\b", re.IGNORECASE)
SIDES = 6  # of a die nobody has described


class DicePolicy(Component[DiceOptions]):
    """Rolls what the message asks for. The same turn gives the same numbers, so that it can be replayed."""

    inline = True

    def propose(self, turn: Turn) -> list[Candidate]:
        """Propose the roll, and remember its sum in the slot `last_roll` if it wins."""
        notation = NOTATION.search(turn.text)
        if notation is None and not re.search(r"\b(roll|throw)\b.*\b(die|dice)\b", turn.text, re.IGNORECASE):
            return []
        count = int(notation["count"] or 1) if notation else 1
        sides = int(notation["sides"]) if notation else SIDES
        if not 1 <= count <= self.options.max_dice or sides < 1:
            return [Candidate(text=f"I have {self.options.max_dice} dice with at least one side each.", score=1.0)]
        source = random.Random(turn.seed)
        rolled = [source.randint(1, sides) for _ in range(count)]
        text = f"**{sum(rolled)}**" if count == 1 else f"{' + '.join(map(str, rolled))} = **{sum(rolled)}**"
        return [
            Candidate(
                text=text,
                score=1.0,
                evidence=(Evidence(f"{count}d{sides}", source="dice"),),
                effects=(SlotSet("last_roll", sum(rolled)),),
                quick_replies=(f"roll {count}d{sides}",),
            )
        ]
