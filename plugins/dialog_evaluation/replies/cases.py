"""What is asked and what people answered: every reply of recorded dialogues, with what came before."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.training import line_of


@dataclass(frozen=True, slots=True)
class Case:
    """A reply that people gave, to be compared with what a bot says.

    Attributes:
        dialogue: The dialogue's id.
        number: Which of its turns the reply is, counted from 0.
        line: Where the file has the dialogue.
        history: What was said before the question, word for word.
        question: What the user said.
        reply: What was answered.
    """

    dialogue: str
    number: int
    line: int
    history: tuple[DialogueTurn, ...]
    question: str
    reply: str

    @property
    def before(self) -> str:
        """What the bot's side said just before the question; empty: nothing."""
        return next((turn.text for turn in reversed(self.history) if turn.role == "bot"), "")


@dataclass(slots=True)
class Cases:
    """The cases of a file.

    Attributes:
        by_dialogue: Those of each dialogue that has any, in their order.
        dialogues: How many dialogues the file has.
        remarks: What looks odd about the file.
    """

    by_dialogue: list[list[Case]] = field(default_factory=list)
    dialogues: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many cases there are."""
        return sum(map(len, self.by_dialogue))


@dataclass(slots=True)
class _Left:
    """What is left out, with where the file has the first of each kind."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def out(self, what: str, line: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
        self.lines.setdefault(what, line)


_WHY = {
    "empty": ("empty turns were passed over", "an empty turn was passed over"),
    "system": ("turns of `system` were not shown to the bot, which has instructions of its own",) * 2,
    "unasked": ("replies that nobody asked for were not measured", "a reply that nobody asked for was not measured"),
    "one-sided": ("dialogues have no reply to measure", "a dialogue has no reply to measure"),
}


def cases_of(dialogues: Sequence[Dialogue], file: Path) -> Cases:
    """Return what is to be measured.

    Raises:
        ConfigurationError: There is nothing to measure.
    """
    cases, left = Cases(dialogues=len(dialogues)), _Left()
    for dialogue in dialogues:
        found = _of_dialogue(dialogue, left)
        if found:
            cases.by_dialogue.append(found)
        else:
            left.out("one-sided", line_of(dialogue))
    if not cases.by_dialogue:
        message = "no dialogue has a reply of the bot to something the user said"
        remedy = "Write turns of the roles user and bot, in turn."
        raise ConfigurationError([Problem(message, file, line_of(dialogues[0]) if dialogues else 1, remedy=remedy)])
    for kind, count in left.counts.items():
        cases.remarks.append(f"{count} {_WHY[kind][count == 1]} (the first: line {left.lines[kind]}).")
    return cases


def limited(cases: Cases, limit: int, seed: int) -> Cases:
    """Return the cases of as many dialogues, drawn at random, as have at least so many; in the order of the file."""
    if limit <= 0 or cases.count <= limit:
        return cases
    order = list(range(len(cases.by_dialogue)))
    random.Random(seed).shuffle(order)
    taken: list[int] = []
    count = 0
    for number in order:
        if count >= limit:
            break
        taken.append(number)
        count += len(cases.by_dialogue[number])
    chosen = [cases.by_dialogue[number] for number in sorted(taken)]
    remark = f"{count} of {cases.count} replies were measured: those of {len(taken)} dialogues drawn at random."
    return Cases(chosen, cases.dialogues, [*cases.remarks, remark])


def pairs_of(dialogue: Dialogue) -> list[Case]:
    """Return the replies of a dialogue with what they answer; none where it has none."""
    return _of_dialogue(dialogue, _Left())


def _of_dialogue(dialogue: Dialogue, left: _Left) -> list[Case]:
    found: list[Case] = []
    history: list[DialogueTurn] = []
    line = line_of(dialogue)
    for number, turn in enumerate(dialogue.turns):
        if turn.role == "system":
            left.out("system", line)
            continue
        if not turn.text.strip():
            left.out("empty", line)
            continue
        if turn.role == "bot":
            if history and history[-1].role == "user":
                before, question = tuple(history[:-1]), history[-1].text
                found.append(Case(dialogue.id, number, line, before, question, turn.text))
            else:
                left.out("unasked", line)
        history.append(turn)
    return found
