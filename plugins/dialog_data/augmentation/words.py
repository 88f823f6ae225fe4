"""The words of a text: runs of letters and digits, and in Chinese, where no blank parts them, single characters."""

import re
from collections.abc import Callable

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{HAN}]|(?:(?![{HAN}])[\w'’])+")


def is_han(word: str) -> bool:
    """Whether a word is a Chinese character."""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"


def with_words(text: str, change: Callable[[int, str], str]) -> str:
    """Return a text with other words.

    Args:
        text: The text.
        change: Is given the number of a word, from 0, and the word, and returns what is to stand in its place.
    """
    numbers = iter(range(len(text)))
    return WORD.sub(lambda match: change(next(numbers), match[0]), text)


def like(word: str, pattern: str) -> str:
    """Return a word with the capitals of another: `order` like `Buy` is `Order`."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if pattern[:1].isupper() else word
