"""Whether a dialogue got the user what he wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Component
from dialog_core.datasets import Dialogue, DialogueAct
from dialog_evaluation.metrics.options import StateOptions
from dialog_evaluation.metrics.paired import check_pairs
from dialog_evaluation.metrics.states import DONT_CARE, States, right, slot_name
from dialog_evaluation.replies.words import letters, words

Floats = NDArray[np.float64]
REQUEST = "request"
LONG = 7  # letters and digits; what is shorter stands in a text by chance
# Answers nobody says in these words: "does it have parking" has the value "yes", and people say that it is free.
NOT_IN_WORDS = frozenset({DONT_CARE, "yes", "no", "true", "false", "是", "否", "有", "无"})


@dataclass(frozen=True, slots=True)
class Performed:
    """What a bot did in a dialogue.

    Attributes:
        slots: What it knew at the end.
        said: Its replies.
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What there was to be done in a dialogue.

    Attributes:
        state: What is to be known at the end; empty: not recorded.
        requested: What the user asked for, by slot, each with the values people gave him.
    """

    state: Mapping[str, Any] = field(default_factory=dict)
    requested: Mapping[str, Sequence[str]] = field(default_factory=dict)


class TaskSuccess(Component[StateOptions]):
    """`task_success`: the share of dialogues in which the goal is reached and all information given.

    - `goal_reached`: every slot of the last recorded state is right, as `slot_accuracy` compares them; nothing is
      wrong with a bot that knows more.
    - `information_given`: everything the user asked for (as recorded acts say) stands in what the bot said, in one of
      the values people gave.

    A dialogue without a state counts by its information, one without acts by its state, one without both not at all.
    It is the idea of MultiWOZ's Success (Budzianowski et al. 2018, section 5.2), but told by what was recorded: a bot
    that rightly offers another hotel than people did is not believed.
    """

    def compute(self, predictions: Sequence[Performed], references: Sequence[Task]) -> dict[str, float]:
        """Return the figures, without those nothing is recorded for."""
        values = self.per_dialogue(predictions, references)
        return {name: float(np.nanmean(each)) for name, each in values.items()}

    def per_dialogue(self, predictions: Sequence[Performed], references: Sequence[Task]) -> dict[str, Floats]:
        """Return what each figure is the mean of, a value for each dialogue: 1, 0, or NaN where nothing is recorded."""
        check_pairs(predictions, references)
        states = States(self.options, [task.state for task in references])
        reached, given = np.full((2, len(references)), np.nan)
        for number, (performed, task) in enumerate(zip(predictions, references, strict=True)):
            wanted, known = states.recorded(task.state), states.known(performed.slots)
            if wanted:
                reached[number] = all(right(known.get(slot, ()), values) for slot, values in wanted.items())
            if task.requested:
                said = _Said.of(performed.said)
                given[number] = all(_told(states, values, said) for values in task.requested.values())
        told = ~(np.isnan(reached) & np.isnan(given))
        succeeded = np.where(told, (np.nan_to_num(reached, nan=1) * np.nan_to_num(given, nan=1)), np.nan)
        found = {"task_success": succeeded, "goal_reached": reached, "information_given": given}
        return {name: values for name, values in found.items() if not np.isnan(values).all()}


def task_of(dialogue: Dialogue) -> Task:
    """Return what there was to be done in a recorded dialogue.

    What the user asked for are the slots of his acts `request` whose value people then gave in an act of theirs.
    """
    state: Mapping[str, Any] = {}
    asked: set[tuple[str, str]] = set()
    requested: dict[str, list[str]] = {}
    for turn in dialogue.turns:
        state = turn.state or state
        for act in turn.acts:
            key = slot_name(act.domain), slot_name(act.slot)
            if turn.role == "user" and _is_request(act):
                asked.add(key)
            elif turn.role == "bot" and key in asked and act.value and not _is_request(act):
                requested.setdefault("-".join(part for part in key if part), []).append(act.value)
    return Task(state, requested)


def _is_request(act: DialogueAct) -> bool:
    return bool(act.slot) and REQUEST in act.act.casefold()


@dataclass(frozen=True, slots=True)
class _Said:
    """Replies, as values are looked for in them.

    Attributes:
        words: Their words, between blanks.
        letters: Their letters and digits alone.
    """

    words: str
    letters: str

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Said":
        return cls("\n".join(map(_words, texts)), "\n".join(map(letters, texts)))

    def has(self, value: str) -> bool:
        """Whether a value stands there: in its words, or if it is long, however it is written."""
        if _words(value) in self.words:
            return True
        pieces = [letters(piece) for piece in value.split()]
        if all(len(piece) >= LONG for piece in pieces):  # two telephone numbers, say
            return all(piece in self.letters for piece in pieces)
        return len(letters(value)) >= LONG and letters(value) in self.letters


def _told(states: States, values: Sequence[str], said: _Said) -> bool:
    """Whether one of the values stands in what was said; what is not said in such words counts as said."""
    worded = [value for value in values if not NOT_IN_WORDS.isdisjoint(states.values(value) or ("no",))]
    return len(worded) == len(values) or any(said.has(value) for value in values if value not in worded)


def _words(text: str) -> str:
    return f" {' '.join(words(text))} "
