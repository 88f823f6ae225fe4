"""pydantic's errors in plain words, about the value as it was written."""

from __future__ import annotations

import re
from typing import Any

from dialog_core.configuration.node import Node
from dialog_core.configuration.problems import did_you_mean

TEXT, LIST, MAPPING, BOOLEAN = "text", "a list", "a mapping (`key: value` lines)", "true or false"

_WANTED = {
    "string_type": TEXT,
    "string_sub_type": TEXT,
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": BOOLEAN,
    "bool_parsing": BOOLEAN,
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "frozen_set_type": LIST,
    "iterable_type": LIST,
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
    "dataclass_type": MAPPING,
    "none_required": "nothing",
    "path_type": "a path",
    "date_type": "a date such as 2026-01-31",
    "date_parsing": "a date such as 2026-01-31",
    "date_from_datetime_parsing": "a date such as 2026-01-31",
    "time_type": "a time such as 09:30",
    "time_parsing": "a time such as 09:30",
    "datetime_type": "a date and time such as 2026-01-31T09:30",
    "timezone_aware": "a date and time with its time zone, such as 2026-01-31T09:30+01:00",
    "datetime_parsing": "a date and time such as 2026-01-31T09:30",
    "datetime_from_date_parsing": "a date and time such as 2026-01-31T09:30",
    "url_type": "a URL",
    "url_parsing": "a URL",
    "url_scheme": "a URL",
}
_CONSTRAINTS = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}
_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'")
_LONGEST_VALUE = 60


def shown(node: Node) -> str:
    """A value as an error message shows it."""
    value = node.value
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if "${" in node.source and node.source != value:
        return f"the value of `{node.source[:_LONGEST_VALUE]}`"  # the value itself may be a secret
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null" if node.source else "empty"
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 3]}...")
    return repr(value)


def wanted(error: Any) -> str | None:
    """What the place needs, as in "needs a number"; None where the error is not about the kind of value."""
    if error["type"] in ("literal_error", "enum"):
        return str(error["ctx"]["expected"])
    return _WANTED.get(error["type"])


def describe(error: Any, node: Node) -> tuple[str, str]:
    """The message and the remedy for an error about a value."""
    needs = wanted(error)
    if needs is not None:
        return needs_message([needs], node)
    kind, context = error["type"], error.get("ctx", {})
    if kind in _CONSTRAINTS:
        words, name = _CONSTRAINTS[kind]
        limit = context[name]
        limit = f"{limit:g}" if isinstance(limit, float) else limit
        return f"must be {words} {limit}, not {shown(node)}", ""
    if kind == "string_too_short":
        least = context["min_length"]
        return ("must not be empty" if least == 1 else f"needs at least {least} characters"), ""
    if kind == "string_too_long":
        return f"may have at most {context['max_length']} characters", ""
    if kind == "too_short":
        least, actual = context["min_length"], context["actual_length"]
        return ("needs at least one entry" if least == 1 else f"needs at least {least} entries, not {actual}"), ""
    if kind == "too_long":
        return f"may have at most {context['max_length']} entries", ""
    if kind == "string_pattern_mismatch":
        return f"must match the pattern `{context['pattern']}`, which {shown(node)} does not", ""
    if kind in ("value_error", "assertion_error"):
        return str(context["error"]).rstrip(".") or "is not allowed", ""
    message = str(error["msg"]).rstrip(".")
    if message.startswith("Input should be "):
        return f"must be {message.removeprefix('Input should be ')}, not {shown(node)}", ""
    return message, ""


def needs_message(needs: list[str], node: Node) -> tuple[str, str]:
    """The message and the remedy for a value of the wrong kind; `needs` holds the kinds that would do."""
    needs = list(dict.fromkeys(needs))
    listed = needs[0] if len(needs) == 1 else f"{', '.join(needs[:-1])} or {needs[-1]}"
    value = node.value
    if value is None and not node.source:
        return f"needs {listed}, but is empty", "Write a value, or remove the line."
    return f"needs {listed}, not {shown(node)}", _remedy(needs, node)


def _remedy(needs: list[str], node: Node) -> str:
    value = node.value
    if TEXT in needs and isinstance(value, bool):
        return f'Quote it: "{node.source or shown(node)}".'
    if value is None:
        quoting = f'Quote it: "{node.source}"; or w' if TEXT in needs else "W"
        return f"{quoting}rite a value, or remove the line."
    if TEXT in needs and isinstance(value, dict):
        return "If it is text that holds a `: `, put it in quotes."
    if needs == [LIST] and not isinstance(value, dict) and "${" not in node.source:
        return f"Write it as a list: [{str(node.source)[:_LONGEST_VALUE]}]."
    if isinstance(value, str):
        choices = [choice for need in needs for choice in _CHOICE.findall(need)]
        suggestion = did_you_mean(value, choices)
        return suggestion if suggestion.startswith("Did") else ""
    return ""
