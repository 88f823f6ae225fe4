"""Finding the encoder that training begins with: in a directory, or on a hub."""

from pathlib import Path

from dialog_core import TrainingError
from dialog_nlu.encoder_model import EncoderError, SentenceEncoder

# Nothing that would have to be unpickled is fetched, and no other framework's copy of the weights.
WANTED = ("*.json", "*.safetensors", "*.txt", "*.model")
UNWANTED = ("onnx/*", "openvino/*")


def load_encoder(source: Path | str, device: str) -> SentenceEncoder:
    """Return the encoder in a directory, or the one of a hub id, which is fetched unless it was before.

    Raises:
        TrainingError: There is none, or it cannot be used.
    """
    try:
        return SentenceEncoder.load(source if isinstance(source, Path) else _fetched(source), device)
    except EncoderError as error:
        raise TrainingError(str(error)) from error


def _fetched(hub_id: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=list(WANTED), ignore_patterns=list(UNWANTED)))
    except (HFValidationError, HfHubHTTPError, OSError) as error:
        # What the hub's client raises goes on about its own options for many lines.
        reason = str(error).strip().splitlines()[0]
        raise TrainingError(
            f"the encoder {hub_id!r} is neither a directory here nor to be had from the hub: {reason}. "
            "Look whether its name is right and the network is there, or name a directory that holds a model "
            "of sentence-transformers."
        ) from error
