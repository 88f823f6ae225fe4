"""`seq2seq`: encoder-decoders learn to answer a dialogue they read, in the form the policy has them read it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialog_core.training import TrainingJob
from dialog_generative.chat import ChatMessage
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import TransformersOptions
from dialog_generative.local.text.rendering import Renderer, make_renderer
from dialog_generative.local.text.tokenizing import ChatTokenizer
from dialog_generative_training.chats import IGNORED, messages_of
from dialog_generative_training.checkpoints import resumable
from dialog_generative_training.material import Material
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.setup import Setup, TrainingMethod

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase, Trainer

    from dialog_generative_training.bases import Base

learning_rate = 3e-4
MEASURED = 8  # dialogues that are measured together
MOST_LOGITS = 32_000_000  # at once

Row = Mapping[str, list[int]]


def examples(material: Material, tokenizer: "PreTrainedTokenizerBase", options: LanguageModelTraining) -> "Dataset":
    """Return what is read and what is to be answered, as token ids, for a model that is fed lines or a template."""
    return _dataset(_rows(material, _Writer(tokenizer, _lines(tokenizer), options.max_length)))


def trainer(setup: Setup) -> "Trainer":
    """Return a trainer of all weights."""
    from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainer, Seq2SeqTrainingArguments

    model = setup.make_model()
    arguments = Seq2SeqTrainingArguments(
        **setup.arguments, label_smoothing_factor=0.0, predict_with_generate=False, prediction_loss_only=True
    )
    found: Trainer = resumable(Seq2SeqTrainer)(
        model=model,
        args=arguments,
        train_dataset=setup.train,
        eval_dataset=setup.validation if len(setup.validation) else None,
        processing_class=setup.tokenizer,
        data_collator=DataCollatorForSeq2Seq(setup.tokenizer, model=model, label_pad_token_id=IGNORED),
        callbacks=list(setup.callbacks),
    )
    return found


def figures(
    model: Any,
    reference: Callable[[], Any],
    material: Material,
    tokenizer: "PreTrainedTokenizerBase",
    options: LanguageModelTraining,
) -> Mapping[str, float]:
    """Return a model's perplexity and bits per byte over replies."""
    writer = _Writer(tokenizer, _lines(tokenizer), options.max_length)
    return _measure(model, list(_rows(material, writer)), writer, tokenizer)


def as_served(base: "Base", job: TrainingJob) -> TrainingMethod:
    """Return the method for a model that is fed as its policy feeds it: the form depends on both."""
    end: Any = base.tokenizer.eos_token_id
    pad: Any = base.tokenizer.pad_token_id
    loaded = LoadedModel(
        model=base.make(),
        tokenizer=base.tokenizer,
        device=None,  # type: ignore[arg-type] # nothing is run
        encoder_decoder=True,
        window=0,
        end_ids=(end,),
        pad_id=pad,
        name=base.name,
    )
    chats = ChatTokenizer(base.tokenizer)
    return _AsServed(chats, make_renderer(loaded, chats, job.component, job.context.language))


@dataclass(slots=True)
class _AsServed:
    """The method with the form of one policy."""

    chats: ChatTokenizer
    renderer: Renderer
    learning_rate: float = learning_rate

    def examples(self, material: Any, tokenizer: Any, options: LanguageModelTraining) -> "Dataset":
        return _dataset(_rows(material, self._writer(tokenizer, options)))

    def trainer(self, setup: Setup) -> "Trainer":
        return trainer(setup)

    def figures(
        self, model: Any, reference: Callable[[], Any], material: Any, tokenizer: Any, options: LanguageModelTraining
    ) -> Mapping[str, float]:
        writer = self._writer(tokenizer, options)
        return _measure(model, list(_rows(material, writer)), writer, tokenizer)

    def _writer(self, tokenizer: Any, options: LanguageModelTraining) -> "_Writer":
        return _Writer(tokenizer, (self.chats, self.renderer), options.max_length)


