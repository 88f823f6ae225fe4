"""Tuning `bm25`: what is better on questions that were held out is served."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_turn
from dialog_retrieval.bm25.options import BM25Options, FieldWeights
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval_training.bm25_trainer import BM25Trainer
from dialog_retrieval_training.bm25_tuning import climb
from dialog_retrieval_training.options import BM25Training
from tests.plugins.dialog_retrieval_training.shop import ENTRIES, OUTSIDE, WARES, context_of, train, write_rows

# What is asked stands in the answers alone, and the bot file says that these do not count.
TELLING = [
    KnowledgeEntry(ware, (f"Notes on item {number}",), f"The {ware} is made of wood.")
    for number, ware in enumerate(WARES)
]
ASKED = [(text.format(ware), ware) for ware in WARES for text in ("notes on the {}", "item {}", "a {} of wood")]
DEAF = BM25Options(knowledge=("faq",), fields=FieldWeights(answer=0.0))


def test_settings_with_which_held_out_questions_find_more_are_served(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", [*ASKED, *OUTSIDE])
    job, result = train(BM25Trainer, tmp_path, BM25Training(data=(data,)), DEAF, TELLING)
    assert result.metrics["mrr"] > result.before["mrr"] + 0.3
    assert 0 <= result.metrics["abstention_auroc"] <= 1
    settings = json.loads((job.directory / "settings.json").read_text())["bm25"]
    assert settings["fields"]["answer"] > 0
    assert any("bm25: answer 0 -> " in remark for remark in result.remarks)
    before, after = (
        BM25Policy(DEAF, context_of(tmp_path, TELLING, artefact=artefact)) for artefact in (None, job.directory)
    )
    asked = make_turn("what is the vase made of")
    assert before.search(asked, 1) == []
    assert after.search(asked, 1)[0].entry.id == "vase"


def test_what_is_no_better_is_not_kept_and_the_trainer_says_so(tmp_path: Path) -> None:
    options = BM25Options(knowledge=("faq",))
    job, result = train(BM25Trainer, tmp_path, BM25Training(), options, ENTRIES)
    assert json.loads((job.directory / "settings.json").read_text()) == {"bm25": {}}
    assert result.metrics == result.before
    assert any("stay" in remark for remark in result.remarks)
    served = BM25Policy(options, context_of(tmp_path, artefact=job.directory))
    assert served.search(make_turn("How much is the lamp?"), 1)[0].entry.id == "lamp"


def test_the_same_seed_gives_the_same_settings(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "data.jsonl", ASKED)
    found = [
        train(BM25Trainer, tmp_path / str(number), BM25Training(data=(data,)), DEAF, TELLING)[1] for number in (1, 2)
    ]
    assert found[0] == found[1]


def test_a_walk_leaves_the_start_for_what_is_better_and_not_for_chance() -> None:
    axes = {"height": (0.0, 1.0, 2.0, 3.0), "width": (0.0, 1.0, 2.0)}

    def judge(settings: Mapping[str, float]) -> list[float]:
        lucky = 10 * settings["width"]  # one question gains much by it, and the others lose nothing
        return [*[-abs(settings["height"] - 2)] * 20, lucky]

    assert climb({"height": 0.0, "width": 0.0}, axes, judge) == {"height": 2.0, "width": 0.0}


def test_a_single_question_is_no_reason_to_change_anything() -> None:
    assert climb({"height": 0.0}, {"height": (0.0, 1.0)}, lambda settings: [settings["height"]]) == {"height": 0.0}


def test_passages_are_tuned_as_passages(tmp_path: Path) -> None:
    entries = [
        KnowledgeEntry(ware, ("Shop",), f"This {ware} is made of good wood and lasts long.", passage=True)
        for ware in WARES
    ]
    _, result = train(BM25Trainer, tmp_path, BM25Training(), BM25Options(knowledge=("faq",)), entries)
    assert result.details["settings_before"]["b"] == pytest.approx(0.75)
    assert result.metrics["mrr"] >= result.before["mrr"]
