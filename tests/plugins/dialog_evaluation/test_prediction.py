from typing import Any

import pytest

from dialog_core.annotations import LabelAnnotation
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.prediction import NO_DECISION, Coded, Prediction, prediction_of


def annotation(label: str | None, probability: float, best: float | None = None, **more: Any) -> LabelAnnotation:
    ranked = [] if best is None else [{"label": "greet", "probability": best}]
    found: Any = {"label": label, "probability": probability, "ranked": ranked, "labels": [label] if label else []}
    return {**found, **more}


def test_a_label_is_a_decision_and_its_probability_the_confidence() -> None:
    found = prediction_of(annotation("greet", 0.9, 0.9))
    assert (found.label, found.confidence) == ("greet", 0.9)
    assert found.out_of_scope == pytest.approx(0.1)


def test_no_label_is_the_decision_that_a_message_is_out_of_scope() -> None:
    found = prediction_of(annotation(None, 0.7, 0.2))
    assert (found.label, found.confidence) == (OUT_OF_SCOPE, 0.7)
    assert found.out_of_scope == pytest.approx(0.8)


def test_an_annotator_that_states_how_foreign_a_message_is_is_taken_at_its_word() -> None:
    assert prediction_of(annotation("greet", 0.9, 0.9, out_of_scope=0.03)).out_of_scope == 0.03


@pytest.mark.parametrize(("label", "outside"), [(None, 0.7), ("greet", 0.3)])
def test_without_a_ranking_the_decision_itself_has_to_do(label: str | None, outside: float) -> None:
    assert prediction_of(annotation(label, 0.7)).out_of_scope == pytest.approx(outside)


def test_an_annotator_that_failed_has_decided_nothing() -> None:
    assert prediction_of(None) == Prediction(NO_DECISION, 0.0, 1.0)


def test_predictions_and_references_have_to_belong_together() -> None:
    with pytest.raises(ValueError, match="1 predictions for 2 references"):
        Coded.of([Prediction("a")], ["a", "b"])
    with pytest.raises(ValueError, match="nothing to measure"):
        Coded.of([], [])
