"""Filling numbers into texts."""

import re
from collections.abc import Mapping

from dialog_core.configuration import did_you_mean

PLACEHOLDERS = ("number", "police", "crisis_line", "poison_line", "advice")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders_of(text: str) -> list[str]:
    """Return the names in braces."""
    return _PLACEHOLDER.findall(text)


def unknown_placeholders(text: str) -> str:
    """Return what is wrong with the names in braces, with the likely right ones; empty if nothing is."""
    return " ".join(
        f"the placeholder {{{name}}}, which there is none of. {did_you_mean(name, PLACEHOLDERS)}".strip()
        for name in placeholders_of(text)
        if name not in PLACEHOLDERS
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled, without the lines that have nothing to say then."""
    lines = []
    for line in text.split("\n"):
        missing = any(not values.get(name) for name in placeholders_of(line))
        if not missing:
            lines.append(_PLACEHOLDER.sub(lambda match: values[match[1]], line))
    return "\n".join(lines).strip()
