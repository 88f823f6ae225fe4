"""The fields of an object that somebody may have written by hand."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row.

    Attributes:
        path: Where in it, such as `candidates[1].score`.
        message: What.
        remedy: What to do.
    """

    path: str
    message: str
    remedy: str = ""


class NotAChoice(ValueError):
    """A row that is no choice.

    Attributes:
        mistakes: Everything that is wrong with it.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        told = "; ".join(f"{wrong.path}: {wrong.message}".removeprefix(": ") for wrong in mistakes)
        super().__init__(f"this is no choice: {told}")


class Fields:
    """An object of a row. What is missing or wrong is noted, and something harmless stands in for it.

    Attributes:
        row: The object.
        mistakes: Where mistakes are noted.
        place: Where in the row the object stands.
    """

    def __init__(self, row: Mapping[str, Any], mistakes: list[Mistake], place: str = "") -> None:
        self.row, self.mistakes, self.place = row, mistakes, place

    def wrong(self, key: str, message: str, remedy: str = "") -> None:
        """Note a mistake."""
        path = f"{self.place}.{key}" if self.place else key
        self.mistakes.append(Mistake(path, message, remedy))

    def has(self, key: str) -> bool:
        """Whether something is written there; `null` is nothing."""
        return self.row.get(key) is not None

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return a text; empty where there is none."""
        value = self._get(key, needed)
        if value is None or isinstance(value, str):
            return value or ""
        self.wrong(key, "is not a text", "Put it in quotes.")
        return ""

    def name(self, key: str, *, needed: bool = False) -> str:
        """Return a name, which may be written as a number and must not be empty where it is needed."""
        value = self._get(key, needed)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None or (isinstance(value, str) and (value.strip() or not needed)):
            return value or ""
        self.wrong(key, "is empty" if isinstance(value, str) else "is not a text", "Write a name.")
        return ""

    def number(
        self, key: str, *, needed: bool = False, default: float = 0.0, least: float = 0.0, most: float = math.inf
    ) -> float:
        """Return a finite number within limits."""
        value = self._get(key, needed)
        if value is None:
            return default
        number = as_number(value)
        if number is not None and least <= number <= most:
            return number
        self._no_number(key, value, least, most)
        return default

    def whole(self, key: str, *, most: float = math.inf) -> int:
        """Return a whole number from 0."""
        value = self.row[key]
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        limit = f" from 0 to {most:g}" if most < math.inf else " from 0"
        self.wrong(key, f"is {_shown(value)}, and has to be a whole number{limit if most >= 0 else ''}")
        return 0

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return an object; empty where there is none."""
        value = self.row.get(key)
        if value is None or isinstance(value, Mapping):
            return value or {}
        self.wrong(key, "is not an object in braces")
        return {}

    def numbers(self, key: str, *, least: float = 0.0, whole: bool = False) -> dict[str, float]:
        """Return an object of finite numbers; those that are `null` are left out."""
        inner = Fields(self.mapping(key), self.mistakes, f"{self.place}.{key}" if self.place else key)
        return {
            name: inner.whole(name) if whole else inner.number(name, least=least)
            for name in inner.row
            if inner.has(name)
        }

    def texts(self, key: str) -> dict[str, str]:
        """Return an object of texts."""
        inner = Fields(self.mapping(key), self.mistakes, f"{self.place}.{key}" if self.place else key)
        return {name: inner.text(name) for name in inner.row}

    def rows(self, key: str, *, needed: bool = False) -> list["Fields"]:
        """Return the objects of a list."""
        value = self._get(key, needed)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.wrong(key, "is not a list", "Put the objects in brackets: [{...}, {...}].")
            return []
        found: list[Fields] = []
        for number, item in enumerate(value):
            if isinstance(item, Mapping):
                place = f"{self.place}.{key}" if self.place else key
                found.append(Fields(item, self.mistakes, f"{place}[{number}]"))
            else:
                self.wrong(f"{key}[{number}]", "is not an object in braces")
        return found

    def _get(self, key: str, needed: bool) -> Any:
        value = self.row.get(key)
        if value is None and needed:
            self.wrong(key, "is missing")
        return value

    def _no_number(self, key: str, value: Any, least: float, most: float) -> None:
        limits = f" from {least:g}" if least > -math.inf else ""
        limits += f" to {most:g}" if most < math.inf else ""
        self.wrong(key, f"is {_shown(value)}, and has to be a number{limits}")


def as_number(value: Any) -> float | None:
    """Return a finite number; None for anything else, and for one that is too large."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _shown(value: Any) -> str:
    """Return a value as it may be told; repr of an integer of thousands of digits fails."""
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a number of too many digits"
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
