"""Loads a configuration file with everything it extends, and fills in environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialog_core.configuration.interpolation import interpolate
from dialog_core.configuration.merging import merge_files, without
from dialog_core.configuration.missing import missing_file
from dialog_core.configuration.node import Node
from dialog_core.configuration.packaged import NotPackaged, packaged_file
from dialog_core.configuration.problems import ConfigurationError, Problem, shown_path
from dialog_core.configuration.yaml_reader import MAX_BYTES, read_yaml

MAX_EXTENDS = 16  # files in one chain; more is a mistake
EXTENDS = "extends"


@dataclass(frozen=True)
class Loaded:
    """A loaded configuration.

    Attributes:
        node: The merged tree, each value with the place where it was written.
        files: Every file that was read, the one asked for first.
    """

    node: Node
    files: tuple[Path, ...]


def load(
    path: str | os.PathLike[str], *, environ: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES
) -> Loaded:
    """Loads a configuration file.

    Args:
        path: The file.
        environ: The variables for `${NAME}`; those of the process where it is None.
        max_bytes: Larger files are refused before they are read.

    Raises:
        ConfigurationError: With every problem found, in all files.
    """
    loader = _Loader(os.environ if environ is None else environ, max_bytes)
    file = Path(path)
    node = loader.load(file, ())
    if node is not None:
        # After merging, so that a variable matters only where its value survived.
        node = interpolate(node, loader.environ, loader.problems)
    if loader.problems or node is None:
        raise ConfigurationError(loader.problems)
    return Loaded(node, tuple(loader.files.values()))


class _Loader:
    """Loads files with what they extend, and collects what is wrong in all of them."""

    def __init__(self, environ: Mapping[str, str], max_bytes: int) -> None:
        self.environ = environ
        self.max_bytes = max_bytes
        self.problems: list[Problem] = []
        self.files: dict[Path, Path] = {}  # by the path with links resolved, which tells whether two are the same
        self._loaded: dict[Path, Node | None] = {}

    def load(self, file: Path, chain: tuple[Path, ...]) -> Node | None:
        """The merged tree of a file, None where it cannot be read."""
        identity = _identity(file)
        if identity in self._loaded:
            return self._loaded[identity]
        self.files[identity] = file
        try:
            node: Node | None = read_yaml(file, max_bytes=self.max_bytes)
        except ConfigurationError as error:
            self.problems.extend(error.problems)
            node = None
        if node is not None:
            node = self._extend(node, (*chain, file))
        self._loaded[identity] = node
        return node

    def _extend(self, node: Node, chain: tuple[Path, ...]) -> Node:
        extends = node.child(EXTENDS)
        if extends is None or not isinstance(node.value, dict):
            return node
        result: Node | None = None
        for reference, path in self._references(extends):
            file = self._resolve(reference, path, chain)
            base = self.load(file, chain) if file is not None else None
            if base is not None:
                result = base if result is None else merge_files(result, base)
        own = without(node, EXTENDS)
        return own if result is None else merge_files(result, own)

    def _references(self, extends: Node) -> list[tuple[Node, tuple[str | int, ...]]]:
        items = list(enumerate(extends.value)) if isinstance(extends.value, list) else [(None, extends)]
        references: list[tuple[Node, tuple[str | int, ...]]] = []
        for index, written in items:
            path: tuple[str | int, ...] = (EXTENDS,) if index is None else (EXTENDS, index)
            known = len(self.problems)
            item = interpolate(written, self.environ, self.problems, path)
            if len(self.problems) > known:
                continue
            if isinstance(item.value, str) and item.value.strip() and "\0" not in item.value:
                references.append((item, path))
            else:
                remedy = "Write `extends: base.yaml`, or a list of files."
                self.problems.append(item.problem("needs the path of a file", path=path, remedy=remedy))
        return references

    def _resolve(self, reference: Node, path: tuple[str | int, ...], chain: tuple[Path, ...]) -> Path | None:
        text = str(reference.value)
        try:
            file = packaged_file(text) or chain[-1].parent / Path(text).expanduser()
            exists = file.exists()
        except NotPackaged as error:
            self.problems.append(reference.problem(str(error), path=path))
            return None
        except (OSError, RuntimeError) as error:  # a name too long, `~name` of nobody
            self.problems.append(reference.problem(f"is no usable path: {error}", path=path))
            return None
        if not exists:
            missing = missing_file(file)
            message = f"there is no file {text!r} in {shown_path(file.parent if ':' in text else chain[-1].parent)!r}"
            self.problems.append(reference.problem(message, path=path, remedy=missing.remedy))
            return None
        identities = [_identity(earlier) for earlier in chain]
        if _identity(file) in identities:
            circle = [*chain[identities.index(_identity(file)) :], file]
            names = " -> ".join(shown_path(earlier) for earlier in circle)
            remedy = "Remove this `extends`, or move what both need to a third file."
            self.problems.append(reference.problem(f"the file extends itself: {names}", path=path, remedy=remedy))
            return None
        if len(chain) >= MAX_EXTENDS:
            message = f"more than {MAX_EXTENDS} files extend one another"
            self.problems.append(reference.problem(message, path=path, remedy="Merge some of them."))
            return None
        return file


def _identity(file: Path) -> Path:
    """The file's one true path, links resolved; the path as given where there can be no such file."""
    try:
        return Path(os.path.realpath(file))
    except ValueError:  # a null character in the name; reading the file will say so
        return file
