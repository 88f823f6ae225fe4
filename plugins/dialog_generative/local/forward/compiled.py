"""Steps of fixed shapes, compiled once and then only run: at small batches a GPU waits for Python, not for numbers.

A step reads one token of each row. Its shape is fixed by rounding up: to rows that are not there, which read nothing
but themselves, and to columns that are not filled yet, which the mask hides. On a GPU a step is recorded as a CUDA
graph.

Imports torch and transformers: import it late.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers.masking_utils import create_masks_for_generate

from dialog_generative.local.forward.kv_cache import KeyValues
from dialog_generative.local.forward.runner import Runner, out_of_memory
from dialog_generative.local.model import LoadedModel

logger = logging.getLogger(__name__)

_COLUMNS = 256  # the least a step has room for
_WARM_UPS = 3  # before recording, so that libraries have chosen their kernels (PyTorch's notes on CUDA graphs)
_MASKS = frozenset({"sdpa", "eager"})  # attention that takes a mask of a fixed shape


@dataclass(frozen=True, slots=True)
class _Step:
    ids: torch.Tensor
    positions: torch.Tensor
    column: torch.Tensor
    masks: Any
    run: Callable[[], torch.Tensor]


class CompiledSteps:
    """Runs a model step by step in fixed shapes.

    Args:
        loaded: The model.
        runner: Runs it without, should it not work.
        rows: How many rows there are at most.
    """

    def __init__(self, loaded: LoadedModel, runner: Runner, rows: int) -> None:
        self.cache = runner.new_cache()
        self._model, self._runner = loaded.model, runner
        self._name, self._device = loaded.name, loaded.device
        self._pad = loaded.pad_id
        self._rows = rows
        self._ready: dict[tuple[int, int], _Step] = {}
        self._where: tuple[int, ...] = ()
        self._last_only = runner.last_only
        attention = getattr(loaded.model.config, "_attn_implementation", "")
        self._call: Callable[..., Any] | None = None
        if attention not in _MASKS:
            logger.warning("%s is not compiled: its attention is %s, not sdpa", self._name, attention)
            return
        try:
            self._call = torch.compile(loaded.model)
        except Exception as error:  # not everywhere is there a compiler
            self._give_up(error)

    def reserve(self, rows: int, columns: int, like: KeyValues | None = None) -> None:
        """Make room for rows of so many tokens; what was compiled for less room has to be compiled anew."""
        self.cache.reserve(max(_rounded(self._rows, 1), _rounded(rows, 1)), _rounded(columns, _COLUMNS), like)

    def next(self, ids: Sequence[int], positions: Sequence[int], starts: Sequence[int]) -> torch.Tensor:
        """Read one token of each row, and return what the model says of each row's next one.

        Args:
            ids: The tokens.
            positions: Their positions.
            starts: The column in which each row begins.
        """
        length = self.cache.length
        while self._call is not None:
            try:
                return self._fixed(ids, positions, starts, length)
            except Exception as error:
                if out_of_memory(error):
                    raise
                self._give_up(error)
            finally:
                self.cache.fix(0, 0, None)
                self.cache.length = length
        return self._runner.next([[token] for token in ids], positions, self.cache, starts)

    def _fixed(self, ids: Sequence[int], positions: Sequence[int], starts: Sequence[int], length: int) -> torch.Tensor:
        count = len(ids)
        rows, columns = _rounded(count, 1), _rounded(length + 1, _COLUMNS)
        self.reserve(rows, columns)
        if (where := self.cache.addresses) != self._where:
            self._ready.clear()
            self._where = where
        spare = rows - count
        mask = self._mask([*starts, *[length] * spare], columns, length)
        tokens = torch.tensor([*ids, *[self._pad] * spare], device=self._device)[:, None]
        places = torch.tensor([*positions, *[0] * spare], device=self._device)[:, None]
        step = self._ready.get((rows, columns))
        if step is None:
            column = torch.tensor([length], device=self._device)
            self.cache.fix(rows, columns, column)
            masks = self._masks(mask, rows, places)
            step = self._compile(tokens, places, column, masks)
            self._ready[(rows, columns)] = step
        else:
            step.column.fill_(length)
            self.cache.fix(rows, columns, step.column)
            step.ids.copy_(tokens)
            step.positions.copy_(places)
            _copy(self._masks(mask, rows, places), step.masks)
        return step.run()[:count].clone()

    def _mask(self, starts: Sequence[int], columns: int, length: int) -> torch.Tensor:
        every = torch.arange(columns, device=self._device)
        return ((every >= torch.tensor(starts, device=self._device)[:, None]) & (every <= length)).long()

    def _masks(self, mask: torch.Tensor, rows: int, places: torch.Tensor) -> Any:
        """Return the mask of each kind of layer, as `generate` makes them for its static cache."""
        make = getattr(self._model, "create_masks_for_generate", create_masks_for_generate)
        masks = make(
            config=self._model.config,
            inputs_embeds=torch.empty((rows, 1, 0), dtype=self._model.dtype, device=self._device),
            attention_mask=mask,
            past_key_values=self.cache,
            position_ids=places,
        )
        each = masks.values() if isinstance(masks, dict) else [masks]
        if not all(isinstance(one, torch.Tensor) and one.ndim == 4 for one in each):
            raise TypeError("it has masks of a shape of its own")
        return (
            {name: one.contiguous() for name, one in masks.items()} if isinstance(masks, dict) else masks.contiguous()
        )

    def _compile(self, ids: torch.Tensor, positions: torch.Tensor, column: torch.Tensor, masks: Any) -> _Step:
        call = self._call
        assert call is not None

        def run() -> torch.Tensor:
            said = call(
                input_ids=ids,
                position_ids=positions,
                attention_mask=masks,
                past_key_values=self.cache,
                use_cache=True,
                return_dict=True,
                **self._last_only,
            )
            logits: torch.Tensor = said.logits[:, -1]
            return logits

        return _Step(ids, positions, column, masks, run if self._device.type != "cuda" else _recorded(run))

    def _give_up(self, error: Exception) -> None:
        """Do without the compiler, and if that was not it, without fixed shapes."""
        self._ready.clear()
        if self._call is not self._model and self._device.type == "cuda":
            logger.warning("%s could not be compiled, it is only recorded: %s", self._name, error)
            self._call = self._model
        else:
            logger.warning("%s runs without being compiled: %s: %s", self._name, type(error).__name__, error)
            self._call = None


def _recorded(run: Callable[[], torch.Tensor]) -> Callable[[], torch.Tensor]:
    """Record what a step does on the GPU, and return what does the same again, with whatever its inputs then hold."""
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(_WARM_UPS):
            run()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        said = run()

    def again() -> torch.Tensor:
        graph.replay()
        return said

    return again


def _copy(new: Any, old: Any) -> None:
    if isinstance(new, dict):
        for name, mask in new.items():
            old[name].copy_(mask)
    else:
        old.copy_(new)


def _rounded(count: int, least: int) -> int:
    """Return the next power of two, and no less than `least`."""
    return max(least, 1 << (count - 1).bit_length())
