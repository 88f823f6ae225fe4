"""Reading configuration files: YAML with limits, `extends`, environment variables, errors that name the place.

`validate(MyOptions, load("bot.yaml").node)` reads a file and turns it into options.
"""

from typing import TYPE_CHECKING

from dialog_core.lazy import lazy_exports

if TYPE_CHECKING:
    from dialog_core.configuration.lines import read_lines
    from dialog_core.configuration.loading import Loaded, load
    from dialog_core.configuration.missing import missing_file
    from dialog_core.configuration.model_source import ModelSource
    from dialog_core.configuration.node import LocatedStr, Node, Position
    from dialog_core.configuration.options import (
        ConfigPath,
        Duration,
        InputPath,
        InputPaths,
        LanguageTag,
        Names,
        NonEmpty,
        Options,
        Share,
        Worded,
    )
    from dialog_core.configuration.output import open_output, refuse_overwriting, write_output
    from dialog_core.configuration.parts import Parts, parts_of
    from dialog_core.configuration.problems import ConfigurationError, Problem, Remark, did_you_mean
    from dialog_core.configuration.validation import check, validate
    from dialog_core.configuration.yaml_reader import parse_yaml, read_yaml

__all__ = [
    "ConfigPath",
    "ConfigurationError",
    "Duration",
    "InputPath",
    "InputPaths",
    "LanguageTag",
    "Loaded",
    "LocatedStr",
    "ModelSource",
    "Names",
    "Node",
    "NonEmpty",
    "Options",
    "Parts",
    "Position",
    "Problem",
    "Remark",
    "Share",
    "Worded",
    "check",
    "did_you_mean",
    "load",
    "missing_file",
    "open_output",
    "parse_yaml",
    "parts_of",
    "read_lines",
    "read_yaml",
    "refuse_overwriting",
    "validate",
    "write_output",
]

# Lazily, because pydantic and YAML take longer to import than some commands take to run.
__getattr__, __dir__ = lazy_exports(
    __name__,
    globals(),
    {
        "lines": ("read_lines",),
        "loading": ("Loaded", "load"),
        "node": ("LocatedStr", "Node", "Position"),
        "missing": ("missing_file",),
        "model_source": ("ModelSource",),
        "options": (
            "ConfigPath",
            "Duration",
            "InputPath",
            "InputPaths",
            "LanguageTag",
            "Names",
            "NonEmpty",
            "Options",
            "Share",
            "Worded",
        ),
        "output": ("open_output", "refuse_overwriting", "write_output"),
        "parts": ("Parts", "parts_of"),
        "problems": ("ConfigurationError", "Problem", "Remark", "did_you_mean"),
        "validation": ("check", "validate"),
        "yaml_reader": ("parse_yaml", "read_yaml"),
    },
)
