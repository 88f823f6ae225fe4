"""Likeness of meaning: what is alike, what is the same, and that all are measured with one and the same encoder."""

from typing import Any

import numpy as np
import pytest

from dialog_core import Context
from dialog_core.testing import NASTY_TEXTS

GOLD = [
    "There is a cheap hotel in the east of town.",
    "Your table is booked for seven o'clock.",
    "The train leaves Cambridge at nine.",
    "东边有一家便宜的酒店。",
    "您的座位已经预订好了。",
]


def likeness(said: list[str], gold: list[str] = GOLD, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = Context().create("metric", {"use": "embedding_similarity", **options}).per_text(said, gold)
    return found


def test_what_is_put_alike_is_nearer_than_what_is_about_something_else() -> None:
    near = likeness(
        [
            "A cheap hotel is in the east.",
            "I booked your table.",
            "It leaves at nine.",
            "便宜的酒店在东边。",
            "座位订好了。",
        ]
    )["embedding_similarity"]
    far = likeness([*GOLD[1:], GOLD[0]])["embedding_similarity"]
    assert (near > far).all()
    assert near.min() > 0.4


def test_the_same_is_1_and_nothing_is_0() -> None:
    assert likeness(GOLD)["embedding_similarity"].tolist() == [1] * len(GOLD)
    assert likeness([""] * len(GOLD))["embedding_similarity"].tolist() == [0] * len(GOLD)
    assert likeness(["?!", ""], ["?!", ""], greedy=True)["greedy_matching"].tolist() == [1, 1]


def test_greedy_matching_is_the_mean_of_both_ways() -> None:
    found = likeness(["the train the train"], ["The train leaves"], greedy=True)
    assert found["greedy_matching"][0] == pytest.approx((1 + (1 + 1 + _nearest("leaves", ["the", "train"])) / 3) / 2)


def _nearest(word: str, others: list[str]) -> float:
    encoder = Context().create("encoder", "lsa")
    encoder.fit(["The train leaves"])
    vectors = np.asarray(encoder.encode([word, *others]), np.float64)
    return float((vectors[1:] @ vectors[0]).max())


def test_what_others_said_does_not_change_how_somebody_is_measured() -> None:
    first = likeness(["A cheap hotel.", "xylophone", "nine", "酒店", "no"])["embedding_similarity"]
    second = likeness(["A cheap hotel.", "hotel " * 9, "xylophone", "", "酒店"])["embedding_similarity"]
    assert first[0] == second[0]
    assert first[1] == 0  # a word that nobody said


def test_no_text_is_too_odd() -> None:
    odd = [text[:2000] for text in NASTY_TEXTS.values()]
    for said, gold in ((odd, odd), (odd, [""] * len(odd)), ([""] * len(odd), odd)):
        for values in likeness(said, gold, greedy=True).values():
            assert np.isfinite(values).all()


def test_of_nothing_there_are_no_figures() -> None:
    metric = Context().create("metric", "embedding_similarity")
    assert metric.compute([], []) == {}
    with pytest.raises(ValueError, match="1 predictions for 2 references"):
        metric.compute(["a"], ["a", "b"])
