"""Reading a bot file: every section is validated against what the plugins have registered. Nothing is built here."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialog_core.bot_agreement import Agreement, only_there
from dialog_core.bot_file import OPTIONAL_KINDS, RANKING, BotFile, BotSpec, ComponentSpec, entry_model
from dialog_core.bot_training import TrainingSection
from dialog_core.configuration import (
    ConfigurationError,
    Node,
    Options,
    Parts,
    Problem,
    check,
    did_you_mean,
    load,
    parts_of,
)
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.left_out import LeftOut, is_optional, knowledge_of_optional, left_out, load_plugins
from dialog_core.plugins import PluginSet
from dialog_core.trusted import untrusted


def read_bot_file(
    path: Path,
    *,
    plugins: PluginSet | None = None,
    environ: Mapping[str, str] | None = None,
    training: bool = True,
) -> BotSpec:
    """Read, complete and validate a bot file.

    Args:
        path: The file.
        plugins: Plugins that are loaded already; those the file names are added.
        environ: What `${NAME}` is looked up in; default: the environment.
        training: Whether to validate the options of the trainers too. A bot that only serves is read without: neither
            the data it was trained on nor what its trainers need has to be where it runs.

    Raises:
        ConfigurationError: With every mistake of the file, each with its place and a remedy.
    """
    loaded = load(path) if environ is None else load(path, environ=environ)
    file, problems = check(BotFile, loaded.node)
    plugins = plugins or PluginSet.load()
    plugin_problems, missing = load_plugins(loaded.node, plugins)
    reader = _SectionReader(loaded.node, plugins, [*problems, *plugin_problems], missing)
    knowledge = reader.knowledge()
    policies = reader.listed("policies", "policy")
    annotators = reader.listed("annotators", "annotator")
    guards = reader.listed("guards", "guard")
    ranker = reader.single("ranking", "ranker", "table")
    store = reader.single("store", "store", "memory")
    profiles = reader.optional("profiles", "profile_store")
    observers = reader.listed("observers", "observer")
    whole = Agreement(loaded.node, reader.problems)
    tiers = whole.tiers(reader.names("policies"))
    whole.grounding(tiers)
    section = TrainingSection(loaded.node, plugins.registry, reader.problems)
    trained = section.trained([*reader.names("policies"), *reader.names("annotators")])
    if file is not None:
        whole.languages((file.bot.language, *file.bot.languages))
    components = (*annotators, *policies)
    entries = section.entries(trained, components, ranker, reader.check_knowledge_names) if training else ()
    reader.refuse_nothing_left(policies)
    if reader.problems or file is None or ranker is None or store is None:
        raise ConfigurationError(reader.problems)
    return BotSpec(
        path=path,
        file=file,
        plugins=plugins,
        files=loaded.files,
        knowledge=knowledge,
        annotators=annotators,
        policies=policies,
        guards=guards,
        ranker=ranker,
        store=store,
        tiers=only_there(tiers, policies),
        profiles=profiles,
        observers=observers,
        training=entries,
        trained=tuple(name for name in trained if name in {RANKING, *(part.name for part in components)}),
        left_out=tuple(reader.left_out),
        spare_knowledge=reader.spare_knowledge(knowledge),
    )


class _SectionReader:
    """Validates the components of a bot file, one section after the other, and collects every mistake.

    Attributes:
        problems: The mistakes.
        left_out: What is optional and cannot be used.
    """

    def __init__(self, node: Node, plugins: PluginSet, problems: list[Problem], missing: list[LeftOut]) -> None:
        self.problems = problems
        self.left_out = missing
        self._missing_plugins = [one.part.removeprefix("plugin ") for one in missing]
        self._spare_knowledge = knowledge_of_optional(node)
        self._missing_knowledge: dict[str, str] = {}
        self._node = node
        self._registry = plugins.registry
        self._plugins = [plugin.name for plugin in plugins.loaded]

    def listed(self, section: str, kind: str) -> tuple[ComponentSpec, ...]:
        """Validate a list of components; their names must differ."""
        node = self._node.child(section)
        if node is None or not isinstance(node.value, list):
            return ()  # its absence or wrong type has been reported already
        specs: list[ComponentSpec] = []
        seen: dict[str, int] = {}
        for number, item in enumerate(node.value):
            self._refuse_optional(item, kind, (section, number))
            before = len(self.problems)
            spec = self.component(item, kind, (section, number))
            if spec is not None:
                self.check_knowledge_names(item, spec.options, (section, number))
            if is_optional(item) and kind in OPTIONAL_KINDS and len(self.problems) > before:
                self._leave_out(kind, item, before)
                continue
            if spec is None:
                continue
            if spec.name in seen:
                message = f"the name {spec.name!r} is taken by the one on line {seen[spec.name]}"
                self._report(item, (section, number), message, "Give one of them another `name:`.")
            seen[spec.name] = item.line
            specs.append(spec)
        return tuple(specs)

    def _leave_out(self, kind: str, item: Node, before: int) -> None:
        """Take back the mistakes of an optional component: the bot does without it."""
        called = item.child("name") or item.child("use")
        name = str(called.value) if called is not None and _is_name(called.value) else "?"
        self.left_out.append(left_out(f"{kind} {name}", item, self.problems[before:]))
        del self.problems[before:]

    def _refuse_optional(self, item: Node, kind: str, path: tuple[str | int, ...]) -> None:
        if kind == "guard" and item.child("optional") is not None:
            message = "a guard cannot be optional: what it keeps away would come through without it"
            self._report(item, (*path, "optional"), message, "Remove `optional`, or the guard.")

    def refuse_nothing_left(self, policies: tuple[ComponentSpec, ...]) -> None:
        """Refuse a bot all of whose policies were left out."""
        if not policies and self.left_out and not self.problems:
            node = self._node.find(("policies",))
            reasons = " ".join(f"{one.part}: {one.reason}" for one in self.left_out)
            self._report(node, ("policies",), f"no policy is left: all are optional, and left out. {reasons}", "")

    def spare_knowledge(self, sources: Mapping[str, ComponentSpec]) -> dict[str, tuple[str, ...]]:
        """Return the sources that are there and that only optional components use, with the names of these."""
        return {
            source: tuple(self._called(section, number) for section, number in users)
            for source, users in self._spare_knowledge.items()
            if source in sources
        }

    def _called(self, section: str, number: int) -> str:
        item = self._node.find((section, number))
        called = item.child("name") or item.child("use")
        return str(called.value) if called is not None else "?"

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

    def optional(self, section: str, kind: str) -> ComponentSpec | None:
        """Validate a section that is one component, or not there."""
        node = self._node.child(section)
        return None if node is None or node.value is None else self.component(node, kind, (section,))

    def knowledge(self) -> dict[str, ComponentSpec]:
        """Validate the sources of knowledge."""
        node = self._node.child("knowledge")
        if node is None or not isinstance(node.value, dict):
            return {}
        specs: dict[str, ComponentSpec] = {}
        for name, item in node.value.items():
            before = len(self.problems)
            spec = self.component(item, "reader", ("knowledge", name))
            if len(self.problems) > before and self._spare_knowledge.get(name):
                missing = left_out(f"knowledge {name}", item, self.problems[before:])
                self.left_out.append(missing)
                self._missing_knowledge[name] = missing.reason
                del self.problems[before:]
            elif spec is not None:
                specs[name] = spec
        return specs

    def component(
        self,
        node: Node,
        kind: str,
        path: tuple[str | int, ...],
        *,
        owner: Node | None = None,
        mark: Parts | None = None,
    ) -> ComponentSpec | None:
        """Validate one component: `{use: NAME, ...options}`, or just NAME.

        Args:
            node: Where it stands.
            kind: Which kind of component it is.
            path: The path of `node` in the file.
            owner: The component it is a part of, if it is one.
            mark: What is said there of such parts.
        """
        use, at = self._find_use(node, kind, path)
        if use is None:
            return None
        try:
            registration = self._registry.get(kind, use, place=str(at.problem("")).rstrip(": "))
        except UnknownComponentError as error:
            self._report(
                at,
                (*path, "use") if at is not node else path,
                str(error).split(". ")[0],
                self._remedy_for_unknown(use, error.known),
            )
            return None
        try:
            model = entry_model(registration, nested=mark is not None)
        except PluginError as error:
            self._report(at, path, str(error), "")
            return None
        if isinstance(node.value, str):
            node = Node({"use": node}, node.file, node.line, node.column)
        if owner is not None and mark is not None:
            node = _inheriting(node, owner, [name for name in mark.inherit if name in model.model_fields])
        options, problems = check(model, node, path)
        self.problems.extend(problems)
        self._check_parts(node, model, path)
        if options is None:
            return None
        return ComponentSpec(getattr(options, "name", "") or use, registration, options, node, path)

    def _check_parts(self, node: Node, model: type[Options], path: tuple[str | int, ...]) -> None:
        """Validate the components that an option of a component lists."""
        for name, mark, _ in parts_of(model):
            listed = node.child(name)
            for number, item in enumerate(
                listed.value if listed is not None and isinstance(listed.value, list) else ()
            ):
                if isinstance(item.value, str | dict):  # anything else has been reported already
                    at = (*path, name, number)
                    part = self.component(item, mark.kind, at, owner=node, mark=mark)
                    if part is not None and item.child("knowledge") is not None:
                        self.check_knowledge_names(item, part.options, at)

    def check_knowledge_names(self, node: Node, options: Any, path: tuple[str | int, ...]) -> None:
        """See that an option called `knowledge` names sources this bot has."""
        sources = self._node.child("knowledge")
        known = list(sources.value) if sources is not None and isinstance(sources.value, dict) else []
        named = getattr(options, "knowledge", None) or ()
        for name in (named,) if isinstance(named, str) else named:
            if name in self._missing_knowledge:  # whoever names it is optional, and left out like it
                message = f"its knowledge {name!r} cannot be used: {self._missing_knowledge[name]}"
                self._report(node, (*path, "knowledge"), message, "")
            elif name not in known:
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
        name = file.value.lower()
        if _is_folder(file):
            name = f"{name.rstrip('/')}/"
        for reader in readers:
            if name.endswith(reader.suffixes):
                return reader.name
        endings = sorted({suffix for reader in readers for suffix in reader.suffixes} - {"/"})
        remedy = f"Known endings: {', '.join(endings)}. Or name a reader with `use:`."
        self._report(file, (*path, "path"), f"no reader is known for {file.value!r}", remedy)
        return None

    def _remedy_for_unknown(self, use: str, known: list[str]) -> str:
        """Say which names there are, and which installed plugins the bot does not name: one may have it."""
        if self._missing_plugins:
            return f"Does a plugin bring it that was left out ({', '.join(self._missing_plugins)})?"
        others = untrusted(self._plugins)
        hint = f" Or does a plugin bring it that is not named under `plugins:`, such as {' or '.join(others)}?"
        return f"{did_you_mean(use, known)}{hint if others else ''}".strip()

    def _report(self, node: Node, path: Iterable[str | int], message: str, remedy: str) -> None:
        self.problems.append(node.problem(message, path=path, remedy=remedy))


def _inheriting(node: Node, owner: Node, names: Iterable[str]) -> Node:
    """Return a part of a component with the options it takes over from it."""
    given = {name: child for name in names if (child := owner.child(name)) is not None}
    own = node.value if isinstance(node.value, dict) else {}
    return Node({**given, **own}, node.file, node.line, node.column, keys=node.keys)


def _is_folder(node: Node) -> bool:
    """Whether a path of the file leads to a folder. Of one that makes no sense the options' own check tells."""
    try:
        return Path(node.file.parent if node.file else "", Path(str(node.value)).expanduser()).is_dir()
    except (OSError, RuntimeError, ValueError):
        return False


def _is_name(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""
