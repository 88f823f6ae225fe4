"""What plugins register: for each kind of component, names that map to `module:attribute` strings."""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialog_core.deprecation import deprecation_text, warn_deprecated
from dialog_core.errors import PluginError, UnknownComponentError
from dialog_core.foreign import foreign_code

if TYPE_CHECKING:
    from dialog_core.component import Context
    from dialog_core.configuration import Options

KINDS = (
    "policy",
    "annotator",
    "guard",
    "ranker",
    "store",
    "profile_store",
    "observer",
    "reader",
    "writer",
    "cleaner",
    "augmenter",
    "recognizer",
    "analyzer",
    "encoder",
    "trainer",
    "metric",
    "test_format",
    "channel",
    "action",
)


@dataclass(frozen=True, slots=True)
class Registration:
    """One registered component.

    Attributes:
        kind: One of `KINDS`.
        name: What bot files call it.
        target: `module:attribute` of the class (for actions: the function); imported on first use.
        plugin: The plugin that registered it.
        options: `module:attribute` of its options model, or empty if it takes none. That module imports nothing heavy.
        check: `module:attribute` of a function `(options, context) -> Iterable[Problem]` that looks into the files the
            options name without building the component; `dialog-core check` calls it. A problem without a file is
            shown where the option stands that its `path` names, such as `tools[0]`.
        extra: What brings the packages that `target` imports, as pip wants it: `dialog-core[retrieval]`; for the
            error message.
        category: Of a policy: its kind for ranking (`rules`, `retrieval`, `generative`, ...).
        suffixes: Of a reader: endings of file names it is chosen for where the bot file names none; `/` for folders.
            Of a form of tests: endings of its files.
        reads_only: Of an action: whether it only looks things up, so that it may run before the choice.
    """

    kind: str
    name: str
    target: str
    plugin: str
    options: str = ""
    check: str = ""
    extra: str = ""
    category: str = ""
    suffixes: tuple[str, ...] = ()
    reads_only: bool = False

    def load(self) -> Any:
        """Import the target; raise PluginError naming plugin, component and remedy where that fails."""
        return self._import(self.target)

    def load_options(self) -> "type[Options]":
        """Import the options model; `Options` itself (which refuses every key) if there is none."""
        from dialog_core.configuration import Options

        if not self.options:
            return Options
        model = self._import(self.options)
        if not (isinstance(model, type) and issubclass(model, Options)):
            raise PluginError(
                f"plugin {self.plugin!r}: {self.options} of the {self.kind} {self.name!r} is not a model. "
                "Derive it from dialog_core.configuration.Options."
            )
        return model

    def load_check(self) -> Any:
        """Import the check function, or None."""
        return self._import(self.check) if self.check else None

    def missing_package(self, error: Exception) -> str:
        """Return what to say of an error that means that a package is missing which `extra` brings; empty otherwise."""
        if not isinstance(error, ModuleNotFoundError) or not error.name or not self.extra:
            return ""
        package, own = (name.partition(".")[0] for name in (error.name, self.target.partition(":")[0]))
        if package == own:
            return ""
        return f"{self._where} needs the package {package!r}, which is not installed. Run: pip install '{self.extra}'"

    @property
    def _where(self) -> str:
        return f"plugin {self.plugin!r}: the {self.kind} {self.name!r}"

    def _import(self, target: str) -> Any:
        where = self._where
        module_name, _, attribute = target.partition(":")
        try:
            with foreign_code():
                found: Any = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if missing := self.missing_package(error):
                raise PluginError(missing) from error
            raise PluginError(f"{where} could not be imported from {module_name!r}: {error}") from error
        except Exception as error:
            raise PluginError(
                f"{where} could not be imported from {module_name!r}: {type(error).__name__}: {error}"
            ) from error
        for part in attribute.split("."):
            try:
                with foreign_code():
                    found = getattr(found, part)
            except AttributeError as error:
                raise PluginError(f"{where} names {target!r}, but {module_name!r} has no {attribute!r}") from error
            except Exception as error:
                raise PluginError(f"{where} could not be got: {type(error).__name__}: {error}") from error
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """A component another one asks for, ready to be built: `registration.load()(options, context)`.

    Attributes:
        registration: Which component it is.
        options: Its options, validated.
        context: What it is built with.
    """

    registration: Registration
    options: Any
    context: "Context"


@dataclass(frozen=True, slots=True)
class _Renamed:
    """What a component is called now, and for how long its old name still works."""

    new: str
    since: str
    removed_in: str
    plugin: str


