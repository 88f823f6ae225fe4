"""What a component is built from: its options and a context through which it reaches everything else."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from dialog_core.configuration import Options
from dialog_core.datasets import KnowledgeEntry

O = TypeVar("O", bound=Options)  # noqa: E741 - O for options, as T for a type

Create = Callable[[str, Any, "Context"], Any]
ReadKnowledge = Callable[[str], Sequence[KnowledgeEntry]]


class Context:
    """What the bot file knows beyond a component's own options.

    Attributes:
        name: The component's name in the bot file.
        language: The bot's language (a BCP 47 tag).
        seed: The bot's seed, for anything random.
        models: The directory trained artefacts of this bot stand in.
        files: Files that were read; `chat --watch` reloads when one of them changes.
    """

    __slots__ = ("_create", "_read_knowledge", "files", "language", "models", "name", "seed")

    def __init__(
        self,
        *,
        name: str = "",
        language: str = "en",
        seed: int = 0,
        models: Path = Path("models"),
        create: Create | None = None,
        read_knowledge: ReadKnowledge | None = None,
        files: set[Path] | None = None,
    ) -> None:
        self.name = name
        self.language = language
        self.seed = seed
        self.models = models
        self.files = set() if files is None else files
        self._create = create
        self._read_knowledge = read_knowledge

    def named(self, name: str) -> "Context":
        """Return the same context for another component."""
        return Context(
            name=name,
            language=self.language,
            seed=self.seed,
            models=self.models,
            create=self._create,
            read_knowledge=self._read_knowledge,
            files=self.files,
        )

    def create(self, kind: str, spec: Any) -> Any:
        """Build another component by name, never by import.

        Args:
            kind: One of `dialog_core.registry.KINDS`.
            spec: A registered name, or a mapping with `use` and the component's options.

        Raises:
            UnknownComponentError: Nothing is registered under that name.
            ConfigurationError: Its options are wrong.
            PluginError: It could not be imported.
        """
        if self._create is None:
            raise LookupError(f"this context cannot create a {kind}; see dialog_core.testing.make_context")
        return self._create(kind, spec, self)

    def knowledge(self, name: str) -> Sequence[KnowledgeEntry]:
        """Return the entries of a knowledge source the bot file names under `knowledge:`; read once per bot."""
        if self._read_knowledge is None:
            raise LookupError(f"this context has no knowledge {name!r}; see dialog_core.testing.make_context")
        return self._read_knowledge(name)


class Component(Generic[O]):
    """A convenient base class: keeps the options and the context it is built with."""

    def __init__(self, options: O, context: Context) -> None:
        self.options = options
        self.context = context
