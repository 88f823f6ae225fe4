"""Files of values and their names, for entities that a list describes."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Node, Problem, read_yaml
from dialog_nlu.entity_options import EntitiesOptions
from dialog_nlu.word_tokens import joined, words_of

_YAML = (".yaml", ".yml")
_LARGEST = 20_000_000  # bytes of a file; about a million names


def read_values(file: Path) -> dict[str, tuple[str, ...]]:
    """Read a file of values.

    Raises:
        ConfigurationError: With every problem in it.
    """
    values, problems = _read(file)
    if not problems and not values:
        problems = [Problem("holds no values", file, remedy="Write one a line, its other names behind it.")]
    if problems:
        raise ConfigurationError(problems)
    return values


def ambiguous_names(values: Mapping[str, Iterable[str]], seen: dict[str, str] | None = None) -> Iterator[str]:
    """Yield what is wrong with the names of values: one means two values, or means nothing.

    Args:
        values: The values, with their other names.
        seen: What is named already, to which these are added; for whoever has the values one by one.
    """
    seen = {} if seen is None else seen
    for value, names in values.items():
        for name in (value, *names):
            key = joined([word.key for word in words_of(name)])
            if not key:
                yield f"{name!r} has no letters, digits or signs by which it could be found"
            elif seen.setdefault(key, value) != value:
                yield f"{name!r} names both {seen[key]!r} and {value!r}; remove it under one of them"


def check(options: EntitiesOptions, context: Context) -> Iterable[Problem]:
    """Return every problem of the files the options name."""
    problems: list[Problem] = []
    for spec in options.entities.values():
        if spec.path is not None:
            context.files.add(spec.path)
            try:
                read_values(spec.path)
            except ConfigurationError as error:
                problems.extend(error.problems)
    return problems


def _read(file: Path) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    if file.suffix.lower() in _YAML:
        return _read_yaml(read_yaml(file))
    try:
        if file.stat().st_size > _LARGEST:
            return {}, [Problem(f"is larger than {_LARGEST // 10**6} MB", file, remedy="Split it, or look values up.")]
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        return {}, [Problem("is not UTF-8", file, line, remedy="Save it as UTF-8.")]
    except OSError as error:
        return {}, [Problem(f"cannot be read: {error.strerror or error}", file)]
    values: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    places: dict[str, int] = {}
    for row in reader:
        names = [name.strip() for name in row if name.strip()]
        if names and not names[0].startswith("#"):
            values[names[0]] = (*values.get(names[0], ()), *names[1:])
            places.setdefault(names[0], reader.line_num)
    problems.extend(Problem(message, file) for message in ambiguous_names(values))
    return values, problems


def _read_yaml(node: Node) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    items: list[tuple[str, Node | None, Node]]
    if isinstance(node.value, dict):
        items = [(value, names, node) for value, names in node.value.items()]
    elif isinstance(node.value, list):
        items = [(_text(item) or "", None, item) for item in node.value]
    else:
        return {}, [node.problem("is no list of values", remedy="Write `Berlin: [BLN]`, or `- Berlin`.")]
    values: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for value, names, at in items:
        children = [] if names is None else names.value if isinstance(names.value, list) else [names]
        texts = [_text(child) for child in children if child.value is not None]
        if not value or any(text is None for text in texts):
            problems.append((names or at).problem("needs names: texts", remedy=f"Write `{value or 'Berlin'}: [BLN]`."))
        else:
            new = {value: tuple(text for text in texts if text is not None)}
            position = node.key_position(value) if names is not None else at.position
            for message in ambiguous_names(new, seen):
                problem = at.problem(message)
                problems.append(replace(problem, line=position.line, column=position.column))
                break
            else:
                values.update(new)
    return values, problems


def _text(node: Node) -> str | None:
    if isinstance(node.value, str):
        return node.value
    return node.source if isinstance(node.value, int | float) and not isinstance(node.value, bool) else None
