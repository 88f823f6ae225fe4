"""The reader `dailydialog`: DailyDialog (Li et al. 2017), everyday English conversations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core.datasets import Dialogue, DialogueAct
from dialog_core.interfaces import Sample
from dialog_data.files.archives import SourceFile
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.sources.dialogue_source import Place, a_dialogue, a_turn, alternating
from dialog_data.sources.line_groups import LineGroup, line_groups
from dialog_data.sources.records import Unfit
from dialog_data.sources.source import SourceReader

END = "__eou__"  # of an utterance
ACTS = {"1": "inform", "2": "question", "3": "directive", "4": "commissive"}
EMOTIONS = {
    "0": "no emotion",
    "1": "anger",
    "2": "disgust",
    "3": "fear",
    "4": "happiness",
    "5": "sadness",
    "6": "surprise",
}
TOPICS = {
    "1": "Ordinary Life",
    "2": "School Life",
    "3": "Culture & Education",
    "4": "Attitude & Emotion",
    "5": "Relationship",
    "6": "Tourism",
    "7": "Health",
    "8": "Work",
    "9": "Politics",
    "10": "Finance",
}
KINDS = {"act": ACTS, "emotion": EMOTIONS, "topic": TOPICS}
PARTS = ("train", "validation", "test")
_TEXTS = re.compile(r"(?:^|/)dialogues_(text|train|validation|test)\.txt$")  # `text`: all three parts, with topics
_WORDS = re.compile(r"\w+")


class DailydialogReader(SourceReader):
    """Reads the texts with the acts, emotions and topics that stand beside them, in folders and archives.

    Where all three parts are there, they are read, and the file with all dialogues only for the topics, which no other
    has; else that file is.
    """

    suffixes = (".txt",)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Lines with `__eou__` between utterances; not in a table, where the mark is used too."""
        if sample.names:
            return any(_TEXTS.search(name) for name in sample.names)
        line = sample.head.removeprefix("\ufeff").split("\n", 1)[0]
        return END in line and "\t" not in line and "__eot__" not in line and line[:1] not in ("{", "[", '"')

    def reads(self, file: SourceFile) -> bool:
        """Whether a file of a folder has the texts to read."""
        match = _TEXTS.search(file.name)
        if match is None:
            return False
        found = {other[1] for one in self._files if (other := _TEXTS.search(one.name))}
        return (match[1] in PARTS) == (found.issuperset(PARTS) or "text" not in found)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues, one a line; a line of the files beside belongs to that of the same number."""
        beside = [one for kind in KINDS if (one := self._column(file, kind)) is not None]
        topics = self._topics() if all(column.kind != "topic" for column in beside) else {}

        def dialogue(group: LineGroup, number: int) -> Dialogue:
            line, text = group.lines[0]
            marks = {column.kind: column.at(line) for column in beside}
            return _dialogue(text, marks, topics.get(_key(text), ""), Place(file, number, line))

        yield from line_groups(problems, lambda _: True, dialogue)
        for column in beside:
            column.finish(problems)

    def _column(self, file: SourceFile, kind: str) -> "_Column | None":
        part = _TEXTS.search(file.name)
        end = f"_{part[1]}" if part is not None and part[1] in PARTS else ""
        found = self.beside(file, f"dialogues_{kind}{end}.txt")
        return None if found is None else _Column(kind, found, self.options.encoding)

    def _topics(self) -> Mapping[str, str]:
        """Return the topics of the file with all dialogues, by what is said in them."""
        whole = next((one for one in self._files if one.name.endswith("dialogues_text.txt")), None)
        topics = self._column(whole, "topic") if whole is not None else None
        if whole is None or topics is None:
            return {}
        problems = FileProblems(whole.shown, source=whole.path, encoding=self.options.encoding)
        found: dict[str, str] = {}
        for line, text in read_lines(problems):
            if text.strip():
                found.setdefault(_key(text), topics.at(line).strip())
        problems.finish()
        return found


class _Column:
    """A file that says something about each line of another."""

    def __init__(self, kind: str, file: SourceFile, encoding: str) -> None:
        self.kind = kind
        self._name = file.name.rpartition("/")[2]
        self._problems = FileProblems(file.shown, source=file.path, encoding=encoding)
        self._lines = read_lines(self._problems)
        self._number = 0
        self._text = ""

    def at(self, line: int) -> str:
        """Return what it says about a line; lines are asked for in order.

        Raises:
            Unfit: It has no such line.
        """
        while self._number < line:
            following = next(self._lines, None)
            if following is None:
                raise Unfit(f"{self._name} ends at line {self._number}, and needs as many lines as the texts")
            self._number, self._text = following
        return self._text

    def finish(self, problems: FileProblems) -> None:
        """See that it says nothing more, and that all of it could be read."""
        more = next((line for line, text in self._lines if text.strip()), None)
        if more is not None:
            problems.problem(f"{self._name} goes on at line {more}, and there is no dialogue for that", more)
        self._problems.finish()


def _key(text: str) -> str:
    """Return what is said without how it is written: the files differ in spaces."""
    return "".join(_WORDS.findall(text.replace(END, " ").casefold()))


def _dialogue(text: str, marks: Mapping[str, str], topic: str, place: Place) -> Dialogue:
    *said, end = text.split(END)
    if end.strip():
        raise Unfit(f"the line does not end with {END}", remedy="Every utterance does; the file may be cut off.")
    named = {kind: _named(kind, line, len(said)) for kind, line in marks.items() if kind != "topic"}
    metadata: dict[str, Any] = {}
    if topic := topic or marks.get("topic", ""):
        metadata["topic"] = _name("topic", topic.strip())
    turns = [
        a_turn(
            alternating(number),
            utterance,
            {"emotion": named["emotion"][number]} if "emotion" in named else {},
            [DialogueAct(named["act"][number])] if "act" in named else (),
        )
        for number, utterance in enumerate(said)
    ]
    return a_dialogue("", turns, metadata, place)


def _named(kind: str, line: str, count: int) -> list[str]:
    found = line.split()
    if len(found) != count:
        raise Unfit(f"the dialogue has {count} utterances, and there are {len(found)} {kind}s for it")
    return [_name(kind, one) for one in found]


def _name(kind: str, number: str) -> str:
    name = KINDS[kind].get(number)
    if name is None:
        raise Unfit(f"the {kind} {number[:20]!r} is not known: they are numbers from {', '.join(KINDS[kind])}")
    return name
