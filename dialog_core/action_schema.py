"""What an action does and which arguments it takes, read off its signature and docstring; for whoever composes a call.

A language model is shown the JSON Schema, and what it writes is validated against the same signature.
"""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from dialog_core.conversation import JsonValue

CONTEXT = "context"  # the parameter the framework fills in itself
_ARGUMENT = re.compile(r"^\s+(\w+)(?:\s*\([^)]*\))?:\s*(.+)$")


@dataclass(frozen=True, slots=True)
class ActionSchema:
    """An action as others see it.

    Attributes:
        name: Its registered name.
        description: What it does: the first paragraph of its docstring.
        model: Its parameters as a model.
    """

    name: str
    description: str
    model: type[BaseModel]

    @classmethod
    def of(cls, name: str, function: Callable[..., Any]) -> "ActionSchema":
        """Read the schema of a function; annotations it lacks or that cannot be resolved stand for any JSON value."""
        return _read(name, function)

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters as a JSON Schema of type `object`."""
        schema = self.model.model_json_schema()
        schema.pop("title", None)
        for parameter in schema.get("properties", {}).values():
            parameter.pop("title", None)
        return schema

    def validate(self, arguments: Any) -> dict[str, JsonValue]:
        """Return the arguments as JSON values of the types the action declares.

        Raises:
            ValueError: They do not fit; the message says in words what is wrong with each.
        """
        if not isinstance(arguments, Mapping):
            raise ValueError(f"the arguments are a {type(arguments).__name__} and not an object")
        try:
            validated = self.model.model_validate(dict(arguments))
        except ValidationError as error:
            told = (f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in error.errors())
            raise ValueError("; ".join(told)) from None
        return validated.model_dump(mode="json", exclude_unset=True)


@functools.lru_cache(maxsize=1024)
def _read(name: str, function: Callable[..., Any]) -> ActionSchema:
    try:
        hints = get_type_hints(function, include_extras=True)
    except Exception:  # an annotation that only a type checker can resolve
        hints = {}
    document = inspect.getdoc(function) or ""
    told = _argument_descriptions(document)
    fields: dict[str, Any] = {}
    extra = "forbid"
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            extra = "allow"
        elif parameter.kind is not parameter.VAR_POSITIONAL and parameter.name != CONTEXT:
            default = ... if parameter.default is parameter.empty else parameter.default
            described = Field(default, description=told.get(parameter.name))
            fields[parameter.name] = (hints.get(parameter.name, Any), described)
    config = ConfigDict(extra=extra, arbitrary_types_allowed=True, protected_namespaces=())  # type: ignore[typeddict-item]
    model = create_model(f"{name}_arguments", __config__=config, **fields)
    description = " ".join(document.split("\n\n", 1)[0].split())
    return ActionSchema(name, description, model)


def _argument_descriptions(document: str) -> dict[str, str]:
    """Return what a Google-style docstring says of each argument, in one line each."""
    _, found, rest = document.partition("Args:\n")
    described: dict[str, str] = {}
    for line in rest.splitlines() if found else ():
        if line and not line.startswith(" "):
            break
        match = _ARGUMENT.match(line)
        if match:
            described[match[1]] = match[2].strip()
    return described
