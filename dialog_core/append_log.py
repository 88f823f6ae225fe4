"""A list that only grows, shared between the values that have seen different lengths of it.

A conversation is a frozen value, yet appending to one of 10,000 events must not copy 10,000 references. Every
[`AppendLog`][] is therefore a window (the first `n` items) onto one shared list. Appending to the longest window
extends the list in place, which no shorter window can see; appending to a shorter one (a fork) copies first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class AppendLog(Sequence[T]):
    """An immutable sequence whose `extended` costs only what is added."""

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items: list[T] = list(items)
        self._length = len(self._items)

    def extended(self, items: Sequence[T]) -> "AppendLog[T]":
        """Return a log with `items` after those of this one; this one is unchanged."""
        if not items:
            return self
        shared = self._items if len(self._items) == self._length else self._items[: self._length]
        shared.extend(items)
        log: AppendLog[T] = AppendLog.__new__(AppendLog)
        log._items = shared
        log._length = self._length + len(items)
        return log

    @property
    def is_newest(self) -> bool:
        """Whether nothing has been appended after this window, so that appending copies nothing."""
        return len(self._items) == self._length

    def beyond(self) -> list[T]:
        """Return what others have appended after this window."""
        return self._items[self._length :]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self._items[position] for position in range(*index.indices(self._length))]
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError(f"index {index} in a log of {self._length}")
        return self._items[index]

    def __iter__(self) -> Iterator[T]:
        for position in range(self._length):
            yield self._items[position]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AppendLog):
            return NotImplemented
        return self._length == other._length and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # equal by content, and contents need not be hashable

    def __repr__(self) -> str:
        return f"AppendLog({self[:]!r})"
