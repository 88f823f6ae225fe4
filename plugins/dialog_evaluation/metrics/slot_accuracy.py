"""How well a bot knows what the user wants, turn by turn: dialogue state tracking."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_evaluation.metrics.options import StateOptions
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.metrics.states import States, right

Floats = NDArray[np.float64]
ROW = ("turns", "joint", "slots", "slots_right", "wanted", "wanted_right", "known", "turns_wanting", "share_wanted")


class SlotAccuracy(Component[StateOptions]):
    """Figures of states. A prediction is what the bot knows after a turn, a reference what is to be known then.

    - `joint_goal_accuracy`: the share of turns at which every slot is right, those without a value among them
      (Henderson et al. 2014, "The Second Dialog State Tracking Challenge", joint goals; on MultiWOZ Budzianowski et al.
      2018 and Zang et al. 2020).
    - `slot_accuracy`: over all turns and all slots, the share that is right (Wu et al. 2019, section 3.3). Most slots
      have no value at most turns, so that it is high for a bot that knows nothing.
    - `average_goal_accuracy`: of the slots that have a value in the reference the share that is right, at each turn
      that has any, and on average (Rastogi et al. 2020, section 6).
    - `slot_precision`, `slot_recall`, `slot_f1`: of slots with a value, over all turns together.

    Values are compared when capitals, widths, blanks, and the zero of `09:15` do not matter any more. Where a reference
    lists several values each of them is right; of a bot that lists several each has to be. `dontcare` is a value as
    any other, however it is put. Slots of the bot that no reference names are its own affair and not looked at.
    """

    def compute(
        self, predictions: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]
    ) -> dict[str, float]:
        """Return the figures; none where there are no turns, or no reference has a slot."""
        rows = self.counts(predictions, references)
        return self.figures(rows.sum(axis=0)) if len(rows) else {}

    def counts(self, predictions: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]) -> Floats:
        """Return what the figures are computed from, a row for each turn; rows can be added up.

        Returns:
            What `ROW` names. No rows where no reference has a slot.
        """
        check_pairs(predictions, references)
        states = States(self.options, references)
        if not states.slots:
            return np.zeros((0, len(ROW)))
        rows = np.zeros((len(references), len(ROW)))
        for row, prediction, reference in zip(rows, predictions, references, strict=True):
            known, wanted = states.known(prediction), states.recorded(reference)
            found = sum(right(known.get(slot, ()), values) for slot, values in wanted.items())
            either = len(known.keys() | wanted.keys())
            share = found / len(wanted) if wanted else 0.0
            row[:] = (
                *(1, found == either, len(states.slots), len(states.slots) - either + found),
                *(len(wanted), found, len(known), bool(wanted), share),
            )
        return rows

    def figures(self, row: Floats) -> dict[str, float]:
        """Return the figures of a row of `counts`, or of a sum of rows."""
        told = dict(zip(ROW, map(float, row), strict=True))
        shares = {
            "joint_goal_accuracy": ("joint", "turns"),
            "slot_accuracy": ("slots_right", "slots"),
            "average_goal_accuracy": ("share_wanted", "turns_wanting"),
            "slot_precision": ("wanted_right", "known"),
            "slot_recall": ("wanted_right", "wanted"),
        }
        found = {name: told[part] / told[whole] for name, (part, whole) in shares.items() if told[whole]}
        if told["known"] + told["wanted"]:
            found["slot_f1"] = 2 * told["wanted_right"] / (told["known"] + told["wanted"])
        return found

    def per_row(
        self, predictions: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]
    ) -> dict[str, Floats]:
        """Return of `joint_goal_accuracy` and `slot_accuracy` what they are the mean of, a value for each turn."""
        rows = self.counts(predictions, references)
        if not len(rows):
            return {}
        column = {name: rows[:, place] for place, name in enumerate(ROW)}
        return {"joint_goal_accuracy": column["joint"], "slot_accuracy": column["slots_right"] / column["slots"]}

    def mapping(
        self, predictions: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]
    ) -> dict[str, str]:
        """Return which slot of the bot was compared with which of the recorded states; empty text: with none."""
        states = States(self.options, references)
        return {slot: states.theirs(slot) for slot in dict.fromkeys(name for state in predictions for name in state)}
