"""Fitting an encoder that learns from plain texts, such as `lsa`: from which texts, and to which length of vectors."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.training import Progress
from dialog_retrieval.dense.options import FaissOptions
from dialog_retrieval.dense.phrasings import texts_of
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.tuned import ENCODER
from dialog_retrieval_training.measuring import mean_reciprocal_rank, search
from dialog_retrieval_training.options import EncoderTraining
from dialog_retrieval_training.reading import read_texts
from dialog_retrieval_training.sentence_fitting import Fitted
from dialog_retrieval_training.serving import save_settings, trained_with
from dialog_retrieval_training.splitting import Split

LENGTHS = "dimensions"  # the option of `lsa`
FACTORS = (0.5, 1.0, 2.0)  # of its own length, if none are given
LONGEST = 4096
GAIN = 2e-3  # of the mean reciprocal rank, for which a length further down the list is taken


def fit_on_texts(
    encoder: Any,
    component: FaissOptions,
    split: Split,
    options: EncoderTraining,
    context: Context,
    directory: Path,
    checkpoints: Path,
    progress: Progress,
) -> Fitted:
    """Fit an encoder to the knowledge and more texts, and write the best into the directory of an artefact.

    Args:
        encoder: The encoder, not fitted yet.
        component: The options of the policy.
        split: Questions to choose by, and the knowledge.
        options: Which lengths, which texts.
        context: Of the component, as if nothing had been trained.
        directory: The directory of the artefact.
        checkpoints: A place for what is tried.
        progress: Where to say how far it is.
    """
    # Answers are not searched, but in them stands which words are used alike.
    own = [text for item in split.entries for text in (*texts_of(item.entry), item.entry.answer) if text.strip()]
    texts = read_texts(options.texts, context, split=options.split, untold="whole")
    extra = [*texts, *(question.text for question in split.training)]
    corpora = {"knowledge": [text for item in split.entries for text in texts_of(item.entry)], "all": [*own, *extra]}
    attempts: list[dict[str, Any]] = []
    best: tuple[float, Path] | None = None
    specs = [(corpus, spec) for corpus in corpora for spec in _specs(component, encoder, corpora[corpus], options)]
    progress.stage("fitting the encoder", len(specs))
    workplace = checkpoints / "tried"
    shutil.rmtree(workplace, ignore_errors=True)
    for number, (corpus, spec) in enumerate(specs):
        tried = workplace / str(number)
        (tried / ENCODER).mkdir(parents=True)
        fitted = context.create("encoder", spec)
        fitted.fit(corpora[corpus])
        fitted.save(tried / ENCODER)
        save_settings(tried, {})
        searcher = FaissPolicy.make_indexing(component, trained_with(context, tried)).build(split.entries, None)
        reached = mean_reciprocal_rank(search(searcher, split.training, len(split.entries)))
        attempts.append({"texts": corpus, "dimension": int(fitted.dimension), "mrr": round(reached, 6)})
        if best is None or reached >= best[0] + GAIN:
            best = reached, tried
        progress.advance()
    assert best is not None
    shutil.copytree(best[1] / ENCODER, directory / ENCODER, dirs_exist_ok=True)
    shutil.rmtree(workplace, ignore_errors=True)
    chosen = attempts[int(best[1].name)]
    remark = (
        f"The encoder was fitted to {_named(chosen['texts'], extra)}; its vectors have {chosen['dimension']} numbers."
    )
    return Fitted({"attempts": attempts, "chosen": chosen}, [remark])


def _specs(
    component: FaissOptions, encoder: Any, texts: Sequence[str], options: EncoderTraining
) -> list[Mapping[str, Any]]:
    """Return what to try: the encoder as the bot file has it first, and then with other lengths."""
    spec = component.encoder
    written: dict[str, Any] = {"use": spec} if isinstance(spec, str) else dict(spec)
    encoder.fit(texts)
    usual = int(encoder.dimension)
    lengths = options.dimensions or tuple(round(usual * factor) for factor in FACTORS)
    return [
        written,
        *({**written, LENGTHS: length} for length in lengths if 2 <= length <= LONGEST and length != usual),
    ]


def _named(corpus: str, extra: Sequence[str]) -> str:
    if corpus == "knowledge":
        return "the questions of the knowledge alone"
    return f"the knowledge with its answers and {len(extra):,} more texts"
