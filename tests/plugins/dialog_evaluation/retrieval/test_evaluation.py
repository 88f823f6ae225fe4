import json
from pathlib import Path
from typing import Any

import pytest

from dialog_evaluation.retrieval.evaluation import Evaluation, evaluate
from dialog_evaluation.retrieval.questions import Question
from tests.plugins.dialog_evaluation.searching import Script, searching_bot

FILE = Path("questions.csv")
QUESTIONS = [
    Question("when", ("opening",), 2),
    Question("how much", ("tickets", "prices"), 3),
    Question("where", ("way",), 4),
    Question("tell me a joke", (), 5),
    Question("sing", (), 6),
]
WORDS: Script = {
    "when": [("opening", 0.9), ("way", 0.2)],
    "how much": [("way", 0.6), ("prices", 0.5), ("tickets", 0.4)],
    "where": [("way", 0.25)],
    "tell me a joke": [("opening", 0.35)],
}
MEANING: Script = {**WORDS, "how much": [("tickets", 0.7), ("prices", 0.6)]}


def evaluation_of(questions: list[Question] = QUESTIONS, *, all_known: bool = True, **retrievers: Any) -> Evaluation:
    with searching_bot(**(retrievers or {"words": WORDS})) as bot:
        return evaluate(bot, list(bot.retrievers), FILE, questions, all_known=all_known)


def test_every_figure_of_a_small_file() -> None:
    measured = evaluation_of().best
    assert {
        name: measured.figures[name] for name in ("success_at_1", "recall_at_1", "recall_at_3", "mrr", "auroc")
    } == {
        "success_at_1": pytest.approx(2 / 3),
        "recall_at_1": pytest.approx(2 / 3),
        "recall_at_3": pytest.approx(1.0),
        "mrr": pytest.approx((1 + 0.5 + 1) / 3),
        "auroc": pytest.approx(5 / 6),  # of six pairs, the joke's score is above that of `where`
    }
    assert measured.recall_curve[:3].tolist() == pytest.approx([2 / 3, 1.0, 1.0])
    at = measured.at_threshold
    assert at.threshold == 0.3
    assert (at.answered_right, at.answered_wrong, at.abstained_right, at.abstained_wrong) == (1, 2, 1, 1)


def test_what_went_wrong_is_sorted_by_what_can_be_learnt_from_it() -> None:
    missed = evaluation_of([*QUESTIONS, Question("who", ("staff",), 7)]).best.misses
    assert [question.text for question, _ in missed.mistaken] == ["how much"]
    assert [question.text for question, _ in missed.invented] == ["tell me a joke"]
    assert [question.text for question, _ in missed.timid] == ["where"]
    assert [question.text for question, _ in missed.lost] == ["who"]


def test_the_retriever_that_finds_more_is_the_best_and_two_questions_prove_nothing() -> None:
    evaluation = evaluation_of(words=WORDS, meaning=MEANING)
    assert evaluation.best.name == "meaning"
    (pair,) = evaluation.comparisons
    assert (pair.ours, pair.theirs) == ("words", "meaning")
    assert pair.differences["success_at_1"].value == pytest.approx(-1 / 3)
    assert pair.differences["success_at_1"].p_value > 0.9


def test_of_many_questions_a_difference_is_more_than_chance() -> None:
    questions = [Question(f"question {number}", ("a",), number) for number in range(60)]
    poor = {question.text: [("x", 0.5), ("a", 0.4)] for question in questions}
    good = {question.text: [("a", 0.5)] for question in questions[:40]}
    (pair,) = evaluation_of(questions, poor=poor, good=good).comparisons
    assert pair.differences["success_at_1"].p_value < 0.001
    assert pair.differences["success_at_1"].interval[1] < 0


def test_everything_is_json() -> None:
    found = json.loads(json.dumps(evaluation_of(words=WORDS, meaning=MEANING).to_json(), allow_nan=False))
    assert found["counts"] == {"questions": 5, "answerable": 3, "out_of_scope": 2}
    words = found["retrievers"]["words"]
    assert {"recall_at_1", "recall_at_100", "ndcg_at_10", "auroc", "aurc"} <= set(words["figures"])
    assert words["at_threshold"]["answered_wrong"] == 2
    low, high = words["intervals"]["mrr"]
    assert low < words["figures"]["mrr"] < high
    assert words["questions"][1]["rank"] == 2
    assert words["questions"][1]["hits"][0]["entry"] == "faq:way"
    assert found["comparisons"][0]["differences"]["ndcg_at_10"]["p_value"] > 0.05


def test_the_same_file_gives_the_same_figures() -> None:
    first, second = (evaluation_of(words=WORDS, meaning=MEANING) for _ in range(2))
    assert first.retrievers[0].intervals == second.retrievers[0].intervals
    assert first.comparisons == second.comparisons


def test_of_fewer_entries_recall_is_not_measured_deeper() -> None:
    with searching_bot(words=WORDS) as bot:
        figures = evaluate(bot, ["words"], FILE, QUESTIONS, top_k=10).best.figures
    assert "recall_at_10" in figures
    assert "recall_at_100" not in figures


# --- Remarks ----------------------------------------------------------------------------------------------------------


def test_questions_the_knowledge_does_not_answer_alone() -> None:
    evaluation = evaluation_of(QUESTIONS[3:])
    assert evaluation.best.figures["recall_at_1"] is None
    assert evaluation.best.figures["auroc"] is None
    assert "how well answers are found is not measured" in evaluation.remarks[0]
    json.dumps(evaluation.to_json(), allow_nan=False)


def test_a_file_without_questions_that_have_no_answer_is_told() -> None:
    evaluation = evaluation_of(QUESTIONS[:3])
    assert evaluation.best.figures["auroc"] is None
    assert "No question is labelled out_of_scope" in evaluation.remarks[-1]
    assert "Only 3 questions have an answer" in evaluation.remarks[0]
    assert "33 points" in evaluation.remarks[0]


def test_questions_that_stand_in_the_knowledge_are_told() -> None:
    question = Question("what is OPENING", ("opening",), 9)
    remarks = evaluation_of([question, *QUESTIONS], words={**WORDS, question.text: [("opening", 1.0)]}).remarks
    assert remarks[0].startswith("1 of 6 questions stand word for word in the knowledge (line 9)")


def test_entries_that_nobody_found_are_told_where_they_may_not_be_there() -> None:
    lost = Question("who", ("staff",), 7)
    assert not any("never found" in remark for remark in evaluation_of([*QUESTIONS, lost]).remarks)
    remarks = evaluation_of([*QUESTIONS, lost], all_known=False).remarks
    assert "The right entries of 1 question were never found (line 7)" in remarks[0]
