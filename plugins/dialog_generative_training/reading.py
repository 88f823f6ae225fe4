"""Reading what a model learns from: dialogues, knowledge, texts; what nothing can be learnt from is left out."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from dialog_core import Context, TrainingError
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import AUGMENTED, DataItem, Dialogue, DialogueTurn, KnowledgeEntry, LabelledText, origin_of
from dialog_core.text import repair_text
from dialog_core.training import DataFile, Untold, read_data
from dialog_generative_training.material import Material
from dialog_generative_training.options import DataSource

PLAIN = "text"
READERS = {  # by a file's ending, where `use` names none
    ".jsonl": "dialogues",
    ".ndjson": "dialogues",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": PLAIN,
}
KINDS: tuple[type[DataItem], ...] = (Dialogue, KnowledgeEntry, LabelledText)
DOCUMENT_ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf")
DOCUMENTS = "documents"  # of folders and everything else
LONGEST = 20_000  # characters of a turn; what is longer was pasted, and no reply is learnt from it


@dataclass
class _Found:
    """What was found, and what of it was left out."""

    dialogues: dict[str, Dialogue] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    read: int = 0
    empty_replies: int = 0
    empty_turns: int = 0
    one_sided: int = 0
    long_turns: int = 0
    twice: int = 0

    def told(self) -> Iterator[str]:
        """Yield what there is to say about it."""
        counts = (
            (self.empty_replies, "empty replies were left out"),
            (self.empty_turns, "empty messages of users were left out"),
            (self.one_sided, "dialogues were skipped in which only one side says something"),
            (self.long_turns, f"messages were cut to {LONGEST:,} characters"),
            (self.twice, "dialogues or texts stand there more than once, and count once"),
        )
        yield from (f"{count:,} {what}." for count, what in counts if count)


def read_material(
    sources: Sequence[DataSource],
    context: Context,
    *,
    split: Sequence[str] = (),
    option: str = "split",
    untold: Untold = "some",
) -> Material:
    """Return what several sources have, each dialogue and each text once.

    Args:
        sources: The sources.
        context: The component's, through which readers are found.
        split: From which parts of the files; none: they have no parts.
        option: Which option says so.
        untold: What becomes of files that say nothing about parts.

    Raises:
        ConfigurationError: Files have mistakes, or several parts of which none is named.
        TrainingError: There is nothing to learn from.
    """
    found = _Found()
    files = [_file(source, context) for source in sources]
    for _, item in read_data(files, context, KINDS, split=split, option=option, untold=untold):
        found.read += 1
        _take(item, found)
    remarks = tuple(found.told())
    if not found.dialogues and not found.texts:
        where = " and ".join(str(source.path) for source in sources)
        told = f" ({' '.join(remarks)})" if remarks else ""
        raise TrainingError(
            f"there is nothing to learn from in {where}: of {found.read:,} things read, none is left{told}. "
            "A dialogue needs something the user says and something the bot says"
        )
    return Material(dialogues=tuple(found.dialogues.values()), texts=tuple(found.texts.values()), remarks=remarks)


def text_of(dialogue: Dialogue) -> str:
    """Return what is said in a dialogue in the form in which it is compared with others."""
    return "\n".join(f"{turn.role}: {folded(turn.text)}" for turn in dialogue.turns if turn.role != "system")


def folded(text: str) -> str:
    """Return a text in the form in which it is compared with others."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _file(source: DataSource, context: Context) -> DataFile:
    if source.path.is_dir() and not source.use and not source.options:
        _refuse_both(source.path, context)
    name = source.use or READERS.get(source.path.suffix.lower(), DOCUMENTS)
    if name == PLAIN:
        return DataFile(source.path, _PlainText(context), only=True)
    # Options are those of one reader; another one has others.
    return DataFile(source.path, {"use": name, **source.options}, only=bool(source.use or source.options))


def _refuse_both(folder: Path, context: Context) -> None:
    """Refuse a folder with documents that is a data set too: its licence would be learnt from, and nothing else."""
    if not any(file.suffix.lower() in DOCUMENT_ENDINGS for file in folder.rglob("*")):
        return
    auto = context.create("reader", "auto")
    with suppress(ConfigurationError):  # it is read as documents, and what is wrong with it is told then
        next(iter(auto.read(folder)), None)
    reader = next((entry.load() for entry in context.registered("reader") if entry.name == auto.format), None)
    if reader is not None and not getattr(reader, "general", False):  # a general one reads documents beside others
        remedy = f"Say what is to be learnt from: `use: {auto.format}` or `use: {DOCUMENTS}`."
        raise ConfigurationError(
            [Problem(f"has documents, and is a data set of the format {auto.format!r}", folder, remedy=remedy)]
        )


class _PlainText:
    """Reads the texts of a file: what stands between empty lines."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def read(self, path: Path) -> Iterator[LabelledText]:
        """Yield the texts."""
        return _texts(path, self._context)


def _texts(file: Path, context: Context) -> Iterator[LabelledText]:
    """Yield the texts of a file: what stands between empty lines."""
    context.files.add(file)
    try:
        content = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError([Problem(f"cannot be read: {error.strerror or error}", file)]) from error
    except UnicodeDecodeError as error:
        place = file.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigurationError([Problem("is not UTF-8", file, place, remedy="Save it as UTF-8.")]) from error
    lines: list[str] = []
    for line in (*content.splitlines(), ""):
        if line.strip():
            lines.append(line.rstrip())
        elif lines:
            yield LabelledText("\n".join(lines), "")
            lines = []


def _take(item: Dialogue | KnowledgeEntry | LabelledText, found: _Found) -> None:
    if isinstance(item, LabelledText):
        _take_text(item.text, found)
    elif isinstance(item, KnowledgeEntry):
        if item.passage:
            _take_text("\n".join((*item.questions, item.answer)), found)
            return
        for number, question in enumerate(item.questions):
            asked, answered = DialogueTurn("user", question), DialogueTurn("bot", item.answer)
            of = origin_of(item)
            made = {} if of is None else {AUGMENTED: {"of": f"{of}:{number}"}}
            _take_dialogue(Dialogue(f"{item.id}:{number}", (asked, answered), made), found)
    else:
        _take_dialogue(item, found)


def _take_text(text: str, found: _Found) -> None:
    text = repair_text(text).strip()
    if not text:
        return
    found.twice += folded(text) in found.texts
    found.texts.setdefault(folded(text), text)


def _take_dialogue(dialogue: Dialogue, found: _Found) -> None:
    turns = [turn for turn in (_clean(turn, found) for turn in dialogue.turns) if turn is not None]
    if not {"user", "bot"} <= {turn.role for turn in turns}:
        found.one_sided += 1
        return
    kept = Dialogue(dialogue.id, tuple(turns), dialogue.metadata)
    key = text_of(kept)
    found.twice += key in found.dialogues
    found.dialogues.setdefault(key, kept)


def _clean(turn: DialogueTurn, found: _Found) -> DialogueTurn | None:
    text = repair_text(turn.text).strip()
    if not text:
        if turn.role == "bot":
            found.empty_replies += 1
        else:
            found.empty_turns += 1
        return None
    if len(text) > LONGEST:
        found.long_turns += 1
        # Of a question the end says what is wanted, of a reply the beginning is what is answered.
        text = text[-LONGEST:] if turn.role == "user" else text[:LONGEST]
    return DialogueTurn(turn.role, text, turn.metadata)
