"""Files that cannot be read: which of them are mistakes of the project, and which are for other programs."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Node
from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.files import is_looked_for
from dialog_rasa.project.notes import Notes, keyed

_EMPTY: Final = "the file is empty"
_LOOKED_AT: Final = 200_000
_OURS = re.compile(
    rb"^(?:nlu|stories|rules|intents|entities|slots|responses|forms|session_config|pipeline|policies)[ \t]*:",
    re.MULTILINE,
)
_FOREIGN = re.compile(rb"^(?:apiVersion|services|kind)[ \t]*:|\{\{-? *\.", re.MULTILINE)
_ITEMS: Final = frozenset({"story", "rule", "intent", "synonym", "regex", "lookup"})
_NAMES: Final = ("domain", "config", "nlu", "stories", "rules", "responses", "forms", "slots", "endpoints", "test_")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, and why it cannot be read."""

    file: Path
    error: ConfigurationError


def note_unreadable(files: Collection[Unreadable], folders: Collection[Path], root: Path, notes: Notes) -> None:
    """Take note of files that cannot be read.

    Args:
        files: The files.
        folders: Where other files are Rasa's.
        root: The project's folder.
        notes: For the findings.
    """
    for one in files:
        file, problems = one.file, one.error.problems
        expected = is_looked_for(file, root) and not _is_foreign(file, one.error, root)
        if all(problem.message == _EMPTY for problem in problems):
            # `rasa init` writes files of settings that have comments only.
            if expected and not file.name.startswith(("endpoints", "credentials")):
                notes.refused(one.error, file)
        elif expected or (file.parent in folders and file.parent != root) or _has_our_keys(file):
            notes.refused(one.error, file)
        else:
            message = f"not read, since it seems to be no file of Rasa's: {problems[0].message}"
            notes.left_out("file", message, Place(file, problems[0].line or 1))


def note_shapeless(file: Path, node: Node, root: Path, notes: Notes) -> None:
    """Take note of a file that holds a list or a text where keys should be, if it is meant for Rasa."""
    *folders, name = file.relative_to(root).parts
    items = node.value if isinstance(node.value, list) else []
    alike = any(_ITEMS & keyed(item).keys() for item in items)
    if not alike and not (is_looked_for(file, root) if folders else name.startswith(_NAMES)):
        return
    kind = "list" if isinstance(node.value, list) else "text"
    message = f"the file holds a {kind}, and no key says what it is"
    remedy = "Write `stories:`, `nlu:` or another key at the top, and the rest indented below it."
    notes.wrong("file", message, Place(file, node.line), remedy)


def _is_foreign(file: Path, error: ConfigurationError, root: Path) -> bool:
    """Whether a file at the top is for another program: its tags or documents say so, or its keys do."""
    if file.parent != root or file.name.startswith(_NAMES):
        return False
    theirs = all("the tag `" in one.message or "a second document" in one.message for one in error.problems)
    return not _has_our_keys(file) and (theirs or _FOREIGN.search(_start(file)) is not None)


def _has_our_keys(file: Path) -> bool:
    start = _start(file)
    return bool(_OURS.search(start)) and not _FOREIGN.search(start)


def _start(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LOOKED_AT)
    except OSError:  # which is what the file's own problem says
        return b""
