"""The step `encoding`: texts that were read in the wrong encoding become what they were."""

import ftfy
from ftfy.badness import is_bad

from dialog_core.text import repair_text
from dialog_data.cleaning.options import EncodingOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

_CONFIGURATION = ftfy.TextFixerConfig(explain=False)


class EncodingCleaner(TextCleaner[EncodingOptions]):
    """Repairs mojibake with ftfy, which changes a text only where what stands there makes no sense in any language.

    Lone surrogates, which no file can hold, become U+FFFD, or the character that two of them are together.
    """

    def change(self, text: str) -> str:
        """Return the text repaired; one of ASCII characters alone cannot be wrong."""
        if text.isascii():
            return text
        text = repair_text(text)
        if not is_bad(text):  # which is what ftfy asks first, a little later
            return text
        return repair_text(ftfy.fix_encoding(text, _CONFIGURATION))
