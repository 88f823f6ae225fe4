"""What a component is built from: its options and a context through which it reaches everything else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from dialog_core.candidate import ActionCall, ActionResult
from dialog_core.configuration import Options
from dialog_core.datasets import KnowledgeEntry
from dialog_core.trusted import plugins_of, trusted_plugins, untrusted_hint
from dialog_core.turn import Turn
from dialog_core.values import EMPTY

if TYPE_CHECKING:
    from dialog_core.action_schema import ActionSchema
    from dialog_core.actions import ActionRunner
    from dialog_core.registry import Found, Registration, Registry
    from dialog_core.training.artefacts import Artefact
    from dialog_core.training.manifest import InputRecord

O = TypeVar("O", bound=Options)  # noqa: E741 - O for options, as T for a type

Create = Callable[[str, Any, "Context"], Any]
OpenArtefact = Callable[[int | None], "Artefact"]


@dataclass(frozen=True, slots=True)
class KnowledgeOrigin:
    """Where knowledge comes from; another `description` means other entries.

    Attributes:
        description: The reader and its options as JSON values, the file or directory as its content's checksum.
        inputs: The files and directories behind the checksums.
    """

    description: Mapping[str, Any]
    inputs: "Mapping[str, InputRecord]"


class KnowledgeSources(Protocol):
    """What a bot knows, by name. Every method raises ConfigurationError for a name there is none of."""

    def entries(self, name: str) -> Sequence[KnowledgeEntry]:
        """Return the entries of a source; read once."""
        ...

    def stream(self, name: str) -> Iterator[KnowledgeEntry]:
        """Read the entries of a source one after the other."""
        ...

    def origin(self, name: str, known: "Mapping[str, InputRecord]") -> KnowledgeOrigin:
        """Return where the entries come from."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes there are to read."""
        ...


