"""Examples with entities marked in them, `fly to [Berlin](city)`, and the text that was really said."""

import re

# `[text](entity)`, `[text](entity:value)`, `[text]{"entity": ...}`. What stands in parentheses begins with a name and
# not with an address, so that a link stays a link.
_MARKED = re.compile(r"\[([^\[\]\n]+)\](?:\((?!https?:)[\w-]+(?::[^()\n]*)?\)|\{[^{}\n]*\})")


def plain_text(example: str) -> str:
    """Return the example without its marks: `fly to Berlin`."""
    return _MARKED.sub(r"\1", example)
