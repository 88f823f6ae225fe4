"""The model a training begins with: made from nothing, or opened as the policy opens it."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialog_core import TrainingError
from dialog_core.training import TrainingJob
from dialog_generative_training.material import Material
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.sizes import SIZES, make_model, window_of
from dialog_generative_training.tokenizing import complete, resize, train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SEQUENCES = "seq2seq"  # the method for encoder-decoders


@dataclass(frozen=True, slots=True)
class Base:
    """What a training begins with.

    Attributes:
        make: Makes the model anew each time, the same each time: in full precision, where it is trained.
        tokenizer: Its tokenizer, with a template of chats and a token to pad with.
        name: What it is called where it came from; empty: it was made from nothing.
        revision: Of a model on a hub.
        new_tokens: The tokens it has to learn that it did not know.
        remarks: For the person who trains.
    """

    make: Callable[[], Any]
    tokenizer: "PreTrainedTokenizerBase"
    name: str = ""
    revision: str = ""
    new_tokens: tuple[int, ...] = ()
    remarks: Sequence[str] = ()


def make_base(options: LanguageModelTraining, material: Material, job: TrainingJob) -> Base:
    """Return a model of random weights, and a tokenizer that was trained on what there is to learn from."""
    texts = [turn.text for dialogue in material.dialogues for turn in dialogue.turns]
    tokenizer = train_tokenizer([*texts, *material.texts], options.vocabulary, window_of(options.max_length))
    size = SIZES[options.size]
    return Base(lambda: _placed(make_model(size, tokenizer, options.max_length, job.seed), options), tokenizer)


def open_base(options: LanguageModelTraining, job: TrainingJob) -> Base:
    """Return the model the options or the policy name.

    Raises:
        TrainingError: There is none, or one of the wrong kind for the method.
        PluginError: It cannot be read.
    """
    from dialog_generative.local.loading import load
    from dialog_generative.local.model_files import Wanted, find

    component = job.component
    source: Path | str = options.base or getattr(component, "model", "") or ""
    if not source:
        raise TrainingError(
            f"`method: {options.method}` begins with a model, and there is none. Name one as `base`, or as `model` of "
            f"{job.name!r}; `method: scratch` makes one from nothing"
        )
    own = component.model_copy(update={"device": "cpu", "dtype": "float32", "attention": "auto", "context_tokens": 0})
    revision = own.revision if source == component.model else ""
    loaded = load(find(Wanted(source, revision, code=own.trust_remote_code)), own)
    if loaded.encoder_decoder != (options.method == SEQUENCES):
        kind, fitting = ("an encoder-decoder", SEQUENCES) if loaded.encoder_decoder else ("a decoder", "full` or `lora")
        raise TrainingError(
            f"{source} is {kind}, which `method: {options.method}` does not train. Take `method: {fitting}`"
        )
    tokenizer = loaded.tokenizer
    tokenizer.padding_side = "right"
    added, remarks = complete(tokenizer, template=not loaded.encoder_decoder)
    model = loaded.model.train()
    if added:
        resize(model, tokenizer, job.seed)
    known = len(tokenizer) - added
    return Base(
        make=lambda: _placed(copy.deepcopy(model), options),
        tokenizer=tokenizer,
        name=str(source),
        revision=revision,
        new_tokens=tuple(range(known, known + added)),
        remarks=remarks,
    )


def _placed(model: Any, options: LanguageModelTraining) -> Any:
    """Return a model where it is trained."""
    import torch

    on_gpu = options.device != "cpu" and torch.cuda.is_available()
    model = model.to("cuda" if on_gpu else "cpu").train()
    return model.requires_grad_(True)
