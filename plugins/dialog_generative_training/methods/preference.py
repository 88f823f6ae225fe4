"""`dpo`: learning from which of two replies people preferred (direct preference optimisation, Rafailov et al. 2023)."""

import copy
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from datasets import Dataset
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from dialog_core import TrainingError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_generative_training.chats import Message, messages_of
from dialog_generative_training.checkpoints import resumable
from dialog_generative_training.material import Material, Preference
from dialog_generative_training.methods.lora import make_config
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

learning_rate = 5e-6  # between the 1e-6 of the paper's large models and what small ones take
ADAPTER_RATE = 5e-5  # matrices take ten times what weights do

MEASURED = 4  # pairs that are measured together

Row = Mapping[str, list[int]]

logger = logging.getLogger(__name__)


class _Trainer(resumable(DPOTrainer)):  # type: ignore[misc]
    """Takes rows of token ids as they are: the dialogue is rendered as the policy renders it, not as TRL would."""

    def _prepare_dataset(self, dataset: Dataset, *args: Any, **kwargs: Any) -> Dataset:
        return dataset


def examples(material: Material, tokenizer: "PreTrainedTokenizerBase", options: LanguageModelTraining) -> Dataset:
    """Return the pairs as token ids: `prompt_ids`, `chosen_ids`, `rejected_ids`.

    A dialogue that is too long loses its oldest turns; a pair is left out only where its question does not fit.

    Raises:
        TrainingError: None fits.
    """
    rows = [row for pair in material.preferences if (row := _row(pair, tokenizer, options.max_length)) is not None]
    left = len(material.preferences) - len(rows)
    if left:
        logger.warning("%d pairs are longer than %d tokens, and left out", left, options.max_length)
    if material.preferences and not rows:
        raise TrainingError(
            f"none of the {left:,} pairs of replies fits into {options.max_length} tokens. Raise `max_length`"
        )
    names = ("prompt_ids", "chosen_ids", "rejected_ids")
    return Dataset.from_dict({name: [row[name] for row in rows] for name in names})


def trainer(setup: Setup) -> DPOTrainer:
    """Return a trainer that keeps close to the model it begins with.

    What it must stay close to is the same model: with an adapter, the model without it, otherwise a frozen copy.
    """
    model = setup.make_model()
    options = setup.options
    rate = ADAPTER_RATE if options.adapter and options.learning_rate is None else setup.arguments["learning_rate"]
    arguments = DPOConfig(
        **{
            **setup.arguments,
            "learning_rate": rate,
            "beta": options.beta,
            "max_length": options.max_length,
            "prediction_loss_only": True,  # all else is measured once it is trained
            "dataset_num_proc": None,
        }
    )
    return _Trainer(
        model=model,
        ref_model=None if options.adapter else _frozen(model),
        args=arguments,
        train_dataset=setup.train,
        eval_dataset=setup.validation if len(setup.validation) else None,
        processing_class=setup.tokenizer,
        callbacks=list(setup.callbacks),
        peft_config=make_config(options.lora) if options.adapter else None,
    )


def figures(
    model: Any,
    reference: Callable[[], Any],
    material: Material,
    tokenizer: "PreTrainedTokenizerBase",
    options: LanguageModelTraining,
) -> Mapping[str, float]:
    """Return how well a model tells replies that people preferred from the others; see `measure`."""
    adapted = hasattr(model, "disable_adapter")
    rows = examples(material, tokenizer, options)
    pad: Any = tokenizer.pad_token_id
    return measure(model, None if adapted else reference().eval(), rows, pad, options.beta)


