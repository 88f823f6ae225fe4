"""What has been read of conversations and is kept, so that their next turn need not read it again."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialog_generative.local.options import CacheOptions

if TYPE_CHECKING:
    from dialog_generative.local.forward.kv_cache import KeyValues

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Kept:
    ids: tuple[int, ...]
    cache: "KeyValues"
    nbytes: int


class Conversations:
    """Keeps the caches of the conversations that spoke last, each under its own name and for no other.

    Args:
        options: How many, and how much memory.
    """

    def __init__(self, options: CacheOptions) -> None:
        self._most = options.conversations
        self._bytes = options.megabytes * _MEGABYTE
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def nbytes(self) -> int:
        """How much memory they hold."""
        return sum(kept.nbytes for kept in self._kept.values())

    def take(self, key: str, ids: Sequence[int]) -> "tuple[KeyValues, int] | None":
        """Hand out what is kept of a conversation, cut to what `ids` begins with, and how much that is.

        At least one token is left to be read: the next one is chosen by what the model says after it.
        """
        kept = self._kept.pop(key, None)
        if kept is None:
            return None
        common = common_length(kept.ids, ids[:-1])
        if common == 0:
            return None
        kept.cache.length = common
        return kept.cache, common

    def keep(self, key: str, ids: Sequence[int], cache: "KeyValues") -> None:
        """Keep what has been read of a conversation; those that were not heard of for the longest time have to go."""
        self.drop(key)
        size = cache.nbytes
        if not ids or self._most == 0 or size > self._bytes:
            return
        self._kept[key] = _Kept(tuple(ids), cache, size)
        while len(self._kept) > self._most or self.nbytes > self._bytes:
            self._kept.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget a conversation."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._kept.clear()


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """Return how many tokens two sequences begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (mine, others) in enumerate(pairs) if mine != others), min(len(one), len(other)))
