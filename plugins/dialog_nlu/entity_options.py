"""The options of the annotator `entities`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from dialog_core.configuration import Duration, InputPath, Names, Options
from dialog_core.training import ServingOnly

Kind = Literal["number", "ordinal", "money", "date", "time", "datetime", "duration", "email", "phone", "url"]
KINDS: tuple[str, ...] = get_args(Kind)


def _by_value(written: Any) -> Any:
    """Read a list of values as values without further names, and one name as a list of it."""
    if isinstance(written, list | tuple):
        return {str(value): () for value in written}
    if isinstance(written, Mapping):
        return {value: () if names is None else names for value, names in written.items()}
    return written


Values = Annotated[
    dict[str, Names],
    BeforeValidator(_by_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [{"type": "null"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                    },
                },
            ]
        }
    ),
]


class EntitySpec(Options):
    """One kind of thing to find: a built-in `kind`, regular expressions, or a list of values; also several of these."""

    kind: Kind | None = Field(default=None, description="A built-in kind.")
    regex: Names = Field(
        default=(),
        description="Regular expressions for it, matched as whole words and without regard to case. "
        "The value is the group named `value`, or the whole match.",
    )
    values: Values = Field(
        default={}, description="A list of values, or what else each of them is called: `{Berlin: [BLN], Paris: []}`."
    )
    path: InputPath | None = Field(
        default=None,
        description="A file of values: YAML as under `values`, or lines with a value and its other names, "
        "separated by commas (.csv, .txt).",
    )
    fuzzy: bool = Field(
        default=False,
        description="Whether listed names may have typing mistakes: one from five letters on, two from nine.",
    )
    roles: dict[str, Annotated[Names, Field(min_length=1)]] = Field(
        default={},
        description="The parts it may play, with the words that stand before it then: "
        "`{from: [from, 从], to: [to, 到]}`. `...出发` is a word that stands behind it.",
    )

    @field_validator("regex")
    @classmethod
    def _can_be_used(cls, expressions: tuple[str, ...]) -> tuple[str, ...]:
        if expressions:
            from dialog_nlu.entity_patterns import PatternError, compiled

            for expression in expressions:
                try:
                    compiled(expression)
                except PatternError as error:
                    raise ValueError(f"{expression[:60]!r} {error.message}. {error.remedy}".strip()) from error
        return expressions

    @field_validator("values")
    @classmethod
    def _named_once(cls, values: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        from dialog_nlu.entity_values import ambiguous_names

        for problem in ambiguous_names(values):
            raise ValueError(problem)
        return values

    @model_validator(mode="after")
    def _says_something(self) -> "EntitySpec":
        if self.kind is None and not self.regex and not self.values and self.path is None:
            raise ValueError(f"needs `regex`, `values`, `path`, or a `kind` out of {', '.join(KINDS)}")
        if self.fuzzy and not self.values and self.path is None:
            raise ValueError("has `fuzzy` but no list of names; add `values` or `path`, or remove `fuzzy`")
        return self


def _short_forms(written: Any) -> Any:
    """Read `email:` and `when: date` as what they are short for."""
    if isinstance(written, list | tuple) and all(isinstance(name, str) for name in written):
        written = dict.fromkeys(written)
    if not isinstance(written, Mapping):
        return written
    return {name: _short_form(name, spec) for name, spec in written.items()}


def _short_form(name: str, spec: Any) -> Any:
    if spec is None:
        return {"kind": name}
    if isinstance(spec, str):
        return {"kind": spec}
    if isinstance(spec, Mapping) and name in KINDS and not {"kind", "regex", "values", "path"} & set(spec):
        return {**spec, "kind": name}
    return spec


_Specs = Annotated[
    dict[str, EntitySpec],
    BeforeValidator(_short_forms),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "null"}, {"enum": list(KINDS)}, EntitySpec.model_json_schema()]
            },
        }
    ),
]


class EntitiesOptions(Options):
    """What is named in a message: places, dates, amounts, order numbers."""

    entities: Annotated[_Specs, ServingOnly] = Field(
        default={},
        description="What to find, by name. `email:` or `when: date` alone is a built-in kind "
        f"({', '.join(KINDS)}). Of overlapping finds the longest counts, of equally long ones the first in this order.",
    )
    trained: bool = Field(
        default=False,
        description="Whether to find as well what the training data marks, as in `[Berlin](city)`. Needs an entry "
        "under `training:`.",
    )
    languages: Annotated[Names, ServingOnly] = Field(
        default=(), description="Languages of numbers and dates (BCP 47 tags); default: the bot's."
    )
    timezone: Annotated[str, ServingOnly] = Field(
        default="",
        description="Where `today` and `3pm` are meant, such as `Europe/Berlin`; default: where the bot runs.",
    )
    prefer: Annotated[Literal["future", "past"], ServingOnly] = Field(
        default="future", description="Whether `Friday` and `5 May` are to come or have been."
    )
    day_first: Annotated[bool | None, ServingOnly] = Field(
        default=None, description="Whether `5/3` is in March; default: yes, except in English and Chinese."
    )
    dollar: Annotated[str, ServingOnly] = Field(
        default="USD", pattern="^[A-Z]{3}$", description="Which currency `$` and `dollars` are (ISO 4217)."
    )
    pattern_timeout: Annotated[Duration, ServingOnly] = Field(
        default=0.05, gt=0, le=10, description="How long the expressions of one entity may take over a message."
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise ValueError(f"there is no time zone {name[:60]!r}; write one such as Asia/Shanghai") from error
        return name

    @model_validator(mode="after")
    def _finds_something(self) -> "EntitiesOptions":
        if not self.entities and not self.trained:
            raise ValueError("finds nothing; name some `entities`, or set `trained: true`")
        return self
