"""The model itself, called the way that caches and batches need, and whether it can be called so.

Imports torch: import it late.
"""

import inspect
import logging
from collections.abc import Sequence
from typing import Any

import torch

from dialog_generative.local.forward.kv_cache import KeyValues
from dialog_generative.local.model import LoadedModel

logger = logging.getLogger(__name__)

_TOLERANCE = 0.05  # how far apart, of the largest logit, two ways to read the same may be: bfloat16 has 8 bits
_TRIED = 12  # tokens read to find out whether both ways agree


class Runner:
    """Runs a decoder over its own cache.

    Args:
        loaded: The model.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        self.device = loaded.device
        self._model = loaded.model
        self._config = getattr(loaded.model, "config", None)
        inner = loaded.model.get_base_model() if hasattr(loaded.model, "get_base_model") else loaded.model
        taken = inspect.signature(inner.forward).parameters
        self.last_only: dict[str, Any] = {"logits_to_keep": 1} if "logits_to_keep" in taken else {}
        self._missing = [name for name in ("past_key_values", "position_ids", "attention_mask") if name not in taken]

    def new_cache(self) -> KeyValues:
        """Return an empty cache."""
        return KeyValues(self._config)

    def read(self, ids: Sequence[int], read: int, cache: KeyValues) -> torch.Tensor:
        """Read tokens of one row, after those in the cache, and return what the model says of the next one."""
        cache.length = read
        return self.next([ids], [read], cache, [0])

    def read_together(
        self, pieces: Sequence[Sequence[int]], reads: Sequence[int], caches: Sequence[KeyValues]
    ) -> torch.Tensor:
        """Read tokens of several rows at once, each after those in its own cache; see `read`.

        The rows' new tokens end in the same column. What stands before is copied beside them and ends where they begin,
        so that shorter rows have a gap between the two, which the mask hides: this is not for layers that count how far
        back something is by columns.
        """
        longest, before = max(map(len, pieces)), max(reads)
        batch = self.new_cache()
        if before:
            like = next(cache for cache, read in zip(caches, reads, strict=True) if read)
            batch.reserve(len(pieces), before + longest, like)
            for row, (cache, read) in enumerate(zip(caches, reads, strict=True)):
                batch.put(row, before - read, cache, read)
        batch.length = before
        gaps = [longest - len(piece) for piece in pieces]
        tokens = torch.tensor(
            [[*[0] * gap, *piece] for gap, piece in zip(gaps, pieces, strict=True)], device=self.device
        )
        gap, known = (torch.tensor(each, device=self.device)[:, None] for each in (gaps, reads))
        fresh = torch.arange(longest, device=self.device)
        places = (fresh + known - gap).clamp(min=0)
        old = torch.arange(before, device=self.device) >= before - known
        logits = self._call(tokens, places, torch.cat([old, fresh >= gap], dim=1).long(), batch)
        for row, (cache, piece, first) in enumerate(zip(caches, pieces, reads, strict=True)):
            cache.length = first
            part = batch.row(row, before + longest - len(piece), before + longest)
            cache.reserve(1, first + len(piece), part)
            cache.put(0, first, part, len(piece))
            cache.length = first + len(piece)
        return logits

    def next(
        self, ids: Sequence[Sequence[int]], positions: Sequence[int], cache: KeyValues, starts: Sequence[int]
    ) -> torch.Tensor:
        """Read equally many tokens of each row, and return what the model says of each row's next one.

        Args:
            ids: The tokens.
            positions: The position of each row's first one.
            cache: What has been read before.
            starts: The column in which each row begins.
        """
        tokens = torch.tensor(ids, device=self.device)
        places = torch.tensor(positions, device=self.device)[:, None] + torch.arange(
            tokens.shape[1], device=self.device
        )
        mask = None
        if any(starts):
            columns = torch.arange(cache.length + tokens.shape[1], device=self.device)
            mask = (columns >= torch.tensor(starts, device=self.device)[:, None]).long()
        return self._call(tokens, places, mask, cache)

    def _call(
        self, tokens: torch.Tensor, places: torch.Tensor, mask: torch.Tensor | None, cache: KeyValues
    ) -> torch.Tensor:
        said = self._model(
            input_ids=tokens,
            position_ids=places,
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            return_dict=True,
            **self.last_only,
        )
        logits: torch.Tensor = said.logits[:, -1]
        return logits

    def obstacle(self, ids: Sequence[int]) -> str:
        """Return why the model cannot be run so, found out by trying with some tokens; "" if it can.

        Raises:
            Exception: Memory ran out, which says nothing of the model; see `out_of_memory`.
        """
        if self._missing:
            return f"it takes no {' and no '.join(self._missing)}"
        ids = (list(ids) * _TRIED)[:_TRIED]
        half = _TRIED // 2
        try:
            whole = self.read(ids, 0, self.new_cache())
            cache = self.new_cache()
            self.read(ids[:half] + ids[:half], 0, cache)  # more than is wanted, to be taken back
            parts = self.read(ids[half:], half, cache)
            shorter = self.new_cache()
            self.read(ids[half:-1], 0, shorter)
            alone = self.read(ids[-1:], half - 1, shorter)
            cache.length = _TRIED - 1
            cache.reserve(2, _TRIED)
            shorter.length = half - 1
            cache.put(1, half, shorter, half - 1)
            both = self.next([ids[-1:], ids[-1:]], [_TRIED - 1, half - 1], cache, [0, half])
        except Exception as error:
            if out_of_memory(error):
                raise
            return f"{type(error).__name__}: {error}"
        if not _agree(whole, parts):
            return "what it says depends on how its cache was filled"
        if not (_agree(whole, both[:1]) and _agree(alone, both[1:])):
            return "what it says of one row depends on the others"
        return ""


def _agree(one: torch.Tensor, other: torch.Tensor) -> bool:
    if not torch.isfinite(one).all():
        return True  # a fault of the model's own, which its answers will show
    scale = float(one.abs().max())
    return float((one - other).abs().max()) <= _TOLERANCE * max(scale, 1.0)


def out_of_memory(error: BaseException) -> bool:
    """Say whether an error means that memory ran out."""
    told = str(error).lower()
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and ("out of memory" in told or "can't allocate memory" in told)
    )
