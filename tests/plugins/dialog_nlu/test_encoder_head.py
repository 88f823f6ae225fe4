"""The heads of the encoder engine."""

import numpy as np
import pytest

from dialog_nlu.encoder_head import LinearHead, NearestHead, read_head


def test_the_nearest_examples_of_a_label_count_and_one_that_stands_there_by_mistake_does_little() -> None:
    examples = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [1, 0]], dtype=np.float32)
    labels = np.array([0, 0, 0, 1, 1, 1, 1])  # the last one is misplaced
    (scores,) = NearestHead(examples, labels).scores(np.array([[1, 0]], dtype=np.float32))
    assert scores == pytest.approx([1.0, 1 / 3])


def test_a_label_of_one_example_is_compared_with_that_one() -> None:
    examples = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32)
    (scores,) = NearestHead(examples, np.array([0, 0, 0, 1])).scores(np.array([[0.6, 0.8]], dtype=np.float32))
    assert scores == pytest.approx([0.6, 0.8], abs=1e-3)


@pytest.mark.parametrize(
    "head",
    [
        LinearHead(np.arange(6).reshape(2, 3) / 7, np.array([0.1, 0.2, 0.3])),
        NearestHead(np.array([[1, 0], [0, 1], [0.6, 0.8]]), np.array([0, 1, 2])),
    ],
    ids=["linear", "nearest"],
)
def test_a_head_is_made_anew_from_its_arrays(head: LinearHead | NearestHead) -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    again = read_head(head.name, head.arrays())
    assert (again.dimension, again.columns) == (2, 3)
    assert np.array_equal(again.scores(vectors), head.scores(vectors))


@pytest.mark.parametrize(
    ("name", "arrays", "error"),
    [
        ("linear", {"weights": np.zeros((2, 3)), "bias": np.zeros(2)}, "its bias is"),
        ("linear", {"weights": np.zeros(3), "bias": np.zeros(3)}, "its weights are"),
        ("nearest", {"examples": np.zeros((2, 3)), "labels": np.zeros(3, dtype=np.int32)}, "their labels are"),
        ("nearest", {"examples": np.zeros((0, 3)), "labels": np.zeros(0, dtype=np.int32)}, "their labels are"),
        ("guessing", {}, "no head named 'guessing'"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(name: str, arrays: dict, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        read_head(name, arrays)
