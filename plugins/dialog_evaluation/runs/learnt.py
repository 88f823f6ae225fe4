"""What a bot has learnt from, as its file says it: for baselines, and to see what stands in both."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from dialog_core import BotSpec, Builder, Context, DialogError, read_bot_file
from dialog_core.datasets import Dialogue, DialogueTurn, KnowledgeEntry
from dialog_core.training import DataFile, read_labelled

MOST = 200_000  # pairs of a question and its answer; more are not held to be compared with


@dataclass(slots=True)
class Learnt:
    """What a bot has learnt from.

    Attributes:
        dialogues: Its training data, and each question of its knowledge with the answer, as dialogues.
        sources: What they come from, in words.
        remarks: What could not be read.
    """

    dialogues: list[Dialogue] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, source: str, dialogues: Iterable[Dialogue]) -> None:
        """Add what a source has, as far as there is room."""
        before = len(self.dialogues)
        self.dialogues.extend(islice(dialogues, MOST - before))
        if len(self.dialogues) > before:
            self.sources.append(source)
        if len(self.dialogues) == MOST:
            self.remarks.append(f"Of what the bot has learnt from, the first {MOST:,} pairs are looked at.")


def learnt_from_file(file: Path, context: Context, format: str) -> Learnt:
    """Return what stands in a file that the user has named.

    Raises:
        ConfigurationError: It cannot be read.
    """
    learnt = Learnt()
    learnt.add(str(file), as_dialogues(context.create("reader", format).read(file)))
    return learnt


def learnt_by(bot: Path, context: Context, format: str) -> Learnt:
    """Return what the bot's file names: its knowledge, and the files its components are trained on.

    What cannot be read, or has no replies in it, is left out, and told of.
    """
    learnt = Learnt()
    try:
        spec = read_bot_file(bot)
    except DialogError:  # what is to be trained needs a package that is not installed, say; the bot itself was read
        spec = read_bot_file(bot, training=False)
    for name in spec.knowledge:
        _add(learnt, f"knowledge {name}", Builder(spec).context.stream_knowledge(name))
    for source, file, parts in _training_files(spec):
        _add(learnt, source, _of_parts(context.create("reader", format).read(file), parts))
    return learnt


def messages_learnt_by(bot: Path, component: str, context: Context) -> frozenset[str]:
    """Return the messages that a component of a bot is trained with, as `plain` has them.

    Raises:
        DialogError: The bot's file, or one that it names, cannot be read.
    """
    found: set[str] = set()
    for entry in read_bot_file(bot).training:
        if entry.name == component:
            files = [DataFile(path, "labelled") for path in _paths(entry.options.model_dump()) if path.is_file()]
            parts = getattr(entry.options, "split", ())
            found.update(plain(row.text) for _, row in read_labelled(files, context, labels=False, split=parts))
    return frozenset(found)


def plain(text: str) -> str:
    """Return a message without what makes no other message of it: capitals and blanks."""
    return " ".join(text.casefold().split())


def as_dialogues(items: Iterable[Any]) -> Iterator[Dialogue]:
    """Yield dialogues as they are, and of knowledge each question with its answer; labelled texts have no replies."""
    for item in items:
        if isinstance(item, Dialogue):
            yield item
        elif isinstance(item, KnowledgeEntry) and item.answer.strip():
            for number, question in enumerate(item.questions):
                turns = (DialogueTurn("user", question), DialogueTurn("bot", item.answer))
                yield Dialogue(f"{item.id}#{number}", turns)


def _add(learnt: Learnt, source: str, items: Iterable[Any]) -> None:
    try:
        learnt.add(source, as_dialogues(items))
    except DialogError as error:
        first = str(error).splitlines()[0]
        learnt.remarks.append(f"What stands in {source} could not be compared with: {first}")


def _of_parts(items: Iterable[Any], parts: Collection[str]) -> Iterator[Any]:
    """Yield what stands in these parts of its source; what says nothing about parts is taken as a whole."""
    for item in items:
        part = item.metadata.get("split")
        if not parts or part is None or str(part) in parts:
            yield item


def _training_files(spec: BotSpec) -> Iterator[tuple[str, Path, frozenset[str]]]:
    """Yield the files that trainers are given, each once, with the parts of it that they learn from or measure on."""
    seen: set[tuple[Path, frozenset[str]]] = set()
    for entry in spec.training:
        options = entry.options
        parts = frozenset((*getattr(options, "split", ()), *getattr(options, "validation_split", ())))
        for file in _paths(options.model_dump()):
            if (file, parts) not in seen and file.is_file() and file.suffix not in (".db", ".sqlite"):
                seen.add((file, parts))
                yield f"training of {entry.name} ({file.name})", file, parts


def _paths(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _paths(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _paths(child)
