"""Maps from scores to probabilities: they never fall, are never quite sure, and come back from JSON as they were."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_ranking.calibrated.maps import LEAST, MOST, Isotonic, Map, Platt, log_odds, read_map, read_maps, sigmoid

SHARES = st.floats(0, 1)


@st.composite
def isotonic_maps(draw: st.DrawFn) -> Isotonic:
    scores = sorted(draw(st.sets(SHARES, min_size=1, max_size=8)))
    values = sorted(draw(st.lists(SHARES, min_size=len(scores), max_size=len(scores))))
    return Isotonic(tuple(zip(scores, values, strict=True)))


MAPS = st.one_of(
    isotonic_maps(), st.builds(Platt, st.floats(0, 1e6), st.floats(-1e6, 1e6), st.sampled_from(["default", "score"]))
)


@given(MAPS, SHARES, SHARES)
def test_a_higher_score_is_never_worth_less_and_none_is_ever_sure(mapped: Map, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert LEAST <= mapped.probability(low, low) <= mapped.probability(high, high) + 1e-12 <= MOST + 1e-12


@given(MAPS)
def test_a_map_comes_back_from_json_as_it_was(mapped: Map) -> None:
    assert read_map(json.loads(json.dumps(mapped.to_json()))) == mapped


def test_between_points_lies_a_straight_line_and_beyond_them_it_is_level() -> None:
    mapped = Isotonic(((0.2, 0.1), (0.6, 0.5), (0.8, 0.9)))
    assert mapped.probability(0.4, 0.0) == pytest.approx(0.3)
    assert mapped.probability(0.6, 0.0) == pytest.approx(0.5)
    assert mapped.probability(0.0, 0.7) == 0.1
    assert mapped.probability(1.0, 0.7) == 0.9


def test_scores_that_mean_different_things_may_lie_as_near_as_numbers_can() -> None:
    near = math.nextafter(0.5, 1.0)
    mapped = Isotonic(((0.5, 0.2), (near, 0.8)))
    assert (mapped.probability(0.5, 0.0), mapped.probability(near, 0.0)) == (0.2, 0.8)


@pytest.mark.parametrize("default", [0.001, 0.08, 0.5, 0.97, 0.999])
def test_a_sigmoid_that_learnt_nothing_is_the_default(default: float) -> None:
    assert Platt().probability(0.3, default) == pytest.approx(default)


def test_a_sigmoid_in_the_score_does_not_care_for_the_default() -> None:
    mapped = Platt(2.0, -1.0, "score")
    assert mapped.probability(0.5, 0.1) == mapped.probability(0.5, 0.9) == pytest.approx(sigmoid(-1.0))


@given(st.floats(LEAST, MOST))
def test_log_odds_and_sigmoid_undo_each_other(probability: float) -> None:
    assert sigmoid(log_odds(probability)) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("points", "complaint"),
    [
        ((), "at least one point"),
        (((0.5, 0.4), (0.5, 0.6)), "does not fall"),
        (((0.1, 0.6), (0.5, 0.4)), "does not fall"),
        (((0.1, 1.2),), "scores and probabilities"),
        (((math.nan, 0.2),), "scores and probabilities"),
    ],
)
def test_what_is_no_isotonic_map_is_refused(points: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Isotonic(points)


@pytest.mark.parametrize("wrong", [{"slope": -1.0}, {"slope": math.nan}, {"offset": math.inf}, {"of": "length"}])
def test_what_is_no_rising_sigmoid_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="sigmoid"):
        Platt(**wrong)


@pytest.mark.parametrize(
    "row", [None, 3, [], {}, {"map": "cubic"}, {"map": "isotonic", "points": 3}, {"map": "platt", "slope": "steep"}]
)
def test_what_is_no_map_is_not_read(row: Any) -> None:
    with pytest.raises(ValueError, match="is no map"):
        read_map(row)
    with pytest.raises(ValueError, match="no mapping of names to maps"):
        read_maps([row])
