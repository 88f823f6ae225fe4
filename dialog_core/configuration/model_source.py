"""The mark of an option that names a model: a folder on the disk, or its name on a hub."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from dialog_core.configuration.options import ConfigPath

_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*"
_OWNED = re.compile(f"{_NAME}/{_NAME}")
_OWNED_OR_BARE = re.compile(f"{_NAME}(/{_NAME})?")


@dataclass(frozen=True)
class ModelSource:
    """Marks an option that names a model; its type is `Path | str`.

        model: Annotated[Path | str, ModelSource("Qwen/Qwen3-0.6B", bare=True)] = Field(...)

    What is a folder becomes a path, relative to the file that names it. Anything else has to look like a hub id, and
    stays a text: a path with a slip in it is told when the file is checked, and not when the hub is asked.

    Attributes:
        example: A hub id, for the error message.
        bare: Whether a name without its owner will do, as `gpt2`; otherwise it is taken for a folder that is missing.
    """

    example: str
    bare: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string"}

    def read(self, value: Any) -> Any:
        """Return a folder as a path, and a hub id as it is; whatever is no text, or empty, is for the type to judge.

        Raises:
            ValueError: It is neither a folder nor a hub id.
        """
        if not isinstance(value, str) or not value:
            return value
        folder: Path = TypeAdapter(ConfigPath).validate_python(value)
        if folder.is_dir():
            return folder
        if (_OWNED_OR_BARE if self.bare else _OWNED).fullmatch(value):
            return str(value)
        raise ValueError(f"there is no folder {folder}, and {value!r} is no hub id such as {self.example!r}")
