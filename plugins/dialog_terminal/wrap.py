"""Line breaking for text in any script: between words in English, between characters in Chinese.

rich breaks at spaces only, so that a Chinese sentence with one English name in it ends in a ragged edge, and it may
begin a line with a full stop. Here a line may also end between two wide characters, but not before a closing mark or
behind an opening one.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells
from rich.text import Text

_OPENING = "（［｛〈《「『【〔〖“‘"
_CLOSING = "）］｝〉》」』】〕〗”’、。，．！？：；…—～·％"  # noqa: RUF001
# Ideographs, kana and full-width forms. Hangul is left out: Korean is broken at its spaces.
_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3105-\u312f\u3190-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# What stays together: a wide character or a word, with the marks that belong to it and the space behind it.
_UNIT = re.compile(rf"[{_OPENING}]*(?:[^\s{_OPENING}{_CLOSING}{_WIDE}]+|(?![{_OPENING}{_CLOSING}])[{_WIDE}])?[{_CLOSING}]*\s*")
