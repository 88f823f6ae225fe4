"""Code within texts, between backticks as in markdown, which what is done to prose would break."""

import re
from collections.abc import Callable

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,400}`", re.DOTALL)


def outside_code(text: str, change: Callable[[str], str], *, fenced_only: bool = False) -> str:
    """Return a text with what stands outside of code changed.

    Args:
        text: The text.
        change: What is done to each piece of prose.
        fenced_only: Whether only blocks between three backticks are code, and not `such` words.
    """
    if "`" not in text or (fenced_only and "```" not in text):
        return change(text)
    pieces: list[str] = []
    end = 0
    for match in (_FENCED if fenced_only else _CODE).finditer(text):
        pieces += (change(text[end : match.start()]), match[0])
        end = match.end()
    pieces.append(change(text[end:]))
    return "".join(pieces)
