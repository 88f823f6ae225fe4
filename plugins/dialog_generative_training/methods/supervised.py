"""Learning from what was said: what `scratch`, `continue`, `full` and `lora` have in common."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialog_generative_training.chats import IGNORED, ChatWriter, Row, messages_of
from dialog_generative_training.checkpoints import resumable
from dialog_generative_training.material import Material
from dialog_generative_training.measuring import Measured, measure
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.setup import Setup

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase, Trainer

LOGIT_BYTES = 10  # of each logit: itself in half precision, in full precision, and its gradient
ROOM = 2**31  # bytes of memory that logits may take on a CPU
GPU_SHARE = 0.25  # of a GPU's free memory
EVERYTHING = ("scratch", "continue")  # methods that learn whole dialogues unless told otherwise


def replies_only(options: LanguageModelTraining) -> bool:
    """Return whether only what the bot said is learnt."""
    if options.loss_on is not None:
        return options.loss_on == "replies"
    return options.method not in EVERYTHING


def examples(material: Material, tokenizer: "PreTrainedTokenizerBase", options: LanguageModelTraining) -> "Dataset":
    """Return the rows to learn from: tokens and labels, several examples to a row where `packing` is true."""
    rows = [*chat_rows(material, tokenizer, options.max_length, replies_only=replies_only(options))]
    if not replies_only(options):
        rows += text_rows(material.texts, tokenizer, options.max_length)
    return dataset_of(rows, options.max_length if options.packing else 0)


def trainer(setup: Setup, *, adapted: Callable[[Setup, Any], Any] | None = None, **arguments: Any) -> "Trainer":
    """Return TRL's trainer.

    Args:
        setup: What to train.
        adapted: Puts matrices into a model that learn instead of its weights.
        arguments: Of the method, beside those all methods set alike.
    """
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    model = setup.make_model()
    takes_positions = _takes_positions(model)
    if adapted is not None:
        model = adapted(setup, model)
    config = SFTConfig(
        **{**setup.arguments, **arguments},
        max_length=None,  # rows are as long as they are to be
        dataset_kwargs={"skip_prepare_dataset": True},
    )
    found: Trainer = _quick(resumable(SFTTrainer))(
        model=model,
        args=config,
        train_dataset=setup.train,
        eval_dataset=setup.validation if len(setup.validation) else None,
        processing_class=setup.tokenizer,
        data_collator=Batches(_pad_id(setup.tokenizer), positions=takes_positions),
        callbacks=list(setup.callbacks),
    )
    return found


def _quick(trainer: Any) -> Any:
    """Return a kind of TRL's trainer that computes the loss as the model itself does where there is room for that.

    TRL goes over the vocabulary piece by piece, and computes entropies and accuracies that nobody asks for here: that
    saves memory, and on a CPU costs a third of the speed of a small model.
    """

    class Quick(trainer):  # type: ignore[misc]
        def compute_loss(
            self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            from transformers import Trainer

            if not _room_for_logits(self.model, inputs["input_ids"]):
                return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
            inputs["use_cache"] = False  # with one, packed examples would see each other
            return Trainer.compute_loss(self, model, inputs, return_outputs, num_items_in_batch)

    Quick.__name__ = trainer.__name__
    return Quick


def _room_for_logits(model: Any, ids: "torch.Tensor") -> bool:
    import torch

    needed = ids.numel() * model.config.get_text_config().vocab_size * LOGIT_BYTES
    free = torch.cuda.mem_get_info(ids.device)[0] if ids.is_cuda else ROOM
    return bool(needed <= (free * GPU_SHARE if ids.is_cuda else free))


def figures(
    model: Any,
    reference: Callable[[], Any],
    material: Material,
    tokenizer: "PreTrainedTokenizerBase",
    options: LanguageModelTraining,
) -> Mapping[str, float]:
    """Return a model's perplexity and bits per byte over replies; over plain texts where there are no dialogues."""
    return measure(model, measured(material, tokenizer, options.max_length), _pad_id(tokenizer))


