"""Test cases of Rasa Pro as conversation tests of ours."""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from dialog_core import JsonValue
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.yaml_text import Apart, Inline
from dialog_rasa.project.values import E2eCase

_MOST_WAYS = 20  # in which the bot may say the same
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def case_sections(cases: Sequence[E2eCase], ledger: Ledger) -> dict[str, Any]:
    """Return what stands in a file of conversation tests."""
    written = []
    names: dict[str, int] = {}
    for case in cases:
        steps = _Steps(case, ledger).written()
        if not steps:
            ledger.note("left out", "test case", f"{case.name!r} has no step that can be said here", case.place)
            continue
        names[case.name] = names.get(case.name, 0) + 1
        name = case.name if names[case.name] == 1 else f"{case.name} ({names[case.name]})"
        written.append(ledger.commented({"name": name, "steps": steps}, case.place))
        ledger.exact("test case", name, case.place)
    return {"tests": Apart(written)} if written else {}


class _Steps:
    """Writes the steps of a case: what the user says, with everything that is checked until they speak again."""

    def __init__(self, case: E2eCase, ledger: Ledger) -> None:
        self._case = case
        self._ledger = ledger
        self._steps: list[dict[str, Any]] = []
        self._said: list[list[str]] = []  # what the bot says, each in the ways it may
        self._parts: list[str] = []  # of what it says with values in it

    def written(self) -> list[Any]:
        """Return the steps."""
        for step in self._case.steps:
            self._step(step)
        self._close()
        return self._steps

    def _step(self, step: Mapping[str, JsonValue]) -> None:
        if isinstance(step.get("user"), str):
            self._close()
            self._steps.append({"user": step["user"]})
        elif isinstance(step.get("bot"), str):
            self._said.append([str(step["bot"]).strip()])
        elif isinstance(step.get("utter"), str):
            self._utter(str(step["utter"]))
        elif "slot_was_set" in step:
            self._slots(step["slot_was_set"])
        elif "slot_was_not_set" in step:
            self._unset(step["slot_was_not_set"])
        else:
            self._leave_out(f"nothing checks {', '.join(map(str, step)) or 'nothing'!r} here")

    def _utter(self, name: str) -> None:
        variations = self._ledger.project.dialogue.responses.get(name, ())
        texts = [variation.text.strip() for variation in variations if variation.text.strip()]
        if not texts:
            self._leave_out(f"the response {name!r} has no words to compare with")
        elif any(_TEMPLATE.search(text) for text in texts):
            if len(texts) > 1:
                self._leave_out(f"the response {name!r} has several variations with values in them")
            else:
                parts = [part.strip() for part in _TEMPLATE.split(texts[0])]
                self._parts += [part for part in parts if part]
        else:
            self._said.append(texts)

    def _slots(self, given: JsonValue) -> None:
        for one in given if isinstance(given, list | tuple) else [given]:
            if isinstance(one, Mapping):
                self._here().setdefault("slots", {}).update(one)
            else:
                self._leave_out(f"that {one!r} has some value cannot be said: say which")

    def _unset(self, given: JsonValue) -> None:
        for one in given if isinstance(given, list | tuple) else [given]:
            if isinstance(one, str):
                self._here().setdefault("slots", {})[one] = None
            else:
                self._leave_out("that a slot has not a certain value cannot be said: say which it has")

    def _here(self) -> dict[str, Any]:
        if not self._steps:
            self._steps.append({})
        return self._steps[-1]

    def _close(self) -> None:
        """Write down what the bot has said since the user spoke."""
        if self._parts or self._said:
            here = self._here()
            ways = [list(way) for way in product(*self._said)] if _count(self._said) <= _MOST_WAYS else []
            if self._parts or not ways:
                single = [texts[0] for texts in self._said if len(texts) == 1]
                if len(single) < len(self._said):
                    self._leave_out("which of several variations is said cannot be told beside others")
                if single or self._parts:
                    here["contains"] = Inline([*single, *self._parts])
            else:
                whole = ["\n\n".join(way) for way in ways]
                here["bot"] = whole[0] if len(whole) == 1 else whole
        if self._steps and isinstance(self._steps[-1].get("slots"), dict):
            self._steps[-1]["slots"] = Inline(self._steps[-1]["slots"])
        self._said, self._parts = [], []

    def _leave_out(self, message: str) -> None:
        self._ledger.note("left out", "test case", f"{self._case.name}: {message}", self._case.place)


def _count(said: Sequence[Sequence[str]]) -> int:
    ways = 1
    for texts in said:
        ways *= len(texts)
    return ways
