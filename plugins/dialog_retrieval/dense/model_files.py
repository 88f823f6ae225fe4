"""Where the files of a sentence encoder are, what they may be, and what they are told apart by."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from dialog_core import PluginError

MODULES = "modules.json"
TRUSTED = "sentence_transformers."  # the modules a model may be made of: none brings code of its own

# Nothing that would have to be unpickled is fetched, and no other framework's copy of the weights.
WANTED = ("*.json", "*.safetensors", "*.txt", "*.model")
UNWANTED = ("onnx/*", "openvino/*")
AT_ONCE = 1 << 20  # bytes


def find_model(model: Path | str, *, fetch: bool) -> Path | None:
    """Return the directory of a model: itself, or where the hub's client keeps it.

    Args:
        model: A directory, or a hub id.
        fetch: Fetch it from the hub if it is not here yet; else return None.

    Raises:
        PluginError: It is not here and cannot be had, or is no model that may be used.
    """
    directory = model if isinstance(model, Path) else _fetched(model, fetch=fetch)
    if directory is not None:
        check_modules(directory)
    return directory


def check_modules(directory: Path) -> None:
    """See that a directory holds a model of sentence-transformers, made of that library's own modules.

    Raises:
        PluginError: It does not.
    """
    file = directory / MODULES
    try:
        types = [str(module["type"]) for module in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = f"there is no {MODULES} in it" if isinstance(error, FileNotFoundError) else f"{MODULES}: {error}"
        raise PluginError(
            f"{directory} is not a model of sentence-transformers: {reason}. "
            "Name the directory that `SentenceTransformer.save` wrote, or a hub id."
        ) from error
    foreign = [name for name in types if not name.startswith(TRUSTED)]
    if foreign:
        raise PluginError(
            f"{file} names {foreign[0]!r}, which is code of the model's own, and is not run. "
            "Take a model that is made of sentence-transformers' modules alone."
        )


def content_of(directory: Path) -> str:
    """Return what tells the content of a model's directory from every other."""
    files = sorted(path for path in directory.rglob("*") if path.is_file() and _counts(path.relative_to(directory)))
    stamps = tuple((str(path), (status := path.stat()).st_size, status.st_mtime_ns) for path in files)
    return _checksum(directory, stamps)


def _counts(name: Path) -> bool:
    return any(name.match(pattern) for pattern in WANTED) and not any(name.match(pattern) for pattern in UNWANTED)


@lru_cache(maxsize=16)
def _checksum(directory: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:
    """Return the checksum of files; not taken again while their sizes and times stay the same."""
    hashed = hashlib.sha256()
    for name, size, _ in stamps:
        hashed.update(f"{Path(name).relative_to(directory).as_posix()}\0{size}\0".encode(errors="surrogateescape"))
        with Path(name).open("rb") as file:
            while chunk := file.read(AT_ONCE):
                hashed.update(chunk)
    return hashed.hexdigest()[:20]


def _fetched(hub_id: str, *, fetch: bool) -> Path | None:
    try:
        from huggingface_hub import constants, snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
    except ModuleNotFoundError as error:
        raise PluginError(_missing(error)) from error
    wanted, unwanted = list(WANTED), list(UNWANTED)
    try:
        return Path(snapshot_download(hub_id, local_files_only=True, allow_patterns=wanted, ignore_patterns=unwanted))
    except LocalEntryNotFoundError as error:
        if constants.HF_HUB_OFFLINE:
            raise PluginError(
                f"the encoder {hub_id!r} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it. Fetch it "
                f"beforehand, with `hf download {hub_id}` where there is a network, or name a directory that holds a "
                "model of sentence-transformers."
            ) from error
    if not fetch:
        return None
    try:
        return Path(snapshot_download(hub_id, allow_patterns=wanted, ignore_patterns=unwanted))
    except (HFValidationError, HfHubHTTPError, OSError) as error:
        # What the hub's client raises goes on about its own options for many lines.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise PluginError(
            f"the encoder {hub_id!r} is neither a directory here nor to be had from the hub: {reason}. Look whether "
            "its name is right and the network is there, or name a directory that holds a model of "
            "sentence-transformers."
        ) from error


def _missing(error: ModuleNotFoundError) -> str:
    return (
        f"the encoder 'sentence-transformers' needs the package {error.name!r}, which is not installed. "
        "Run: pip install 'dialog-core[encoders]'"
    )
