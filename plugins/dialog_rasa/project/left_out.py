"""What stands in projects of Rasa Pro and of Rasa 1.x that nothing here reads: each is named, with its place."""

import re
from pathlib import Path
from typing import Final

from dialog_core.configuration import Node
from dialog_rasa.dialogue.nodes import place_of, plain, text_of
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.notes import Notes, key_place, keyed
from dialog_rasa.project.values import E2eCase

_OLDER: Final = re.compile(
    rb'^## intent:|"rasa_nlu_data"|^\* [^\n]+\n\s*- (utter|action|form|slot|\w+_form)', re.MULTILINE
)
_READ: Final = ("user", "bot", "utter", "slot_was_set", "slot_was_not_set")


def read_flows(node: Node, notes: Notes) -> None:
    """Name the flows of a file."""
    remedy = "Write its steps as rules and a form, or as a flow of the policy `flows`."
    for name, flow in keyed(node).items():
        steps = flow.child("steps")
        count = len(steps.value) if steps is not None and isinstance(steps.value, list) else 0
        about = text_of(flow.child("description")) or text_of(flow.child("name")) or ""
        message = f"the flow {name!r} with {count} steps{f': {about.strip()[:80]}' if about.strip() else ''}"
        notes.left_out("flow", message, key_place(node, name), remedy)
    if node.value is not None and not isinstance(node.value, dict):
        notes.wrong("flow", "`flows:` is no mapping", place_of(node), "Write `a_flow:` and its steps below it.")


def read_cases(node: Node, notes: Notes) -> tuple[E2eCase, ...]:
    """Return the test cases of a file; what their steps check beyond words and slots is named."""
    if not isinstance(node.value, list):
        if node.value is not None:
            notes.wrong("test case", "`test_cases:` is no list", place_of(node), "Write `- test_case: a name`.")
        return ()
    found = []
    for child in node.value:
        name = text_of(child.child("test_case"))
        steps = child.child("steps")
        if not name or steps is None or not isinstance(steps.value, list):
            remedy = "Write `- test_case: a name` and `steps:` below it."
            notes.wrong("test case", "this is no test case", place_of(child), remedy)
            continue
        for key in ("fixtures", "metadata"):
            if child.child(key) is not None:
                notes.left_out(f"test case {key}", f"of the test case {name!r}", key_place(child, key))
        kept = []
        for step in steps.value:
            fields = keyed(step)
            for key in fields:
                if key not in _READ:
                    message = f"`{key}:` in a step of the test case {name!r}"
                    notes.left_out("test case step", message, key_place(step, key))
            if given := {key: plain(value) for key, value in fields.items() if key in _READ}:
                kept.append(given)
            elif not fields:
                notes.wrong("test case step", "this is no step", place_of(step), "Write `- user: hello`.")
        found.append(E2eCase(name.strip(), tuple(kept), place_of(child)))
    return tuple(found)


def note_older(files: tuple[Path, ...], notes: Notes, *, alone: bool) -> None:
    """Name training data in Markdown or JSON, as Rasa 1 wrote it.

    Args:
        files: Where there may be some.
        notes: Where to say so.
        alone: Whether there is no other training data: then nothing would be left of the project without it.
    """
    for file in files:
        try:
            with file.open("rb") as stream:
                start = stream.read(100_000)
        except OSError as error:
            notes.wrong("file", f"cannot be read: {error.strerror}", Place(file, 1), "See that it may be read.")
            continue
        if _OLDER.search(start):
            message = "training data in a format older than YAML"
            remedy = "Convert it with `rasa data convert` of Rasa 2 and import again."
            (notes.wrong if alone else notes.left_out)("training data", message, Place(file, 1), remedy)