class Registry:
    """Names of components by kind. One per bot, never global."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Registration] = {}
        self._renamed: dict[tuple[str, str], _Renamed] = {}
        self._plugin = "?"

    def registering(self, plugin: str) -> "Registry":
        """Say whose registrations follow."""
        self._plugin = plugin
        return self

    def add(self, kind: str, name: str, target: str, **facts: Any) -> None:
        """Register a component of any kind; `facts` are attributes of [`Registration`][]."""
        if kind not in KINDS:
            raise PluginError(f"plugin {self._plugin!r} registers {name!r} as {kind!r}; kinds are {', '.join(KINDS)}")
        if ":" not in target:
            raise PluginError(
                f"plugin {self._plugin!r} registers the {kind} {name!r} with target {target!r}; "
                "write it as 'package.module:Class'"
            )
        entry = Registration(kind, name, target, self._plugin, **facts)
        other = self._entries.setdefault((kind, name), entry)
        if other is not entry:
            raise PluginError(
                f"two plugins register a {kind} named {name!r}: {other.plugin!r} and {self._plugin!r}. "
                "Remove one of them from `plugins:`, or ask an author to rename theirs."
            )

    def withdraw(self, plugin: str) -> None:
        """Forget everything a plugin has registered, because it cannot be used as a whole."""
        self._entries = {key: entry for key, entry in self._entries.items() if entry.plugin != plugin}
        self._renamed = {key: rename for key, rename in self._renamed.items() if rename.plugin != plugin}

    def policy(
        self, name: str, target: str, *, options: str = "", category: str = "", check: str = "", extra: str = ""
    ) -> None:
        """Register a policy; `category` is its kind for ranking (default: its name)."""
        self.add("policy", name, target, options=options, category=category or name, check=check, extra=extra)

    def annotator(self, name: str, target: str, *, options: str = "", check: str = "", extra: str = "") -> None:
        """Register an annotator."""
        self.add("annotator", name, target, options=options, check=check, extra=extra)

    def guard(self, name: str, target: str, *, options: str = "", check: str = "", extra: str = "") -> None:
        """Register a guard."""
        self.add("guard", name, target, options=options, check=check, extra=extra)

    def ranker(self, name: str, target: str, *, options: str = "", check: str = "", extra: str = "") -> None:
        """Register a ranker."""
        self.add("ranker", name, target, options=options, check=check, extra=extra)

    def store(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a conversation store."""
        self.add("store", name, target, options=options, extra=extra)

    def profile_store(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a store of users' profiles."""
        self.add("profile_store", name, target, options=options, extra=extra)

    def observer(self, name: str, target: str, *, options: str = "", check: str = "", extra: str = "") -> None:
        """Register an observer, which bot files name under `observers:`."""
        self.add("observer", name, target, options=options, check=check, extra=extra)

    def reader(
        self, name: str, target: str, *, options: str = "", suffixes: Sequence[str] = (), extra: str = ""
    ) -> None:
        """Register a dataset reader, chosen by file name ending where the bot file names none."""
        self.add("reader", name, target, options=options, suffixes=tuple(suffixes), extra=extra)

    def writer(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a dataset writer, commonly under the name of the reader of the same format."""
        self.add("writer", name, target, options=options, extra=extra)

    def cleaner(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a step of cleaning."""
        self.add("cleaner", name, target, options=options, extra=extra)

    def augmenter(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a way of making further examples."""
        self.add("augmenter", name, target, options=options, extra=extra)

    def recognizer(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register what finds pieces of texts."""
        self.add("recognizer", name, target, options=options, extra=extra)

    def analyzer(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register an analyzer."""
        self.add("analyzer", name, target, options=options, extra=extra)

    def encoder(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register an encoder."""
        self.add("encoder", name, target, options=options, extra=extra)

    def trainer(self, name: str, target: str, *, options: str = "", check: str = "", extra: str = "") -> None:
        """Register a trainer under the name of the component it trains."""
        self.add("trainer", name, target, options=options, check=check, extra=extra)

    def metric(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a metric."""
        self.add("metric", name, target, options=options, extra=extra)

    def test_format(
        self, name: str, target: str, *, suffixes: Sequence[str] = (), options: str = "", extra: str = ""
    ) -> None:
        """Register a form of tests that `dialog-core test` runs; `suffixes` are the endings of its files."""
        self.add("test_format", name, target, options=options, suffixes=tuple(suffixes), extra=extra)

    def channel(self, name: str, target: str, *, options: str = "", extra: str = "") -> None:
        """Register a channel."""
        self.add("channel", name, target, options=options, extra=extra)

    def action(self, name: str, target: str, *, reads_only: bool = False, extra: str = "") -> None:
        """Register an action: a function. `reads_only` says it changes nothing outside."""
        self.add("action", name, target, reads_only=reads_only, extra=extra)

    def renamed(self, kind: str, old: str, new: str, *, since: str, removed_in: str) -> None:
        """Say that a component had another name: bot files that use it still work, and are told what to write."""
        if kind not in KINDS:
            raise PluginError(f"plugin {self._plugin!r} renames {old!r}, a {kind!r}; kinds are {', '.join(KINDS)}")
        taken = self._entries.get((kind, old))
        rename = _Renamed(new, since, removed_in, self._plugin)
        if taken is not None or self._renamed.setdefault((kind, old), rename) != rename:
            raise PluginError(f"plugin {self._plugin!r} renames the {kind} {old!r}, and there is one of that name")

    def get(self, kind: str, name: str, *, place: str = "") -> Registration:
        """Return the registration; raise UnknownComponentError suggesting the likely name.

        Args:
            kind: One of `KINDS`.
            name: Its name, or one it had before, which is deprecated.
            place: Where the name is written, for the warning.
        """
        rename = self._renamed.get((kind, name))
        if rename is not None and (kind, rename.new) in self._entries:
            told = deprecation_text(f"the {kind} {name!r}", rename.since, rename.removed_in, f"`use: {rename.new}`")
            warn_deprecated(f"{place}: {told}" if place else told)
            name = rename.new
        try:
            return self._entries[kind, name]
        except KeyError:
            raise UnknownComponentError(kind, name, self.names(kind)) from None

    def names(self, kind: str) -> list[str]:
        """Return the registered names of one kind, sorted."""
        return sorted(name for entry_kind, name in self._entries if entry_kind == kind)

    def __iter__(self) -> Iterator[Registration]:
        return iter(self._entries.values())
