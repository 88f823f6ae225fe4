"""A plugin for tests: components of every kind, registered as third parties do."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from dialog_core import Allow, Candidate, Component, Context, Registry, Turn, core_plugin, hookimpl
from dialog_core.configuration import ConfigPath, ConfigurationError, Names, Options, Problem
from dialog_core.datasets import KnowledgeEntry
from dialog_core.plugins import PluginSet


class EchoOptions(Options):
    prefix: str = Field(default="You said", description="What comes first.")
    score: float = Field(default=1.0, ge=0, le=1, description="How sure it is.")


class EchoPolicy(Component[EchoOptions]):
    inline = True

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate(f"{self.options.prefix} {turn.text}", self.options.score)]


class LookUpOptions(Options):
    knowledge: Names = Field(description="What it looks answers up in.")
    encoder: Any = Field(default="reversing", description="How it reads.")


class LookUpPolicy(Component[LookUpOptions]):
    def __init__(self, options: LookUpOptions, context: Context) -> None:
        super().__init__(options, context)
        self.encoder = context.create("encoder", options.encoder)
        self.entries = [entry for name in options.knowledge for entry in context.knowledge(name)]

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate(entry.answer, 1.0) for entry in self.entries if turn.text in entry.questions]


class LooseOptions(Options):
    knowledge: str | None = Field(default=None, description="One source.")
    sources: str = Field(default="", description="Another way to say it.")


class LoosePolicy(Component[LooseOptions]):
    def __init__(self, options: LooseOptions, context: Context) -> None:
        super().__init__(options, context)
        if options.sources:
            context.knowledge(options.sources)

    def propose(self, turn: Turn) -> None: ...


class FileOptions(Options):
    path: ConfigPath = Field(description="A file of lines.")


class FilePolicy(Component[FileOptions]):
    """Reads a file and finds mistakes in it: lines that say `mistake`."""

    def __init__(self, options: FileOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.add(options.path)
        problems = list(check_file(options, context))
        if problems:
            raise ConfigurationError(problems)

    def propose(self, turn: Turn) -> None: ...


def check_file(options: FileOptions, context: Context) -> Iterable[Problem]:
    for number, line in enumerate(options.path.read_text().splitlines(), start=1):
        if line == "mistake":
            yield Problem("is a mistake", options.path, number, 1, remedy="Remove it.")


class EncoderOptions(Options):
    dimension: int = Field(default=3, ge=1, description="How long its vectors are.")


class ReversingEncoder(Component[EncoderOptions]):
    def encode(self, texts: Iterable[str]) -> list[str]:
        return [text[::-1] for text in texts]


class LinesReader(Component[Options]):
    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        for number, line in enumerate(path.read_text().splitlines()):
            question, _, answer = line.partition("?")
            yield KnowledgeEntry(str(number), (question,), answer.strip())


class LanguageAnnotator(Component[Options]):
    def annotate(self, turn: Turn) -> str:
        return json.loads('"en"')


class OpenGuard(Component[Options]):
    def check_output(self, turn: Turn, candidate: Candidate) -> Allow:
        return Allow()


class NotOptions:
    """What an options model must not be."""


class ClashingOptions(Options):
    timeout: float = 1.0


@hookimpl
def dialog_register(registry: Registry) -> None:
    here = "tests.parts"
    registry.policy("echo", f"{here}:EchoPolicy", options=f"{here}:EchoOptions", category="rules")
    registry.policy("look_up", f"{here}:LookUpPolicy", options=f"{here}:LookUpOptions", category="retrieval")
    registry.policy("loose", f"{here}:LoosePolicy", options=f"{here}:LooseOptions")
    registry.policy("file", f"{here}:FilePolicy", options=f"{here}:FileOptions", check=f"{here}:check_file")
    registry.policy("no_options", f"{here}:EchoPolicy", options=f"{here}:NotOptions")
    registry.policy("clashing", f"{here}:EchoPolicy", options=f"{here}:ClashingOptions")
    registry.policy("missing_class", f"{here}:NoSuchPolicy")
    registry.encoder("reversing", f"{here}:ReversingEncoder", options=f"{here}:EncoderOptions")
    registry.reader("lines", f"{here}:LinesReader", suffixes=(".lines",))
    registry.annotator("language", f"{here}:LanguageAnnotator")
    registry.guard("open", f"{here}:OpenGuard")


def plugins() -> PluginSet:
    """Return a set of the kernel's plugin and this one, loaded."""
    loaded = PluginSet()
    loaded.add("core", core_plugin)
    loaded.add("parts", sys.modules[__name__])
    return loaded
