"""What tests of local models have in common."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dialog_core import ActionSchema
from dialog_generative.chat import ChatMessage, Request
from dialog_generative.local.backend import LocalBackend
from dialog_generative.local.decoding.settings import generation_config, own_search
from dialog_generative.local.loading import load
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.model_files import Wanted, find
from dialog_generative.local.options import Decoding, TransformersOptions
from dialog_generative.local.text.rendering import Renderer, make_renderer
from dialog_generative.local.text.tokenizing import ChatTokenizer

NO_INSTRUCTIONS = "{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}"
"""A prompt file for models that were taught on what users say and nothing else."""


def load_model(directory: Path, **options: Any) -> LoadedModel:
    return load(find(Wanted(directory)), TransformersOptions(model=directory, **options))


def make_backend(directory: Path, *, language: str = "en", **options: Any) -> LocalBackend:
    return LocalBackend(Wanted(directory), TransformersOptions(model=directory, **options), language)


def renderer_of(loaded: LoadedModel, *, language: str = "en", **options: Any) -> Renderer:
    return make_renderer(loaded, ChatTokenizer(loaded.tokenizer), TransformersOptions(**options), language)


def asked(
    *said: str,
    system: str = "",
    key: str = "c",
    seconds: float = 60.0,
    tools: Sequence[ActionSchema] = (),
    **fields: Any,
) -> Request:
    """Return a request: what the user and the assistant said by turns, the question last."""
    roles = ("user", "assistant")
    messages = [ChatMessage(roles[number % 2], text) for number, text in enumerate(said)]  # type: ignore[arg-type]
    first = [ChatMessage("system", system)] if system else []
    fields = {"seed": 0, **fields}
    return Request(key, (*first, *messages), time.monotonic() + seconds, tools=tuple(tools), **fields)


def generated(loaded: LoadedModel, decoding: Decoding, count: int = 1, seed: int = 0) -> Any:
    """Return the lines that `generate` makes of a greeting."""
    import torch

    torch.manual_seed(seed)
    ids = torch.tensor([loaded.tokenizer.encode("Hello there")])
    output = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=generation_config(decoding, loaded, count),
        custom_generate=own_search(decoding),
    )
    return output.sequences[:, 1 if loaded.encoder_decoder else ids.shape[1] :].tolist()
