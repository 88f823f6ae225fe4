"""Writing a change into the file of a source of knowledge, and making sure that nothing else has changed."""

import codecs
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core import BotSpec, Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.atomic import replace_file
from dialog_ranking_training.learning.writing.change import Change, Unwritable
from dialog_ranking_training.learning.writing.rows_editing import edited_json_lines, edited_table
from dialog_ranking_training.learning.writing.yaml_editing import edited, snippet

WRITABLE = ("yaml", "jsonl", "csv")  # readers whose files can be changed


@dataclass(frozen=True, slots=True)
class Written:
    """Where something was written.

    Attributes:
        file: The file.
        line: Its line.
        entry: The id of the entry.
    """

    file: Path
    line: int
    entry: str


class KnowledgeWriter:
    """Writes into the knowledge of a bot.

    Args:
        spec: The bot.
        context: Of the bot.
    """

    def __init__(self, spec: BotSpec, context: Context) -> None:
        self._spec = spec
        self._context = context

    def file(self, source: str) -> Path:
        """Return the file of a source."""
        path: Path = self._spec.knowledge[source].options.path
        return path

    def sources(self) -> list[str]:
        """Return the sources that can be written into."""
        return [name for name in self._spec.knowledge if not self._reason_against(name)]

    def write(self, source: str, change: Change) -> Written:
        """Make a change to a source. Whatever goes wrong, its file is as it was.

        Raises:
            Unwritable: The file is written in a way in which it cannot be changed; the message says what to paste.
            ConfigurationError: The file is wrong, or cannot be written.
        """
        if reason := self._reason_against(source):
            raise self._refused(source, change, reason)
        file = self.file(source)
        content = _read(file)
        before = self._entries(source, file)
        if change.entry and change.entry not in {entry.id for entry in before}:
            raise self._refused(source, change, f"it has no entry {change.entry!r}")
        try:
            changed, line = self._edited(source, content, change, before)
        except Unwritable as error:
            raise self._refused(source, change, str(error)) from error
        after = self._tried(source, change, file, changed)
        entry = _only_change(before, after, change)
        if entry is None:
            raise self._refused(source, change, "more than this entry would change")
        if _read(file) != content:
            raise self._refused(source, change, "somebody has just changed it. Try again, or do it by hand")
        replace_file(file, changed)
        return Written(file, line, entry.id)

    def _reason_against(self, source: str) -> str:
        spec = self._spec.knowledge.get(source)
        if spec is None:
            return "the bot has no such source"
        if spec.registration.name not in WRITABLE:
            return f"what the reader {spec.registration.name!r} reads is not written by this command"
        return "" if spec.options.path.is_file() else "it is no file"

    def _entries(self, source: str, file: Path) -> list[KnowledgeEntry]:
        spec = self._spec.knowledge[source]
        reader = spec.registration.load()(spec.options, self._context.named(source))
        return list(reader.read(file))

    def _edited(
        self, source: str, content: bytes, change: Change, before: Sequence[KnowledgeEntry]
    ) -> tuple[bytes, int]:
        spec = self._spec.knowledge[source]
        text, mark, line_feed = _decoded(content)
        match spec.registration.name:
            case "yaml":
                text, line = edited(text, change, before)
            case "jsonl":
                text, line = edited_json_lines(text, change, before, spec.options)
            case _:
                tabs = spec.options.path.suffix.lower() == ".tsv"
                text, line = edited_table(text, change, before, spec.options.delimiter or ("\t" if tabs else ","))
        return mark + text.replace("\n", line_feed).encode(), line

    def _tried(self, source: str, change: Change, file: Path, changed: bytes) -> list[KnowledgeEntry]:
        """Return what the reader would read from the changed file."""
        with tempfile.TemporaryDirectory() as directory:
            trial = Path(directory) / file.name
            trial.write_bytes(changed)
            try:
                return self._entries(source, trial)
            except ConfigurationError as error:
                told = str(error).replace(str(trial), str(file)).split("\n")[0]
                raise self._refused(source, change, f"it could not be read any more ({told})") from error

    def _refused(self, source: str, change: Change, reason: str) -> Unwritable:
        where = self._spec.knowledge[source].options.path if source in self._spec.knowledge else source
        if change.entry:
            parts = [f"add the phrasing {question!r}" for question in change.questions]
            parts += [f"make this the answer: {change.answer}"] if change.answer else []
            wanted = f"In the entry {change.entry!r} {' and '.join(parts)}"
        else:
            wanted = f"Paste there:\n{snippet(change)}"
        return Unwritable(f"{where} was left as it is: {reason}. {wanted}")


def _only_change(
    before: Sequence[KnowledgeEntry], after: Sequence[KnowledgeEntry], change: Change
) -> KnowledgeEntry | None:
    """Return the entry that has changed, if it is just what was wanted and nothing else has."""
    if not change.entry:
        new = after[-1] if len(after) == len(before) + 1 and list(after[:-1]) == list(before) else None
        right = new is not None and (new.questions, new.answer) == (change.questions, change.answer.strip())
        return new if right else None
    wanted = [change.applied(entry) if entry.id == change.entry else entry for entry in before]
    return next(entry for entry in after if entry.id == change.entry) if wanted == list(after) else None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror}", file)]) from error


def _decoded(content: bytes) -> tuple[str, bytes, str]:
    """Return text, byte order mark and line end of a file."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    try:
        text = content[len(mark) :].decode()
    except UnicodeDecodeError:
        raise Unwritable("it is no UTF-8 text") from None
    ends = text.count("\n")
    if "\r" not in text:
        return text, mark, "\n"
    if text.count("\r\n") == ends == text.count("\r"):
        return text.replace("\r\n", "\n"), mark, "\r\n"
    raise Unwritable("its lines end in different ways")