def measured(material: Material, tokenizer: "PreTrainedTokenizerBase", max_length: int) -> Measured:
    """Return what is measured of some material, whatever of it is learnt."""
    if material.dialogues:
        rows = [*chat_rows(material, tokenizer, max_length, replies_only=True)]
        said = [turn.text for dialogue in material.dialogues for turn in dialogue.turns if turn.role == "bot"]
    else:
        rows = [*text_rows(material.texts, tokenizer, max_length)]
        said = [*material.texts]
    return Measured(rows, sum(len(text.encode(errors="replace")) for text in said))


def chat_rows(
    material: Material, tokenizer: "PreTrainedTokenizerBase", max_length: int, *, replies_only: bool
) -> Iterator[Row]:
    """Yield the examples dialogues make; one without anything to learn is left out."""
    writer = ChatWriter(tokenizer, max_length)
    for dialogue in material.dialogues:
        for row in writer.rows(messages_of(dialogue), replies_only=replies_only):
            if any(label != IGNORED for label in row.labels[1:]):
                yield row


def text_rows(texts: Iterable[str], tokenizer: "PreTrainedTokenizerBase", max_length: int) -> Iterator[Row]:
    """Yield the examples plain texts make: as many as a text is long, the last with the token that ends texts."""
    control = set(tokenizer.get_added_vocab())
    for text in texts:
        if any(token in text for token in control):  # quoted, not meant
            for token in control:
                text = text.replace(token, " ".join(token))
        ids = tokenizer.encode(text, add_special_tokens=False)
        if tokenizer.eos_token_id is not None:
            ids = [*ids, tokenizer.eos_token_id]
        for start in range(0, len(ids), max_length):
            part = tuple(ids[start : start + max_length])
            if len(part) > 1:
                yield Row(part, part)


def dataset_of(rows: Sequence[Row], packed: int = 0) -> "Dataset":
    """Return rows as a dataset; several share a row of this many tokens unless it is 0."""
    from datasets import Dataset, Features, Value
    from datasets import Sequence as Several

    features = Features({"input_ids": Several(Value("int32")), "labels": Several(Value("int32"))})
    columns: dict[str, list[tuple[int, ...]]] = {
        "input_ids": [row.ids for row in rows],
        "labels": [row.labels for row in rows],
    }
    found = Dataset.from_dict(columns, features=features)
    if not packed or not rows:
        return found
    from trl.data_utils import pack_dataset

    return pack_dataset(found, packed, "bfd")


class Batches:
    """Puts rows into a batch: filled up on the right, with positions that begin anew with each example of a row.

    Where a model takes positions, they alone keep examples apart: what is on the right of a token has no effect on it,
    and transformers has attention end where positions begin anew, as long as there is neither a mask nor a cache.
    """

    def __init__(self, pad_id: int, *, positions: bool = True) -> None:
        self._pad_id = pad_id
        self._positions = positions

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, "torch.Tensor"]:
        """Return a batch."""
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        ids = torch.full((len(rows), longest), self._pad_id)
        labels = torch.full((len(rows), longest), IGNORED)
        positions = torch.arange(longest).repeat(len(rows), 1)
        mask = torch.zeros_like(ids)
        for number, row in enumerate(rows):
            length = len(row["input_ids"])
            ids[number, :length] = torch.tensor(row["input_ids"])
            labels[number, :length] = torch.tensor(row["labels"])
            mask[number, :length] = 1
            start = 0
            for part in row.get("seq_lengths", ())[:-1]:
                start += part
                positions[number, start:] = torch.arange(longest - start)
                labels[number, start] = IGNORED  # nothing foretells how the next example begins
        batch = {"input_ids": ids, "labels": labels}
        return batch | ({"position_ids": positions} if self._positions else {"attention_mask": mask})


def _takes_positions(model: Any) -> bool:
    return "position_ids" in inspect.signature(model.forward).parameters


def _pad_id(tokenizer: "PreTrainedTokenizerBase") -> int:
    assert isinstance(tokenizer.pad_token_id, int)
    return tokenizer.pad_token_id
