import re
from pathlib import Path

import pytest

from dialog_evaluation.retrieval.evaluation import evaluate
from dialog_evaluation.retrieval.html_report import html_report
from dialog_evaluation.retrieval.questions import Question
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.retrieval.test_evaluation import MEANING, QUESTIONS, WORDS, evaluation_of
from tests.plugins.dialog_evaluation.searching import hit, searching_bot


def test_the_page_has_figures_curves_decisions_comparisons_and_misses() -> None:
    page = read(html_report(evaluation_of(words=WORDS, meaning=MEANING)))
    text = " ".join(page.text.split())
    for part in (
        "Test · retrieval",
        "2 retrievers; meaning most often has a right entry first",
        "words against meaning",
        "how much took way",
        "right is prices at rank 2 with 0.50",
        "Would be answered though nothing fits · 1",
        "Only 3 questions have an answer",
    ):
        assert part in text
    assert page.tags.count("polyline") == 5  # two curves of each retriever, and the reliability of the best


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    source = html_report(evaluation_of())
    page = read(source)
    assert page.addresses == []
    assert "script" not in page.tags
    assert not re.search(r"@import|url\(|https?:", source)


@pytest.mark.parametrize(
    "nasty", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7 * 7 }}", "a\x1b[31mb\x00\ud800"]
)
def test_what_users_files_and_knowledge_say_is_only_shown(nasty: str) -> None:
    with searching_bot(words=lambda text: [hit(nasty, 0.9, nasty, nasty), hit("a", 0.8)]) as bot:
        evaluation = evaluate(bot, ["words"], Path(nasty.replace("\x00", "")), [Question(nasty, ("a",), 2)])
    source = html_report(evaluation)
    page = read(source)
    assert not {"script", "img"} & set(page.tags)
    assert "\x1b" not in page.text
    assert "49" not in page.text
    source.encode()


@pytest.mark.parametrize("questions", [QUESTIONS[:1], QUESTIONS[3:], QUESTIONS[3:4]])
def test_files_with_hardly_anything_in_them(questions: list[Question]) -> None:
    read(html_report(evaluation_of(questions)))


def test_more_retrievers_than_colours() -> None:
    page = read(html_report(evaluation_of(**{f"number{n}": WORDS for n in range(8)})))
    assert page.tags.count("polyline") == 17
