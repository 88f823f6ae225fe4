"""Training `hybrid`: how much parts count, and how far the result can be trusted."""

import json
from pathlib import Path

import pytest

from dialog_core import TrainingError
from dialog_core.testing import make_turn
from dialog_retrieval.hybrid.options import HybridOptions
from dialog_retrieval.hybrid.policy import HybridPolicy
from dialog_retrieval_training.hybrid_trainer import HybridTrainer
from dialog_retrieval_training.options import HybridTraining
from tests.plugins.dialog_retrieval_training.shop import ASKED, OUTSIDE, context_of, train, write_rows

OPTIONS = HybridOptions(knowledge=("faq",))
MORE = [(f"{start} {text}", "out_of_scope") for text, _ in OUTSIDE for start in ("tell me", "how much", "price of")]


def test_what_is_learnt_about_putting_together_is_served(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", [*ASKED, *OUTSIDE, *MORE])
    job, result = train(HybridTrainer, tmp_path, HybridTraining(data=(data,), held_out=0.7), OPTIONS)
    settings = json.loads((job.directory / "settings.json").read_text())
    assert result.details["settings"] == settings
    assert result.metrics["mrr"] + 0.1 * result.metrics["abstention_auroc"] >= (
        result.before["mrr"] + 0.1 * result.before["abstention_auroc"]
    )
    if "hybrid" in settings:
        assert set(settings["hybrid"]["weights"]) <= {"faiss", "bm25.rank", "faiss.rank", "agreement"}
        assert all(weight >= 0 for weight in settings["hybrid"]["confidence"]["weights"].values())
    served = HybridPolicy(OPTIONS, context_of(tmp_path, artefact=job.directory))
    hits = served.search(make_turn("is the lamp expensive"), 3)
    assert hits[0].entry.id == "lamp"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_encoder_is_trained_where_that_is_asked_for_and_only_then(tmp_path: Path) -> None:
    alone, _ = train(HybridTrainer, tmp_path / "alone", HybridTraining(), OPTIONS)
    assert not (alone.directory / "encoder").exists()
    with_encoder, result = train(HybridTrainer, tmp_path / "too", HybridTraining(train_encoder=True), OPTIONS)
    assert len(result.details["attempts"]) > 1
    served = HybridPolicy(OPTIONS, context_of(tmp_path / "too", artefact=with_encoder.directory))
    assert served.search(make_turn("How much is the lamp?"), 1)[0].entry.id == "lamp"


def test_two_encoders_cannot_be_trained_at_once(tmp_path: Path) -> None:
    options = HybridOptions(knowledge=("faq",), retrievers=({"use": "faiss"}, {"use": "faiss", "name": "other"}))
    with pytest.raises(TrainingError, match="takes one part `faiss`, and there are 2"):
        train(HybridTrainer, tmp_path, HybridTraining(train_encoder=True), options)


def test_a_bot_file_that_says_how_much_a_part_counts_is_obeyed(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", [*ASKED, *OUTSIDE, *MORE])
    options = HybridOptions(knowledge=("faq",), weights={"faiss": 0.0, "faiss.rank": 0.0})
    job, _ = train(HybridTrainer, tmp_path, HybridTraining(data=(data,), held_out=0.7), options)
    settings = json.loads((job.directory / "settings.json").read_text())
    assert not {"faiss", "faiss.rank"} & set(settings.get("hybrid", {}).get("weights", {}))
