"""Reads `stories:` and `rules:` of a project, and stories that are tests."""

from dataclasses import replace
from typing import Final

from dialog_core.configuration import Node, did_you_mean
from dialog_rasa.dialogue.nodes import place_of, text_of
from dialog_rasa.dialogue.steps import Spelling, read_steps
from dialog_rasa.dialogue.values import CheckpointStep, LoopStep, OrStep, Rule, SlotsStep, Step, Story, UserStep
from dialog_rasa.project.marks import parse_marks
from dialog_rasa.project.notes import Notes, Reader, key_place

_SPELLING: Final = Spelling(marks=parse_marks, lenient=True)
_STORY_KEYS: Final = ("story", "steps", "metadata")
_RULE_KEYS: Final = ("rule", "steps", "metadata", "condition", "conversation_start", "wait_for_user_input")


class StoriesReader(Reader):
    """Reads one file after another; `stories` and `rules` are those of all of them."""

    def __init__(self, notes: Notes) -> None:
        """Take the notes for findings."""
        super().__init__(notes)
        self.stories: list[Story] = []
        self.rules: list[Rule] = []

    def read(self, node: Node, key: str) -> None:
        """Read what stands under `stories:` or `rules:`."""
        for child, _ in self.items(node, (key,)):
            told = self._told(child, key)
            if isinstance(told, Rule):
                self.rules.append(told)
            elif told is not None:
                self.stories.append(replace(told, steps=tuple(_by_intent(step) for step in told.steps)))
        self.settle(key)

    def read_tests(self, node: Node) -> tuple[Story, ...]:
        """Return the stories of a file of tests."""
        told = [self._told(child, "stories") for child, _ in self.items(node, ("stories",))]
        self.settle("stories")
        return tuple(one for one in told if isinstance(one, Story))

    def _told(self, node: Node, key: str) -> Story | Rule | None:
        kind, other = ("story", "rule") if key == "stories" else ("rule", "story")
        if not isinstance(node.value, dict) or not {kind, other} & node.value.keys():
            written = next(iter(node.value), "") if isinstance(node.value, dict) else ""
            message = f"this is no {kind}: it has no `{kind}:` with its name"
            near = did_you_mean(written, (kind,))
            meant = f" {near}" if near.startswith("Did you mean") else ""
            remedy = f"Write `- {kind}: a name` and `steps:` below it.{meant}"
            self.notes.wrong(kind, message, place_of(node), remedy)
            return None
        if kind not in node.value:
            message = f"a {other} stands under `{key}:`; it is read as a {other}"
            remedy = f"Move it to `{'rules' if other == 'rule' else 'stories'}:`."
            self.notes.wrong(other, message, place_of(node), remedy)
            kind = other
        name = (text_of(node.value[kind]) or "").strip()
        if not name:
            self.notes.wrong(kind, f"this {kind} has no name", key_place(node, kind), "Write one.")
            name = str(place_of(node))
        self.unknown(node, _STORY_KEYS if kind == "story" else _RULE_KEYS, kind)
        if "metadata" in node.value:
            self.notes.left_out("metadata", f"of the {kind} {name!r}", key_place(node, "metadata"))
        steps = read_steps(node.child("steps"), self.problems, path=("steps",), spelling=_SPELLING)
        self.settle(f"{kind} step")
        if not steps:
            message = f"the {kind} {name!r} has no steps that can be read"
            self.notes.wrong(kind, message, place_of(node), "Write `steps:` below it.")
            return None
        return Story(name, steps, place_of(node)) if kind == "story" else self._rule(name, node, steps)

    def _rule(self, name: str, node: Node, steps: tuple[Step, ...]) -> Rule | None:
        for step in steps:
            if isinstance(step, CheckpointStep):
                message = f"the rule {name!r} has a checkpoint, which only stories may have"
                self.notes.wrong("rule step", message, step.place, "Write a story instead, or remove the checkpoint.")
        users = [step for step in steps if _is_message(step)]
        if len(users) > 1:
            message = f"the rule {name!r} has more than one message of the user"
            self.notes.wrong("rule step", message, users[1].place, "Write a story instead, or several rules.")
        kept = tuple(step for step in steps if not isinstance(step, CheckpointStep))
        condition = read_steps(node.child("condition"), self.problems, path=("condition",), spelling=_SPELLING)
        at_start = self.truth(node.child("conversation_start"), ("conversation_start",), False)
        waits = self.truth(node.child("wait_for_user_input"), ("wait_for_user_input",), True)
        self.settle("rule")
        for step in condition:
            if not isinstance(step, SlotsStep | LoopStep):
                message = f"a condition of the rule {name!r} is neither about slots nor about a loop"
                remedy = "Write `- slot_was_set: [...]` or `- active_loop: a_form`."
                self.notes.wrong("rule condition", message, step.place, remedy)
        conditions = tuple(step for step in condition if isinstance(step, SlotsStep | LoopStep))
        return Rule(name, kept, conditions, at_start, waits, place_of(node)) if len(users) < 2 else None


def _by_intent(step: Step) -> Step:
    """Return a step as a bot learns it: where a message has an intent, Rasa goes by that and not by its words."""
    if isinstance(step, UserStep) and step.intent and step.text:
        return replace(step, text="")
    if isinstance(step, OrStep):
        choices = (_by_intent(one) for one in step.choices)
        return replace(step, choices=tuple(one for one in choices if isinstance(one, UserStep | SlotsStep)))
    return step


def _is_message(step: Step) -> bool:
    choices = step.choices if isinstance(step, OrStep) else (step,)
    return any(isinstance(one, UserStep) for one in choices)
