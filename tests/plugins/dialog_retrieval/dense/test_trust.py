import json
from pathlib import Path

import numpy as np
import pytest

from dialog_core import ArtefactError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_retrieval.confidence import Confidence
from dialog_retrieval.dense.lsa import LsaEncoder
from dialog_retrieval.dense.options import FaissOptions, LsaOptions
from dialog_retrieval.dense.policy import FaissPolicy
from dialog_retrieval.dense.searcher import DenseSearcher
from tests.plugins.dialog_retrieval.dense.test_disk import COLOURS, ENTRIES, THINGS
from tests.plugins.dialog_retrieval.dense.test_policy import SHOP


def confidence_of(*entries: KnowledgeEntry, seed: int = 0) -> Confidence:
    policy = FaissPolicy(FaissOptions(knowledge="faq"), make_context(knowledge={"faq": entries}, seed=seed))
    policy.warm()
    searcher = policy._searcher()
    assert isinstance(searcher, DenseSearcher)
    return searcher.confidence


def test_what_a_match_is_worth_is_learnt_from_the_knowledge_and_the_seed_alone() -> None:
    learnt = confidence_of(*ENTRIES)
    assert learnt == confidence_of(*ENTRIES)
    assert learnt != LsaEncoder.fallback
    assert learnt.weights["cosine"] > 0
    assert learnt.weights["margin"] >= 0


def test_a_nearer_match_is_never_worth_less() -> None:
    learnt = confidence_of(*ENTRIES)
    scores = [learnt.score({"cosine": cosine, "margin": 0.1}) for cosine in np.linspace(0, 1, 20)]
    assert scores == sorted(scores)


def test_too_little_knowledge_takes_the_weights_of_the_encoder() -> None:
    assert confidence_of(*SHOP) == LsaEncoder.fallback


@pytest.mark.parametrize(
    "entries",
    [
        [KnowledgeEntry(str(number), ("lamp",), "...") for number in range(30)],
        [KnowledgeEntry(str(number), ("😀",), "...") for number in range(30)],
        [KnowledgeEntry(str(number), (), "...") for number in range(30)],
    ],
    ids=["all the same", "no words", "no questions"],
)
def test_knowledge_that_teaches_nothing_takes_them_too(entries: list[KnowledgeEntry]) -> None:
    assert confidence_of(*entries).weights["cosine"] > 0


def test_questions_without_an_answer_score_lower_than_those_with_one() -> None:
    """Every other entry is left out, and asked about all the same."""
    kept, left_out = ENTRIES[::2], ENTRIES[1::2]
    policy = FaissPolicy(FaissOptions(knowledge="faq"), make_context(knowledge={"faq": kept}))

    def scores(entries: tuple[KnowledgeEntry, ...]) -> list[float]:
        return [policy.search(make_turn(f"price of a {entry.id}"), 1)[0].score for entry in entries]

    answered, unanswered = scores(kept), scores(left_out)
    better = np.mean([[one > other for other in unanswered] for one in answered])
    assert better > 0.95


def test_passages_teach_what_a_match_is_worth_too() -> None:
    texts = [f"The {thing} is made of {colour} wood and costs much money." for thing in THINGS for colour in COLOURS]
    entries = [KnowledgeEntry(str(n), ("Catalogue",), text, passage=True) for n, text in enumerate(texts)]
    assert confidence_of(*entries) != LsaEncoder.fallback


def trained(directory: Path, settings: object) -> Path:
    (directory / "settings.json").write_text(json.dumps(settings))
    encoder = LsaEncoder(LsaOptions(), make_context())
    encoder.fit(["a refund sends money back", "return the refund", "delivery by parcel post"])
    (directory / "encoder").mkdir()
    encoder.save(directory / "encoder")
    return directory


def test_what_was_trained_takes_the_place_of_what_would_be_learnt(tmp_path: Path) -> None:
    own = Confidence({"cosine": 1.0}, 0.5)
    directory = trained(tmp_path, {"faiss": {"confidence": own.as_json()}})
    context = make_context(knowledge={"faq": ENTRIES}, artefact=directory)
    policy = FaissPolicy(FaissOptions(knowledge="faq"), context)
    searcher = policy._searcher()
    assert isinstance(searcher, DenseSearcher)
    assert searcher.confidence == own
    assert searcher.encoder.encode(["refund"]).any()
    assert not searcher.encoder.encode(["violet curtain"])[0].any()  # it has not learnt from this knowledge
    untrained = FaissPolicy(FaissOptions(knowledge="faq"), make_context(knowledge={"faq": ENTRIES}))
    assert policy._indexing.key() != untrained._indexing.key()


def test_damaged_results_of_training_are_refused(tmp_path: Path) -> None:
    directory = trained(tmp_path, {"faiss": {"confidence": {"weights": 3}}})
    context = make_context(knowledge={"faq": ENTRIES}, artefact=directory)
    with pytest.raises(ArtefactError, match="the trained settings are damaged"):
        FaissPolicy(FaissOptions(knowledge="faq"), context).warm()
    (directory / "encoder" / "vocabulary.json").write_text("[")
    with pytest.raises(ArtefactError, match="cannot be read"):
        FaissPolicy(FaissOptions(knowledge="faq"), context)
