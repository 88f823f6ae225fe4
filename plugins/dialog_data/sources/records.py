"""JSON of a published data set taken apart strictly: what is not as it should be is told, what is not used is kept."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dialog_core.text import repair_text


class Unfit(Exception):
    """Says why an item is not of the format.

    Args:
        message: What is wrong.
        path: At which key.
        remedy: What to do about it.
        line: Where; None: where the item begins.
    """

    def __init__(self, message: str, path: str = "", *, remedy: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.remedy = remedy
        self.line = line


class Record:
    """A JSON object whose fields are taken one by one; `rest` is what nobody has asked for.

    Args:
        value: The object.
        place: Where it stands in its item, for messages: `turns[3]`.

    Raises:
        Unfit: The value is no object; so do the methods where a field is not what is asked for.
    """

    __slots__ = ("_fields", "_taken", "place")

    def __init__(self, value: Any, place: str = "") -> None:
        if not isinstance(value, dict):
            raise Unfit(f"needs an object in braces, not {shown(value)}", place)
        self._fields: Mapping[str, Any] = value
        self._taken: set[str] = set()
        self.place = place

    def __contains__(self, key: str) -> bool:
        return key in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def path(self, key: str) -> str:
        """Return the path of a field."""
        return f"{self.place}.{key}" if self.place else key

    def take(self, key: str, default: Any = None) -> Any:
        """Return a field whatever it is."""
        self._taken.add(key)
        return self._fields.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, or a number as a text; the default where there is none or null."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str):
            return repair_text(value)
        return as_text(self._present(key), self.path(key))

    def items(self, key: str, default: list[Any] | None = None) -> list[Any]:
        """Return a list; the default where there is none or null."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list):
            raise Unfit(f"needs a list, not {shown(self._present(key))}", self.path(key))
        return value

    def texts(self, key: str, default: list[Any] | None = None) -> list[str]:
        """Return a list of texts."""
        path = self.path(key)
        return [as_text(value, f"{path}[{number}]") for number, value in enumerate(self.items(key, default))]

    def record(self, key: str, default: Mapping[str, Any] | None = None) -> "Record":
        """Return an object; the default where there is none or null."""
        value = self.take(key)
        return Record(default if value is None and default is not None else self._present(key), self.path(key))

    def records(self, key: str, default: list[Any] | None = None) -> list["Record"]:
        """Return a list of objects."""
        path = self.path(key)
        return [Record(value, f"{path}[{number}]") for number, value in enumerate(self.items(key, default))]

    def rest(self) -> dict[str, Any]:
        """Return the fields that have not been taken."""
        return {key: value for key, value in self._fields.items() if key not in self._taken}

    def _present(self, key: str) -> Any:
        if key not in self._fields:
            raise Unfit(f"the key {key!r} is missing", self.place)
        return self._fields[key]


def as_text(value: Any, path: str) -> str:
    """Return a text, or a number as a text.

    Raises:
        Unfit: It is neither.
    """
    if isinstance(value, str):
        return repair_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit(f"needs a text, not {shown(value)}", path)


def shown(value: Any) -> str:
    """Return a value as messages show it."""
    if isinstance(value, dict):
        return "an object in braces"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value, ensure_ascii=False)[:40]
