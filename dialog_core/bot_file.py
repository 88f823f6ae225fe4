"""The bot file: its sections, and its validation against what the plugins have registered. Nothing is built here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, create_model

from dialog_core.breaker import BreakerOptions
from dialog_core.configuration import (
    ConfigurationError,
    Duration,
    InputPath,
    Names,
    Node,
    Options,
    Problem,
    check,
    did_you_mean,
    load,
)
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.plugins import PluginSet
from dialog_core.registry import Registration

DEFAULT_FALLBACK = "I am sorry, I do not know that."


class BotSection(Options):
    """Who the bot is."""

    name: str = Field(default="Bot", min_length=1, description="What the bot is called.")
    language: str = Field(
        default="en",
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language it speaks, as a BCP 47 tag such as `en` or `zh`.",
    )
    greeting: str = Field(default="", description="What it says when a session begins.")
    session_expiry: Duration = Field(
        default=12 * 3600, description="After this long a silence a new session begins: slots and flows start afresh."
    )
    max_message: int = Field(
        default=20_000, ge=1, description="Characters of a message that are read; what is longer is cut."
    )
    seed: int = Field(default=0, description="For everything that should look random and be the same when replayed.")


class DispatchSection(Options):
    """How a message goes through the policies."""

    tiers: tuple[Names, ...] | None = Field(
        default=None,
        description="Policies in the order they are asked. Those of one tier are asked together; a later tier only if "
        "no candidate so far reaches `accept_at`. Default: all policies in one tier.",
    )
    accept_at: float = Field(default=0.8, ge=0, le=1, description="Probability at which later tiers are not asked.")
    answer_at: float = Field(default=0.3, ge=0, le=1, description="Probability below which the fallback answers.")
    deadline: Duration = Field(default=5.0, gt=0, description="When a turn is answered with whatever has come.")
    action_timeout: Duration = Field(default=10.0, gt=0, description="How long an action of the winner may take.")


class BotFile(Options):
    """A bot, described by one YAML file."""

    version: Literal[1] = Field(description="The version of this format: 1.")
    bot: BotSection = Field(default=BotSection(), description="Who the bot is.")
    plugins: Names = Field(default=(), description="Third-party plugins this bot trusts, by entry-point name.")
    knowledge: dict[str, Any] = Field(default={}, description="What the bot knows: a file for each name.")
    annotators: tuple[Any, ...] = Field(default=(), description="What finds facts about a message, in order.")
    policies: tuple[Any, ...] = Field(min_length=1, description="What proposes replies; ties keep this order.")
    dispatch: DispatchSection = Field(default=DispatchSection(), description="How a message goes through the policies.")
    ranking: Any = Field(default={"use": "table"}, description="What puts the candidates on one scale.")
    guards: tuple[Any, ...] = Field(default=(), description="What watches over input and output, in order.")
    training: tuple[Any, ...] = Field(default=(), description="What `dialog-core train` trains, and from which data.")
    store: Any = Field(default={"use": "memory"}, description="Where conversations are kept.")
    fallback: str = Field(default=DEFAULT_FALLBACK, min_length=1, description="What to say when nobody knows.")


class ComponentEntry(Options):
    """What every component of a bot file may say beside its own options."""

    use: str = Field(description="The registered component.")
    name: str = Field(default="", description="What this bot calls it; default: the value of `use`.")


class TimedEntry(ComponentEntry):
    """A component that is called in the course of a turn."""

    timeout: Duration | None = Field(
        default=None,
        gt=0,
        description="How long one call may take; default: `dispatch.deadline`, a quarter of it where it is no policy.",
    )


class PolicyEntry(TimedEntry):
    """A policy."""

    breaker: BreakerOptions = Field(
        default=BreakerOptions(), description="When to leave a failing policy alone, and for how long."
    )


class GuardEntry(TimedEntry):
    """A guard."""

    on_error: Literal["refuse", "allow"] = Field(
        default="refuse", description="What becomes of a text the guard failed to judge."
    )


class ReaderEntry(Options):
    """A source of knowledge. Options of its reader stand beside `path`."""

    path: InputPath = Field(description="The file; its ending says how to read it unless `use` does.")
    use: str = Field(default="", description="The reader; default: chosen by the file's ending.")


ENTRY_MODELS: Mapping[str, type[Options]] = {
    "policy": PolicyEntry,
    "annotator": TimedEntry,
    "guard": GuardEntry,
    "ranker": TimedEntry,
    "store": ComponentEntry,
    "reader": ReaderEntry,
}


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """A component as a bot file asks for it, validated.

    Attributes:
        name: What the bot calls it.
        registration: Which component it is.
        options: Its options, with `use`, `name` and the like of `ENTRY_MODELS` beside them.
    """

    name: str
    registration: Registration
    options: Any


@dataclass(frozen=True, slots=True)
class BotSpec:
    """A bot file, validated against what its plugins registered."""

    path: Path
    file: BotFile
    plugins: PluginSet
    files: tuple[Path, ...]
    knowledge: Mapping[str, ComponentSpec]
    annotators: tuple[ComponentSpec, ...]
    policies: tuple[ComponentSpec, ...]
    guards: tuple[ComponentSpec, ...]
    ranker: ComponentSpec
    store: ComponentSpec
    tiers: tuple[tuple[str, ...], ...]


def read_bot_file(path: Path, *, plugins: PluginSet | None = None, environ: Mapping[str, str] | None = None) -> BotSpec:
    """Read, complete and validate a bot file.

    Args:
        path: The file.
        plugins: Plugins that are loaded already; those the file names are added.
        environ: What `${NAME}` is looked up in; default: the environment.

    Raises:
        ConfigurationError: With every mistake of the file, each with its place and a remedy.
    """
    loaded = load(path) if environ is None else load(path, environ=environ)
    file, problems = check(BotFile, loaded.node)
    plugins, plugin_problems = _load_plugins(loaded.node, plugins)
    reader = _SectionReader(loaded.node, plugins, [*problems, *plugin_problems])
    policies = reader.listed("policies", "policy")
    annotators = reader.listed("annotators", "annotator")
    guards = reader.listed("guards", "guard")
    knowledge = reader.knowledge()
    ranker = reader.single("ranking", "ranker", "table")
    store = reader.single("store", "store", "memory")
    tiers = reader.tiers(reader.names("policies"))
    reader.check_training([*reader.names("policies"), *reader.names("annotators")])
    if reader.problems or file is None or ranker is None or store is None:
        raise ConfigurationError(reader.problems)
    return BotSpec(path, file, plugins, loaded.files, knowledge, annotators, policies, guards, ranker, store, tiers)


def _load_plugins(node: Node, plugins: PluginSet | None) -> tuple[PluginSet, list[Problem]]:
    """Load the plugins the file names; one that cannot be used is a mistake at the line that names it."""
    plugins = plugins or PluginSet.load()
    problems: list[Problem] = []
    named = node.child("plugins")
    if named is None:
        return plugins, problems
    nodes = named.value if isinstance(named.value, list) else [named]
    known = {plugin.name for plugin in plugins.loaded}
    for number, item in enumerate(nodes):
        if not isinstance(item.value, str) or item.value in known or plugins.manager.has_plugin(item.value):
            continue
        try:
            plugins.add_named(item.value)
        except PluginError as error:
            problems.append(item.problem(str(error), path=("plugins", number)))
    return plugins, problems


class _SectionReader:
    """Validates the components of a bot file, one section after the other, and collects every mistake."""

    def __init__(self, node: Node, plugins: PluginSet, problems: list[Problem]) -> None:
        self.problems = problems
        self._node = node
        self._registry = plugins.registry

    def listed(self, section: str, kind: str) -> tuple[ComponentSpec, ...]:
        """Validate a list of components; their names must differ."""
        node = self._node.child(section)
        if node is None or not isinstance(node.value, list):
            return ()  # its absence or wrong type has been reported already
        specs: list[ComponentSpec] = []
        seen: dict[str, int] = {}
        for number, item in enumerate(node.value):
            spec = self.component(item, kind, (section, number))
            if spec is None:
                continue
            if spec.name in seen:
                message = f"the name {spec.name!r} is taken by the one on line {seen[spec.name]}"
                self._report(item, (section, number), message, "Give one of them another `name:`.")
            seen[spec.name] = item.line
            self._check_knowledge_names(item, spec, (section, number))
            specs.append(spec)
        return tuple(specs)

    def names(self, section: str) -> list[str]:
        """Return what the components of a section are called, also of those that are wrong in some other way."""
        node = self._node.child(section)
        items = node.value if node is not None and isinstance(node.value, list) else []
        called = [[item.child("name"), item.child("use"), item] for item in items]
        named = [next((str(node.value) for node in nodes if node and _is_name(node.value)), "") for nodes in called]
        return [name for name in named if name]

    def single(self, section: str, kind: str, default: str) -> ComponentSpec | None:
        """Validate a section that is one component."""
        node = self._node.child(section)
        if node is None:
            registration = self._registry.get(kind, default)
            return ComponentSpec(default, registration, entry_model(registration).model_validate({"use": default}))
        return self.component(node, kind, (section,))

    def knowledge(self) -> dict[str, ComponentSpec]:
        """Validate the sources of knowledge."""
        node = self._node.child("knowledge")
        if node is None or not isinstance(node.value, dict):
            return {}
        specs = {name: self.component(item, "reader", ("knowledge", name)) for name, item in node.value.items()}
        return {name: spec for name, spec in specs.items() if spec is not None}

    def component(self, node: Node, kind: str, path: tuple[str | int, ...]) -> ComponentSpec | None:
        """Validate one component: `{use: NAME, ...options}`, or just NAME."""
        use, at = self._find_use(node, kind, path)
        if use is None:
            return None
        try:
            registration = self._registry.get(kind, use)
        except UnknownComponentError as error:
            self._report(
                at,
                (*path, "use") if at is not node else path,
                str(error).split(". ")[0],
                did_you_mean(use, error.known),
            )
            return None
        try:
            model = entry_model(registration)
        except PluginError as error:
            self._report(at, path, str(error), "")
            return None
        if isinstance(node.value, str):
            node = Node({"use": node}, node.file, node.line, node.column)
        options, problems = check(model, node, path)
        self.problems.extend(problems)
        if options is None:
            return None
        return ComponentSpec(getattr(options, "name", "") or use, registration, options)

    def _check_knowledge_names(self, node: Node, spec: ComponentSpec, path: tuple[str | int, ...]) -> None:
        """See that an option called `knowledge` names sources this bot has."""
        sources = self._node.child("knowledge")
        known = list(sources.value) if sources is not None and isinstance(sources.value, dict) else []
        named = getattr(spec.options, "knowledge", None) or ()
        for name in (named,) if isinstance(named, str) else named:
            if name not in known:
                remedy = (
                    did_you_mean(name, known) or f"Add it under `knowledge:`, for example `{name}: {{path: faq.yaml}}`."
                )
                self._report(node.find(("knowledge",)), (*path, "knowledge"), f"there is no knowledge {name!r}", remedy)

    def _find_use(self, node: Node, kind: str, path: tuple[str | int, ...]) -> tuple[str | None, Node]:
        """Return which component is meant and where that is written."""
        if isinstance(node.value, str) and kind != "reader":
            return node.value, node
        if isinstance(node.value, dict):
            use = node.child("use")
            if use is not None and isinstance(use.value, str):
                return use.value, use
            if kind == "reader":
                return self._reader_for(node, path), node
        self._report(
            node,
            path,
            f"does not say which {kind} it is",
            "Write `path: FILE`."
            if kind == "reader"
            else f"Add `use:` with one of: {', '.join(self._registry.names(kind))}.",
        )
        return None, node

    def _reader_for(self, node: Node, path: tuple[str | int, ...]) -> str | None:
        """Return the reader registered for the ending of the file a source of knowledge names."""
        file = node.child("path")
        if file is None or not isinstance(file.value, str):
            self._report(node, path, "does not say which file it is", "Add `path: FILE`.")
            return None
        readers = [entry for entry in self._registry if entry.kind == "reader"]
        for reader in readers:
            if file.value.lower().endswith(reader.suffixes):
                return reader.name
        endings = sorted({suffix for reader in readers for suffix in reader.suffixes})
        remedy = f"Known endings: {', '.join(endings)}. Or name a reader with `use:`."
        self._report(file, (*path, "path"), f"no reader is known for {file.value!r}", remedy)
        return None

    def tiers(self, names: list[str]) -> tuple[tuple[str, ...], ...]:
        """Return the tiers; every policy stands in exactly one."""
        node = self._node.find(("dispatch", "tiers"))
        written = self._node.child("dispatch")
        if written is None or written.child("tiers") is None or not isinstance(node.value, list):
            return (tuple(names),)
        tiers: list[tuple[str, ...]] = []
        seen: dict[str, int] = {}
        for number, tier in enumerate(node.value):
            members = tier.value if isinstance(tier.value, list) else [tier]
            tiers.append(tuple(str(member.value) for member in members))
            for place, member in enumerate(members):
                name, path = str(member.value), ("dispatch", "tiers", number, place)
                if name in seen:
                    self._report(
                        member, path, f"{name!r} stands in two tiers", f"Remove it here or on line {seen[name]}."
                    )
                elif names and name not in names:
                    self._report(member, path, f"no policy is named {name!r}", did_you_mean(name, names))
                seen[name] = member.line
        for name in names:
            if name not in seen:
                self._report(
                    node, ("dispatch", "tiers"), f"the policy {name!r} is in no tier", "Add it, or remove the policy."
                )
        return tuple(tier for tier in tiers if tier)

    def check_training(self, names: list[str]) -> None:
        """See that what is to be trained is a component of this bot."""
        node = self._node.child("training")
        for number, item in enumerate(node.value if node is not None and isinstance(node.value, list) else ()):
            component = item.child("component")
            path = ("training", number)
            if component is None:
                self._report(item, path, "does not say what to train", "Add `component:`.")
            elif component.value not in (*names, "ranking"):
                message = f"no component is named {component.value!r}"
                self._report(
                    component, (*path, "component"), message, did_you_mean(str(component.value), [*names, "ranking"])
                )

    def _report(self, node: Node, path: Iterable[str | int], message: str, remedy: str) -> None:
        self.problems.append(node.problem(message, path=path, remedy=remedy))


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def entry_model(registration: Registration) -> type[Options]:
    """Return the model of a component in a bot file: its own options with `use`, `name` and the like beside them.

    Raises:
        PluginError: The options model cannot be imported, or has a field that the framework has for every component.
    """
    common, options = ENTRY_MODELS.get(registration.kind, ComponentEntry), registration.load_options()
    clash = sorted(set(common.model_fields) & set(options.model_fields))
    if clash:
        raise PluginError(
            f"plugin {registration.plugin!r}: the options of the {registration.kind} {registration.name!r} have a "
            f"field {clash[0]!r}, which every {registration.kind} has already. Rename it."
        )
    if options is Options:
        return common
    return create_model(f"{options.__name__}Entry", __base__=(options, common), __doc__=options.__doc__)
