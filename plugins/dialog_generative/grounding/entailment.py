"""How much of a reply its evidence entails, judged by a cross-encoder for natural language inference.

torch and transformers are imported, and the model is read, when the first reply is judged.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dialog_core import PluginError
from dialog_generative.errors import GenerationError
from dialog_generative.grounding.words import sentences, terms
from dialog_generative.options import EntailmentOptions

BATCH = 16  # pairs
LONGEST_PAIR = 512  # tokens; the longer of the two is cut, which is the evidence
MOST_SENTENCES = 20  # of a reply that are judged


class Entailment:
    """Judges replies; in a thread of its own, one after the other."""

    def __init__(self, options: EntailmentOptions) -> None:
        self._options = options
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="entailment")
        self._judge: _Judge | None = None

    async def judge(self, reply: str, evidence: Sequence[str]) -> float:
        """Return the mean over the reply's sentences of how likely it is that some piece of evidence entails it.

        Raises:
            GenerationError: The model cannot be used.
        """
        said = [sentence for sentence in sentences(reply) if any(terms(sentence))][:MOST_SENTENCES]
        if not said or not evidence:
            return 0.0
        pairs = [(text, sentence) for sentence in said for text in evidence]
        entailed = await asyncio.get_running_loop().run_in_executor(self._thread, self._entailed, pairs)
        each = len(evidence)
        return sum(max(entailed[at : at + each]) for at in range(0, len(pairs), each)) / len(said)

    def _entailed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        if self._judge is None:
            self._judge = _Judge(self._options)
        return self._judge.entailed(pairs)


class _Judge:
    """A model in memory."""

    def __init__(self, options: EntailmentOptions) -> None:
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer

            from dialog_generative.local.loading import find_device
        except ModuleNotFoundError as error:
            raise GenerationError(
                f"`entailment` needs the package {error.name!r}, which is not installed. "
                "Run: pip install 'dialog-core[generative]'"
            ) from error
        name = options.model
        try:
            device = find_device(options.device)
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(name, use_safetensors=True)
        except PluginError as error:
            raise GenerationError(f"`entailment`: {error}") from error
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            told = " ".join(str(error).split())[:300]
            raise GenerationError(
                f"the model for `entailment`, {name!r}, cannot be read: {told} Give the folder of a model for natural "
                "language inference with its tokenizer and `model.safetensors`, or leave `entailment` out."
            ) from error
        self._model.to(device).eval()
        self._label = self._find_label(name)
        limit = min(self._tokenizer.model_max_length, LONGEST_PAIR)
        positions = getattr(self._model.config, "max_position_embeddings", None)
        self._limit = min(limit, positions) if isinstance(positions, int) and positions > 0 else limit

    def _find_label(self, name: str) -> int:
        """Return which of the model's labels says that one text entails another; models order them differently."""
        labels: dict[int, str] = self._model.config.id2label
        for number, label in labels.items():
            if str(label).casefold().startswith("entail"):
                return int(number)
        raise GenerationError(
            f"the model for `entailment`, {name!r}, has no label `entailment`; its labels are "
            f"{', '.join(map(str, labels.values()))}. Choose a model for natural language inference, or name the "
            "labels in its config.json under `id2label`."
        )

    def entailed(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return how likely the first text of each pair entails the second."""
        import torch

        found: list[float] = []
        with torch.inference_mode():
            for start in range(0, len(pairs), BATCH):
                batch = pairs[start : start + BATCH]
                inputs = self._tokenizer(
                    [premise for premise, _ in batch],
                    [hypothesis for _, hypothesis in batch],
                    padding=True,
                    truncation="longest_first",
                    max_length=self._limit,
                    return_tensors="pt",
                ).to(self._model.device)
                logits = self._model(**inputs).logits.float()
                found += torch.softmax(logits, dim=-1)[:, self._label].tolist()
        return found
