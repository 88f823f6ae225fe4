"""Options as JSON that stays the same wherever the bot stands: a path is replaced by its content's checksum."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from dialog_core.bot_file import ENTRY_MODELS, ComponentEntry
from dialog_core.configuration import Parts, parts_of
from dialog_core.errors import DialogError
from dialog_core.nested import read_nested
from dialog_core.registry import KINDS, Registration, Registry
from dialog_core.training.hashing import PREFIX, hash_path, stamp
from dialog_core.training.manifest import InputRecord
from dialog_core.training.marks import MARKS, OnlyIfSet
from dialog_core.values import EMPTY


class OptionsDescriber:
    """Writes options as JSON, and keeps the checksums of the files and directories they name.

    Attributes:
        inputs: Those files and directories, by the key path that names them.
    """

    def __init__(self, registry: Registry, base: Path, known: Mapping[str, InputRecord] | None = None) -> None:
        """Make a describer.

        Args:
            registry: Where components within components are looked up.
            base: The bot's directory; paths below it are recorded relative to it.
            known: Checksums taken before. They hold as long as size and time of change stay the same.
        """
        self.inputs: dict[str, InputRecord] = {}
        self._registry = registry
        self._base = base.absolute()
        self._known = known or {}

    def describe(self, registration: Registration, options: BaseModel, key: str) -> dict[str, Any]:
        """Return a component's own options; `use`, `name`, `timeout` and the like are none of the training's business.

        Args:
            registration: The component.
            options: Its options.
            key: What the key paths begin with.
        """
        common = ENTRY_MODELS.get(registration.kind, ComponentEntry).model_fields
        # A reader's `path` is common to all readers and yet what it is all about.
        return self._model(options, key, leave_out=set(common) - {"path"})

    def _model(self, options: BaseModel, key: str, leave_out: set[str]) -> dict[str, Any]:
        listed = {name: mark for name, mark, _ in parts_of(type(options))}
        return {
            name: self._parts(options, name, listed[name], f"{key}.{name}")
            if name in listed
            else self._value(getattr(options, name), f"{key}.{name}", name)
            for name, field in type(options).model_fields.items()
            if name not in leave_out
            and not any(mark in MARKS for mark in field.metadata)
            and not (OnlyIfSet in field.metadata and getattr(options, name) == field.default)
        }

    def _parts(self, options: BaseModel, name: str, mark: Parts, key: str) -> list[Any]:
        inherit = {field: getattr(options, field) for field in mark.inherit}
        listed = enumerate(getattr(options, name))
        return [self._nested(part, f"{key}[{number}]", mark.kind, inherit) for number, part in listed]

    def _value(self, value: Any, key: str, name: str = "") -> Any:
        if name in KINDS and isinstance(value, str | Mapping):
            return self._nested(value, key, name)
        if isinstance(value, Path):
            return self._content(value, key)
        if isinstance(value, BaseModel):
            return self._model(value, key, leave_out=set())
        if isinstance(value, Mapping):
            return {str(part): self._value(child, f"{key}.{part}", str(part)) for part, child in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(child, f"{key}[{number}]") for number, child in enumerate(value)]
        return to_jsonable_python(value, fallback=repr)

    def _nested(self, value: Any, key: str, kind: str, inherit: Mapping[str, Any] = EMPTY) -> Any:
        """Describe a component within a component by its validated options: only they tell which text is a path."""
        try:
            registration, options = read_nested(self._registry, kind, value, key, inherit)
        except DialogError:  # whoever builds it tells what is wrong with it
            return value if isinstance(value, str) else {str(part): self._value(of, key) for part, of in value.items()}
        return {"use": registration.name, **self.describe(registration, options, key)}

    def _content(self, path: Path, key: str) -> str:
        if not path.exists():
            return "missing"
        now, known = stamp(path), self._known.get(key)
        sha256 = known.sha256 if known is not None and known.stamp == now else hash_path(path)
        shown = path.relative_to(self._base) if path.is_relative_to(self._base) else path
        self.inputs[key] = InputRecord(path=shown.as_posix(), stamp=now, sha256=sha256)
        return PREFIX + sha256
