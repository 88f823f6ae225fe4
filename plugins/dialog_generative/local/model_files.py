"""Where the files of a language model are: in a folder, in what training left behind, or on a hub."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialog_core import Context, PluginError
from dialog_core.training import Artefact

VERSION = 1  # of the trainer's artefacts
MODEL, ADAPTER, BASE = "model", "adapter", "base.json"  # what is in one of them
CONFIG, ADAPTER_CONFIG = "config.json", "adapter_config.json"
WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
ADAPTER_WEIGHTS = "adapter_model.safetensors"

# Nothing that would have to be unpickled is fetched, and no other framework's copy of the weights.
WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
CODE = "*.py"
UNWANTED = ("onnx/*", "openvino/*", "original/*", "coreml/*")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Where the parts of a model are.

    Attributes:
        weights: The folder with the configuration and the weights.
        tokenizer: The folder with the tokenizer.
        adapter: The folder with matrices to be added to the weights (PEFT); None if there are none.
        name: What to call the model in error messages.
    """

    weights: Path
    tokenizer: Path
    adapter: Path | None
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which model is wanted, before its files are looked for.

    Attributes:
        model: A folder, or a hub id; where there is an artefact, the bot file's own model, which may be an adapter's
            base.
        revision: Of a model on a hub.
        artefact: What training left behind; None where the bot file does not train the component.
        code: Whether code that comes with the model may be run.
    """

    model: Path | str
    revision: str = ""
    artefact: Artefact | None = None
    code: bool = False


def opened(context: Context) -> Artefact | None:
    """Return what training left behind for a policy; None if the bot file does not train it.

    Raises:
        ArtefactError: It is to be trained and is not, or a file is damaged.
    """
    if not context.trained:
        return None
    artefact = context.artefact(VERSION)
    artefact.path(ADAPTER if _has(artefact, ADAPTER) else MODEL)
    return artefact


def find(wanted: Wanted) -> ModelFiles:
    """Return where a model's files are; what is on a hub and not yet here is fetched.

    Raises:
        PluginError: It is not here and cannot be had, or is no model that may be used.
    """
    artefact = wanted.artefact
    if artefact is None:
        return _in_folder(_folder(wanted.model, wanted.revision, code=wanted.code), str(wanted.model), wanted)
    if not _has(artefact, ADAPTER):
        return _in_folder(artefact.path(MODEL), str(artefact.path(MODEL)), wanted)
    adapter = artefact.path(ADAPTER)
    told = artefact.load_json(BASE)
    base = told if isinstance(told, dict) else {}
    return _adapted(adapter, base.get("model"), base.get("revision"), wanted)


def _in_folder(folder: Path, name: str, wanted: Wanted) -> ModelFiles:
    if (folder / ADAPTER_CONFIG).exists() and not (folder / CONFIG).exists():
        told = _read_json(folder / ADAPTER_CONFIG)
        return _adapted(folder, told.get("base_model_name_or_path"), told.get("revision"), wanted)
    _check_weights(folder)
    return ModelFiles(folder, folder, None, name)


def _adapted(adapter: Path, base: Any, revision: Any, wanted: Wanted) -> ModelFiles:
    if not (adapter / ADAPTER_WEIGHTS).exists():
        raise PluginError(
            f"{adapter} is no adapter that may be used: there is no {ADAPTER_WEIGHTS} in it. Save it anew with "
            "`save_pretrained`, which writes safetensors."
        )
    own = wanted.model if wanted.artefact is not None else ""
    if not isinstance(base, str) or not base:
        base = own
    if own and isinstance(base, str) and not Path(base).is_dir() and isinstance(own, Path):
        base = own  # the bot has moved, and the folder of the model it was trained from with it
    if not base:
        raise PluginError(f"the adapter in {adapter} does not say which model it was trained from")
    try:
        folder = _folder(Path(base) if Path(base).is_dir() else base, revision or "", code=wanted.code)
        _check_weights(folder)
    except PluginError as error:
        raise PluginError(f"the adapter in {adapter} needs the model it was trained from: {error}") from error
    has_tokenizer = any((adapter / name).exists() for name in ("tokenizer.json", "tokenizer_config.json"))
    return ModelFiles(folder, adapter if has_tokenizer else folder, adapter, str(adapter))


def _has(artefact: Artefact, directory: str) -> bool:
    return any(name.startswith(f"{directory}/") for name in artefact.names)


def _check_weights(folder: Path) -> None:
    """See that a folder has a configuration and weights that need not be unpickled."""
    if not (folder / CONFIG).exists():
        why = f"there is no {CONFIG} in it" if folder.is_dir() else "there is no such folder"
        raise PluginError(
            f"{folder} is no model of transformers: {why}. Name the folder `save_pretrained` wrote, or a hub id."
        )
    if not any((folder / name).exists() for name in WEIGHTS):
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in (".bin", ".pt", ".pth", ".ckpt"))
        if pickled:
            raise PluginError(
                f"the weights in {folder} are pickled ({pickled[0]}), and unpickling a file runs whatever code is in "
                "it. If you trust its source, convert it once: load it with `from_pretrained` and save it again with "
                "`save_pretrained`, which writes safetensors."
            )
        raise PluginError(f"there are no weights in {folder}: neither {' nor '.join(WEIGHTS)}")
    index = folder / WEIGHTS[1]
    if index.exists() and not (folder / WEIGHTS[0]).exists():
        parts = _read_json(index).get("weight_map", {})
        missing = sorted({str(part) for part in parts.values() if not (folder / str(part)).is_file()})
        if missing:
            raise PluginError(f"{folder} is incomplete: {missing[0]} is missing, which {index.name} names")


def _read_json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PluginError(f"{file} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise PluginError(f"{file} cannot be read: it is no JSON object")
    return value


def _folder(model: Path | str, revision: str, *, code: bool) -> Path:
    """Return the folder of a model: itself, or where the hub's client keeps it."""
    if isinstance(model, Path):
        return model
    from huggingface_hub import constants
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = _snapshot(model, revision, code=code, local=True)
        if (folder / CONFIG).exists() or (folder / ADAPTER_CONFIG).exists():
            return folder
    except LocalEntryNotFoundError:
        pass
    except HFValidationError as error:
        raise PluginError(f"{model!r} is neither a folder here nor a name on a hub") from error
    if constants.HF_HUB_OFFLINE:
        raise PluginError(
            f"the model {model!r} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it. Fetch it beforehand, "
            f"with `hf download {model}` where there is a network, or name a folder that holds it."
        )
    try:
        return _snapshot(model, revision, code=code, local=False)
    except Exception as error:  # no network, no such model, a proxy that answers with something else
        # What the hub's client raises goes on about its own options for many lines.
        lines = str(error).strip().splitlines()
        why = lines[0].removeprefix("Got: ").rstrip(". ") if lines else type(error).__name__
        raise PluginError(
            f"the model {model!r} is neither a folder here nor to be had from the hub: {why}. Look whether its name is "
            "right and the network is there, fetch it beforehand with `hf download`, or name a folder that holds it."
        ) from error


def _snapshot(model: str, revision: str, *, code: bool, local: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils import (  # type: ignore[attr-defined] # they are there, and meant to be
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    wanted: Sequence[str] = (*WANTED, CODE) if code else WANTED
    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        return Path(
            snapshot_download(
                model,
                revision=revision or None,
                allow_patterns=list(wanted),
                ignore_patterns=list(UNWANTED),
                local_files_only=local,
            )
        )
    finally:
        if shown:
            enable_progress_bars()
