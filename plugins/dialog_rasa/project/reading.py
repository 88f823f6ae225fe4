"""Reads a Rasa project: finds its files, tells by their keys what they are, and reads them into one value.

Nothing in a project stops the reading: what is wrong, left out or read differently is a finding with its place.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Node, Problem
from dialog_rasa.dialogue.nodes import text_of
from dialog_rasa.dialogue.values import Place, Story
from dialog_rasa.project.configuring import CONFIGURATION_KEYS, ENDPOINT_KEYS, ConfigurationReader, imported
from dialog_rasa.project.copies import without_older_copies
from dialog_rasa.project.documents import filled, read_document
from dialog_rasa.project.domain import DomainReader
from dialog_rasa.project.files import YAML_SUFFIXES, Files, find_files, is_test, is_test_folder
from dialog_rasa.project.left_out import note_older, read_cases, read_flows
from dialog_rasa.project.notes import Notes, key_place, keyed
from dialog_rasa.project.python_files import action_files, data_files
from dialog_rasa.project.stories import StoriesReader
from dialog_rasa.project.understanding import UnderstandingReader
from dialog_rasa.project.unreadable import Unreadable, note_shapeless, note_unreadable
from dialog_rasa.project.values import E2eCase, RasaProject

DOMAIN_KEYS: Final = (
    "intents",
    "entities",
    "slots",
    "responses",
    "templates",
    "forms",
    "actions",
    "session_config",
)
_DATA_KEYS: Final = ("nlu", "stories", "rules", "flows", "test_cases")
_KNOWN: Final = frozenset((*DOMAIN_KEYS, *_DATA_KEYS, *CONFIGURATION_KEYS, *ENDPOINT_KEYS))
_FOREIGN: Final = frozenset({"apiVersion", "services", "jobs", "swagger", "openapi"})
"""Keys of files that are for other programs, whatever else stands in them."""
_ENDPOINTS: Final = frozenset(ENDPOINT_KEYS) - {"nlu"}  # which is training data, unless endpoints.yml says it
_PASSED: Final = frozenset({"version", "e2e_actions"})


@dataclass(frozen=True, slots=True)
class _Document:
    """A file that is Rasa's."""

    file: Path
    node: Node
    credentials: bool = False
    endpoints: bool = False

    def has(self, *keys: str) -> bool:
        return any(key in keyed(self.node) for key in keys)


def read_project(root: Path, *, environment: Mapping[str, str] | None = None) -> RasaProject:
    """Read a project.

    Args:
        root: Its folder, or the only file it has.
        environment: What `${NAME}` in its files stands for; None: the environment variables.

    Raises:
        ConfigurationError: There is no project.
    """
    given = Path(root)
    notes = Notes()
    folder, files = _files(given, notes)
    values = os.environ if environment is None else environment
    documents = _documents(files, folder, values, notes)
    main = _main_configuration(documents, folder)
    documents = _imported(documents, main, folder, notes)
    older, documents = without_older_copies(documents, notes)
    if not documents and not notes.findings:
        remedy = "Name the folder with config.yml, domain.yml and data/."
        raise ConfigurationError([Problem("there is no Rasa project", given, remedy=remedy)])
    versioned = any(one.has(*DOMAIN_KEYS) and _version(one.node)[:1] >= "3" for one in documents)
    project = _Project(folder, notes, values, versioned=versioned)
    for document in sorted(documents, key=lambda one: (one is not main, *_order(one.file, folder))):
        project.read(document)
    python = action_files(files.python, folder, notes)
    data = data_files(files.data, python, folder, notes)
    note_older(files.older, notes, alone=not any(one.has("nlu", "rules", "stories") for one in documents))
    return replace(project.result(documents, python, (*(one.file for one in older),)), data=data)


def _files(given: Path, notes: Notes) -> tuple[Path, Files]:
    if given.is_dir():
        return given, find_files(given, notes)
    if given.is_file() and given.suffix.lower() in YAML_SUFFIXES:
        return given.parent, Files((given,), (), ())
    remedy = "Name the folder of a Rasa project."
    message = "this is no folder and no YAML file" if given.exists() else "there is no such folder"
    raise ConfigurationError([Problem(message, given, remedy=remedy)])


def _order(file: Path, root: Path) -> tuple[int, str]:
    relative = file.relative_to(root)
    return len(relative.parts), str(relative)


def _documents(files: Files, root: Path, environment: Mapping[str, str], notes: Notes) -> list[_Document]:
    """Return the files that are Rasa's, with environment variables filled in."""
    found: list[_Document] = []
    unreadable: list[Unreadable] = []
    for file in sorted(files.yaml, key=lambda one: _order(one, root)):
        name = file.name.lower()
        credentials, endpoints = name.startswith("credentials"), name.startswith("endpoints")
        try:
            node = read_document(file)
        except ConfigurationError as error:
            unreadable.append(Unreadable(file, error))
            continue
        keys = keyed(node).keys()
        if not isinstance(node.value, dict):
            note_shapeless(file, node, root, notes)
        elif credentials:
            found.append(_Document(file, node, credentials=True))
        elif keys & _KNOWN and not keys & _FOREIGN:
            whole = endpoints or not keys & (_KNOWN - _ENDPOINTS)
            found.append(_Document(file, node if whole else filled(node, environment, notes), endpoints=whole))
    note_unreadable(unreadable, {one.file.parent for one in found}, root, notes)
    return found


