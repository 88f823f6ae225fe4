"""Checks a configuration against a pydantic model and reports every mistake where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dialog_core.configuration.error_messages import describe, needs_message, wanted
from dialog_core.configuration.model_fields import fields_at, types_at
from dialog_core.configuration.node import Node, Position
from dialog_core.configuration.problems import ConfigurationError, Problem, did_you_mean, dotted
from dialog_core.configuration.renaming import renamed

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]

_LONGEST_DESCRIPTION = 80


def validate(model: type[M], node: Node, *, path: Path = ()) -> M:
    """Turns a configuration into an instance of a model.

    Args:
        model: The model, usually a subclass of `Options`.
        node: The configuration.
        path: The path of `node` in its file, for error messages.

    Raises:
        ConfigurationError: With every problem found.
    """
    result, problems = check(model, node, path)
    if result is None:
        raise ConfigurationError(problems)
    return result


def check(model: type[M], node: Node, path: Path = ()) -> tuple[M | None, list[Problem]]:
    """Like `validate`, but returns the problems, so that a caller can collect those of several places."""
    result: M | None = None
    problems: list[Problem] = []
    node = renamed(model, node, path, problems)
    try:
        result = model.model_validate(node.plain())
    except ValidationError as error:
        problems += _Translator(model, node, path).problems(error)
    except Exception as error:  # of a validator that somebody has written: pydantic knows only ValueError
        problems.append(node.problem(f"could not be validated: {type(error).__name__}: {error}", path=path))
    refused = {problem.path for problem in problems}
    problems += [problem for problem in _booleans_for_numbers(model, node, path) if problem.path not in refused]
    return (None, problems) if problems else (result, [])


def _booleans_for_numbers(model: type[BaseModel], node: Node, path: Path) -> Iterable[Problem]:
    """Refuses `true` where a number is wanted, which pydantic would read as 1."""
    for loc, value in _booleans(node, ()):
        types = set(types_at(model, loc))
        if types & {int, float} and types <= {int, float, type(None)}:
            message, remedy = needs_message(["a number" if float in types else "a whole number"], value)
            yield value.problem(message, path=(*path, *loc), remedy=remedy)


def _booleans(node: Node, path: Path) -> Iterable[tuple[Path, Node]]:
    if isinstance(node.value, bool):
        yield path, node
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _booleans(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from _booleans(child, (*path, index))


class _Translator:
    """Turns the errors of one validation into problems."""

    def __init__(self, model: type[BaseModel], node: Node, path: Path) -> None:
        self._model = model
        self._node = node
        self._path = path

    def problems(self, error: ValidationError) -> list[Problem]:
        errors = error.errors(include_url=False, include_input=False)
        return list(dict.fromkeys(self._translate(errors, 0)))

    def _translate(self, errors: Sequence[Any], union_depth: int) -> Iterable[Problem]:
        """Translates errors whose first `union_depth` union members are settled."""
        unions: dict[Path, list[Any]] = {}
        for error in errors:
            tags = self._tag_indexes(error)
            if len(tags) > union_depth:
                unions.setdefault(error["loc"][: tags[union_depth]], []).append(error)
            else:
                yield self._problem(error)
        for loc, group in unions.items():
            yield from self._translate_union(loc, group, union_depth)

    def _translate_union(self, loc: Path, errors: Sequence[Any], union_depth: int) -> Iterable[Problem]:
        """Of a union, reports the member that was most likely meant, or what all of them would take."""
        members: dict[str | int, list[Any]] = {}
        for error in errors:
            members.setdefault(error["loc"][len(loc)], []).append(error)
        # A member whose errors all lie inside it has the right shape: it is the one that was meant.
        entered = [group for group in members.values() if all(len(error["loc"]) > len(loc) + 1 for error in group)]
        if entered:
            # Models of one union differ in a word such as `use`: where it is right, the others do not matter.
            labels = [error for group in entered for error in _labels(group)[:1]]
            places = {error["loc"][len(loc) + 1 :] for error in labels}
            if len(labels) == len(entered) and len(places) == 1:
                yield self._needs([wanted(error) or "" for error in labels], *self._locate(labels[0]["loc"]))
                return
            right = [group for group in entered if not _labels(group)]
            yield from self._translate(min(right or entered, key=len), union_depth + 1)
            return
        needs = [wanted(error) for error in errors]
        known = [need for need in needs if need is not None]
        if len(known) < len(needs) or not known:  # a check refused it, which says more than the kinds of value
            unknown = [error for error, need in zip(errors, needs, strict=True) if need is None]
            yield from self._translate(unknown[:1], union_depth + 1)
            return
        yield self._needs(known, *self._locate(loc))

    def _needs(self, needs: list[str], node: Node, path: Path) -> Problem:
        message, remedy = needs_message(needs, node)
        return node.problem(message, path=path, remedy=remedy)

    def _problem(self, error: Any) -> Problem:
        loc: Path = error["loc"]
        kind = error["type"]
        if kind == "extra_forbidden":
            return self._unknown_key(loc)
        if kind == "missing":
            return self._missing_key(loc[:-1], str(loc[-1]))
        if kind == "union_tag_not_found":
            return self._missing_key(loc, str(error["ctx"]["discriminator"]).strip("'"))
        node, path = self._locate(loc)
        if kind == "union_tag_invalid":
            return self._unknown_member(error["ctx"], node, path)
        if loc and loc[-1] == "[key]" and len(loc) > 1:  # a key of a mapping, not its value
            mapping, _ = self._locate(loc[:-2])
            key = str(loc[-2])
            message, remedy = describe(error, Node(key, *mapping.key_position(key), source=key))
            return _at(mapping.key_position(key), f"the key {message}", path, remedy)
        message, remedy = describe(error, node)
        return node.problem(message, path=path, remedy=remedy)

    def _unknown_key(self, loc: Path) -> Problem:
        mapping, path = self._locate(loc[:-1])
        key = str(loc[-1])
        known = fields_at(self._model, loc[:-1])
        given = mapping.value if isinstance(mapping.value, dict) else {}
        remedy = did_you_mean(key, [name for name in known if name not in given], cutoff=0.8)
        if not remedy.startswith("Did"):
            remedy = did_you_mean(key, known)
        return _at(mapping.key_position(key), "unknown key", (*path, key), remedy)

    def _missing_key(self, loc: Path, key: str) -> Problem:
        mapping, path = self._locate(loc)
        field = fields_at(self._model, loc).get(key)
        description = (field.description or "").split(". ")[0].rstrip(".") if field is not None else ""
        hint = f" ({description})" if 0 < len(description) <= _LONGEST_DESCRIPTION else ""
        return mapping.problem("is missing", path=(*path, key), remedy=f"Add `{key}:`{hint}.")

    def _unknown_member(self, context: Any, node: Node, path: Path) -> Problem:
        key = str(context["discriminator"]).strip("'")
        choices = [choice.strip().strip("'") for choice in str(context["expected_tags"]).split(",")]
        message = f"there is no {str(context['tag'])!r} here"
        return (node.child(key) or node).problem(
            message, path=(*path, key), remedy=did_you_mean(str(context["tag"]), choices)
        )

    def _locate(self, loc: Path) -> tuple[Node, Path]:
        """The node at an error location, and its path as the writer of the file knows it."""
        node, path = self._node, list(self._path)
        for part in loc:
            child = node.child(part)
            if child is not None:
                node = child
                path.append(part)
        return node, tuple(path)

    def _tag_indexes(self, error: Any) -> list[int]:
        """Which parts of an error's location name the member of a union and no key or index."""
        loc: Path = error["loc"]
        node = self._node
        indexes = []
        # The last part of these two is a key for certain, whether the file has it or not.
        length = len(loc) - (error["type"] in ("missing", "extra_forbidden"))
        for index, part in enumerate(loc[:length]):
            child = node.child(part)
            if child is not None:
                node = child
            elif isinstance(part, str) and part != "[key]":
                indexes.append(index)
        return indexes


def _labels(errors: Sequence[Any]) -> list[Any]:
    return [error for error in errors if error["type"] == "literal_error"]


def _at(position: Position, message: str, path: Path, remedy: str) -> Problem:
    return Problem(message, position.file, position.line, position.column, dotted(path), remedy)
