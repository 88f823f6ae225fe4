"""What an unquoted word in YAML stands for: the YAML 1.2 core schema, and never anything that loses text.

A number is only a number where writing it out again gives the same text. So `007`, `1_000`, `1.10` and `12:30` stay
strings (an option that wants a number still takes "1.10"), and so do `yes`, `no` and dates.
"""

from __future__ import annotations

import math
import re

LONGEST_INTEGER = 18  # digits; what surely fits in 64 bits. Longer ones are serial numbers, not quantities.

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_STARTS = frozenset("-0123456789")
_INTEGER = re.compile(rf"-?[0-9]{{1,{LONGEST_INTEGER}}}")
_TAGGED_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,4})?")
_FLOAT = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")


def resolve(text: str) -> str | int | float | bool | None:
    """Resolves the text of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_STARTS:
        if _INTEGER.fullmatch(text):
            number = int(text)
            return number if str(number) == text else text
        if _FLOAT.fullmatch(text):
            decimal = float(text)
            return decimal if repr(decimal) == text else text
    return text


def resolve_as(kind: str, text: str) -> str | int | float | bool | None:
    """Resolves the text of a scalar with a tag such as `!!float`; gives back the text itself where it does not fit.

    A float may be written in any way here: who names the type does not mean the text.
    """
    if kind == "float":
        number = float(text) if _TAGGED_FLOAT.fullmatch(text) else math.inf
        return number if math.isfinite(number) else text
    value = resolve(text)
    return value if type(value) is {"int": int, "bool": bool, "null": type(None)}[kind] else text
