"""What a text has to contain: as it stands, or as a regular expression between slashes. Public, for plugin authors."""

from functools import lru_cache
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BeforeValidator

SECONDS_TO_MATCH = 1.0  # a pattern that takes longer on one reply is none to test with


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _usable(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    if _is_expression(text):
        try:
            _compiled(text)
        except regex.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
    return text


Parts = Annotated[tuple[Annotated[str, AfterValidator(_usable)], ...], BeforeValidator(_as_tuple)]
"""One part of a text or several, those between slashes being regular expressions."""


def stands_in(part: str, text: str) -> bool:
    """Say whether a text contains a part; an expression that takes too long does not match."""
    if not _is_expression(part):
        return part in text
    try:
        return _compiled(part).search(text, timeout=SECONDS_TO_MATCH) is not None
    except TimeoutError:
        return False


def _is_expression(text: str) -> bool:
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Any:
    return regex.compile(text[1:-1])
