"""Which ids there have been, in little memory: there may be ten million."""


class SeenIds:
    """Remembers ids by a checksum of 64 bits."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def add(self, id: str) -> bool:
        """Remember an id; return whether it is new."""
        value = hash(id)
        if value in self._seen:
            return False
        self._seen.add(value)
        return True
