"""The terms of a large index, by hash: found in microseconds in a file that is mapped, not read."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

# 64 bits. That two of a million terms share a hash happens in one of 37 million vocabularies, and then they count as
# one term.
HASH_BYTES = 8

Hashes = NDArray[np.uint64]
TermIds = NDArray[np.intp]


def hashes_of(terms: Iterable[str]) -> Hashes:
    """Return the hashes of terms."""
    # Text from users may have lone surrogates in it, which plain UTF-8 refuses.
    digests = b"".join(blake2b(t.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest() for t in terms)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64, copy=False)


class Vocabulary:
    """Terms by number, which is the place of their hash among all.

    Args:
        hashes: Of the terms, in ascending order.
    """

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes

    def __len__(self) -> int:
        """Return how many terms there are."""
        return len(self.hashes)

    def find(self, terms: Sequence[str]) -> TermIds:
        """Return the numbers of terms; -1 for those it does not have."""
        if not len(self.hashes) or not terms:
            return np.full(len(terms), -1, dtype=np.intp)
        wanted = hashes_of(terms)
        places = np.searchsorted(self.hashes, wanted)
        places[places == len(self.hashes)] = 0
        return np.where(self.hashes[places] == wanted, places, -1)