def measure(model: Any, reference: Any, rows: Dataset, pad_id: int, beta: float) -> dict[str, float]:
    """Return how well a model tells the replies people preferred from the others.

    Args:
        model: The model.
        reference: What it is compared with: the model it was before. None: itself, or where it has an adapter, itself
            without.
        rows: Pairs, as `examples` returns them.
        pad_id: What fills up shorter rows.
        beta: By which the margin is scaled, as the loss does it.

    Returns:
        `preference_margin`: by how much more than the reference the model favours what was preferred, the mean over
        pairs. `preference_accuracy`: of how many pairs it does at all (half for those it is undecided about).
        `preferred_likelier`: of how many pairs the model finds what was preferred the likelier reply.
        `chosen_loss`: how unlikely it finds a token of it (mean negative logarithm); it rises where the model forgets.
    """
    if not len(rows):
        return {}
    own = _log_probabilities(model, rows, pad_id)
    if reference is not None:
        other = _log_probabilities(reference, rows, pad_id)
    elif hasattr(model, "disable_adapter"):
        with model.disable_adapter():
            other = _log_probabilities(model, rows, pad_id)
    else:
        other = own
    margins = beta * ((own - other) @ torch.tensor([1.0, -1.0], dtype=own.dtype))
    tokens = sum(map(len, rows["chosen_ids"]))
    return {
        "preference_margin": float(margins.mean()),
        "preference_accuracy": float((margins > 0).double().mean() + (margins == 0).double().mean() / 2),
        "preferred_likelier": float((own[:, 0] > own[:, 1]).double().mean()),
        "chosen_loss": float(-own[:, 0].sum() / tokens),
    }


def _row(pair: Preference, tokenizer: "PreTrainedTokenizerBase", longest: int) -> Row | None:
    """Return a pair as token ids; without the oldest turns where it is too long, None where that does not help."""
    turns = list(pair.dialogue.turns)
    while True:
        prompt, chosen, rejected = _rendered(turns, pair, tokenizer)
        if len(prompt) + max(len(chosen), len(rejected)) <= longest:
            return {"prompt_ids": prompt, "chosen_ids": chosen, "rejected_ids": rejected}
        first = next((place for place, turn in enumerate(turns) if turn.role != "system"), len(turns) - 1)
        later = [place for place, turn in enumerate(turns) if turn.role == "user" and place > first]
        if not later:
            return None
        del turns[first : later[0]]


def _rendered(
    turns: Sequence[DialogueTurn], pair: Preference, tokenizer: "PreTrainedTokenizerBase"
) -> tuple[list[int], list[int], list[int]]:
    messages = messages_of(Dialogue(pair.dialogue.id, tuple(turns)))
    whole = [
        _ids(tokenizer, [*messages, {"role": "assistant", "content": reply}]) for reply in (pair.chosen, pair.rejected)
    ]
    prompt = _ids(tokenizer, messages, add_generation_prompt=True)
    shared = min(_shared(prompt, ids) for ids in whole)
    return prompt[:shared], whole[0][shared:], whole[1][shared:]


def _ids(tokenizer: "PreTrainedTokenizerBase", messages: Sequence[Message], **settings: Any) -> list[int]:
    found: Any = tokenizer.apply_chat_template(
        list(messages), tokenize=True, return_dict=False, sanitize_control_tokens=True, **settings
    )
    return list(found)


def _shared(first: Sequence[int], second: Sequence[int]) -> int:
    return next(
        (place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )


def _frozen(model: Any) -> Any:
    frozen = copy.deepcopy(model).eval()
    return frozen.requires_grad_(False)


def _log_probabilities(model: Any, rows: Dataset, pad_id: int) -> torch.Tensor:
    """Return how likely a model finds the chosen and the rejected reply of each row: logarithms, summed over tokens."""
    training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            return torch.cat([_of_batch(model, batch, pad_id) for batch in _batches(rows)])
    finally:
        model.train(training)


def _batches(rows: Dataset) -> Iterator[list[Row]]:
    for start in range(0, len(rows), MEASURED):
        yield [rows[place] for place in range(start, min(start + MEASURED, len(rows)))]


def _of_batch(model: Any, batch: Sequence[Row], pad_id: int) -> torch.Tensor:
    device = next(model.parameters()).device
    whole = [(row["prompt_ids"], row[name]) for row in batch for name in ("chosen_ids", "rejected_ids")]
    longest = max(len(prompt) + len(reply) for prompt, reply in whole)
    ids = torch.full((len(whole), longest), pad_id, device=device)
    mask = torch.zeros_like(ids)
    for place, (prompt, reply) in enumerate(whole):
        ids[place, : len(prompt) + len(reply)] = torch.tensor([*prompt, *reply], device=device)
        mask[place, : len(prompt) + len(reply)] = 1
    logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
    sums = [
        logits[place, len(prompt) - 1 : len(prompt) + len(reply) - 1]
        .double()
        .log_softmax(-1)
        .gather(1, ids[place, len(prompt) : len(prompt) + len(reply), None])
        .sum()
        for place, (prompt, reply) in enumerate(whole)
    ]
    return torch.stack(sums).reshape(len(batch), 2).cpu()