def _main_configuration(documents: list[_Document], root: Path) -> _Document | None:
    """Return the file with the pipeline and the policies: `config.yml` at the top, or the nearest to it."""
    found = [one for one in documents if not one.endpoints and not one.credentials and one.has(*CONFIGURATION_KEYS)]
    named = [one for one in found if one.file.stem == "config"]
    return min(named or found, key=lambda one: _order(one.file, root), default=None)


def _imported(documents: list[_Document], main: _Document | None, root: Path, notes: Notes) -> list[_Document]:
    """Return the files that count: all, or where a configuration imports projects, its own and theirs."""
    if main is None or not main.has("imports") or main.file.parent != root:
        return documents
    by_file = {one.file.resolve(): one for one in documents}
    todo, folders = imported(main.node, root, notes), []
    while todo:
        path = todo.pop(0)
        if path in folders:
            continue
        folders.append(path)
        configuration = by_file.get(path / "config.yml") or by_file.get(path)
        if configuration is not None:
            todo += imported(configuration.node, root, notes)
    own = main.file.parent.resolve()
    kept = []
    for one in documents:
        at = one.file.resolve()
        within = next((folder for folder in folders if at.is_relative_to(folder)), None)
        if at.parent == own or within is not None or is_test(one.file, root):
            kept.append(one)
        else:
            notes.left_out("file", "not among what `imports:` names", Place(one.file, 1))
    return kept


class _Project:
    """A project while it is read."""

    def __init__(self, root: Path, notes: Notes, environment: Mapping[str, str], *, versioned: bool) -> None:
        self._root = root
        self._versioned = versioned
        self._notes = notes
        self._configuration = ConfigurationReader(notes, environment)
        self._domain = DomainReader(notes)
        self._understanding = UnderstandingReader(notes, root)
        self._stories = StoriesReader(notes)
        self._tests: dict[Path, tuple[Story, ...]] = {}
        self._cases: dict[Path, tuple[E2eCase, ...]] = {}
        self._has_domain = False

    def read(self, document: _Document) -> None:
        node, fields = document.node, keyed(document.node)
        relative = document.file.relative_to(self._root)
        if document.credentials:
            self._configuration.read_credentials(node)
            return
        if document.has(*ENDPOINT_KEYS):
            self._configuration.read_endpoints(node, alone=document.endpoints)
        if document.endpoints:
            return
        if document.has(*CONFIGURATION_KEYS):
            self._configuration.read(node, alone=not document.has(*DOMAIN_KEYS, *_DATA_KEYS))
        if document.has(*DOMAIN_KEYS):
            self._has_domain = True
            self._domain.read(node, old=is_old(node, versioned=self._versioned))
        if "nlu" in fields:
            if is_test_folder(relative):
                message = "examples for tests; nothing is learnt from them"
                self._notes.left_out("nlu", message, key_place(node, "nlu"))
            else:
                self._understanding.read(fields["nlu"])
        for key in ("stories", "rules"):
            if key not in fields:
                continue
            if key == "stories" and is_test(document.file, self._root):
                self._tests[relative] = self._stories.read_tests(fields[key])
            else:
                self._stories.read(fields[key], key)
        if "flows" in fields:
            read_flows(fields["flows"], self._notes)
        if "test_cases" in fields:
            self._cases[relative] = read_cases(fields["test_cases"], self._notes)
        if not document.has(*CONFIGURATION_KEYS):
            for key in fields:
                if key not in _KNOWN and key not in _PASSED:
                    self._notes.left_out(key, f"`{key}:` is not read", key_place(node, key))

    def result(self, documents: list[_Document], python: tuple[Path, ...], others: tuple[Path, ...]) -> RasaProject:
        understanding = self._understanding.understanding
        labels = frozenset(one.intent for one in understanding.intents)
        if not self._has_domain and not any(_may_be_domain(file) for file in self._notes.refused_files):
            message = "there is no domain: no file has intents, slots or responses"
            remedy = "Write a domain.yml with `intents:`, `responses:` and `slots:`."
            self._notes.wrong("domain", message, Place(self._root / "domain.yml", 1), remedy)
        dialogue = replace(
            self._domain.dialogue(labels),
            stories=tuple(self._stories.stories),
            rules=tuple(self._stories.rules),
            synonyms=self._understanding.synonyms,
        )
        return RasaProject(
            root=self._root,
            dialogue=dialogue,
            understanding=understanding,
            configuration=self._configuration.configuration,
            tests=self._tests,
            e2e_cases=self._cases,
            python=python,
            findings=self._notes.findings,
            files=tuple(sorted((*(one.file for one in documents), *others, *python))),
        )


def _version(node: Node) -> str:
    return (text_of(node.child("version")) or "").strip()


def _may_be_domain(file: Path) -> bool:
    """Whether a file that cannot be read seems to be the domain: there is one, then."""
    if file.name.startswith("domain"):
        return True
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(line.partition(":")[0] in DOMAIN_KEYS for line in lines)


def is_old(node: Node, *, versioned: bool = False) -> bool:
    """Whether a domain is written in the way of 2.x: it says so, or it says nothing and no slot has mappings.

    Args:
        node: A file of the domain.
        versioned: Whether another file says that the domain is one of 3.x.
    """
    if version := _version(node):
        return version.startswith(("1", "2"))
    if versioned:
        return False
    slots = node.child("slots")
    return not any("mappings" in keyed(slot) for slot in keyed(slots).values()) if slots is not None else True
