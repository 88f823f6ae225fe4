"""The elements of a JSON file, one at a time, however large it is."""

import json
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialog_data.files.json_values import raw_decode
from dialog_data.files.json_window import CutOff, JsonWindow
from dialog_data.files.problems import FileProblems
from dialog_data.files.seen_ids import SeenIds

MAX_ELEMENT = 64 * 1024 * 1024  # characters; a dialogue has thousands

_LONGEST_TOKEN = 16  # an error so close to the end of what was read may be one of reading no further: -Infinity, \uD83D
_CUT_OFF = re.compile(r"\s*|-|t(ru?)?|f(a(ls?)?)?|n(ul?)?|\\?u?[0-9a-fA-F]{0,4}")  # what a value may end with then
_REST_OF_A_NUMBER = 3  # characters, behind which a number may go on that seems to have ended before: 23e+7
_CLOSING = {"[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a list, or one entry of a mapping.

    Attributes:
        value: The element.
        line: On which line it begins.
        key: Under which key it stands; None: in a list.
    """

    value: Any
    line: int
    key: str | None = None


def read_elements(problems: FileProblems, *, under: str | Sequence[str] = ()) -> Iterator[Element]:
    """Yield the elements of a file whose content is one JSON list or mapping, in order.

    What cannot be read is reported with its line, and counted as passed over; memory grows with the largest element,
    not with the file.

    Args:
        problems: The file.
        under: The key under which the list or mapping stands, or the keys that lead there; default: it is the whole.

    Raises:
        ConfigurationError: There is no such file, or it cannot be read.
    """
    keys = (under,) if isinstance(under, str) else tuple(under)
    yield from _read(problems, lambda elements: elements.at(keys))


def read_grouped(problems: FileProblems) -> Iterator[Element]:
    """Yield the elements of the lists that stand in a file whose content is one JSON mapping, in order.

    An element's key is that of its list. What stands there and is no list is reported. All else is as above.
    """
    yield from _read(problems, lambda elements: elements.grouped())


def _read(problems: FileProblems, read: "Callable[[_Elements], Iterator[Element]]") -> Iterator[Element]:
    with JsonWindow(problems) as window:
        try:
            yield from read(_Elements(window, problems))
        except CutOff:
            message = "the file ends in the middle of its JSON"
            problems.problem(message, window.line, window.column, remedy="It was cut off: get the whole file.")
            problems.item_skipped()


class _Elements:
    """Reads the elements of one container; gives up where nobody can know how the file goes on."""

    def __init__(self, window: JsonWindow, problems: FileProblems) -> None:
        self._window = window
        self._problems = problems

    def at(self, keys: Sequence[str]) -> Iterator[Element]:
        """Yield the elements of the container that the keys lead to, and see that the file ends where it should."""
        window = self._window
        if window.peek() == "" and window.blank:
            self._problem("the file is empty", "Write a JSON list or mapping into it.")
            return
        for depth, key in enumerate(keys):
            if window.peek() != "{" or not self._enter(key):
                self._problem(f"there is nothing under {'.'.join(keys[: depth + 1])!r}")
                return
        opening = window.peek()
        if opening not in _CLOSING:
            self._problem("needs a JSON list or mapping")
            return
        if not (yield from self._members(opening)):
            return
        for _ in keys:
            if not self._leave():
                return
        if window.peek():
            self._problem("there is more behind the end of the JSON", "Of one JSON value on each line, call it .jsonl.")

    def grouped(self) -> Iterator[Element]:
        """Yield the elements of the lists in a mapping, and see that the file ends with it."""
        window = self._window
        if window.peek() != "{":
            what = "the file is empty" if window.blank and not window.peek() else "needs a JSON mapping of lists"
            self._problem(what)
            return
        window.take()
        while window.peek() == '"':
            line, key = window.line, self._key()
            if key is None:
                return
            if window.peek() == "[":
                members = self._members("[")
                while True:
                    try:
                        element = next(members)
                    except StopIteration as end:
                        if not end.value:
                            return
                        break
                    yield replace(element, key=key)
            else:
                self._problems.problem(f"{key!r} is not a list", line, path=key)
                self._problems.item_skipped()
                if not window.skip_value():
                    return
            if window.peek() != ",":
                break
            window.take()
        if window.peek() != "}":
            self._problem("this is not JSON: Expecting ',' or '}'")
            return
        window.take()
        if window.peek():
            self._problem("there is more behind the end of the JSON")

    def _members(self, opening: str) -> Generator[Element, None, bool]:
        """Yield the members of a container; return whether its end was found."""
        window = self._window
        seen = SeenIds()
        window.take()
        if window.peek() == _CLOSING[opening]:
            window.take()
            return True
        while True:
            line, column = window.line, window.column
            key = None
            if opening == "{":
                key = self._key()
                if key is None:
                    return False
                if not seen.add(key, line):
                    message = f"the key {key!r} stands there twice: first on line {seen.line(key)}"
                    self._problems.problem(message, line, column, remedy="Change one of the two.")
            element = self._value(line, key)
            if element is None:
                self._problems.item_skipped()
                if not self._problems.skips:
                    return False
                if not window.skip_value():
                    message = "nothing behind it can be read: a quote or a bracket is missing, or one too many"
                    self._problems.problem(message, line, column)
                    self._problems.item_skipped()
                    return False
            elif self._problems.item_done():
                yield element
            following = window.peek()
            if following not in (",", _CLOSING[opening]):
                self._problem(f"this is not JSON: Expecting ',' or {_CLOSING[opening]!r}")
                return False
            window.take()
            if following != ",":
                return True
            window.peek()  # `line` is where the next one begins

    def _value(self, line: int, key: str | None) -> Element | None:
        """Return the element that begins here; None if it is none, which is reported, and then it is not passed."""
        window = self._window
        window.peek()
        start = window.line if key is None else line
        while True:
            try:
                value, end = raw_decode(window.text, window.at)
            except json.JSONDecodeError as error:
                behind = error.pos - window.at  # the window moves on when more is read
                unfinished = error.msg.startswith("Unterminated string")
                if (not unfinished and error.pos < len(window.text) - _LONGEST_TOKEN) or not window.more():
                    where = window.at + behind
                    if unfinished or _CUT_OFF.fullmatch(window.text, where):
                        raise CutOff from None
                    self._problems.problem(f"this is not JSON: {error.msg}", *window.place(where))
                    return None
            except ValueError as error:
                self._problems.problem(str(error), start)
                return None
            else:
                length = end - window.at
                may_go_on = isinstance(value, int | float) and end > len(window.text) - _REST_OF_A_NUMBER
                if not may_go_on or not window.more():
                    return self._whole(value, window.at + length, start, key)
            if len(window.text) - window.at > MAX_ELEMENT:
                message = f"one element is longer than {MAX_ELEMENT:,} characters"
                self._problems.problem(message, start, remedy="No dialogue is: see that this is the right file.")
                return None

    def _whole(self, value: Any, end: int, line: int, key: str | None) -> Element | None:
        window = self._window
        bad = window.not_text(end)
        if bad is not None:
            name = self._problems.encoding.upper()
            remedy = f"Save the file as {name} text, or say with `encoding` what it is."
            self._problems.problem(f"this is not {name} text", *window.place(bad), remedy=remedy)
        window.move(end)
        return Element(value, line, key)

    def _key(self) -> str | None:
        """Return a key and pass its colon; None if there is none, which is reported."""
        window = self._window
        if window.peek() != '"':
            self._problem("this is not JSON: Expecting a key in double quotes")
            return None
        key = self._value(window.line, None)
        if key is None:
            return None
        if window.peek() != ":":
            self._problem("this is not JSON: Expecting ':' behind a key")
            return None
        window.take()
        window.peek()
        return str(key.value)

    def _enter(self, wanted: str) -> bool:
        """Go to the value of a key of the mapping that begins here; return whether there is one."""
        window = self._window
        window.take()
        while window.peek() == '"':
            key = self._key()
            if key == wanted or key is None:
                return key is not None
            if not window.skip_value() or window.peek() != ",":
                return False
            window.take()
        return False

    def _leave(self) -> bool:
        """Pass what else stands in the mapping around; return whether its end was found."""
        window = self._window
        while window.peek() == ",":
            window.take()
            window.peek()
            if self._key() is None or not window.skip_value():
                return False
        if window.peek() != "}":
            self._problem("this is not JSON: Expecting ',' or '}'")
            return False
        window.take()
        return True

    def _problem(self, message: str, remedy: str = "") -> None:
        window = self._window
        if window.ended and window.at >= len(window.text) and not window.blank:
            raise CutOff
        self._problems.problem(message, window.line, window.column, remedy=remedy)
        self._problems.item_skipped()
