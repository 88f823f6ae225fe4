"""Offsets in UTF-16 code units, as JavaScript counts them, and in characters."""


class Utf16:
    """A text as JavaScript sees it: what is beyond the first 65,536 characters, such as an emoji, counts as two."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        for character in text:
            self._starts.append(self._starts[-1] + (2 if ord(character) > 0xFFFF else 1))
        self._places = {unit: place for place, unit in enumerate(self._starts)}

    def __len__(self) -> int:
        return self._starts[-1]

    def unit(self, character: int) -> int:
        """Return the offset in code units of a character."""
        return self._starts[character]

    def character(self, unit: int) -> int:
        """Return the offset in characters of a code unit; of the second half of a character, the character's."""
        return self._places[unit] if unit in self._places else self._places[unit - 1]
