"""Reads `nlu:`: examples of intents, synonyms, regular expressions, lookup tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dialog_core.configuration import ConfigurationError, Node, read_lines
from dialog_rasa.dialogue.nodes import place_of, text_of
from dialog_rasa.dialogue.values import EntityGiven, Place
from dialog_rasa.project.documents import line_of
from dialog_rasa.project.marks import parse
from dialog_rasa.project.notes import Notes, Reader, key_place
from dialog_rasa.project.values import Example, IntentExamples, MarkedEntity, NamedList, Understanding

_KINDS: Final = ("intent", "synonym", "regex", "lookup")
_REMEDY: Final = "Write `- intent: name` and below it `examples: |` with one example a line, each after `- `."


@dataclass(slots=True)
class _Named:
    """A synonym, regular expression or lookup table, while its entries are gathered."""

    place: Place
    items: dict[str, Place] = field(default_factory=dict)
    file: Path | None = None


class UnderstandingReader(Reader):
    """Reads one file after another; `understanding` is what stands in all of them together."""

    def __init__(self, notes: Notes, root: Path) -> None:
        """Take the notes for findings, and the folder that files of lookup tables are relative to."""
        super().__init__(notes)
        self._root = root
        self._intents: dict[str, tuple[Place, dict[tuple[str, tuple[MarkedEntity, ...]], Example]]] = {}
        self._named: dict[str, dict[str, _Named]] = {kind: {} for kind in _KINDS[1:]}
        self._means: dict[str, tuple[str, Place]] = {}  # of each other name: which value it stands for

    @property
    def understanding(self) -> Understanding:
        """Everything that was read."""
        intents = tuple(
            IntentExamples(name, tuple(examples.values()), place) for name, (place, examples) in self._intents.items()
        )
        synonyms, regexes, lookups = (
            tuple(NamedList(name, tuple(one.items), one.place, one.file) for name, one in named.items())
            for named in self._named.values()
        )
        return Understanding(intents, synonyms, regexes, lookups)

    @property
    def synonyms(self) -> dict[str, str]:
        """What else a value is called, in small letters, and the value."""
        return {name: value for name, (value, _) in self._means.items()}

    def read(self, node: Node) -> None:
        """Read what stands under `nlu:`."""
        if isinstance(node.value, dict) and "url" in node.value:
            return  # the address of a server, in endpoints.yml
        for child, _ in self.items(node, ("nlu",)):
            self._item(child)
        self.settle("nlu")

    def _item(self, node: Node) -> None:
        kind = next((kind for kind in _KINDS if isinstance(node.value, dict) and kind in node.value), None)
        if kind is None or not isinstance(node.value, dict):
            self.notes.wrong("nlu", "this is no intent, synonym, regex or lookup", place_of(node), _REMEDY)
            return
        named = node.value[kind]
        name = (text_of(named) or "").strip()
        if not name:
            self.notes.wrong(kind, f"this {kind} has no name", place_of(named), _REMEDY)
            return
        self.unknown(node, (kind, "examples", "metadata"), kind)
        if "metadata" in node.value:
            self.notes.left_out("metadata", f"of the {kind} {name!r}", key_place(node, "metadata"))
        examples = node.child("examples")
        if kind == "intent":
            self._intent(name, node, examples)
        else:
            self._other(kind, name, node, examples)

    def _intent(self, name: str, node: Node, examples: Node | None) -> None:
        _, known = self._intents.setdefault(name, (place_of(node), {}))
        before = len(known)
        some = False
        for text, place in self._examples(examples, f"intent {name!r}"):
            some = True
            example = self._example(text, place)
            first = known.setdefault((example.text, example.entities), example)
            if first is not example:
                message = f"stands among the examples of {name!r} in {first.place} already; Rasa learns it once, too"
                self.notes.left_out("example", message, place)
        if not some and len(known) == before:
            # As in Rasa no mistake: some intents only come from buttons and events.
            self.notes.left_out("intent", f"the intent {name!r} has no examples", place_of(node), _REMEDY)

    def _example(self, text: str, place: Place) -> Example:
        parsed = parse(text)
        for broken in parsed.broken:
            self.notes.wrong("entity", broken, place, 'Write `[words](entity)` or `[words]{"entity": "name"}`.')
        if parsed.several:
            message = "one mark gives several entities for the same words; the first one counts"
            self.notes.approximated("entity", message, place)
        return Example(parsed.text, tuple(self._marked(one, parsed.text, place) for one in parsed.entities), place)

    def _marked(self, given: EntityGiven, text: str, place: Place) -> MarkedEntity:
        words, value = text[given.start : given.end], str(given.value)
        if value == words:
            value = ""
        else:
            self._synonym(value, words, place)
        return MarkedEntity(given.start, given.end, given.name, value, given.role, given.group)

    def _synonym(self, value: str, other: str, place: Place) -> None:
        if other == value:
            return
        before = self._means.get(other.lower())
        if before is not None and before[0] != value:
            message = f"{other!r} stands for {before[0]!r} here, and for {value!r} in {place}, which counts as the last"
            self.notes.left_out("synonym", message, before[1], "Remove one of them.")
            named = self._named["synonym"][before[0]]
            named.items = {name: at for name, at in named.items.items() if name.lower() != other.lower()}
            if not named.items:
                del self._named["synonym"][before[0]]
        self._means[other.lower()] = (value, place)
        self._named["synonym"].setdefault(value, _Named(place)).items.setdefault(other, place)

    def _other(self, kind: str, name: str, node: Node, examples: Node | None) -> None:
        entry = self._named[kind].setdefault(name, _Named(place_of(node))) if kind != "synonym" else None
        file = _file_name(examples) if kind == "lookup" else ""
        some = bool(file)
        if file and entry is not None and examples is not None:
            found = self._file(file, examples, entry)
        else:
            found = self._examples(examples, f"{kind} {name!r}")
        for text, place in found:
            some = True
            if entry is None:
                self._synonym(name, text, place)
            elif kind == "regex" and (wrong := _not_a_pattern(text)):
                self.notes.wrong("regex", f"{text[:60]!r} is no regular expression: {wrong}", place, "Correct it.")
            else:
                entry.items.setdefault(text, place)
        if not some:
            remedy = "Add `examples:`, or remove it."
            self.notes.left_out(kind, f"the {kind} {name!r} is empty", place_of(node), remedy)

    def _file(self, name: str, node: Node, entry: _Named) -> Iterator[tuple[str, Place]]:
        beside = node.file.parent if node.file is not None else self._root
        file = next((one for one in (self._root / name, beside / name) if one.is_file()), None)
        if file is None or not file.resolve().is_relative_to(self._root.resolve()):
            message = f"there is no file {name!r} in the project"
            self.notes.wrong("lookup", message, place_of(node), "Name a file by its path from the project's folder.")
            return
        entry.file = file
        try:
            for number, line in read_lines(file):
                if line.strip():
                    yield line.strip(), Place(file, number)
        except ConfigurationError as error:
            self.notes.refused(error, file)

    def _examples(self, node: Node | None, what: str) -> Iterator[tuple[str, Place]]:
        """Yield each example and where it stands, of a list or of a block with one in each line."""
        if node is None or node.value is None:
            return
        if isinstance(node.value, list):
            for child in node.value:
                yield from self._of_list(child, what)
            return
        if isinstance(node.value, dict):
            self.notes.wrong("examples", f"the examples of the {what} are no list", place_of(node), _REMEDY)
            return
        text = text_of(node) or ""
        first = line_of(node, 0)
        for row, line in enumerate(text.split("\n")):
            written = line.strip()
            if not written:
                continue
            place = Place(node.file, first + row)
            if written.startswith("-"):
                if example := written[1:].strip():
                    yield example, place
            elif written.startswith("#"):
                continue
            else:
                message = f"a line of the {what} does not begin with `- `, and Rasa passes it over: {written[:60]!r}"
                self.notes.left_out("example", message, place, "Write `- ` before it if it is meant.")

    def _of_list(self, node: Node, what: str) -> Iterator[tuple[str, Place]]:
        if isinstance(node.value, dict):
            self.unknown(node, ("text", "metadata"), "example")
            if "metadata" in node.value:
                self.notes.left_out("metadata", f"of an example of the {what}", key_place(node, "metadata"))
        text = text_of(node.child("text") if isinstance(node.value, dict) else node)
        if text is None or not text.strip():
            message = f"this example of the {what} has no text"
            self.notes.wrong("example", message, place_of(node), "Write `- text: what people say`.")
            return
        yield text.strip(), place_of(node)


def _file_name(examples: Node | None) -> str:
    """Return the name of the file that a lookup table's entries stand in; empty where they stand there themselves."""
    single = (text_of(examples) or "").strip().removeprefix("-").strip()
    return single if "\n" not in single and single.lower().endswith((".txt", ".csv")) else ""


def _not_a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return ""
