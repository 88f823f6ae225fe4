"""Rows that are answered together: each step gives every one of them its next token.

A row joins as soon as its chat is read and leaves as soon as it ends; the others do not wait for it. All rows end in
the same column of one cache, so a row's place is known by its length alone.

Imports torch: import it late.
"""

from collections.abc import Sequence

import torch

from dialog_generative.local.engine.tasks import Row
from dialog_generative.local.forward.compiled import CompiledSteps
from dialog_generative.local.forward.kv_cache import KeyValues
from dialog_generative.local.forward.runner import Runner

_WASTE = 4  # columns that no row uses any more are given up when they are one in so many


class Board:
    """The rows that are being answered.

    Args:
        runner: Runs the model.
        steps: Runs it in compiled steps, if it is to.
    """

    def __init__(self, runner: Runner, steps: CompiledSteps | None = None) -> None:
        self.rows: list[Row] = []
        self._steps = steps
        self._runner = runner
        self._cache: KeyValues | None = None
        self._length = 0  # how many columns are filled

    def join(self, rows: Sequence[Row]) -> None:
        """Take rows in, all of whose tokens but the last are read. If that fails, the board has to be dissolved."""
        rows = list(rows)
        if not rows:
            return
        if self._cache is None and self._steps is not None:
            self._cache, self._length = self._steps.cache, 0
        elif self._cache is None:
            self._cache, self._length = rows[0].cache, rows[0].read
            rows[0].cache = None
            self.rows.append(rows.pop(0))
        cache = self._cache
        assert cache is not None
        longest = max((row.read for row in rows), default=0)
        cache.length = self._length
        if rows:
            room = self._steps or cache
            room.reserve(len(self.rows) + len(rows), max(longest, self._length) + 1, rows[0].cache)
        if longest > self._length:
            cache.shift(len(self.rows), longest - self._length)
            self._length = longest
        for row in rows:
            assert row.cache is not None
            cache.put(len(self.rows), self._length - row.read, row.cache, row.read)
            row.cache = None
            self.rows.append(row)

    def leave(self, row: Row, *, keep: bool) -> None:
        """Let a row go, with what was read of it if that is to be kept."""
        place, cache = self.rows.index(row), self._cache
        assert cache is not None
        cache.length = self._length
        if keep:
            alone = len(self.rows) == 1 and cache.slots == 1 and row.read == self._length and self._steps is None
            row.cache = cache if alone else cache.row(place, self._length - row.read, self._length)
        last = self.rows.pop()
        if not self.rows:
            self._cache, self._length = None, 0
        elif last is not row:
            self.rows[place] = last
            cache.move(len(self.rows), place, self._length - last.read, self._length)
        self._close_up()

    def dissolve(self) -> list[Row]:
        """Let all rows go, without what was read of them."""
        rows, self.rows = self.rows, []
        self._cache, self._length = None, 0
        return rows

    def step(self) -> torch.Tensor:
        """Have the model read the last token of each row, and return what it says of the next ones."""
        cache = self._cache
        assert cache is not None
        cache.length = self._length  # an earlier try may have failed half way
        starts = [self._length - row.read for row in self.rows]
        ids, positions = [row.ids[-1] for row in self.rows], [row.read for row in self.rows]
        if self._steps is None:
            logits = self._runner.next([[token] for token in ids], positions, cache, starts)
        else:
            logits = self._steps.next(ids, positions, starts)
        self._length += 1
        for row in self.rows:
            row.read += 1
        return logits

    def _close_up(self) -> None:
        """Give up columns on the left that no row uses."""
        waste = self._length - max((row.read for row in self.rows), default=self._length)
        if self._cache is not None and waste * _WASTE > self._length:
            self._cache.shift(len(self.rows), -waste)
            self._length -= waste
