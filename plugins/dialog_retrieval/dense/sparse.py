"""Sparse rows and their products with dense matrices: the little of it that latent semantic analysis needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 16_384  # entries whose dense rows are in memory together: with 512 dimensions 32 MB

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows.

    Attributes:
        starts: Where each row begins among the entries; one more than there are rows.
        columns: The column of each entry.
        values: The value of each entry.
        width: How many columns there are.
    """

    starts: Ids
    columns: Ids
    values: Floats
    width: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[int], Sequence[float]]], width: int) -> "Rows":
        """Put rows together that are given as columns and values."""
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(columns) for columns, _ in rows], out=starts[1:])
        columns = np.fromiter((column for columns, _ in rows for column in columns), np.int64, int(starts[-1]))
        values = np.fromiter((value for _, values in rows for value in values), np.float32, int(starts[-1]))
        return cls(starts, columns, values, width)

    def times(self, matrix: Floats) -> Floats:
        """Return the product with a dense matrix."""
        product = np.zeros((len(self.starts) - 1, matrix.shape[1]), dtype=np.float32)
        for first, last in self._pieces():
            start, end = int(self.starts[first]), int(self.starts[last])
            gathered = matrix[self.columns[start:end]]
            gathered *= self.values[start:end, None]
            begins = self.starts[first:last] - start
            # `reduceat` gives an empty row its successor's first entry, so those are left out.
            filled = np.flatnonzero(np.diff(self.starts[first : last + 1]))
            product[first + filled] = np.add.reduceat(gathered, begins[filled], axis=0) if len(filled) else 0
        return product

    def transposed(self) -> "Rows":
        """Return the same matrix by columns."""
        order = np.argsort(self.columns, kind="stable")
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        starts = np.zeros(self.width + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.columns, minlength=self.width), out=starts[1:])
        return Rows(starts, rows[order], self.values[order], len(self.starts) - 1)

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of rows with no more entries than fit at once, a longer row alone."""
        first, count = 0, len(self.starts) - 1
        while first < count:
            last = int(np.searchsorted(self.starts, self.starts[first] + AT_ONCE, side="right")) - 1
            last = min(max(last, first + 1), count)
            yield first, last
            first = last
