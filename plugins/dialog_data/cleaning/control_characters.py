"""The step `control_characters`: what nobody sees, and what steers a terminal, goes."""

import re

from dialog_core.text import strip_controls
from dialog_data.cleaning.options import ControlCharactersOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

MOST_ROUNDS = 5  # removing one thing may put the halves of another together
_SUSPICIOUS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b-\u200d\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e01ef]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85]")


class ControlCharactersCleaner(TextCleaner[ControlCharactersOptions]):
    r"""Removes control characters and all that is invisible, but for what emoji and scripts need.

    Every way of breaking a line becomes `\n`.
    """

    def change(self, text: str) -> str:
        """Return the text without them."""
        for _ in range(MOST_ROUNDS):
            if _SUSPICIOUS.search(text) is None:
                break
            before = text
            text = strip_controls(_BREAKS.sub("\n", text))
            if text == before:
                break
        return text
