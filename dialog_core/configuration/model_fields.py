"""Looks up which keys a pydantic model takes at a place in a configuration."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel, RootModel
from pydantic.fields import FieldInfo


def fields_at(model: type[BaseModel], loc: Iterable[str | int]) -> dict[str, FieldInfo]:
    """The fields of the model, or of all the models of a union, at a pydantic error location, by the keys to write."""
    annotations: list[Any] = [model]
    for part in loc:
        below = [inner for annotation in annotations for inner in _step(annotation, part)]
        if below:
            annotations = below
        else:  # the name of a union's member: from here on only that one counts
            members = [leaf for annotation in annotations for leaf in _leaves(annotation)]
            annotations = [leaf for leaf in members if _is_called(leaf, part)] or members
    fields: dict[str, FieldInfo] = {}
    for annotation in annotations:
        for leaf in _leaves(annotation):
            if _is_model(leaf):
                fields.update(_keys(leaf))
    return fields


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types an annotation stands for, without unions, `Annotated`, aliases and root models around them."""
    if hasattr(annotation, "__value__"):  # a type alias
        yield from _leaves(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _leaves(member)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from _leaves(annotation.model_fields["root"].annotation)
    else:
        yield annotation


def _step(annotation: Any, part: str | int) -> Iterator[Any]:
    for leaf in _leaves(annotation):
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
