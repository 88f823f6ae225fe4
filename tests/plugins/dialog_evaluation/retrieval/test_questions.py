from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import LabelledText
from dialog_evaluation.retrieval.questions import Question, questions_of

FILE = Path("questions.csv")


def rows(*pairs: tuple[str, str]) -> list[LabelledText]:
    return [LabelledText(text, label, {"line": line}) for line, (text, label) in enumerate(pairs, start=2)]


def test_rows_with_the_same_question_name_several_right_entries() -> None:
    found = questions_of(rows(("how", "a"), ("why", "out_of_scope"), ("how", "b"), ("how", "a")), FILE)
    assert found == [Question("how", ("a", "b"), 2), Question("why", (), 3)]
    assert [question.answerable for question in found] == [True, False]


def test_a_question_that_has_an_answer_and_has_none_is_told_with_both_lines() -> None:
    with pytest.raises(ConfigurationError) as raised:
        questions_of(rows(("how", "a"), ("how", "out_of_scope")), FILE)
    assert "questions.csv:3:1: line 2 says otherwise about the same question" in str(raised.value)


def test_an_entry_is_called_what_the_file_calls_it() -> None:
    question = Question("how", ("a", "manual:b"), 2)
    assert question.key("faq", "a") == "a"
    assert question.key("manual", "b") == "manual:b"
    assert question.key("faq", "b") == "faq:b"  # another one of the same id
