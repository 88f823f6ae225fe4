"""The step `whitespace`: one space where there are several."""

import re

from dialog_data.cleaning.code_spans import outside_code
from dialog_data.cleaning.options import WhitespaceOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_BREAKS = re.compile(r"\n{3,}")
_ANY = re.compile(r"\s+")
_WORTH = re.compile(r"\n|\s\s|[^\S ]")  # without one of these there is nothing but ends to trim


class WhitespaceCleaner(TextCleaner[WhitespaceOptions]):
    """Writes each run of spaces, tabs and full-width spaces as one space, and trims lines and the text.

    Blocks of code between fences keep their indentation.
    """

    def change(self, text: str) -> str:
        """Return the text tidied."""
        if self.options.lines == "join":
            return _ANY.sub(" ", text).strip()
        if _WORTH.search(text) is None:
            return text.strip()
        if self.options.code:
            return _tidy(text).strip()
        return outside_code(text, _tidy, fenced_only=True).strip()


def _tidy(text: str) -> str:
    return _BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", text)))
