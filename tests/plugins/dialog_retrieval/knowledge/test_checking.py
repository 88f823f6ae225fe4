from collections.abc import Sequence

import pytest

from dialog_core import PluginError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.knowledge.checking import check
from dialog_retrieval.options import RetrievalOptions

ENTRY = KnowledgeEntry("where", ("Where are you?",), "Here.")


def problems(entries: Sequence[KnowledgeEntry], **options: str) -> list[str]:
    context = make_context("faq", knowledge={"faq": entries})
    return [str(problem) for problem in check(BM25Options(knowledge="faq", **options), context)]


def test_sound_knowledge_has_no_problems() -> None:
    assert problems([ENTRY]) == []


def test_empty_knowledge_is_a_problem() -> None:
    assert problems([]) == ["knowledge: the knowledge 'faq' has no entries. Add some."]


def test_an_entry_that_can_never_be_found_is_a_problem() -> None:
    (problem,) = problems([ENTRY, KnowledgeEntry("smile", ("😀", "?"), "...")])
    assert "the entry 'smile' of the knowledge 'faq' can never be found: its questions have no words" in problem


def test_a_part_of_a_document_is_found_by_what_stands_there() -> None:
    assert problems([KnowledgeEntry("part", (), "You find us here.", passage=True)]) == []
    (problem,) = problems([KnowledgeEntry("dots", ("***",), "...", passage=True)])
    assert "the entry 'dots' of the knowledge 'faq' can never be found: it has no words" in problem


def test_a_policy_without_an_analyzer_needs_letters_or_digits() -> None:
    context = make_context("faq", knowledge={"faq": [ENTRY, KnowledgeEntry("smile", ("😀",), "...")]})
    (problem,) = check(RetrievalOptions(knowledge="faq"), context)
    assert "'smile'" in str(problem)


def test_an_unknown_analyzer_is_a_problem_with_the_likely_name() -> None:
    assert problems([ENTRY], analyzer="englisch") == [
        "analyzer: there is no analyzer 'englisch'. Did you mean 'english'?"
    ]


def test_an_analyzer_that_cannot_be_made_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> object:
        raise PluginError("needs the package 'jieba'. Run: pip install jieba")

    monkeypatch.setattr("dialog_retrieval.analysis.auto.AutoAnalyzer.__init__", fails)
    assert problems([ENTRY]) == ["analyzer: needs the package 'jieba'. Run: pip install jieba"]


def test_large_knowledge_is_not_held_in_memory_to_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialog_retrieval.knowledge.checking.READ_AT_START", -1)
    assert problems([KnowledgeEntry("smile", ("😀",), "...")]) == []
