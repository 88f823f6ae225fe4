"""The base class and the field types for options: of the framework, of bots, and of plugins."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from dialog_core.configuration.missing import missing_file
from dialog_core.configuration.node import LocatedStr
from dialog_core.configuration.problems import shown_path
from dialog_core.deprecation import renamed_keys, warn_deprecated

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(ms|s|m|h|d)?")
_DURATION_PATTERN = r"^[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)?$"
_DURATION_HELP = "write a number of seconds, or a number with ms, s, m, h or d, such as 300ms, 5s, 2m, 12h, 1d"

_PERCENT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(%?)")
_SHARE_HELP = "write a number from 0 to 1, or a percentage such as 2%"

NonEmpty = Annotated[str, Field(min_length=1)]
"""A text of one character at least."""

LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 tag such as `en` or `zh-Hant`."""

Worded = NonEmpty | Annotated[dict[LanguageTag, NonEmpty], Field(min_length=1)]
"""What to say: one text, or one for each language; `dialog_core.wording.worded` chooses."""


class Options(BaseModel):
    """Base of all options: unknown keys are refused, and the values never change.

    A number is taken where text is wanted (`version: 1.5`), so that nobody needs to know when YAML wants quotes.
    Describe every option with `Field(description=...)`: the reference pages and the JSON Schema are made from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, validate_default=False)

    @model_validator(mode="before")
    @classmethod
    def _read_old_names(cls, given: Any) -> Any:
        """Read options by the names they had before, where code gives them; for files, `renaming` knows the place."""
        marks = [(name, mark) for name, mark in renamed_keys(cls) if isinstance(given, Mapping) and mark.old in given]
        if not marks:
            return given
        current = dict(given)
        for name, mark in marks:
            if mark.old not in cls.model_fields and name not in current:
                current[name] = current.pop(mark.old)
                warn_deprecated(mark.told(name), stacklevel=3)
        return current


def _resolve_path(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.strip() or "\0" in value:
        raise ValueError("needs the path of a file")
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:  # `~name` of a user who does not exist
        raise ValueError(f"needs a path, and {value!r} has no home directory") from error
    file = value.file if isinstance(value, LocatedStr) else None
    directory = file.parent if file is not None else Path()
    # Absolute, so that the options stay right when the working directory changes.
    path = Path(os.path.abspath(directory)) / path
    # `..` is followed through symbolic links, as the operating system would.
    return path.resolve() if ".." in path.parts else path


def _existing(value: Any) -> Any:
    path = _resolve_path(value)
    if isinstance(path, Path) and not path.exists():
        problem = missing_file(path)
        raise ValueError(f"{problem.message} as {shown_path(path)}. {problem.remedy}".strip())
    return path


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"needs a duration, not {value[:60]!r}; {_DURATION_HELP}")
        value = float(match[1]) * _SECONDS[match[2] or "s"]
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"needs a duration; {_DURATION_HELP}")
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"needs a duration of 0 or more, not {value!r}; {_DURATION_HELP}")
    return value


def _share(value: Any) -> Any:
    given = value
    if isinstance(value, str):
        match = _PERCENT.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"needs a share, not {value[:60]!r}; {_SHARE_HELP}")
        value = float(match[1]) / (100 if match[2] else 1)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"needs a share; {_SHARE_HELP}")
    if not 0 <= value <= 1:
        raise ValueError(f"needs a share from 0 to 1, not {given}; {_SHARE_HELP}")
    return value


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) else value


def _paths_as_list(value: Any) -> Any:
    return (value,) if isinstance(value, str | Path) else value


ConfigPath = Annotated[Path, BeforeValidator(_resolve_path)]
"""A path; a relative one is relative to the file that names it, and `~` is the home directory."""

InputPath = Annotated[Path, BeforeValidator(_existing)]
"""A `ConfigPath` of something that is read, and has to be there when the options are validated."""

InputPaths = Annotated[
    tuple[InputPath, ...],
    BeforeValidator(_paths_as_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "path"},
                {"type": "array", "items": {"type": "string", "format": "path"}},
            ]
        }
    ),
]
"""An `InputPath` or a list of them; always a tuple in the options."""

Duration = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": _DURATION_PATTERN}]}),
]
"""A span of time in seconds, written as a number or as `300ms`, `5s`, `2m`, `12h`, `1d`."""

Share = Annotated[
    float,
    BeforeValidator(_share),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": _PERCENT.pattern}]}
    ),
]
"""A share from 0 to 1, written as such or as a percentage: `0.02`, `2%`."""

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One name or a list of names; always a tuple in the options."""
