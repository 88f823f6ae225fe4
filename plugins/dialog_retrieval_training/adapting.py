"""Adapting an encoder to the texts of a domain before it sees any pairs: TSDAE, or masked words.

TSDAE (Wang, Reimers & Gurevych 2021) is sentence-transformers' DenoisingAutoEncoderLoss: from the vector of what is
left of a text, a decoder that shares the encoder's weights writes the text again. Masked language modelling (Devlin et
al. 2019) has words guessed; what guesses them is made anew, since sentence encoders come without it.
"""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from dialog_core import TrainingError
from dialog_core.training import Progress
from dialog_retrieval_training.checkpoint import Checkpoint
from dialog_retrieval_training.contrastive import digest, features, finished, parameters_of, trainable, weights_of
from dialog_retrieval_training.learning import Course, learn
from dialog_retrieval_training.options import Adaptation, EncoderTraining
from dialog_retrieval_training.quiet import quiet

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DELETED = 0.6  # of the words: Wang et al. 2021, section 3
MASKED = 0.15  # Devlin et al. 2019, section 3.1; of them .8 masked, .1 replaced, .1 left
REPLACED, LEFT = 0.1, 0.1
IGNORED = -100  # torch's label for what is not to be guessed

_WORD = re.compile(r"\S+")


def adapt(
    model: "SentenceTransformer",
    texts: Sequence[str],
    options: EncoderTraining,
    seed: int,
    checkpoints: Path,
    progress: Progress,
) -> "SentenceTransformer":
    """Return a copy of a model that has been trained on texts.

    Raises:
        TrainingError: Its architecture cannot be trained that way.
    """
    how = options.adapt
    assert how is not None
    model = trainable(model, options)
    batches = _batches(len(texts), how, seed)
    method = _TSDAE(model) if how.method == "tsdae" else _MaskedWords(model)
    learning = parameters_of(method.network, vocabulary=True)

    def step(number: int, backward: Callable[[torch.Tensor], None]) -> None:
        backward(method.loss([texts[place] for place in batches[number]], random.Random(seed * 1_000_003 + number)))

    told = [list(texts), weights_of(model), how.model_dump(mode="json", exclude={"data"}), options.max_tokens, seed]
    file = checkpoints / f"texts-{digest(told)}.safetensors"
    course = Course("adapting the encoder", len(batches), how.learning_rate, seed)
    learn(course, learning, step, Checkpoint(file), progress)
    return finished(model)


class _TSDAE:
    """Writes a text again from the vector of what is left of it."""

    def __init__(self, model: "SentenceTransformer") -> None:
        from sentence_transformers.sentence_transformer.losses import DenoisingAutoEncoderLoss

        try:
            with quiet(), torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)  # what a decoder has beyond an encoder begins at random
                self.network: torch.nn.Module = DenoisingAutoEncoderLoss(model, tie_encoder_decoder=True)
        except (ValueError, AssertionError, OSError) as error:
            raise TrainingError(
                f"this encoder cannot be adapted by `tsdae`: {str(error).splitlines()[0]}. Try `method: mlm`"
            ) from error
        self.network.to(next(model.parameters()).device)
        self._model = model

    def loss(self, texts: Sequence[str], rng: random.Random) -> torch.Tensor:
        """Return how badly it does."""
        left = [delete_words(text, rng) for text in texts]
        found = self.network([features(self._model, left), features(self._model, texts)], torch.empty(0))
        assert isinstance(found, torch.Tensor)
        return found


class _MaskedWords:
    """Guesses words that are covered."""

    def __init__(self, model: "SentenceTransformer") -> None:
        from transformers import AutoModelForMaskedLM

        body: Any = model.transformers_model
        tokenizer: Any = model.tokenizer
        if tokenizer.mask_token_id is None:
            raise TrainingError(
                "this encoder cannot be adapted by `mlm`: its tokenizer has no mask. Try `method: tsdae`"
            )
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                network: Any = AutoModelForMaskedLM.from_config(body.config)  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise TrainingError(
                f"this encoder cannot be adapted by `mlm`: {str(error).splitlines()[0]}. Try `method: tsdae`"
            ) from error
        setattr(network, network.base_model_prefix, body)
        network.tie_weights()
        self.network: torch.nn.Module = network.to(next(model.parameters()).device).train()
        self._model, self._tokenizer = model, tokenizer

    def loss(self, texts: Sequence[str], rng: random.Random) -> torch.Tensor:
        """Return how badly it does."""
        given = features(self._model, texts)
        tokens = given["input_ids"]
        special = torch.tensor(
            [self._tokenizer.get_special_tokens_mask(row, already_has_special_tokens=True) for row in tokens.tolist()],
            dtype=torch.bool,
            device=tokens.device,
        )
        chosen = (torch.rand(tokens.shape, device=tokens.device) < MASKED) & ~special
        if not bool(chosen.any()):  # short texts: something has to be guessed
            chosen = ~special
        labels = torch.where(chosen, tokens, torch.full_like(tokens, IGNORED))
        dice = torch.rand(tokens.shape, device=tokens.device)
        covered = torch.where(chosen & (dice >= LEFT), torch.full_like(tokens, self._tokenizer.mask_token_id), tokens)
        others = torch.randint(len(self._tokenizer), tokens.shape, device=tokens.device)
        covered = torch.where(chosen & (dice >= 1 - REPLACED), others, covered)
        found = self.network(input_ids=covered, attention_mask=given["attention_mask"], labels=labels).loss
        assert isinstance(found, torch.Tensor)
        return found


def delete_words(text: str, rng: random.Random) -> str:
    """Return a text without most of its words; one at least is left."""
    words = _WORD.findall(text)
    kept = [word for word in words if rng.random() >= DELETED]
    return " ".join(kept or [rng.choice(words)]) if words else text


def _batches(count: int, how: Adaptation, seed: int) -> list[list[int]]:
    batches = []
    for epoch in range(how.epochs):
        order = random.Random(seed + epoch).sample(range(count), count)
        batches += [order[start : start + how.batch_size] for start in range(0, count, how.batch_size)]
    return batches
