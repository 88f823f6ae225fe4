"""The step `encoding`: texts that were read in the wrong encoding become what they were."""

from functools import partial

import ftfy

from dialog_core.text import repair_text
from dialog_data.cleaning.options import EncodingOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

_CONFIGURATION = ftfy.TextFixerConfig(explain=False)
_fix = partial(ftfy.fix_encoding, config=_CONFIGURATION)


class EncodingCleaner(TextCleaner[EncodingOptions]):
    """Repairs mojibake with ftfy, which changes a text only where what stands there makes no sense in any language.

    Lone surrogates, which no file can hold, become U+FFFD, or the character that two of them are together.
    """

    def change(self, text: str) -> str:
        """Return the text repaired; one of ASCII characters alone cannot be wrong."""
        if text.isascii():
            return text
        return repair_text(_fix(repair_text(text)))
