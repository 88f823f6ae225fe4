"""Options in words: what a field of a pydantic model takes, its default, its description."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from dialog_core.configuration import Duration, Names
from dialog_core.configuration.options import Options

HEADER = ("key", "takes", "default", "says")
REQUIRED = "*required*"
_UNITS = (("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001))


class _Samples(Options):
    duration: Duration
    names: Names


_SAMPLES = _Samples.model_json_schema()["properties"]
_DURATION, _NAMES = _SAMPLES["duration"]["anyOf"], _SAMPLES["names"]["anyOf"]


def rows(model: type[BaseModel], prefix: str = "", skip: frozenset[str] = frozenset()) -> Iterator[tuple[str, ...]]:
    """Yield a row of a table for each key of a model; keys of a model within it follow as `outer.inner`."""
    schema = model.model_json_schema(by_alias=True)
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in skip:
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield (f"`{prefix}{key}`", "a mapping", "", description(field))
            yield from rows(field.annotation, f"{prefix}{key}.")
            continue
        takes = in_words(schema["properties"][key], schema.get("$defs", {}))
        default = REQUIRED if field.is_required() else shown(field.get_default(call_default_factory=True), takes)
        yield (f"`{prefix}{key}`", takes, default, description(field))


def description(field: Any) -> str:
    """Return what a field's description says, ending in a full stop."""
    text = str(field.description or "")
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def in_words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return in words which values a JSON Schema takes."""
    if "$ref" in schema:
        return in_words(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return _either([f"`{value}`" for value in schema["enum"]])
    if "anyOf" in schema:
        members = [member for member in schema["anyOf"] if member.get("type") != "null"]
        if members == _DURATION:
            return "a duration"
        if members == _NAMES:
            return "text or a list of texts"
        return _either(list(dict.fromkeys(in_words(member, definitions) for member in members)))
    kind = schema.get("type")
    if kind == "string":
        return {"path": "a path", "date": "a date"}.get(schema.get("format", ""), "text")
    if kind == "boolean":
        return "`true` or `false`"
    if kind in ("integer", "number"):
        return " ".join(filter(None, ["a whole number" if kind == "integer" else "a number", _range(schema)]))
    if kind == "array":
        return f"a list of {_plural(in_words(schema['items'], definitions))}" if schema.get("items") else "a list"
    return "a mapping" if kind == "object" else "any value"


def shown(value: Any, takes: str) -> str:
    """Return a default as one would write it in YAML."""
    if value is None or value in ("", (), {}):
        return "none"
    if takes == "a duration":
        unit, seconds = next((unit, seconds) for unit, seconds in _UNITS if value >= seconds)
        return f"`{value / seconds:g}{unit}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return f"`{{{', '.join(f'{key}: {inner}' for key, inner in value.items())}}}`"
    if isinstance(value, list | tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`" if not isinstance(value, str) or " " not in value else f'`"{value}"`'


def _range(schema: Mapping[str, Any]) -> str:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f"from {low:g} to {high:g}"
    if low is not None:
        return f"of {low:g} or more"
    parts = [f"above {above:g}" if above is not None else "", f"up to {high:g}" if high is not None else ""]
    return " ".join(filter(None, [*parts, f"below {below:g}" if below is not None else ""]))


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _plural(words: str) -> str:
    return {"text": "texts", "a path": "paths", "text or a list of texts": "lists of texts"}.get(words, words)
