"""Reads rules and stories."""

from collections.abc import Sequence
from typing import Final

from dialog_core.configuration import Node, Problem
from dialog_rasa.dialogue.nodes import Keys, Nodes, place_of
from dialog_rasa.dialogue.steps import OURS, Spelling, read_steps
from dialog_rasa.dialogue.values import (
    CheckpointStep,
    LoopStep,
    OrStep,
    Rule,
    SlotsStep,
    Step,
    Story,
    UserStep,
)

_STORY_KEYS: Final = ("story", "steps", "metadata")
_RULE_KEYS: Final = ("rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")


class StoriesReader(Nodes):
    """Reads one file after another; what stands in all of them together is in its attributes."""

    def __init__(self, problems: list[Problem], spelling: Spelling = OURS) -> None:
        """Take the list that problems are added to, and how steps are written."""
        super().__init__(problems)
        self.stories: list[Story] = []
        self.rules: list[Rule] = []
        self._spelling = spelling

    def read_stories(self, node: Node | None) -> None:
        """Read `stories:`."""
        for child, path in self.items(node, ("stories",)):
            if self.keys(child, _STORY_KEYS, path):
                name = self._name(child, "story", path)
                steps = self._steps(child, name, path)
                self.stories.append(Story(name, steps, place_of(child)))

    def read_rules(self, node: Node | None) -> None:
        """Read `rules:`."""
        for child, path in self.items(node, ("rules",)):
            if not self.keys(child, _RULE_KEYS, path):
                continue
            name = self._name(child, "rule", path)
            steps = self._steps(child, name, path)
            self._look_at(child, steps, path)
            self.rules.append(
                Rule(
                    name,
                    steps,
                    self._condition(child.child("condition"), (*path, "condition")),
                    self.truth(child.child("conversation_start"), (*path, "conversation_start"), False),
                    self.truth(child.child("wait_for_user_input"), (*path, "wait_for_user_input"), True),
                    place_of(child),
                )
            )

    def _name(self, node: Node, key: str, path: Keys) -> str:
        name = self.text(node.child(key), (*path, key)).strip()
        if not name:
            self.report(node, f"this {key} has no name", path, f"Begin it with `- {key}: what it is about`.")
        return name

    def _steps(self, node: Node, name: str, path: Keys) -> tuple[Step, ...]:
        before = len(self.problems)
        steps = read_steps(node.child("steps"), self.problems, path=(*path, "steps"), spelling=self._spelling)
        if not steps and len(self.problems) == before:
            self.report(node, f"{name!r} has no steps", path, "Add `steps:`, with what the user and the bot do.")
        return steps

    def _look_at(self, node: Node, steps: Sequence[Step], path: Keys) -> None:
        turns = [step for step in steps if _is_turn(step)]
        if len(turns) > 1:
            remedy = "Make two rules of it, the second beginning with the last action of the first, or a story."
            message = f"in a rule the user speaks once, and here again on line {turns[1].place.line}"
            self.report(node, message, (*path, "steps"), remedy)
        point = next((step for step in steps if isinstance(step, CheckpointStep)), None)
        if point is not None:
            message = f"a rule has no checkpoints, and here is one on line {point.place.line}"
            self.report(node, message, (*path, "steps"), "Make it a story, or write the rule without it.")

    def _condition(self, node: Node | None, path: Keys) -> tuple[SlotsStep | LoopStep, ...]:
        found: list[SlotsStep | LoopStep] = []
        for step in read_steps(node, self.problems, path=path, spelling=self._spelling):
            if isinstance(step, SlotsStep | LoopStep):
                found.append(step)
            elif node is not None:
                remedy = "Write `slot_was_set:` or `active_loop:`, and everything else under `steps:`."
                self.report(node, "a condition is about slots and loops only", path, remedy)
        return tuple(found)


def _is_turn(step: Step) -> bool:
    return isinstance(step, UserStep) or (isinstance(step, OrStep) and isinstance(step.choices[0], UserStep))
