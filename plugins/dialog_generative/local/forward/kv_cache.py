"""The keys and values of what a model has read, for one row of tokens or for several of one batch.

transformers grows its cache by copying all of it for every token. This one has room to spare, so that a token costs
only its own keys and values, and any number of tokens can be taken back by forgetting that they are there. It keeps
all of them, also of layers that look back only so far: the mask hides the rest from those, and they too can be cut
anywhere.

Rows of different lengths end in the same column, the shorter ones begin later (left padding). Of padding nothing is
read, but what stands there has to be finite: room is always zeroed.

Imports torch and transformers: import it late.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import Cache, CacheLayerMixin, DummyLayer, DynamicLayer, DynamicSlidingWindowLayer

_STEP = 64  # columns are added in so many at once


class KeyValues(Cache):
    """A cache for models of transformers.

    Args:
        config: The model's configuration.

    Raises:
        TypeError: The model's cache is of another kind: it has states that cannot be taken back.
    """

    def __init__(self, config: Any) -> None:
        layers: list[Any] = []
        self.slides = False  # whether some layers look back only so far
        for layer in DynamicCache(config=config).layers:
            self.slides |= type(layer) is DynamicSlidingWindowLayer
            if type(layer) is DummyLayer:
                layers.append(layer)
            elif type(layer) in (DynamicLayer, DynamicSlidingWindowLayer):
                layers.append(_Layer())
            else:
                raise TypeError(f"its layers are of the kind {type(layer).__name__}")
        super().__init__(layers=layers)
        self._config = config

    @property
    def length(self) -> int:
        """How many columns are filled."""
        return max((layer.length for layer in self._own()), default=0)

    @length.setter
    def length(self, columns: int) -> None:
        # All that is beyond is overwritten by what comes next.
        for layer in self._own():
            layer.length = columns

    @property
    def nbytes(self) -> int:
        """How much memory it holds, the room to spare included."""
        return sum(tensor.nbytes for layer in self._filled() for tensor in layer.buffers)

    @property
    def slots(self) -> int:
        """For how many rows there is room."""
        return next((layer.buffers[0].shape[0] for layer in self._filled()), 0)

    @property
    def addresses(self) -> tuple[int, ...]:
        """Where all of it lies; other addresses mean that it was moved."""
        return tuple(tensor.data_ptr() for layer in self._filled() for tensor in layer.buffers)

    def fix(self, rows: int, columns: int, column: torch.Tensor | None) -> None:
        """From now on read so many rows and columns whatever is filled, and write to the column that a tensor tells.

        Without a tensor everything is as before. The room has to be there.
        """
        for layer in self._own():
            layer.fixed = None if column is None else (rows, columns, column)
            layer.is_compileable = column is not None

    def reserve(self, rows: int, columns: int, like: "KeyValues | None" = None) -> None:
        """Make room, so that later tokens find it; where there is nothing yet, for such as another holds."""
        for layer, other in zip(self._own(), (like or self)._own(), strict=True):
            if other.buffers and not layer.buffers:
                layer.allocate(rows, columns, other.buffers)
            layer.reserve(rows, columns)

    def row(self, row: int, first: int, last: int) -> "KeyValues":
        """Return a copy of some columns of one row."""
        copy = KeyValues(self._config)
        for mine, new in zip(self._own(), copy._own(), strict=True):
            if mine.buffers:
                new.allocate(1, last - first, mine.buffers)
                new.fill(0, 0, [tensor[row, :, first:last] for tensor in mine.buffers])
                new.length = last - first
        return copy

    def put(self, row: int, column: int, other: "KeyValues", columns: int) -> None:
        """Copy the first columns of another's only row to a place in here, for which there has to be room."""
        for mine, given in zip(self._own(), other._own(), strict=True):
            if given.buffers:
                mine.fill(row, column, [tensor[0, :, :columns] for tensor in given.buffers])

    def move(self, source: int, target: int, first: int, last: int) -> None:
        """Copy some columns of a row to the same place of another."""
        for layer in self._filled():
            layer.fill(target, first, [tensor[source, :, first:last] for tensor in layer.buffers])

    def shift(self, rows: int, columns: int) -> None:
        """Move all that is filled to the right (or, below 0, to the left), where there has to be room."""
        for layer in self._filled():
            first, last = max(0, -columns), layer.length
            for tensor in layer.buffers:
                moved = tensor[:rows, :, first:last].clone()
                tensor[:rows, :, first + columns : last + columns] = moved
                if columns > 0:
                    tensor[:rows, :, :columns] = 0
            layer.length += columns

    def _own(self) -> Iterator["_Layer"]:
        return (layer for layer in self.layers if isinstance(layer, _Layer))

    def _filled(self) -> Iterator["_Layer"]:
        return (layer for layer in self._own() if layer.buffers)


class _Layer(CacheLayerMixin):  # type: ignore[no-untyped-call]
    """Keys and values of one layer, both of the shape (rows, heads, columns, width)."""

    is_croppable = True
    is_sliding = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.length = 0
        self.buffers: list[torch.Tensor] = []
        self.fixed: tuple[int, int, torch.Tensor] | None = None

    def allocate(self, rows: int, columns: int, like: Sequence[torch.Tensor]) -> None:
        """Get memory for the shape of other keys and values."""
        columns = -(-columns // _STEP) * _STEP
        self.buffers = [tensor.new_zeros((rows, tensor.shape[1], columns, tensor.shape[3])) for tensor in like]
        self.is_initialized = True

    def reserve(self, rows: int, columns: int) -> None:
        """Get more memory where it is too little, with some to spare."""
        if not self.buffers:
            return
        slots, room = self.buffers[0].shape[0], self.buffers[0].shape[2]
        if rows <= slots and columns <= room:
            return
        old = self.buffers
        self.allocate(max(rows, slots), columns + columns // 4 if columns > room else room, old)
        for new, tensor in zip(self.buffers, old, strict=True):
            new[:slots, :, : self.length] = tensor[:, :, : self.length]

    def fill(self, row: int, column: int, given: Sequence[torch.Tensor]) -> None:
        """Copy keys and values of one row to a place."""
        if not self.buffers:
            self.allocate(row + 1, column + given[0].shape[1], [tensor[None] for tensor in given])
        for tensor, part in zip(self.buffers, given, strict=True):
            tensor[row, :, column : column + part.shape[1]] = part

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Get memory for a first batch."""
        self.allocate(key_states.shape[0], key_states.shape[2], (key_states, value_states))

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append columns to the first rows, and return all there are of these rows."""
        if self.fixed is not None:
            rows, columns, column = self.fixed
            keys, values = (tensor[:rows, :, :columns] for tensor in self.buffers)
            keys.index_copy_(2, column, key_states)
            values.index_copy_(2, column, value_states)
            return keys, values
        rows, end = key_states.shape[0], self.length + key_states.shape[2]
        if not self.buffers:
            self.lazy_initialization(key_states, value_states)
        self.reserve(rows, end)
        keys, values = self.buffers
        keys[:rows, :, self.length : end] = key_states
        values[:rows, :, self.length : end] = value_states
        self.length = end
        return keys[:rows, :, :end], values[:rows, :, :end]

    def get_seq_length(self) -> int:
        """Return how many columns are filled."""
        return self.length

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Return how wide a mask has to be, and where it begins."""
        return self.length + query_length if self.fixed is None else self.fixed[1], 0

    def get_max_length(self) -> int:
        """Return that there is no limit."""
        return -1
