"""The manifest of an artefact: what was trained, from what, with which outcome, and which files came of it."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import to_jsonable_python

FORMAT = 1
MANIFEST = "manifest.json"


class ManifestError(Exception):
    """A text that is no manifest this version can read; its message completes `FILE ...`."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileRecord(_Record):
    """A file of an artefact.

    Attributes:
        size: In bytes.
        mtime_ns: When it was written; while size and time stay the same, the checksum is not taken again.
        sha256: Of its content.
    """

    size: int
    mtime_ns: int
    sha256: str


class InputRecord(_Record):
    """A file or directory that went into the training.

    Attributes:
        path: Where it stood, relative to the bot file where it was below it.
        stamp: Its size and time of change then; see `dialog_core.training.hashing.stamp`.
        sha256: Of its content.
    """

    path: str
    stamp: str
    sha256: str


class Manifest(_Record):
    """What is known about an artefact.

    Attributes:
        format: The version of this format.
        component: The component's name in the bot file.
        use: Which registered component it is.
        plugin: The plugin whose trainer made it.
        trainer_version: The version of that trainer.
        fingerprint: Of everything it was made from.
        component_options: The component's options that matter to training; a path is its content's checksum.
        options: The options of the training entry, written in the same way.
        inputs: What was read, by the key path that named it (`component.encoder.path`, `training.data`).
        language: The bot's language.
        seed: The seed of everything random.
        versions: Of Python, dialog-core and the libraries that were used.
        builds_on: Fingerprints of the components it builds on, by name.
        metrics: Figures of this artefact on held-out data; None where one could not be measured.
        before: The same of what was in use before, or of a baseline.
        remarks: What the trainer told the person who trained.
        details: Further findings of the trainer, such as a chosen threshold.
        created_at: When, in ISO 8601.
        seconds: How long the training took.
        files: What came of it.
    """

    format: int = FORMAT
    component: str = ""
    use: str = ""
    plugin: str = ""
    trainer_version: int = 0
    fingerprint: str = ""
    component_options: Mapping[str, Any] = {}
    options: Mapping[str, Any] = {}
    inputs: Mapping[str, InputRecord] = {}
    language: str = ""
    seed: int = 0
    versions: Mapping[str, str] = {}
    builds_on: Mapping[str, str] = {}
    metrics: Mapping[str, float | None] = {}
    before: Mapping[str, float | None] = {}
    remarks: tuple[str, ...] = ()
    details: Mapping[str, Any] = {}
    created_at: str = ""
    seconds: float = 0.0
    files: Mapping[str, FileRecord] = {}

    def to_text(self) -> str:
        """Return the manifest as it is written, its own checksum included."""
        fields = self.model_dump(mode="json")
        fields["checksum"] = _checksum(fields)
        text = json.dumps(fields, ensure_ascii=False, indent=2, allow_nan=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair: only its escape can be written
            return json.dumps(fields, indent=2, allow_nan=False)
        return text

    @classmethod
    def from_text(cls, text: str) -> "Manifest":
        """Read what `to_text` wrote.

        Raises:
            ManifestError: It is damaged, or of a format this version does not know.
        """
        try:
            fields = json.loads(text)
        except ValueError as error:
            raise ManifestError(f"is damaged: it is not JSON ({error})") from error
        if not isinstance(fields, dict) or not isinstance(fields.get("format"), int):
            raise ManifestError("is damaged: it names no format")
        if fields["format"] > FORMAT:
            raise ManifestError(
                f"was written by a newer version of dialog-core (format {fields['format']}; this one reads {FORMAT})"
            )
        if fields.pop("checksum", None) != _checksum(fields):
            raise ManifestError("is damaged: its checksum is another")
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, item["loc"])) for item in error.errors(include_url=False)[:3])
            raise ManifestError(f"is damaged: {wrong}") from error


def _checksum(fields: Mapping[str, Any]) -> str:
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def as_figures(figures: Mapping[str, Any]) -> dict[str, float | None]:
    """Return figures as JSON can hold them: no NaN, no infinity."""
    numbers = {str(name): float(value) for name, value in figures.items()}
    return {name: value if math.isfinite(value) else None for name, value in numbers.items()}


def as_json(value: Any) -> Any:
    """Return findings as JSON values; those of numerical libraries become plain, and nothing costs the training."""
    plain = to_jsonable_python(value, fallback=_plain)
    return _finite(plain)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else repr(value)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_finite(child) for child in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
