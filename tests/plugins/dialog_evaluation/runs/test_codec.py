import json
from typing import Any

import pytest

from dialog_evaluation.runs.answers import DialogueAnswers, PolicyAnswer, TurnAnswer
from dialog_evaluation.runs.codec import from_line, to_line

POLICY: dict[str, Any] = {"policy": "faq", "status": "answered", "text": "x"}
TURN: dict[str, Any] = {"number": 1, "question": "q", "reference": "r", "status": "answered", "policies": [POLICY]}


def line(**turn: Any) -> str:
    return json.dumps({"dialogue": "a", "line": 1, "turns": [{**TURN, **turn}]})


def test_what_was_kept_is_read_back() -> None:
    turn = TurnAnswer(1, "q", "r", "fallback", "t", policies=(PolicyAnswer("faq", "failed", rank=3),), handed_over=True)
    answers = DialogueAnswers("a", 1, (turn,), 4, "hand-over")
    assert from_line(to_line(answers)) == answers


def test_what_a_later_version_tells_besides_is_left_aside() -> None:
    assert from_line(line(mood="good")) == from_line(line())


@pytest.mark.parametrize(
    "damage",
    [
        {"text": 5},
        {"seconds": None},
        {"status": "odd"},
        {"cost": [1]},
        {"number": "one"},
        {"number": True},
        {"slots": 3},
        {"probability": "high"},
        {"policies": [{**POLICY, "text": None}]},
        {"policies": "faq"},
    ],
)
def test_a_line_of_other_values_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is|has"):
        from_line(line(**damage))


def test_numbers_that_are_none_are_not_kept() -> None:
    turn = TurnAnswer(1, "q", "r", "answered", seconds=float("inf"), probability=float("nan"), cost={"x": float("nan")})
    kept = from_line(to_line(DialogueAnswers("a", 1, (turn,)))).turns[0]
    assert (kept.seconds, kept.probability, kept.cost) == (0.0, None, {})
