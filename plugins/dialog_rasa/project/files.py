"""Which files belong to a project: those below its folder, without what is made and not written there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.notes import Notes

MAX_DEPTH: Final = 12
MAX_FILES: Final = 20_000
_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "site-packages"})
_MADE: Final = frozenset({"models", "results", "venv", "env"})
"""What is made and not written, unless it lies among the data: a bot may talk about models."""
_IMPORTED: Final = ("bot.yaml", "import-report.md")
YAML_SUFFIXES: Final = frozenset({".yml", ".yaml"})
_DATA_SUFFIXES: Final = frozenset({".json", ".jsonl", ".csv", ".tsv", ".txt", ".db", ".sqlite", ".sqlite3", ".xml"})
_TEST_FOLDERS: Final = frozenset({"tests", "test", "test_stories", "e2e_tests"})
_OTHERS: Final = ("docker-compose", "compose", "mkdocs", "codecov", "azure-pipelines", "cloudbuild", "app.", "values.")
"""How files at the top begin that are for other programs."""
_DATA_FOLDERS: Final = frozenset({"data", "domain", *_TEST_FOLDERS})


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a project, in the order of their paths; files at the top come first."""

    yaml: tuple[Path, ...]
    python: tuple[Path, ...]
    older: tuple[Path, ...]
    """Training data of Rasa 1.x, in Markdown or JSON."""
    data: tuple[Path, ...] = ()
    """What Python files may read: tables, lists and databases, outside of the folders with Rasa's own files."""


def find_files(root: Path, notes: Notes) -> Files:
    """Look for a project's files."""
    yaml: list[Path] = []
    python: list[Path] = []
    older: list[Path] = []
    data: list[Path] = []
    for count, file in enumerate(_below(root, notes)):
        if count >= MAX_FILES:
            message = f"there are more than {MAX_FILES:,} files; the rest is not looked at"
            notes.wrong("project", message, Place(root, 1), "Name the project's own folder.")
            break
        suffix = file.suffix.lower()
        if suffix in YAML_SUFFIXES:
            yaml.append(file)
        elif suffix == ".py":
            python.append(file)
        elif suffix in (".md", ".json") and file.relative_to(root).parts[0] == "data":
            older.append(file)
        elif suffix in _DATA_SUFFIXES and file.relative_to(root).parts[0].lower() not in _DATA_FOLDERS:
            data.append(file)
    return Files(tuple(yaml), tuple(python), tuple(older), tuple(data))


def is_test(file: Path, root: Path) -> bool:
    """Whether the stories in a file are tests: by the file's name or by the folder it lies in."""
    *folders, name = file.relative_to(root).parts
    return name.startswith("test_") or any(folder.lower() in _TEST_FOLDERS for folder in folders)


def is_test_folder(relative: Path) -> bool:
    """Whether a file lies in a folder of tests at the top of the project."""
    return len(relative.parts) > 1 and relative.parts[0].lower() in _TEST_FOLDERS


def is_looked_for(file: Path, root: Path) -> bool:
    """Whether Rasa would read the file, whatever stands in it."""
    *folders, name = file.relative_to(root).parts
    if not folders:
        return not name.lower().startswith(_OTHERS)
    return any(folder.lower() in _DATA_FOLDERS for folder in folders)


def _below(root: Path, notes: Notes) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        place = Place(Path(str(error.filename or root)), 1)
        notes.wrong("folder", f"cannot be read: {error.strerror}", place, "See that it may be read.")

    boundary = root.resolve()
    for folder, names, files in os.walk(root, onerror=unreadable):
        here = Path(folder)
        deep = len(here.relative_to(root).parts) >= MAX_DEPTH
        data = any(part.lower() in ("data", "domain") for part in here.relative_to(root).parts)
        passed = _PASSED_OVER if data else _PASSED_OVER | _MADE
        names[:] = [] if deep else sorted(name for name in names if _is_walked(here, name, passed))
        for name in sorted(files):
            file = here / name
            if name.startswith(".") or (file.is_symlink() and not file.resolve().is_relative_to(boundary)):
                continue
            yield file


def _is_walked(folder: Path, name: str, passed: frozenset[str]) -> bool:
    if name.startswith(".") or name.lower() in passed:
        return False
    # Not `Path.exists`, which raises where a folder may not be entered: that is told when it is walked.
    if all(os.path.exists(folder / name / file) for file in _IMPORTED):
        return False  # what an earlier import has made of this very project
    return not os.path.exists(folder / name / "pyvenv.cfg")
