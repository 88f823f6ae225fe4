"""A JSON file seen through a window: as much of its text as the value needs that is being read."""

import codecs
import re
from types import TracebackType

from dialog_data.files.encodings import open_text
from dialog_data.files.problems import FileProblems

CHUNK = 1 << 20  # bytes to read at a time, at first

_BLANK = re.compile(r"[ \t\n\r]*")
_NOT_TEXT = re.compile("[\udc80-\udcff]")  # what bytes become that are not UTF-8
_STRUCTURE = re.compile(r'[\[{]+|[\]}]+|[",]')
_IN_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)


class CutOff(Exception):
    """The file ends where something had to follow."""


class JsonWindow:
    """The part of a file's text that is being looked at.

    Attributes:
        text: That part.
        at: Where the reading has come to in it.
        ended: Whether the file ends with it.
        blank: Whether there has been nothing but blanks so far.
    """

    def __init__(self, problems: FileProblems) -> None:
        self._stream = open_text(problems)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._line = 1  # of `text[self._counted]`
        self._column = 0  # how many characters stand before that place on its line
        self._counted = 0
        self.text = ""
        self.at = 0
        self.ended = False
        self.blank = True

    def __enter__(self) -> "JsonWindow":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    @property
    def line(self) -> int:
        """The line the reading has come to."""
        self._count()
        return self._line

    @property
    def column(self) -> int:
        """The column the reading has come to."""
        self._count()
        return self._column + 1

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column of a place that the reading has not come to yet."""
        self._count()
        breaks = self.text.count("\n", self.at, position)
        if not breaks:
            return self._line, self._column + position - self.at + 1
        return self._line + breaks, position - self.text.rfind("\n", self.at, position)

    def more(self) -> bool:
        """Read on, the more the longer what is being read is already; return whether there was anything."""
        if self.ended:
            return False
        self._count()
        rest, more = self.text[self.at :], ""
        while not more and not self.ended:
            piece = self._stream.read(max(CHUNK, len(rest)))
            self.ended = not piece
            more = self._decoder.decode(piece, final=self.ended)
        self.text = rest + more
        self.at = self._counted = 0
        return bool(more)

    def peek(self) -> str:
        """Pass blanks and return the character behind them; nothing at the end of the file."""
        while True:
            self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it always matches
            if self.at < len(self.text):
                self.blank = False
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self) -> None:
        """Pass a character."""
        self.at += 1

    def move(self, position: int) -> None:
        """Go on to a place."""
        self.at = position

    def not_text(self, end: int) -> int | None:
        """Return where up to a place there is something that could not be decoded."""
        if self.text.isascii():
            return None
        found = _NOT_TEXT.search(self.text, self.at, end)
        return None if found is None else found.start()

    def skip_value(self) -> bool:
        """Pass a value by its brackets and quotes alone, whatever it is; return whether its end was found."""
        depth = 0
        while True:
            found = _STRUCTURE.search(self.text, self.at)
            if found is None:
                self.at = len(self.text)
                if not self.more():
                    return depth == 0
                continue
            self.at = found.start()
            mark = found[0]
            if mark == '"':
                self.at += 1
                if not self._skip_string():
                    return False
            elif mark == ",":
                if depth == 0:
                    return True
                self.at += 1
            elif mark[0] in "[{":
                depth += len(mark)
                self.at += len(mark)
            else:
                closed = min(depth, len(mark))
                depth -= closed
                self.at += closed
                if depth == 0:
                    return True

    def _skip_string(self) -> bool:
        """Go behind the quote that ends a string."""
        while True:
            self.at = _IN_STRING.match(self.text, self.at).end()  # type: ignore[union-attr]  # it always matches
            if self.at < len(self.text) and self.text[self.at] == '"':
                self.at += 1
                return True
            if not self.more():
                return False

    def _count(self) -> None:
        """Count the lines up to where the reading has come to."""
        breaks = self.text.count("\n", self._counted, self.at)
        if breaks:
            self._line += breaks
            self._column = self.at - self.text.rfind("\n", self._counted, self.at) - 1
        else:
            self._column += self.at - self._counted
        self._counted = self.at
