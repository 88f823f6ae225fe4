"""Our figures are scikit-learn's, on decisions of every kind."""

import json
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.datasets import OUT_OF_SCOPE
from dialog_evaluation.intents.evaluation import measure
from dialog_evaluation.metrics.calibration import expected_calibration_error, reliability
from dialog_evaluation.metrics.per_label import scores_by_label
from dialog_evaluation.prediction import Coded, Prediction

sklearn = pytest.importorskip("sklearn.metrics")
LABELS = ("greet", "order", "refund", OUT_OF_SCOPE)

rows = st.lists(
    st.tuples(
        st.sampled_from(LABELS),
        st.sampled_from(LABELS),
        st.floats(0, 1),
        st.sampled_from([0.0, 0.25, 0.5, 0.5000001, 1.0]) | st.floats(0, 1),
    ),
    min_size=1,
    max_size=60,
)


def split(found: list[tuple[str, str, float, float]]) -> tuple[list[Prediction], list[str]]:
    return [Prediction(label, confidence, outside) for _, label, confidence, outside in found], [
        row[0] for row in found
    ]


@given(rows)
@settings(max_examples=60, deadline=None)
def test_accuracy_f1_and_the_shares_of_rejected_messages(found: list[tuple[str, str, float, float]]) -> None:
    predictions, expected = split(found)
    decided = [prediction.label for prediction in predictions]

    figures = measure(predictions, expected)

    assert figures["accuracy"] == pytest.approx(sklearn.accuracy_score(expected, decided))
    assert figures["macro_f1"] == pytest.approx(sklearn.f1_score(expected, decided, average="macro", zero_division=0))
    outside, rejected = ([label == OUT_OF_SCOPE for label in labels] for labels in (expected, decided))
    if any(outside):
        assert figures["out_of_scope_recall"] == pytest.approx(sklearn.recall_score(outside, rejected))
    else:
        assert figures["out_of_scope_recall"] is None
    if any(rejected):
        assert figures["out_of_scope_precision"] == pytest.approx(sklearn.precision_score(outside, rejected))
    else:
        assert figures["out_of_scope_precision"] is None


@given(rows)
@settings(max_examples=60, deadline=None)
def test_the_area_under_the_curve_with_and_without_ties(found: list[tuple[str, str, float, float]]) -> None:
    predictions, expected = split(found)
    outside = [label == OUT_OF_SCOPE for label in expected]

    auroc = measure(predictions, expected)["auroc"]

    if all(outside) or not any(outside):
        assert auroc is None
    else:
        scores = [prediction.out_of_scope for prediction in predictions]
        assert auroc == pytest.approx(sklearn.roc_auc_score(outside, scores))


@given(rows)
@settings(max_examples=40, deadline=None)
def test_precision_recall_and_support_of_each_label(found: list[tuple[str, str, float, float]]) -> None:
    predictions, expected = split(found)
    decided = [prediction.label for prediction in predictions]
    labels = sorted({*decided, *expected})
    precision, recall, f1, support = sklearn.precision_recall_fscore_support(
        expected, decided, labels=labels, zero_division=0
    )

    scores = scores_by_label(Coded.of(predictions, expected))

    assert list(scores) == labels
    for number, score in enumerate(scores.values()):
        assert (score.precision, score.recall, score.f1) == pytest.approx(
            (precision[number], recall[number], f1[number])
        )
        assert score.support == support[number]


@given(rows)
@settings(max_examples=40, deadline=None)
def test_counts_of_what_was_taken_for_what(found: list[tuple[str, str, float, float]]) -> None:
    predictions, expected = split(found)
    coded = Coded.of(predictions, expected)
    decided = [prediction.label for prediction in predictions]
    theirs = sklearn.confusion_matrix(expected, decided, labels=[*coded.labels, "nobody"])[:-1, :-1]
    assert coded.counts().tolist() == theirs.tolist()


def test_reliability_is_the_calibration_curve_of_equal_mass() -> None:
    from sklearn.calibration import calibration_curve

    dice = random.Random(3)
    confidence = [dice.random() for _ in range(1500)]
    right = [dice.random() < value**1.5 for value in confidence]
    predictions = [Prediction("a", value) for value in confidence]
    expected = ["a" if good else "b" for good in right]

    bins = reliability(predictions, expected, 15)

    really, stated = calibration_curve(right, confidence, n_bins=15, strategy="quantile")
    assert [group.count for group in bins] == [100] * 15
    assert [group.accuracy for group in bins] == pytest.approx(really.tolist())
    assert [group.confidence for group in bins] == pytest.approx(stated.tolist())
    assert expected_calibration_error(bins) == pytest.approx(abs(really - stated).mean())


def test_measuring_imports_no_scikit_learn() -> None:
    code = (
        "import sys, json; from dialog_evaluation.intents.evaluation import measure;"
        "from dialog_evaluation.prediction import Prediction; measure([Prediction('a', 1.0)], ['a']);"
        "print(json.dumps([name for name in sys.modules if name.startswith('sklearn')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
