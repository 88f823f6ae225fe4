"""Questions made from the knowledge, and how they are divided."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import TrainingError
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval_training.making import drop_words, make_questions, with_unanswerable
from dialog_retrieval_training.options import BM25Training
from dialog_retrieval_training.reading import Question
from dialog_retrieval_training.splitting import Split, split_data
from tests.plugins.dialog_retrieval_training.shop import ASKED, ENTRIES, Rows, context_of, numbered, write_rows


def split(tmp_path: Path, rows: Rows = (), validation: Rows = (), entries: list[KnowledgeEntry] = ENTRIES) -> Split:
    options = BM25Training(
        data=(write_rows(tmp_path / "data.jsonl", rows),) if rows else (),
        validation=write_rows(tmp_path / "validation.jsonl", validation) if validation else None,
    )
    return split_data(["faq"], options, context_of(tmp_path, entries))


def test_a_phrasing_that_became_a_question_is_no_longer_searched_and_others_lost_a_word() -> None:
    made = make_questions(numbered(ENTRIES), seed=1)
    assert len(made.questions) == len(ENTRIES)
    searched = {text for item in made.entries for text in item.entry.questions}
    taken = 0
    for question in made.questions:
        (number,) = question.answers
        assert question.text not in searched
        taken += question.text in ENTRIES[number].questions
    assert 0 < taken < len(ENTRIES)
    assert len(searched) == 3 * len(ENTRIES) - taken


def test_of_an_entry_with_one_phrasing_words_are_dropped() -> None:
    entries = numbered([KnowledgeEntry("a", ("how do I send it back to you",), ""), KnowledgeEntry("b", ("ok",), "")])
    (question,) = make_questions(entries, seed=1).questions
    kept, all_words = question.text.split(), "how do I send it back to you".split()
    assert 0 < len(kept) < len(all_words)
    assert [word for word in all_words if word in kept] == kept


def test_entries_that_ask_the_same_are_both_right() -> None:
    entries = numbered([KnowledgeEntry(id, ("what are the symptoms of it",), id) for id in ("a", "b")])
    assert all(question.answers == {0, 1} for question in make_questions(entries, seed=1).questions)


def test_a_passage_is_asked_for_with_words_of_its_own() -> None:
    text = "Short. The parcel leaves the warehouse within two working days of your order."
    entries = numbered([KnowledgeEntry("a", ("Shipping",), text, passage=True)])
    (question,) = make_questions(entries, seed=1).questions
    assert set(question.text.split()) < set(text.split())


def test_where_every_question_has_an_answer_some_are_asked_again_with_it_hidden() -> None:
    questions = [Question(f"question {number}", frozenset({number})) for number in range(20)]
    hidden = [question for question in with_unanswerable(questions, 1) if not question.answers]
    assert len(hidden) == 4
    assert all(len(question.hidden) == 1 for question in hidden)
    assert with_unanswerable([*questions, Question("?", frozenset())], 1)[:-1] == questions


@given(st.text(), st.integers())
def test_dropping_words_leaves_something_of_every_text(text: str, seed: int) -> None:
    left = drop_words(text, random.Random(seed))
    assert bool(left.strip()) == bool(text.strip()) or not left.isalnum()
    assert len(left) <= len(text)


def test_no_text_is_learnt_from_and_measured_on(tmp_path: Path) -> None:
    found = split(tmp_path, ASKED)
    learnt = {question.text for question in found.training}
    measured = {question.text for question in found.validation}
    assert not learnt & measured
    assert learnt | measured == {text for text, _ in ASKED}
    assert not found.made


def test_a_validation_file_is_measured_on_whole_but_for_what_is_learnt_from(tmp_path: Path) -> None:
    found = split(tmp_path, ASKED[:20], ASKED[15:])
    assert len(found.training) == 20
    assert sum(bool(question.answers) for question in found.validation) == len(ASKED) - 20
    assert "5 questions of the validation data are in the training data too" in found.remarks[0]


def test_of_entries_that_are_measured_on_without_data_nothing_is_learnt(tmp_path: Path) -> None:
    found = split(tmp_path)
    assert found.made
    assert found.held == {number for question in found.validation for number in question.answers}
    assert not found.held & {number for question in found.training for number in question.answers}
    assert any("made from the knowledge" in remark for remark in found.remarks)


def test_too_few_questions_to_measure_on_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there are only 1 questions to measure on"):
        split(tmp_path, ASKED[:3])
