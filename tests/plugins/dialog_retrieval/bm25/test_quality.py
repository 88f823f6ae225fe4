"""How well it finds: reworded medical questions, passages, and new messages to the shops' FAQs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import pytest
import Stemmer
import yaml

from benchmarks._data import DATA, Paragraph, Relevant, scifact, xquad
from benchmarks._ranking import Search, ask, figures
from benchmarks.medquad_reworded import MEDQUAD, direct_rank_bm25, read_medquad, with_one_word_less
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context, make_turn
from dialog_data.knowledge.yaml_reader import YamlReader
from dialog_data.options import SourceOptions
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy

ROOT = Path(__file__).parents[4]
ANSWERED_FROM = 0.38  # where the default ranker's table reaches `answer_at`


def search_of(entries: Sequence[KnowledgeEntry], language: str = "en", **options: Any) -> Search:
    context = make_context(language=language, knowledge={"known": entries})
    policy = BM25Policy(BM25Options(knowledge=("known",), **options), context)
    return lambda text: [hit.entry.id for hit in policy.search(make_turn(text, language=language), 10)]


def passages_of(paragraphs: Sequence[Paragraph]) -> list[KnowledgeEntry]:
    return [KnowledgeEntry(p.id, (p.title,) if p.title else (), p.text, passage=True) for p in paragraphs]


@pytest.mark.slow
@pytest.mark.skipif(not MEDQUAD.exists(), reason=f"set DIALOG_CORE_DATA: there is no {MEDQUAD}")
@pytest.mark.parametrize("engine", ["rank-bm25", "bm25s"])
def test_medical_questions_that_lack_a_word_are_found(engine: str) -> None:
    entries = read_medquad()
    test = with_one_word_less(entries)
    run, _ = ask(search_of(entries, engine=engine), test.texts)
    first, three = figures(run, test.right, ("Success@1", "Success@3"))
    assert first >= 0.85
    assert three >= 0.97
    alone, _ = ask(direct_rank_bm25(entries), test.texts)
    assert first > figures(alone, test.right, ("Success@1",))[0]


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "scifact_beir").exists(), reason=f"set DIALOG_CORE_DATA: {DATA} has no SciFact")
def test_claims_find_their_abstracts_as_well_as_with_bm25s_alone() -> None:
    abstracts, claims, evidence = scifact()
    run, _ = ask(search_of(passages_of(abstracts)), claims)
    direct, _ = ask(bm25s_alone(abstracts), claims)
    assert figures(run, evidence, ("nDCG@10",))[0] >= figures(direct, evidence, ("nDCG@10",))[0] >= 0.68


def bm25s_alone(abstracts: Sequence[Paragraph]) -> Search:
    """Return bm25s with the settings that were published as its best for SciFact."""

    def tokens(texts: list[str]) -> Any:
        stemmer = Stemmer.Stemmer("english")
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(tokens([f"{each.title} {each.text}" for each in abstracts]), show_progress=False)

    def search(text: str) -> list[str]:
        (found,) = index.retrieve(tokens([text]), k=10, show_progress=False).documents
        return [abstracts[number].id for number in found]

    return search


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "xquad_zh_en").exists(), reason=f"set DIALOG_CORE_DATA: {DATA} has no XQuAD")
@pytest.mark.parametrize("engine", ["rank-bm25", "bm25s"])
def test_chinese_questions_find_their_paragraphs(engine: str) -> None:
    found = recall_at_1(*xquad("zh"), engine)
    assert found >= 0.93


def recall_at_1(paragraphs: list[Paragraph], questions: dict[str, str], right: Relevant, engine: str) -> float:
    run, _ = ask(search_of(passages_of(paragraphs), "zh", engine=engine), questions)
    return figures(run, right, ("Success@1",))[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_new_messages_find_their_entry_and_foreign_ones_score_low(language: str) -> None:
    faq = ROOT / "configs" / "customer_service" / f"faq.{language}.yaml"
    entries = list(YamlReader(SourceOptions(), make_context()).read(faq))
    context = make_context(language=language, knowledge={"faq": entries})
    policy = BM25Policy(BM25Options(knowledge="faq"), context)
    messages = yaml.safe_load((ROOT / "tests" / "configs" / f"conversations.{language}.yaml").read_text("utf-8"))
    known = {entry.id for entry in entries}
    right, foreign = [], []
    for message in messages:
        best = next(iter(policy.propose(make_turn(str(message["user"]), language=language))), None)
        if message["expect"] in known:
            right.append(best is not None and best.evidence[0].metadata["id"] == message["expect"])
        elif message["expect"] == "fallback":
            foreign.append(best is None or best.score < ANSWERED_FROM)
    assert sum(right) >= 0.9 * len(right) > 0
    assert sum(foreign) >= 0.9 * len(foreign) > 0
