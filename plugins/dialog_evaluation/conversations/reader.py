"""The reader `conversation_tests`: conversation tests as dialogues, for those who learn from them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dialog_core import Component
from dialog_core.configuration import Options
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_evaluation.conversations.test_file import LocatedTest, Step, read_tests

OF_THE_REPLY = ("bot", "contains", "lacks", "policy", "evidence", "fallback")
"""What a step may expect of the reply alone; everything else is about what the turn leads to."""

_TESTS = re.compile(r"^tests[ \t]*:", re.MULTILINE)
_USER = re.compile(r"\buser[ \t]*:")


class ConversationTestsReader(Component[Options]):
    """Reads conversation tests, each as a dialogue that is called as the test is.

    A step is a turn of the user's and one of the bot's. The text of the bot's is the first that is expected as a whole,
    and empty where the step says none; its metadata has what is expected of the reply under `expect`, and `line`.
    The dialogue's has `line`, and `language`, `slots` and `facts` where the test sets them. Restarts and
    waiting are left out.
    """

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is YAML with `tests:`, whose steps say what the user does."""
        is_yaml = sample.path.suffix.lower() in (".yaml", ".yml")
        return is_yaml and _TESTS.search(sample.head) is not None and _USER.search(sample.head) is not None

    def read(self, path: Path) -> Iterator[Dialogue]:
        """Yield the dialogues; raise ConfigurationError with every mistake of the file."""
        self.context.files.add(path)
        for located in read_tests([path]):
            yield _dialogue(located)


def _dialogue(located: LocatedTest) -> Dialogue:
    test = located.test
    turns: list[DialogueTurn] = []
    for step, line in zip(test.steps, located.step_lines, strict=True):
        if step.restart or step.wait is not None:
            continue
        if step.user is not None:
            turns.append(DialogueTurn("user", step.user, {"line": line}))
        text = step.bot[0].strip() if step.bot else ""
        turns.append(DialogueTurn("bot", text, {"expect": _expected(step), "line": line}))
    metadata: dict[str, Any] = {"line": located.line}
    if test.language is not None:
        metadata["language"] = test.language
    if test.slots:
        metadata["slots"] = dict(test.slots)
    if test.facts:
        metadata["facts"] = dict(test.facts)
    return Dialogue(test.name, tuple(turns), metadata)


def _expected(step: Step) -> dict[str, Any]:
    written = {name: getattr(step, name) for name in step.expectations if name in OF_THE_REPLY}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in written.items()}
