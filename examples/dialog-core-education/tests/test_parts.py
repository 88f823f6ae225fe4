"""Judging answers, reading questions, keeping results."""

from pathlib import Path

import pytest

from dialog_education import results
from dialog_education.judging import is_right
from dialog_education.questions import QuestionsError, topics


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("56", "56"),
        ("it's 56!", "56"),
        ("7 times 8 is 56", "56"),
        ("twelve", "12"),
        ("I think it is Paris", "Paris"),
        ("the mitocondria", "mitochondria"),
        ("carbon-dioxide", "carbon dioxide"),
        ("CO2", "co2"),
        ("五十六", "56"),
        ("180度", "180"),
        ("是疑是地上霜吧", "疑是地上霜"),
        ("应该是水星", "水星"),
    ],
)
def test_right_answers_come_in_many_forms(said: str, answer: str) -> None:
    assert is_right(said, (answer,))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("54", "56"),
        ("56 or 57", "56"),
        ("not 56", "56"),
        ("it is not paris", "Paris"),
        ("Lyon", "Paris"),
        ("Mars", "Mercury"),
        ("au revoir my friends and all", "Au"),
        ("不是水星", "水星"),
        ("", "56"),
        ("?!", "Paris"),
    ],
)
def test_wrong_answers_stay_wrong(said: str, answer: str) -> None:
    assert not is_right(said, (answer,))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_question_knows_its_own_answer_and_does_not_tell_it(language: str) -> None:
    for questions in topics(language).values():
        assert len(questions) >= 4
        for question in questions:
            assert all(is_right(answer, question.answers) for answer in question.answers)
            assert not question.choices or question.answers[0] in question.choices
            assert not any(answer in question.hint for answer in question.answers)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "cannot be read"), ("[]", "is not of the form"), ('{"a": [{"text": "?"}]}', "is not of the form")],
)
def test_questions_that_cannot_be_used_are_told_with_file_and_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    own = tmp_path / "own.json"
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("QUIZ_QUESTIONS", str(own))
    with pytest.raises(QuestionsError, match=rf"own\.json: {told}"):
        topics("en")


def test_a_result_is_kept_once_for_each_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZ_RESULTS", str(tmp_path / "results.db"))
    assert results.save("k1", "ann", "maths", 1, "2026-03-02") == -1
    assert results.save("k1", "ann", "maths", 1, "2026-03-02") == -1
    assert results.save("k2", "ann", "maths", 3, "2026-03-02") == 1
    assert results.save("k3", "bo", "maths", 0, "2026-03-02") == -1
