"""The contracts of `dialog_core.testing`, put to the components of a plugin as far as they can be built."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from dialog_core.bot_file import ComponentSpec
from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.cli.plugins.checking.bots import bots_of, tests_of
from dialog_core.component import Context
from dialog_core.configuration import ConfigurationError, Node, read_yaml
from dialog_core.errors import ArtefactError, DialogError, PluginError
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration

CONTRACTS = {  # by kind: the contract, and the method that makes the component
    "policy": ("PolicyContract", "make_policy"),
    "annotator": ("AnnotatorContract", "make_annotator"),
    "guard": ("GuardContract", "make_guard"),
    "observer": ("ObserverContract", "make_observer"),
    "ranker": ("RankerContract", "make_ranker"),
    "store": ("StoreContract", "make_store"),
    "profile_store": ("ProfileStoreContract", "make_store"),
    "reader": ("ReaderContract", "make_reader"),
    "writer": ("WriterContract", "make_writer"),
    "cleaner": ("CleanerContract", "make_cleaner"),
    "augmenter": ("AugmenterContract", "make_augmenter"),
    "recognizer": ("RecognizerContract", "make_recognizer"),
}
ASYNCHRONOUS = ("store", "profile_store")  # their contracts need pytest-asyncio
DECLARED = ("deterministic", "idempotent", "uses_network")  # of a contract, which a component's class may say of itself

Make = Callable[[Path], Any]


@dataclass(frozen=True, slots=True)
class Suite:
    """One component with the contract it has to keep.

    Attributes:
        title: What it is called in the report.
        registration: Which component it is.
        make: Builds it; what it needs on disk goes below the path.
        why_not: Why it cannot be built; then there is nothing to run.
        messages: What users say, to policies: one of them may be what it answers.
        language: In which language they say it.
        files: Of a reader: files it has to read.
    """

    title: str
    registration: Registration
    make: Make | None = None
    why_not: str = ""
    messages: tuple[str, ...] = ()
    language: str = "en"
    files: Mapping[str, bytes] = field(default_factory=dict)


def class_name(number: int) -> str:
    """Return what the class of tests of a suite is called, by its place among `suites_of`."""
    return f"TestSuite{number}"


def suites_of(plugins: PluginSet, plugin: str, folder: Path | None) -> list[Suite]:
    """Return the components of a plugin that have a contract: as its bots configure them, else with default options."""
    entries = [entry for entry in plugins.registry if entry.plugin == plugin and entry.kind in CONTRACTS]
    configured: dict[tuple[str, str], list[Suite]] = {}
    for path in bots_of(folder):
        for suite in _of_bot(path):
            configured.setdefault((suite.registration.kind, suite.registration.name), []).append(suite)
    return [
        suite
        for entry in entries
        for suite in configured.get((entry.kind, entry.name), []) or [_by_default(entry, plugins)]
    ]


def _of_bot(path: Path) -> Iterator[Suite]:
    """Yield the components that a bot of the package configures."""
    try:
        spec = read_bot_file(path)
    except DialogError:
        return  # what is wrong with it has been told
    builder = Builder(spec)
    messages = tuple(dict.fromkeys(said for file in tests_of(path) for said in _said(read_yaml(file))))
    for part in (*spec.policies, *spec.annotators, *spec.guards, spec.ranker):
        yield _configured(part, builder, path, messages)
    for name, source in spec.knowledge.items():
        if source.options.path.is_file():
            title = f"reader {source.registration.name} (knowledge {name} of bots/{path.name})"
            files = {source.options.path.name: source.options.path.read_bytes()}
            yield Suite(title, source.registration, _maker(source, builder), files=files)


def _configured(part: ComponentSpec, builder: Builder, path: Path, messages: tuple[str, ...]) -> Suite:
    title = f"{part.registration.kind} {part.registration.name} ({part.name} of bots/{path.name})"
    make = _maker(part, builder)
    why_not = _why_not(make, Path())
    return Suite(title, part.registration, None if why_not else make, why_not, messages, builder.context.language)


def _maker(part: ComponentSpec, builder: Builder) -> Make:
    return lambda tmp_path: part.registration.load()(part.options, builder.context_of(part))


def _by_default(entry: Registration, plugins: PluginSet) -> Suite:
    """Return a component with default options; a store gets a path, where it asks for one."""
    title = f"{entry.kind} {entry.name}"
    try:
        model = entry.load_options()
    except PluginError as error:
        return Suite(title, entry, why_not=str(error))
    missing = [name for name, field in model.model_fields.items() if field.is_required()]
    if entry.kind in ASYNCHRONOUS and missing in ([], ["path"]):
        missing = []
    if missing:
        return Suite(title, entry, why_not=f"it cannot be built without the option {missing[0]!r}")
    has_path = entry.kind in ASYNCHRONOUS and "path" in model.model_fields

    def make(tmp_path: Path) -> Any:
        given: dict[str, Any] = {"path": tmp_path / "kept"} if has_path else {}
        return entry.load()(model.model_validate(given), _context(entry.name, plugins))

    if entry.kind == "reader":
        return Suite(title, entry, why_not="no bot of the package has a file for it")
    if entry.kind == "recognizer":
        return Suite(title, entry, why_not="only its author knows texts in which it finds something")
    why_not = "" if has_path else _why_not(make, Path())
    return Suite(title, entry, None if why_not else make, why_not)


def _context(name: str, plugins: PluginSet) -> Context:
    from dialog_core.actions import ActionRunner

    actions = {entry.name: entry.reads_only for entry in plugins.registry if entry.kind == "action"}
    runner = ActionRunner(plugins.registry, timeout=5.0)
    return Context(name=name, registry=plugins.registry, action_runner=runner, actions=actions, artefact=_untrained)


def _untrained(version: int | None) -> NoReturn:
    raise ArtefactError("it has to be trained first", missing=True)


def _why_not(make: Make, tmp_path: Path) -> str:
    """Return why a component cannot be built, where that is no fault of its own; what it raises else, tests tell."""
    try:
        make(tmp_path)
    except ArtefactError:
        return "it has to be trained first"
    except ConfigurationError as error:
        return f"it cannot be built with default options: {error}"
    except ValidationError as error:
        told = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
        return f"it cannot be built with default options: {told}"
    except PluginError as error:
        return str(error)
    except Exception:  # the contract's tests will show it
        return ""
    return ""


def _said(node: Node) -> Iterator[str]:
    """Yield what users say in a file of conversation tests."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if key == "user" and isinstance(child.value, str):
                yield child.value
            yield from _said(child)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _said(child)
