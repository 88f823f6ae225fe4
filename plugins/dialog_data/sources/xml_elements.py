"""The elements of an XML file, one at a time, however large it is; nothing that it refers to is fetched or expanded."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from dialog_data.files.encodings import open_file, open_text
from dialog_data.files.problems import FileProblems

CHUNK = 64 * 1024  # bytes
MAX_DEPTH = 100  # elements within each other
_NOT_WELL_FORMED = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
MAX_ELEMENT = 16 * 1024 * 1024  # characters of one element that is yielded; no question or answer has a hundredth


@dataclass(slots=True)
class XmlElement:
    """An element with what is in it.

    Attributes:
        name: What it is called.
        attributes: Its attributes.
        line: Where it begins.
        children: The elements in it.
        pieces: Its own text, as it was read.
    """

    name: str
    attributes: Mapping[str, str]
    line: int
    children: "list[XmlElement]" = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """Its own text, without the blanks around it."""
        return "".join(self.pieces).strip()

    def child(self, name: str) -> "XmlElement | None":
        """Return the first element of that name in it."""
        return next((one for one in self.children if one.name == name), None)

    def descendants(self) -> "Iterator[XmlElement]":
        """Yield all elements in it, in order."""
        for one in self.children:
            yield one
            yield from one.descendants()


class _Refused(Exception):
    """What is in the file is not taken; expat hands it through."""


def read_xml(problems: FileProblems, *, within: Collection[str]) -> Iterator[XmlElement]:
    """Yield the elements of a file in order.

    What is wrong with it is reported with its line. A file that declares entities is refused: a few lines of them can
    grow to gigabytes, and no data set has any.

    Args:
        problems: The file.
        within: The elements that are only there to hold others. Such a one is yielded when it begins, with its
            attributes alone; any other as a whole when it ends, and then forgotten.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    # What the file itself says of its encoding counts, unless somebody has said otherwise.
    as_declared = problems.encoding == "utf-8"
    parser = expat.ParserCreate(None if as_declared else "utf-8")
    parser.buffer_text = True
    builder = _Builder(parser, within)
    with open_file(problems.source) if as_declared else open_text(problems) as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                parser.Parse(chunk, not chunk)
            except _Refused as error:
                yield from builder.taken()
                problems.problem(str(error), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
                problems.item_skipped()
                return
            except expat.ExpatError as error:
                yield from builder.taken()
                remedy = ""
                if error.code == _NOT_WELL_FORMED:
                    remedy = (
                        "Save the file as UTF-8 text, or have it say what its encoding is, if its letters are fine."
                    )
                message = f"this is not XML: {expat.ErrorString(error.code)}"
                problems.problem(message, error.lineno, error.offset + 1, remedy=remedy)
                problems.item_skipped()
                return
            yield from builder.taken()
            if not chunk:
                return


class _Builder:
    """Puts together what the parser tells."""

    def __init__(self, parser: expat.XMLParserType, within: Collection[str]) -> None:
        self._parser = parser
        self._within = within
        self._open: list[XmlElement] = []  # of the element that is being read, outermost first
        self._ready: list[XmlElement] = []
        self._depth = 0
        self._size = 0
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity

    def taken(self) -> list[XmlElement]:
        """Return what is complete, and forget it."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _Refused(f"this is nested too deeply: more than {MAX_DEPTH} elements within each other")
        element = XmlElement(name, attributes, self._parser.CurrentLineNumber)
        if not self._open and name in self._within:
            self._ready.append(element)
            return
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._size = 0
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._open:
            closed = self._open.pop()
            if not self._open:
                self._ready.append(closed)

    def _text(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if self._size > MAX_ELEMENT:
                raise _Refused(f"the element <{self._open[0].name}> is longer than {MAX_ELEMENT:,} characters")
            self._open[-1].pieces.append(text)

    def _entity(self, name: str, *_: Any) -> None:
        raise _Refused(f"declares the entity {name!r}: such a file can grow beyond all bounds when it is read")
