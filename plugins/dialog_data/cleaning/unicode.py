"""The step `unicode`: one way of writing each character."""

import re
from unicodedata import is_normalized, normalize

from dialog_data.cleaning.options import UnicodeOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

_FULL_WIDTH = dict(zip(range(0xFF01, 0xFF5F), range(0x21, 0x7F), strict=True))
_LETTERS = {wide: narrow for wide, narrow in _FULL_WIDTH.items() if chr(narrow).isalnum()}
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]+")
_WIDE = re.compile("[\uff01-\uff9f]")
# What NFKC would make ASCII, or spell out: full-width punctuation and ellipses, which are Chinese as they stand.
_KEPT = re.compile("([\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65…‥]+)")


class UnicodeCleaner(TextCleaner[UnicodeOptions]):
    """Normalises characters and their width (Unicode Standard Annexes 11 and 15); Chinese punctuation stays."""

    def change(self, text: str) -> str:
        """Return the text normalised."""
        if text.isascii():
            return text
        form, width = self.options.form, self.options.width
        if width != "keep" and _WIDE.search(text):
            text = text.translate(_FULL_WIDTH if width == "all" else _LETTERS)
            text = _HALF_WIDTH_KANA.sub(lambda match: normalize("NFKC", match[0]), text)
        if form == "none" or is_normalized(form, text):
            return text
        if form == "NFKC":
            pieces = _KEPT.split(text)
            pieces[::2] = [normalize("NFKC", piece) for piece in pieces[::2]]
            text = "".join(pieces)
        return normalize("NFC", text)
