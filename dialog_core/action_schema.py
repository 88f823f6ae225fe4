"""What an action does and which arguments it takes, read off its signature and docstring; for whoever composes a call.

A language model is shown the JSON Schema, and what it writes is validated against the same signature.
"""

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema

from dialog_core.configuration.error_messages import MAPPING, describe, shown
from dialog_core.configuration.node import Node
from dialog_core.configuration.problems import did_you_mean
from dialog_core.values import JsonValue

CONTEXT = "context"  # the parameter the framework fills in itself
MAX_FAULTS = 5  # told of one call; the others will be found when these are mended
Extra = Literal["allow", "forbid"]
_ARGUMENT = re.compile(r"^(\s+)\*{0,2}(\w+)(?:\s*\([^)]*\))?:\s*(.*)$")


@dataclass(frozen=True, slots=True)
class ActionSchema:
    """An action as others see it.

    Attributes:
        name: Its registered name.
        description: What it does: the first paragraph of its docstring.
        model: Its parameters as a model; each field is known by its alias.
    """

    name: str
    description: str
    model: type[BaseModel]

    @classmethod
    def of(cls, name: str, function: Callable[..., Any]) -> "ActionSchema":
        """Read the schema of a function.

        An annotation that is not there, cannot be resolved or has no JSON Schema stands for any JSON value.
        """
        function = inspect.unwrap(function)
        document = inspect.getdoc(function) or ""
        description = " ".join(document.partition("\n\n")[0].split())
        return cls(name, description, _model(name, function, _argument_descriptions(document)))

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters as a JSON Schema of type `object`."""
        schema: dict[str, Any] = json.loads(_written(self.model))
        return schema

    def validate(self, arguments: Any) -> dict[str, JsonValue]:
        """Return the arguments as JSON values of the types the action declares; what is left out stays out.

        Raises:
            ValueError: They do not fit; the message says in words what is wrong with each.
        """
        if not isinstance(arguments, Mapping):
            raise ValueError(f"the arguments have to be an object, not {shown(_node(arguments))}")
        try:
            validated = self.model.model_validate(dict(arguments))
        except ValidationError as error:
            raise ValueError(_in_words(error, self.model)) from None
        return validated.model_dump(mode="json", by_alias=True, exclude_unset=True)


@lru_cache(maxsize=256)
def _written(model: type[BaseModel]) -> str:
    """Return a model's JSON Schema; making it takes a while, and a prompt needs it several times."""
    schema = model.model_json_schema(schema_generator=_Untitled)
    schema.pop("title", None)
    schema.setdefault("properties", {})
    return json.dumps(schema)


class _Untitled(GenerateJsonSchema):
    """Leaves out titles, which say nothing that the names do not say."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _model(name: str, function: Callable[..., Any], told: Mapping[str, str]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    extra: Extra = "forbid"
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            extra = "allow"
        elif parameter.kind is not parameter.VAR_POSITIONAL and parameter.name != CONTEXT:
            # Fields have numbers for names: a parameter may be called what no field may, `json` or `_id` for example.
            field = _field(parameter, told.get(parameter.name))
            fields[f"field_{len(fields)}"] = (_type(function, parameter), field)
    return create_model(f"{name}_arguments", __config__=_config(extra), **fields)


def _config(extra: Extra) -> ConfigDict:
    return ConfigDict(extra=extra, arbitrary_types_allowed=True, coerce_numbers_to_str=True, allow_inf_nan=False)


def _field(parameter: inspect.Parameter, description: str | None) -> Any:
    default = parameter.default
    if default is parameter.empty:
        return Field(alias=parameter.name, description=description)
    if _is_json(default):
        return Field(default, alias=parameter.name, description=description)
    return Field(default_factory=lambda: default, alias=parameter.name, description=description)


def _type(function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    """Return what a parameter is annotated with, if a value of it can be described and checked; any value otherwise."""
    if parameter.annotation is parameter.empty:
        return Any
    alone = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
    try:
        hint = get_type_hints(alone, getattr(function, "__globals__", {}), include_extras=True)[parameter.name]
        hint = hint | None if parameter.default is None else hint
        create_model("probe", __config__=_config("forbid"), probe=(hint, ...)).model_json_schema()
    except (NameError, AttributeError, TypeError, SyntaxError, ValueError, PydanticUserError):
        return Any
    return hint


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _in_words(error: ValidationError, model: type[BaseModel]) -> str:
    known = [field.alias or "" for field in model.model_fields.values()]
    faults = error.errors(include_url=False)
    told = [_fault(fault, known) for fault in faults[:MAX_FAULTS]]
    if len(faults) > MAX_FAULTS:
        told.append(f"and {len(faults) - MAX_FAULTS} more")
    return "; ".join(told)


def _fault(fault: Any, known: list[str]) -> str:
    path = ".".join(map(str, fault["loc"]))[:100]
    if fault["type"] == "missing":
        return f"{path} is missing"
    if fault["type"] == "extra_forbidden":
        return f"there is no argument {path!r}. {did_you_mean(path, known)}".strip().rstrip(".")
    message, remedy = describe(fault, _node(fault["input"]))
    message = message.replace(MAPPING, "an object").replace("a mapping", "an object")
    return f"{path} {message}{f'. {remedy}' if remedy.startswith('Did you mean') else ''}"


def _node(value: Any) -> Node:
    return Node(value, None, 1, 1, source="null")  # of which an empty value says that it is null


def _argument_descriptions(document: str) -> dict[str, str]:
    """Return what a Google-style docstring says of each argument, in one line each."""
    _, found, rest = document.partition("Args:\n")
    described: dict[str, str] = {}
    name, indented = "", 0
    for line in rest.splitlines() if found else ():
        if not line.strip() or not line.startswith(" "):
            break
        match = _ARGUMENT.match(line)
        if match and (not indented or len(match[1]) <= indented):
            name, indented = match[2], len(match[1])
            described[name] = match[3].strip()
        elif name:  # it goes on
            described[name] = f"{described[name]} {line.strip()}".strip()
    return described
