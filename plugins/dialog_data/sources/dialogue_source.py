"""What readers of published dialogues do alike: one dialogue for each element of a JSON file or each line."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, ClassVar, Literal

from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.encodings import open_text
from dialog_data.files.json_elements import MAX_ELEMENT, Element, read_elements
from dialog_data.files.json_lines import read_objects
from dialog_data.files.problems import FileProblems
from dialog_data.sources.records import Record, Unfit
from dialog_data.sources.source import SourceReader
from dialog_data.sources.splits import split_of

Role = Literal["user", "bot", "system"]
JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dialogue stands.

    Attributes:
        file: In which file.
        number: The how-manieth it is there, counted from 1.
        line: On which line it begins.
        key: Under which key; None: in a list.
    """

    file: SourceFile
    number: int
    line: int
    key: str | None = None

    @property
    def id(self) -> str:
        """An id for a dialogue that has none: `film/dev:7`."""
        return f"{PurePosixPath(self.file.name).with_suffix('')}:{self.number}"


class DialogueSource(SourceReader):
    """Reads files with one dialogue for each element of a JSON list or mapping, or for each line of JSON lines."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[Dialogue]:
        """Yield the dialogues; what is wrong with one is told at the line it begins on."""
        for number, element in enumerate(self.elements(file, problems), 1):
            place = Place(file, number, element.line, element.key)
            try:
                found = self.dialogue(Record(element.value), place)
            except Unfit as reason:
                path = ".".join(part for part in (element.key, reason.path) if part)
                line = reason.line or element.line
                problems.problem(reason.message, line, path=path, remedy=reason.remedy)
                found = None
            if problems.item_done() and found is not None:
                yield found

    def elements(self, file: SourceFile, problems: FileProblems) -> Iterator[Element]:
        """Yield what may be dialogues."""
        return lines_of(problems) if file.name.lower().endswith(JSON_LINES) else read_elements(problems)

    def mapping_beside(self, file: SourceFile, name: str) -> Mapping[str, Any]:
        """Return the JSON mapping that stands in a file beside the one that is being read; empty: there is none.

        Raises:
            ConfigurationError: It is not sound.
        """
        other = self.beside(file, name)
        if other is None:
            return {}
        problems = FileProblems(other.shown, source=other.path, encoding=self.options.encoding)
        found = {element.key or "": element.value for element in read_elements(problems)}
        problems.finish()
        return found

    @abstractmethod
    def dialogue(self, record: Record, place: Place) -> Dialogue:
        """Return the dialogue an element is.

        Raises:
            Unfit: It is none.
        """


def lines_of(problems: FileProblems) -> Iterator[Element]:
    """Yield the objects of JSON lines as elements."""
    for line, _, row in read_objects(problems, longest=MAX_ELEMENT):
        if row is not None:
            yield Element(row, line)


def elements_or_lines(file: SourceFile, problems: FileProblems) -> Iterator[Element]:
    """Yield the elements of a list or the objects of JSON lines, whichever a file holds."""
    if file.name.lower().endswith(JSON_LINES):
        return lines_of(problems)
    with open_text(problems) as stream:
        a_list = stream.read(4096).lstrip()[:1] == b"["
    return read_elements(problems) if a_list else lines_of(problems)


def first_element(sample: Sample) -> Mapping[str, Any]:
    """Return the first object of what may be dialogues; an empty one if there is none."""
    return sample.first if isinstance(sample.first, dict) else {}


def first_entry(sample: Sample) -> Mapping[str, Any]:
    """Return the first object of what may be a mapping to dialogues; an empty one if there is none."""
    found = next(iter(first_element(sample).values()), None)
    return found if isinstance(found, dict) else {}


def turn_of(element: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the first of an object's turns; an empty one if there is none."""
    turns = element.get(key)
    return turns[0] if isinstance(turns, list) and turns and isinstance(turns[0], dict) else {}


def a_dialogue(
    id: str, turns: Sequence[DialogueTurn], metadata: Mapping[str, Any], place: Place, *, parts: bool = True
) -> Dialogue:
    """Return a dialogue with what is known from where it stands: its line and, from the names of files, its split.

    Args:
        id: Its id; empty: it has none.
        turns: Its turns.
        metadata: What else is known about it.
        place: Where it stands.
        parts: Whether the format's files are named after parts.

    Raises:
        Unfit: It has no turns.
    """
    if not turns:
        raise Unfit("the dialogue has no turns")
    split = split_of(place.file) if parts and "split" not in metadata else None
    more = {"split": split} if split else {}
    return Dialogue(id.strip() or place.id, tuple(turns), {**metadata, **more, "line": place.line})


def a_turn(
    role: Role,
    text: str,
    metadata: Mapping[str, Any],
    acts: Sequence[DialogueAct] = (),
    state: Mapping[str, Any] | None = None,
) -> DialogueTurn:
    """Return a turn; white space around what is said is not said."""
    return DialogueTurn(role, repair_text(text).strip(), metadata, tuple(acts), state or {})


def role_of(record: Record, key: str, roles: Mapping[str, Role]) -> Role:
    """Return the role of who speaks in a turn.

    Raises:
        Unfit: The format knows no such speaker.
    """
    speaker = record.text(key)
    role = roles.get(speaker.strip().casefold())
    if role is None:
        raise Unfit(
            f"the speaker {speaker[:40]!r} is not known", record.path(key), remedy=f"Known: {', '.join(roles)}."
        )
    return role


def alternating(number: int) -> Role:
    """Return the role of a turn where two people take turns: the first to speak is the user."""
    return "bot" if number % 2 else "user"
