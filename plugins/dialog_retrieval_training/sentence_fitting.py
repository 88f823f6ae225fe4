"""Fitting an encoder of sentence-transformers: pairs, hard negatives, adaptation, fine-tuning."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialog_core import Context, TrainingError
from dialog_core.training import Progress
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval.dense.indexing import VECTORS
from dialog_retrieval.dense.kept_vectors import KeptVectors
from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.dense.searcher import encode_questions
from dialog_retrieval.knowledge.entries import Numbered
from dialog_retrieval.tuned import ENCODER
from dialog_retrieval_training.batches import Example
from dialog_retrieval_training.contrastive import Prefixes, tune
from dialog_retrieval_training.logs import Logged, read_logs
from dialog_retrieval_training.negatives import Mine
from dialog_retrieval_training.options import EncoderTraining
from dialog_retrieval_training.pairs import Pair, distinct, pairs_of_knowledge, pairs_of_questions
from dialog_retrieval_training.quiet import quiet
from dialog_retrieval_training.reading import by_count, folded, read_texts
from dialog_retrieval_training.splitting import Split

FEWEST = 8  # pairs; from fewer nothing can be learnt

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of it.

    Attributes:
        details: For the manifest.
        remarks: For the person who trains.
    """

    details: dict[str, Any]
    remarks: list[str]


def fit_sentence_encoder(
    encoder: Any,
    split: Split,
    options: EncoderTraining,
    context: Context,
    directory: Path,
    checkpoints: Path,
    progress: Progress,
    prefixes: Prefixes,
) -> Fitted:
    """Train an encoder, and write it into the directory of an artefact.

    Args:
        encoder: The encoder as it is so far.
        split: What to learn from. Nothing of what is measured on is.
        options: How.
        context: Of the component, as if nothing had been trained.
        directory: The directory of the artefact.
        checkpoints: Where to leave how far it got.
        progress: Where to say that.
        prefixes: What the encoder wants before texts.

    Raises:
        ConfigurationError: A file has mistakes.
        TrainingError: There is too little to learn from.
    """
    adapting = read_texts(options.adapt.data, context, split=options.adapt.split) if options.adapt is not None else []
    logged = None if options.logs is None else read_logs(options.logs, split.knowledge)
    pairs = collect_pairs(split, options, logged)
    told = {name: len(found) for name, found in pairs.items()}
    everything = distinct(pair for found in pairs.values() for pair in found)
    if len(everything) < FEWEST:
        raise TrainingError(
            f"there are only {len(everything)} pairs of a question and what answers it to learn from, and it takes "
            f"{FEWEST}. Give `data`, write more phrasings into the knowledge, or allow more `pairs`"
        )
    progress.stage("looking for hard negatives", len(everything))
    examples = mined(everything, encoder, split.entries, options, context, progress)
    model = encoder.model
    longest = model.max_seq_length
    if options.adapt is not None:
        from dialog_retrieval_training.adapting import adapt

        model = adapt(model, adapting, options, context.seed, checkpoints, progress)
    model = tune(model, examples, options, prefixes, context.seed, checkpoints, progress)
    model.max_seq_length = longest
    progress.stage("writing the encoder")
    with quiet():
        model.save(str(directory / ENCODER), create_model_card=False, safe_serialization=True)
    remarks = [f"Learnt from {len(everything):,} pairs: {', '.join(by_count(told))}."]
    if logged is not None:
        remarks.append(
            f"In the logs {logged.good} answers were judged good and {logged.edited} put right; {logged.unknown} "
            "judgements are about no entry of this knowledge."
        )
    return Fitted({"pairs": told, "texts": len(adapting)}, remarks)


def collect_pairs(split: Split, options: EncoderTraining, logged: Logged | None = None) -> dict[str, list[Pair]]:
    """Return the pairs to learn from by where they come from; none has a text that is measured on."""
    measured = {folded(question.text) for question in split.validation}
    found = {
        "from the knowledge": pairs_of_knowledge(split.entries, options.pairs, split.held),
        "from questions": pairs_of_questions(split.training, split.entries),
        "from logs": pairs_of_questions(logged.questions if logged is not None else (), split.entries),
    }
    return {
        name: [pair for pair in pairs if folded(pair.asked) not in measured and folded(pair.found) not in measured]
        for name, pairs in found.items()
    }


def mined(
    pairs: Sequence[Pair],
    encoder: Any,
    entries: Sequence[Numbered],
    options: EncoderTraining,
    context: Context,
    progress: Progress,
) -> list[Example]:
    """Return each pair with its hard negatives."""
    if not options.hard_negatives:
        return [Example(pair) for pair in pairs]
    words = BM25Policy.make_indexing(BM25Options(knowledge=("all",)), context).build(entries, None)
    kept = KeptVectors(encoder, context.models / VECTORS, progress.note)
    examples: list[Example] = []
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        own = [pair for pair in pairs if pair.kind == kind]
        texts = [_text_of(item, kind) for item in entries]
        mine = Mine(entries, kind, texts, kept.encode(texts))
        examples += mine.find(
            own,
            encode_questions(encoder, [pair.asked for pair in own]),
            kept.encode([pair.found for pair in own]),
            words,
            options.hard_negatives,
            options.margin,
            progress,
            context.seed,
        )
    return examples


def _text_of(item: Numbered, kind: str) -> str:
    entry = item.entry
    if entry.passage:
        return next(iter(texts_of(entry)), "") if kind == "answer" else ""
    return entry.answer if kind == "answer" else next(iter(entry.questions), "")
