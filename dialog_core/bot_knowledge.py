"""What a bot knows: the sources its file names, read when somebody asks for them."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core.bot_file import BotSpec, ComponentSpec
from dialog_core.component import KnowledgeOrigin
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import KnowledgeEntry
from dialog_core.errors import DialogError
from dialog_core.foreign import unusable

if TYPE_CHECKING:
    from dialog_core.training.manifest import InputRecord


class BotKnowledge:
    """The sources of one bot, each read once for all who use it.

    Args:
        spec: The bot.
        build: Builds a source's reader.
        files: Where files that are read are noted.
    """

    def __init__(self, spec: BotSpec, build: Callable[[ComponentSpec], Any], files: set[Path]) -> None:
        self._spec = spec
        self._build = build
        self._files = files
        self._entries: dict[str, Sequence[KnowledgeEntry]] = {}

    def entries(self, name: str) -> Sequence[KnowledgeEntry]:
        """Return the entries of a source; see `Context.knowledge`."""
        if name not in self._entries:
            self._entries[name] = tuple(self.stream(name))
        return self._entries[name]

    def stream(self, name: str) -> Iterator[KnowledgeEntry]:
        """Read the entries of a source; see `Context.stream_knowledge`."""
        spec = self._find(name)
        return _read(spec, self._build(spec))

    def read_through(self, name: str) -> None:
        """Read the entries of a source to find its mistakes, and keep none of them: there may be a million."""
        if name not in self._entries:
            for _ in self.stream(name):
                pass

    def origin(self, name: str, known: "Mapping[str, InputRecord]") -> KnowledgeOrigin:
        """Return where a source comes from; see `Context.knowledge_origin`."""
        from dialog_core.training.options_json import OptionsDescriber

        spec = self._find(name)
        describer = OptionsDescriber(self._spec.plugins.registry, self._spec.path.parent, known)
        options = describer.describe(spec.registration, spec.options, "knowledge")
        description = {"use": spec.registration.name, **options}
        return KnowledgeOrigin(description, describer.inputs)

    def size(self, name: str) -> int:
        """Return how many bytes a source has; see `Context.knowledge_size`."""
        return _size(self._find(name).options.path)

    def _find(self, name: str) -> ComponentSpec:
        spec = self._spec.knowledge.get(name)
        if spec is None:
            remedy = did_you_mean(name, self._spec.knowledge) or "Add it under `knowledge:`."
            raise ConfigurationError([Problem(f"there is no knowledge {name!r}", self._spec.path, remedy=remedy)])
        self._files.add(spec.options.path)
        return spec


def _read(spec: ComponentSpec, reader: Any) -> Iterator[KnowledgeEntry]:
    """Yield what a reader reads; what nobody expects of it is told with the place of the source."""
    try:
        yield from reader.read(spec.options.path)
    except (DialogError, OSError):
        raise
    except Exception as error:
        raise ConfigurationError([unusable(spec, "used", error)]) from error


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(_size(Path(parent, name)) for parent, _, names in os.walk(path) for name in names)
    try:
        return path.stat().st_size
    except OSError:  # its reader says what is wrong with it
        return 0
