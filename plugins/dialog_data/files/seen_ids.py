"""Which ids there have been, in little memory: there may be ten million."""

from array import array
from hashlib import blake2b

FIRST_SIZE = 1 << 10  # places, a power of two
FILLED = 2 / 3  # of the places, at most; beyond that, finding a free one takes ever longer


class SeenIds:
    """Remembers ids by a checksum of 64 bits, and on which line each stood first.

    That takes 18 to 36 bytes for an id, however long it is. Among ten million ids two have the same checksum with a
    probability of three in a million.

    A hash table with open addressing and linear probing (Knuth, The Art of Computer Programming 3, section 6.4,
    algorithm L).
    """

    def __init__(self) -> None:
        self._checksums = array("Q", bytes(8 * FIRST_SIZE))  # 0: a free place
        self._lines = array("I", bytes(4 * FIRST_SIZE))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, id: str, line: int = 0) -> bool:
        """Remember an id; return whether it is new."""
        checksum = _checksum(id)
        place = self._place(checksum)
        if self._checksums[place]:
            return False
        self._checksums[place] = checksum
        self._lines[place] = min(line, 0xFFFFFFFF)
        self._count += 1
        if self._count > FILLED * len(self._checksums):
            self._grow()
        return True

    def line(self, id: str) -> int:
        """Return the line that was given with an id when it was new; 0 where none was."""
        place = self._place(_checksum(id))
        return self._lines[place] if self._checksums[place] else 0

    def _place(self, checksum: int) -> int:
        checksums = self._checksums
        last = len(checksums) - 1
        place = checksum & last
        while (found := checksums[place]) and found != checksum:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        checksums, lines = self._checksums, self._lines
        self._checksums = array("Q", bytes(16 * len(checksums)))
        self._lines = array("I", bytes(8 * len(lines)))
        for checksum, line in zip(checksums, lines, strict=True):
            if checksum:
                place = self._place(checksum)
                self._checksums[place] = checksum
                self._lines[place] = line


def _checksum(id: str) -> int:
    """Return a checksum that is the same in every process, and never 0."""
    return int.from_bytes(blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1