class Context:
    """What the bot file knows beyond a component's own options.

    Attributes:
        name: The component's name in the bot file.
        language: The bot's language (a BCP 47 tag).
        languages: Every language the bot answers in, its own first.
        seed: The bot's seed, for anything random.
        models: The directory trained artefacts of this bot stand in.
        files: Files that were read; `chat --watch` reloads when one of them changes.
        actions: The actions plugins registered, each with whether it only looks things up.
        plugins: Outside of a bot, the plugins of third parties whose components there are.
        trained: Whether the bot file has an entry under `training:` for this component or the one it is a part of.
        facts: What may be kept about users, each with its description; None: the bot keeps no profiles, and what users
            say about themselves, whatever it is, is known until the session ends.
    """

    __slots__ = (
        "_action_runner",
        "_artefact",
        "_create",
        "_fingerprints",
        "_registry",
        "_sources",
        "actions",
        "facts",
        "files",
        "language",
        "languages",
        "models",
        "name",
        "plugins",
        "seed",
        "trained",
    )

    def __init__(
        self,
        *,
        name: str = "",
        language: str = "en",
        seed: int = 0,
        models: Path = Path("models"),
        create: Create | None = None,
        sources: KnowledgeSources | None = None,
        files: set[Path] | None = None,
        artefact: "OpenArtefact | Artefact | Path | None" = None,
        actions: Mapping[str, bool] = MappingProxyType({}),
        languages: Sequence[str] = (),
        trained: bool = False,
        registry: "Registry | None" = None,
        action_runner: "ActionRunner | None" = None,
        fingerprints: Callable[[], Mapping[str, str]] | None = None,
        plugins: Sequence[str] = (),
        facts: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.language = language
        self.languages = tuple(dict.fromkeys((language, *languages)))
        self.seed = seed
        self.models = models
        self.files = set() if files is None else files
        self.actions = actions
        self._create = create
        self._registry = registry
        self._action_runner = action_runner
        self._fingerprints = fingerprints
        self.plugins = tuple(plugins)
        self.trained = trained
        self.facts = facts
        self._sources = sources
        self._artefact = artefact

    @classmethod
    def of_command(cls, name: str, *, seed: int = 0, bot: Path | None = None) -> "Context":
        """Return what a command builds components with that are no part of a bot, such as readers.

        There are the built-in components, and those of the plugins that `dialog-core --plugin NAME` trusts.

        Args:
            name: What the command is called, for error messages.
            seed: For anything random.
            bot: A bot file, whose plugins are trusted as well.

        Raises:
            ConfigurationError: The bot file cannot be read.
        """
        of_bot = () if bot is None else plugins_of(bot)
        return cls(name=name, seed=seed, plugins=(*trusted_plugins(), *of_bot))

    def named(self, name: str, *, artefact: OpenArtefact | None = None, trained: bool | None = None) -> "Context":
        """Return the same context for another component.

        Args:
            name: What that component is called.
            artefact: How its artefact is opened; default: it is a part of this component and shares this one's.
            trained: Whether it is to be trained; default: as this one.
        """
        return Context(
            name=name,
            language=self.language,
            seed=self.seed,
            models=self.models,
            create=self._create,
            sources=self._sources,
            files=self.files,
            artefact=artefact or self._artefact,
            actions=self.actions,
            languages=self.languages,
            trained=self.trained if trained is None else trained,
            registry=self._registry,
            action_runner=self._action_runner,
            fingerprints=self._fingerprints,
            plugins=self.plugins,
            facts=self.facts,
        )

    def create(self, kind: str, spec: Any, *, inherit: Mapping[str, Any] = EMPTY) -> Any:
        """Build another component by name, never by import. Outside of a bot there are the built-in ones.

        It is called `<this component>.<kind>`, or where `spec` has a `name`, `<this component>.<name>`.

        Args:
            kind: One of `dialog_core.registry.KINDS`.
            spec: A registered name, or a mapping with `use` and the component's options; or either as a `Node` of a
                file, whose mistakes are then told with their places.
            inherit: Options to set where the component has such ones and `spec` does not set them.

        Raises:
            UnknownComponentError: Nothing is registered under that name.
            ConfigurationError: Its options are wrong.
            PluginError: It could not be imported.
        """
        if inherit:
            from dialog_core.nested import completed

            spec = completed(self._known(), kind, spec, inherit)
        if self._create is None:
            found = self.find(kind, spec)
            return found.registration.load()(found.options, found.context)
        return self._create(kind, spec, self)

    def find(self, kind: str, spec: Any, *, inherit: Mapping[str, Any] = EMPTY) -> "Found":
        """Return another component by name without building it: which it is, with its options and its context.

        Args and errors are those of `create`.
        """
        from dialog_core.errors import UnknownComponentError
        from dialog_core.nested import completed, find_nested

        registry = self._known()
        try:
            return find_nested(registry, kind, completed(registry, kind, spec, inherit), self)
        except UnknownComponentError as error:
            raise error.with_hint(self.untrusted_hint()) from None

    def untrusted_hint(self) -> str:
        """Return what to say where something is not found that an installed plugin may have; empty in a bot."""
        return untrusted_hint(self.plugins) if self._create is None else ""

    def registered(self, kind: str) -> "Sequence[Registration]":
        """Return what there is of a kind, sorted by name: of built-in plugins and of those this bot trusts."""
        registry = self._known()
        return [registry.get(kind, name) for name in registry.names(kind)]

    def _known(self) -> "Registry":
        if self._registry is None:
            from dialog_core.plugins import PluginSet

            self._registry = PluginSet.load(self.plugins).registry
        return self._registry

    def knowledge(self, name: str) -> Sequence[KnowledgeEntry]:
        """Return the entries of a knowledge source the bot file names under `knowledge:`; read once per bot."""
        return self._source(name).entries(name)

    def stream_knowledge(self, name: str) -> Iterator[KnowledgeEntry]:
        """Read the entries of a knowledge source one after the other, where there are too many to hold at once."""
        return self._source(name).stream(name)

    def knowledge_origin(self, name: str, known: "Mapping[str, InputRecord] | None" = None) -> KnowledgeOrigin:
        """Return where a knowledge source comes from, without reading its entries.

        Args:
            name: Which source.
            known: `inputs` of an earlier answer: checksums are not taken again of what has not been touched.

        Raises:
            OSError: A file cannot be read.
        """
        return self._source(name).origin(name, known or {})

    def knowledge_size(self, name: str) -> int:
        """Return how many bytes a knowledge source has on the disk; 0 if none of it is there."""
        return self._source(name).size(name)

    def policy_fingerprints(self) -> Mapping[str, str]:
        """Return a fingerprint for each policy of the bot, which changes when its scores may mean something else.

        That is when its options change or it is trained anew; not when its knowledge or its rules change.
        """
        return self._fingerprints() if self._fingerprints is not None else EMPTY

    def action_schema(self, name: str) -> "ActionSchema":
        """Return what a registered action does and which arguments it takes.

        Raises:
            UnknownComponentError: There is no such action.
            PluginError: It could not be imported.
        """
        return self._actions().schema(name)

    async def look_up(self, turn: Turn, call: ActionCall) -> ActionResult:
        """Run an action that only looks things up, which is all a policy may do in `propose`.

        What goes wrong in it is in the result, not raised.

        Raises:
            UnknownComponentError: There is no such action.
            ValueError: The action may change something: it can only be the action of a candidate.
        """
        return await self._actions().look_up(turn, call)

    def _actions(self) -> "ActionRunner":
        if self._action_runner is None:
            raise LookupError("this context has no actions; see dialog_core.testing.make_context(actions=...)")
        return self._action_runner

    def _source(self, name: str) -> KnowledgeSources:
        if self._sources is None:
            raise LookupError(f"this context has no knowledge {name!r}; see dialog_core.testing.make_context")
        return self._sources

    def artefact(self, version: int | None = None) -> "Artefact":
        """Return what `dialog-core train` made for this component, verified.

        Args:
            version: The version of the trainer whose artefacts the component can read; default: any.

        Raises:
            ArtefactError: The component is not trained, or was trained with other options or another version of the
                trainer, or a file is damaged. Let it pass: the bot tells the user which components to train.
        """
        from dialog_core.training.artefacts import Artefact

        if self._artefact is None:
            raise LookupError("this context has no artefact; see dialog_core.testing.make_context(artefact=...)")
        if isinstance(self._artefact, Artefact):
            return self._artefact
        if isinstance(self._artefact, Path):
            return Artefact.at(self._artefact)
        return self._artefact(version)


class Component(Generic[O]):
    """A convenient base class: keeps the options and the context it is built with."""

    def __init__(self, options: O, context: Context) -> None:
        self.options = options
        self.context = context