class _Writer:
    """Writes what is read and what is answered as tokens."""

    def __init__(
        self, tokenizer: "PreTrainedTokenizerBase", form: tuple[ChatTokenizer, Renderer], max_length: int
    ) -> None:
        self._end: Any = tokenizer.eos_token_id
        self._chats, self._renderer = form
        self._max_length = max_length

    def read(self, messages: Sequence[ChatMessage]) -> list[int] | None:
        """Return a dialogue; without its oldest turns where it is too long, None where its last message alone is."""
        system = [message for message in messages[:1] if message.role == "system"]
        rest = list(messages[len(system) :])
        while rest:
            ids = self._renderer.render([*system, *rest], (), "").ids
            if len(ids) <= self._max_length:
                return list(ids)
            later = [place for place, message in enumerate(rest) if message.role == "user" and place > 0]
            rest = rest[later[0] :] if later else []
        return None

    def answer(self, text: str) -> list[int]:
        """Return a reply, with what ends it."""
        ids = [*self._chats.before, *self._chats.encode(self._chats.defuse(text)), *self._chats.after]
        if self._end is not None and ids[-1:] != [self._end]:
            ids.append(self._end)
        return ids[: self._max_length]


def _rows(material: Material, writer: _Writer) -> Iterator[tuple[Row, int]]:
    """Yield an example for each reply that has something before it, with how many bytes the reply is."""
    for dialogue in material.dialogues:
        messages = [ChatMessage(one["role"], one["content"]) for one in messages_of(dialogue)]  # type: ignore[arg-type]
        for place, message in enumerate(messages):
            if message.role != "assistant" or not any(one.role == "user" for one in messages[:place]):
                continue
            read = writer.read(messages[:place])
            if read is not None:
                yield (
                    {"input_ids": read, "labels": writer.answer(message.text)},
                    len(message.text.encode(errors="replace")),
                )


def _dataset(rows: Iterator[tuple[Row, int]]) -> "Dataset":
    from datasets import Dataset, Features, Value
    from datasets import Sequence as Several

    found = [row for row, _ in rows]
    features = Features({"input_ids": Several(Value("int32")), "labels": Several(Value("int32"))})
    return Dataset.from_dict({name: [row[name] for row in found] for name in features}, features=features)


def _lines(tokenizer: "PreTrainedTokenizerBase") -> tuple[ChatTokenizer, Renderer]:
    """Return the form in which a model is fed of which nothing but the tokenizer is known."""
    from types import SimpleNamespace

    model = SimpleNamespace(config=SimpleNamespace(model_type=""))
    loaded: Any = SimpleNamespace(tokenizer=tokenizer, model=model, encoder_decoder=True, end_ids=(), name="the model")
    chats = ChatTokenizer(tokenizer)
    return chats, make_renderer(loaded, chats, TransformersOptions(), "en")


def _measure(
    model: Any, rows: Sequence[tuple[Row, int]], writer: _Writer, tokenizer: "PreTrainedTokenizerBase"
) -> dict[str, float]:
    count = sum(len(row["labels"]) for row, _ in rows)
    if not count:
        return {}
    nats = _log_loss(model, [row for row, _ in rows], tokenizer)
    return {
        "perplexity": math.exp(min(nats / count, 700.0)),
        "bits_per_byte": nats / math.log(2) / max(sum(size for _, size in rows), 1),
    }


def _log_loss(model: Any, rows: Sequence[Row], tokenizer: "PreTrainedTokenizerBase") -> float:
    """Return the negative logarithm of how likely a model finds the replies, summed."""
    import torch

    device = next(model.parameters()).device
    vocabulary = int(model.get_input_embeddings().weight.shape[0])
    pad: Any = tokenizer.pad_token_id
    training = model.training
    model.eval()
    total = 0.0
    try:
        with torch.inference_mode():
            for batch in _batches(rows, max(MOST_LOGITS // vocabulary, 1)):
                labels = _padded([row["labels"] for row in batch], IGNORED).to(device)
                ids = _padded([row["input_ids"] for row in batch], pad).to(device)
                mask = _padded([[1] * len(row["input_ids"]) for row in batch], 0).to(device)
                logits = model(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).logits
                total += float(
                    torch.nn.functional.cross_entropy(
                        logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum"
                    )
                )
    finally:
        model.train(training)
    return total


def _batches(rows: Sequence[Row], most: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in sorted(rows, key=lambda row: len(row["labels"])):
        if batch and (len(batch) == MEASURED or len(row["labels"]) * (len(batch) + 1) > most):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _padded(rows: Sequence[Sequence[int]], filling: int) -> "torch.Tensor":
    import torch

    longest = max(map(len, rows))
    return torch.tensor([[*row, *[filling] * (longest - len(row))] for row in rows])
