"""Krippendorff's alpha: the example of the book, what cannot be told, and the interval."""

import random
from typing import Any

import pytest

from dialog_core import Context

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: four observers, twelve units.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = list(zip(*OBSERVERS, strict=True))


def agreement(items: Any, **options: Any) -> dict[str, float]:
    found: dict[str, float] = Context().create("metric", {"use": "agreement", **options}).compute(items, items)
    return found


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_krippendorffs_own_example(level: str, alpha: float) -> None:
    found = agreement(UNITS, level=level)
    assert found["alpha"] == pytest.approx(alpha, abs=5e-4)
    assert (found["items"], found["ratings"]) == (11, 40)
    assert found["alpha_low"] < found["alpha"] < found["alpha_high"] <= 1


def test_words_in_an_order_are_as_good_as_numbers() -> None:
    names = dict(zip((1, 2, 3, 4, 5), ("awful", "bad", "fair", "good", "best"), strict=True))
    told = [[None if value is None else names[value] for value in unit] for unit in UNITS]
    found = agreement(told, level="ordinal", order=list(names.values()))
    assert found == pytest.approx(agreement(UNITS, level="ordinal"))
    with pytest.raises(ValueError, match="'awful' is not one of"):
        agreement(told, level="ordinal", order=["bad", "good"])


def test_who_said_it_does_not_matter() -> None:
    by_name = [{"ann": "1", "bob": "1"}, {"ann": "2", "cy": "1"}, {"bob": "2", "cy": "2"}]
    assert agreement(by_name) == agreement([["1", "1"], ["2", "1"], ["2", "2"]])


def test_one_rater_alone_agrees_with_nobody() -> None:
    assert agreement([["a"], ["b"], [None, "a"]]) == {"items": 0, "ratings": 0}
    assert agreement([]) == {"items": 0, "ratings": 0}


def test_where_all_say_the_same_of_everything_there_is_no_telling() -> None:
    assert agreement([["a", "a"], ["a", "a"]]) == {"items": 2, "ratings": 4}


def test_raters_who_disagree_on_everything_are_below_chance() -> None:
    assert agreement([["a", "b"], ["b", "a"], ["a", "b"]])["alpha"] < 0


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Two raters who say the truth with 85 %, else a coin: the alpha of very many items lies in most intervals."""
    dice = random.Random(1)

    def rated(count: int) -> list[list[str]]:
        truths = [dice.choice("ab") for _ in range(count)]
        return [[truth if dice.random() < 0.85 else dice.choice("ab") for _ in range(2)] for truth in truths]

    real = agreement(rated(20_000), resamples=0)["alpha"]
    found = [agreement(rated(80), resamples=200) for _ in range(60)]
    assert sum(one["alpha_low"] <= real <= one["alpha_high"] for one in found) >= 50


def test_numbers_are_needed_for_how_far_apart_they_are() -> None:
    with pytest.raises(ValueError, match="needs numbers"):
        agreement([["a", "b"]], level="interval")
