"""Looks up which keys a pydantic model takes at a place in a configuration."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel, RootModel
from pydantic.fields import FieldInfo


def fields_at(model: type[BaseModel], loc: Iterable[str | int]) -> dict[str, FieldInfo]:
    """The fields of the model, or of all the models of a union, at a pydantic error location, by the keys to write."""
    fields: dict[str, FieldInfo] = {}
    for member in types_at(model, loc):
        if _is_model(member):
            fields.update(_keys(member))
    return fields


def types_at(model: type[BaseModel], loc: Iterable[str | int]) -> list[Any]:
    """The types of value that a model takes at a pydantic error location."""
    annotations: list[Any] = [model]
    for part in loc:
        below = [inner for annotation in annotations for inner in _step(annotation, part)]
        members = [member for annotation in annotations for member in members_of(annotation)]
        # What is no key or index names a member of a union: from here on only that one counts.
        annotations = below or [member for member in members if _is_called(member, part)] or members
    return [member for annotation in annotations for member in members_of(annotation)]


def members_of(annotation: Any) -> Iterator[Any]:
    """The types that an annotation stands for, without the unions, aliases and root models around them."""
    if hasattr(annotation, "__value__"):  # a type alias
        yield from members_of(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from members_of(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from members_of(member)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from members_of(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _step(annotation: Any, part: str | int) -> Iterator[Any]:
    for leaf in members_of(annotation):
        if _is_model(leaf):
            field = _keys(leaf).get(str(part))
            if field is not None:
                yield field.annotation
            continue
        arguments = [argument for argument in get_args(leaf) if argument is not Ellipsis]
        origin = get_origin(leaf)
        if not (isinstance(origin, type) and arguments):
            continue
        if hasattr(origin, "keys"):
            if isinstance(part, str) and len(arguments) == 2:
                yield arguments[1]
        elif isinstance(part, int):
            yield from arguments


def _is_called(annotation: Any, name: str | int) -> bool:
    """Whether pydantic calls a member of a union so: by its class, or by what tells it from the others."""
    if getattr(annotation, "__name__", None) == name:
        return True
    if not _is_model(annotation):
        return False
    return any(name in get_args(field.annotation) for field in annotation.model_fields.values())


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    by_name = model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name")
    keys: dict[str, FieldInfo] = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias or field.alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        aliases = [choice for choice in choices if isinstance(choice, str)]
        for key in aliases:
            keys[key] = field
        if by_name or not aliases:
            keys[name] = field
    return keys
