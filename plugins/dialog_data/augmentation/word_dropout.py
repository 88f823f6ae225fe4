"""Words left out. Wei & Zou 2019, "EDA: Easy Data Augmentation Techniques ...", section 2, random deletion."""

import random
import re

from dialog_core.datasets import LabelledText
from dialog_data.augmentation.options import WordDropoutOptions
from dialog_data.augmentation.segments import changed, joined, segments_of
from dialog_data.augmentation.variants import TextAugmenter
from dialog_data.augmentation.words import WORD, with_words

_GAPS = re.compile(r"[ \t]{2,}")
_BEFORE_MARK = re.compile(r"[ \t]+(?=[,.;:!?])")


class WordDropoutAugmenter(TextAugmenter[WordDropoutOptions]):
    """Leaves words out of what users say."""

    def vary(self, text: LabelledText, chance: random.Random) -> LabelledText:
        """Return the text without some of its words."""
        pieces = segments_of(text)
        free = [piece.text for piece in pieces if piece.entity is None]
        words = sum(len(WORD.findall(piece)) for piece in free)
        spare = min(words, words + len(pieces) - len(free) - self.options.keep)
        if spare < 1:
            return text
        count = min(max(round(self.options.share * words), 1), spare)
        gone = set(chance.sample(range(words), count))
        begin = 0

        def thinned(piece: str) -> str:
            nonlocal begin
            first, begin = begin, begin + len(WORD.findall(piece))
            left = with_words(piece, lambda number, word: "" if first + number in gone else word)
            return _BEFORE_MARK.sub("", _GAPS.sub(" ", left)) if left != piece else piece

        return joined(text, changed(pieces, thinned))
