import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.candidate import Candidate
from dialog_core.configuration import Options
from dialog_core.events import BotSaid, SessionStarted
from dialog_core.ranking import OTHER_KINDS, REPETITION_FACTOR, TABLES, TableRanker, interpolate
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.turns import NOON

EVERY_TABLE = [*TABLES.values(), OTHER_KINDS]


def ranker() -> TableRanker:
    return TableRanker(Options(), make_context("table"))


def probability(kind: str, score: float) -> float:
    (ranked,) = ranker().rank(make_turn("hi"), [Candidate("Hello", score, "p", kind)])
    return ranked.probability


@pytest.mark.parametrize("kind", [*TABLES, "unknown"])
def test_the_points_of_a_table_are_met(kind: str) -> None:
    for score, expected in TABLES.get(kind, OTHER_KINDS):
        assert probability(kind, score) == pytest.approx(expected)


def test_between_two_points_lies_a_straight_line() -> None:
    assert interpolate(((0.0, 0.0), (0.5, 0.2), (1.0, 1.0)), 0.25) == pytest.approx(0.1)
    assert interpolate(((0.0, 0.0), (0.5, 0.2), (1.0, 1.0)), 0.75) == pytest.approx(0.6)


@given(st.sampled_from(EVERY_TABLE), st.floats(0, 1), st.floats(0, 1))
def test_a_better_score_is_never_worth_less(table: tuple[tuple[float, float], ...], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= interpolate(table, low) <= interpolate(table, high) + 1e-12 <= 1.0


def test_beyond_the_ends_of_a_table_its_ends_hold() -> None:
    assert interpolate(((0.2, 0.1), (0.8, 0.9)), 0.0) == 0.1
    assert interpolate(((0.2, 0.1), (0.8, 0.9)), 1.0) == 0.9


def test_a_sure_rule_beats_a_sure_model_of_language() -> None:
    candidates = [Candidate("a", 1.0, "llm", "generative"), Candidate("b", 0.7, "rules", "rules")]
    ranked = ranker().rank(make_turn("hi"), candidates)
    assert [verdict.candidate.policy for verdict in ranked] == ["rules", "llm"]


def test_ties_keep_the_order_of_the_file() -> None:
    candidates = [Candidate("x", 0.5, f"p{number}", "rules") for number in range(10)]
    ranked = ranker().rank(make_turn("hi"), candidates)
    assert [verdict.candidate.policy for verdict in ranked] == [f"p{number}" for number in range(10)]


def test_saying_the_same_again_is_worth_less() -> None:
    turn = make_turn("hi", events=[BotSaid("As I said.", NOON)])
    ranked = ranker().rank(turn, [Candidate("As I said.", 1.0, "p", "rules"), Candidate("Anew.", 0.7, "p", "rules")])

    assert [verdict.candidate.text for verdict in ranked] == ["Anew.", "As I said."]
    repeated = ranked[1]
    assert repeated.probability == pytest.approx(0.97 * REPETITION_FACTOR)
    assert sum(repeated.contributions.values()) == pytest.approx(repeated.probability)
    assert set(repeated.contributions) == {"rules score", "repeats the last reply"}


def test_a_new_session_may_begin_as_the_last_one_ended() -> None:
    turn = make_turn("hi", events=[BotSaid("Hello!", NOON), SessionStarted(NOON)])
    (ranked,) = ranker().rank(turn, [Candidate("Hello!", 1.0, "p", "rules")])
    assert ranked.probability == pytest.approx(0.97)
