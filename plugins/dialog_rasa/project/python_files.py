"""Which Python files of a project hold custom actions, or what these import and read. They are never imported."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dialog_rasa.dialogue.values import Place
from dialog_rasa.project.notes import Notes

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DATA_BYTES: Final = 50 * 1024 * 1024
_ACTIONS = re.compile(r"^\s*class\s+\w+\s*\([^)]*Action\w*[^)]*\)\s*:|\brasa_sdk\b", re.MULTILINE)
_IMPORTS = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(.+)|import[ \t]+(.+))$", re.MULTILINE)


def action_files(files: Sequence[Path], root: Path, notes: Notes) -> tuple[Path, ...]:
    """Return the files with actions, what they import of the project, and the packages all of these lie in."""
    texts = {file: text for file in files if (text := _text(file, notes)) is not None}
    tests = {file for file in texts if file.name.startswith("test_") or file.name == "conftest.py"}
    todo = [file for file, text in texts.items() if file not in tests and _ACTIONS.search(text)]
    found: dict[Path, None] = {}
    while todo:
        file = todo.pop(0)
        if file in found:
            continue
        found[file] = None
        todo += [one for one in _imported(file, texts[file], root) if one in texts]
        package = file.parent / "__init__.py"
        if package in texts:
            todo.append(package)
    return tuple(sorted(found))


def data_files(files: Sequence[Path], python: Sequence[Path], root: Path, notes: Notes) -> tuple[Path, ...]:
    """Return the files that belong to those with actions: they lie beside or below them, or are named in them."""
    folders = {file.parent for file in python} - {root}
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in python]
    found: list[Path] = []
    for file in files:
        named = any(file.name in text for text in texts)
        if not named and not folders.intersection(file.parents):
            if file.parent == root:
                notes.left_out("data file", "no Python file with actions names it", Place(file, 1))
        elif _size(file) > MAX_DATA_BYTES:
            message = f"larger than {MAX_DATA_BYTES // 1024**2} MB, and not copied"
            notes.left_out("data file", message, Place(file, 1), "Copy it to the same place in actions/.")
        else:
            found.append(file)
    return tuple(found)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _text(file: Path, notes: Notes) -> str | None:
    try:
        if file.stat().st_size > MAX_BYTES:
            notes.left_out("Python file", f"larger than {MAX_BYTES:,} bytes", Place(file, 1))
            return None
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        remedy = "Save the file as UTF-8 text."
        notes.wrong("Python file", "this is not UTF-8 text", Place(file, before + 1), remedy)
    except OSError as error:
        notes.wrong("Python file", f"cannot be read: {error.strerror}", Place(file, 1), "See that it may be read.")
    return None


def _imported(file: Path, text: str, root: Path) -> list[Path]:
    """Return where modules of the project may stand that a file imports."""
    found: list[Path] = []
    for module, names, modules in _IMPORTS.findall(text):
        if modules:
            for one in modules.split(","):
                found += _places(one.split(" as ")[0].strip(), file, root)
            continue
        found += _places(module, file, root)
        for name in re.findall(r"\w+", names.split("#")[0]):
            found += _places(f"{module}{'' if module.endswith('.') else '.'}{name}", file, root)
    return found


def _places(module: str, file: Path, root: Path) -> list[Path]:
    bare = module.lstrip(".")
    dots = len(module) - len(bare)
    parts = [part for part in bare.split(".") if part]
    # One dot is the file's own folder, each more the folder above it.
    folders = [*file.parents[dots - 1 : dots]] if dots else [root, file.parent]
    places = []
    for folder in folders:
        at = folder.joinpath(*parts)
        places += [at / "__init__.py"] if not parts else [at.with_name(f"{at.name}.py"), at / "__init__.py"]
    return places
