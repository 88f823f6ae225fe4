"""Reranking with cross-encoders that are built, and one that is trained, here."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from dialog_core import PluginError
from dialog_core.configuration import ConfigurationError, Node, check, load
from dialog_core.datasets import KnowledgeEntry
from dialog_core.retrieval import Hit
from dialog_core.testing import make_context, make_turn
from dialog_retrieval.hybrid.options import HybridOptions, RerankOptions
from dialog_retrieval.hybrid.policy import HybridPolicy
from dialog_retrieval.hybrid.rerank import Reranker
from tests.plugins.dialog_retrieval.hybrid.cross_encoders import save_cross_encoder

pytest.importorskip("sentence_transformers")

ENTRIES = tuple(
    KnowledgeEntry(str(number), (f"question number {number} about {word}",), f"The answer is {word}.")
    for number, word in enumerate(
        ("apples", "pears", "plums", "grapes", "figs", "dates", "nuts", "kiwis", "limes", "rye")
    )
)
HITS = tuple(Hit(entry, "faq", 0.9 - number / 20, entry.questions[0]) for number, entry in enumerate(ENTRIES))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = [text for entry in ENTRIES for text in (*entry.questions, entry.answer)]
    return save_cross_encoder(tmp_path_factory.mktemp("cross"), texts)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.entry.id for hit in hits]


def test_the_model_puts_the_best_in_order_anew(model: Path) -> None:
    reranker = Reranker(RerankOptions(model=model, weight=1.0), "both")
    found = reranker.rerank(make_turn("about figs", seconds=60), "about figs", HITS)
    assert sorted(ids(found)) == sorted(ids(HITS))
    verdicts = [hit.features["cross_encoder"] for hit in found]
    assert verdicts == sorted(verdicts, reverse=True)
    assert len(set(verdicts)) > 1
    assert [hit.score for hit in found] == pytest.approx(verdicts)
    assert all(hit.features["reranked"] == 1.0 for hit in found)


def test_without_any_weight_the_order_stays(model: Path) -> None:
    reranker = Reranker(RerankOptions(model=model, weight=0.0), "both")
    found = reranker.rerank(make_turn("about figs", seconds=60), "about figs", HITS)
    assert ids(found) == ids(HITS)
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in HITS])


def test_only_so_many_are_read_and_the_others_follow(model: Path) -> None:
    reranker = Reranker(RerankOptions(model=model, weight=1.0, top_k=4), "both")
    found = reranker.rerank(make_turn("about figs", seconds=60), "about figs", HITS)
    assert sorted(ids(found[:4])) == ids(HITS[:4])
    assert ids(found[4:]) == ids(HITS[4:])
    assert [hit.features["reranked"] for hit in found] == [1.0] * 4 + [0.0] * 6
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_turn_that_is_nearly_over_keeps_the_order_and_says_so(model: Path) -> None:
    reranker = Reranker(RerankOptions(model=model), "both")
    reranker.warm()
    found = reranker.rerank(make_turn("about figs", seconds=0), "about figs", HITS)
    assert ids(found) == ids(HITS)
    assert [hit.features["reranked"] for hit in found] == [0.0] * len(HITS)


def test_it_takes_no_longer_than_it_may(model: Path) -> None:
    reranker = Reranker(RerankOptions(model=model, budget=1e-9), "both")
    found = reranker.rerank(make_turn("about figs", seconds=60), "about figs", HITS)
    assert [hit.features["reranked"] for hit in found] == [0.0] * len(HITS)


def test_a_hybrid_reranks_and_survives_a_model_that_cannot_be_read(model: Path, tmp_path: Path) -> None:
    def search(directory: Path) -> Sequence[Hit]:
        options = HybridOptions(knowledge="faq", retrievers=["bm25"], rerank=RerankOptions(model=directory))
        policy = HybridPolicy(options, make_context("both", knowledge={"faq": ENTRIES}))
        assert not policy.inline
        return policy.search(make_turn("question about figs", seconds=60), 3)

    assert search(model)[0].features["reranked"] == 1.0
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    (best, *_) = search(tmp_path)
    assert best.entry.id == "4"
    assert best.features["failed"] == 1.0


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "figs " * 5000])
def test_strange_text_is_read(model: Path, text: str) -> None:
    strange = Hit(KnowledgeEntry("strange", (text,), text), "faq", 0.5, text)
    found = Reranker(RerankOptions(model=model), "both").rerank(make_turn(text, seconds=60), text, [*HITS[:2], strange])
    assert len(found) == 3


def test_a_model_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PluginError, match=r"`rerank` of 'both'.*cannot be read"):
        Reranker(RerankOptions(model=tmp_path), "both").warm()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(PluginError, match="'nobody/has-this' is not on this machine and cannot be fetched"):
        Reranker(RerankOptions(model="nobody/has-this"), "both").warm()


def test_weights_that_would_have_to_be_unpickled_are_refused(model: Path, tmp_path: Path) -> None:
    import shutil

    import torch
    from safetensors.torch import load_file

    copied = tmp_path / "pickled"
    shutil.copytree(model, copied)
    torch.save(load_file(copied / "model.safetensors"), copied / "pytorch_model.bin")
    os.remove(copied / "model.safetensors")
    with pytest.raises(PluginError, match="cannot be read"):
        Reranker(RerankOptions(model=copied), "both").warm()


def test_a_mistake_in_its_options_is_told(tmp_path: Path) -> None:
    file = tmp_path / "hybrid.yaml"
    file.write_text("knowledge: faq\nrerank: {model: ./nowhere, topk: 3}\n", encoding="utf-8")
    node: Node = load(file).node
    _, problems = check(HybridOptions, node)
    assert len(problems) == 2
    assert "topk" in str(ConfigurationError(problems))


@pytest.mark.slow
def test_a_model_that_was_trained_puts_entries_in_a_better_order(tmp_path: Path) -> None:
    """Trained to see whether question and entry are about the same thing, which their order so far does not say."""
    import torch

    from tests.plugins.dialog_retrieval.hybrid.cross_encoders import tiny_cross_encoder

    rng = random.Random(1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more only wait for each other with so small a model
    things = [f"thing{number}" for number in range(12)]
    model, tokenizer, _ = tiny_cross_encoder([*things, "how do i use", "about", "this is"])
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    model.train()
    for _ in range(450):
        asked = [rng.choice(things) for _ in range(48)]
        told = [one if rng.random() < 0.5 else rng.choice(things) for one in asked]
        batch = tokenizer(
            [f"how do i use {one}" for one in asked],
            [f"about {one}\nthis is {one}" for one in told],
            padding=True,
            return_tensors="pt",
        )
        right = torch.tensor([[float(first == second)] for first, second in zip(asked, told, strict=True)])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(**batch).logits, right)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    torch.set_num_threads(threads)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)

    reranker = Reranker(RerankOptions(model=tmp_path, weight=1.0, budget=60), "both")
    ranks = []
    for thing in things:
        shuffled = rng.sample(things, len(things))
        hits = [
            Hit(KnowledgeEntry(one, (f"about {one}",), f"this is {one}"), "faq", 0.5, f"about {one}")
            for one in shuffled
        ]
        question = f"how do i use {thing}"
        found = ids(reranker.rerank(make_turn(question, seconds=60), question, hits))
        ranks.append((shuffled.index(thing) + 1, found.index(thing) + 1))
    before, after = (sum(1 / rank[which] for rank in ranks) / len(ranks) for which in (0, 1))
    assert after > 0.8 > 2 * before
