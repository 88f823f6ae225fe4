"""Thresholds chosen for an aim: as good as the data can promise, and no better."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_ranking.choices import Choice
from dialog_ranking_training.tuning import Aim, AimError, Simulated, choose, simulate
from dialog_ranking_training.tuning.bounds import effective_size, is_within, lower_bound, mean_bound, upper_bound
from dialog_ranking_training.tuning.figures import Figures
from dialog_ranking_training.tuning.searching import between
from tests.plugins.dialog_ranking_training.tuning.cascades import by_score, made, make_choice

REPETITIONS = 30


@pytest.fixture(scope="module")
def world() -> Simulated:
    """Return so many messages of the world the samples are from that chance hardly matters."""
    return simulate(made(8_000, seed=-1), by_score)


def limited(figures: Figures, aim: Aim) -> float:
    return {"max_wrong": figures.wrong, "max_calls": figures.calls, "cost": figures.cost}[aim.kind]


@pytest.mark.parametrize("aim", [Aim("max_wrong", 0.1), Aim("max_calls", 0.55), Aim("cost", 0.0055)])
def test_what_was_promised_is_kept_on_messages_nobody_has_seen(world: Simulated, aim: Aim) -> None:
    broken = 0
    for seed in range(REPETITIONS):
        chosen = choose(simulate(made(250, seed), by_score), aim)
        assert limited(chosen.figures, aim) <= chosen.bound <= aim.limit
        broken += limited(world.at(chosen.accept_at, chosen.answer_at), aim) > aim.limit
    assert broken <= 0.1 * REPETITIONS  # at a confidence of 95 %, give or take chance


def test_asking_seldom_is_as_good_as_asking_everybody_where_the_probabilities_are(world: Simulated) -> None:
    chosen = choose(world, Aim("max_wrong", 1.0), answer_at=0.3)
    everybody = world.everybody(0.3)
    assert chosen.figures.accuracy >= everybody.accuracy - 0.005
    assert chosen.figures.calls < 0.65 < everybody.calls


def test_the_stricter_the_aim_the_more_remains_unanswered(world: Simulated) -> None:
    strict, loose = choose(world, Aim("max_wrong", 0.02)), choose(world, Aim("max_wrong", 0.1))
    assert strict.answer_at > loose.answer_at
    assert strict.figures.unanswered > loose.figures.unanswered
    assert strict.figures.wrong <= 0.02 < loose.figures.wrong <= 0.1


def test_a_budget_for_calls_goes_where_they_help_most(world: Simulated) -> None:
    accuracy = [choose(world, Aim("max_calls", limit)).figures.accuracy for limit in (0.05, 0.3, 0.55)]
    assert accuracy == sorted(accuracy)
    assert accuracy[0] > world.first_tier(0.0).accuracy


def test_a_stated_answer_at_is_left_as_it_is_and_accept_at_is_never_below_it(world: Simulated) -> None:
    chosen = choose(world, Aim("max_wrong", 1.0), answer_at=0.9, give_up=1.0)
    assert chosen.answer_at == 0.9
    assert chosen.accept_at >= 0.9


def test_few_calls_go_to_messages_that_nobody_has_a_good_candidate_for() -> None:
    """Some that are better than nothing, and not good enough to be said, are then left unanswered."""
    rows = [make_choice([(0.9, 1.0)], [(0.3, 0.0)], id=f"known {n}") for n in range(40)]
    rows += [make_choice([(0.4, 0.0)], [(0.45, 0.0)], id=f"for nobody {n}", nobody=1.0) for n in range(40)]
    rows += [make_choice([(0.1, 0.0)], [(0.8, 1.0)], id=f"for the model {n}") for n in range(40)]
    chosen = choose(simulate(rows, by_score), Aim("max_calls", 0.45))
    assert chosen.accept_at < 0.4 < chosen.answer_at
    assert chosen.figures.accuracy == 1.0
    assert chosen.figures.calls == pytest.approx(1 / 3)


def test_giving_up_more_right_answers_saves_more_calls(world: Simulated) -> None:
    calls = [choose(world, Aim("max_wrong", 0.5), answer_at=0.0, give_up=share).figures.calls for share in (0, 0.1, 1)]
    assert calls[0] > calls[1] > calls[2]


def test_accuracy_that_might_be_lost_by_chance_is_not_given_up() -> None:
    """Nearly as many messages lose as gain by asking the model; of few that says little, and it goes on being asked."""

    def choices(count: int) -> list[Choice]:
        rows = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=f"same {n}") for n in range(8 * count)]
        rows += [make_choice([(0.8, 1.0)], [(0.95, 0.0)], id=f"better before {n}") for n in range(9 * count // 10)]
        return rows + [make_choice([(0.8, 0.0)], [(0.95, 1.0)], id=f"better after {n}") for n in range(count)]

    few, many = simulate(choices(10), by_score), simulate(choices(600), by_score)
    assert few.at(0.5, 0.0).accuracy > few.everybody(0.0).accuracy - 0.02
    assert choose(few, Aim("max_wrong", 0.5), answer_at=0.0, give_up=0.02).figures.calls == pytest.approx(19 / 99)
    assert choose(many, Aim("max_wrong", 0.5), answer_at=0.0, give_up=0.02).figures.calls == 0.0


def test_an_aim_that_cannot_be_met_says_what_could_be_promised() -> None:
    simulated = simulate(made(200), by_score)
    with pytest.raises(AimError) as caught:
        choose(simulated, Aim("max_wrong", 0.02), answer_at=0.3)
    nearest = caught.value.nearest
    assert nearest is not None
    assert nearest.bound > 0.02
    assert caught.value.needed is None  # more of the same would show the same
    assert choose(simulated, Aim("max_wrong", nearest.bound + 1e-6), answer_at=0.3) == nearest


def test_too_few_messages_show_how_many_it_takes() -> None:
    few = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=str(number)) for number in range(50)]
    with pytest.raises(AimError) as caught:
        choose(simulate(few, by_score), Aim("max_wrong", 0.02))
    needed = caught.value.needed
    assert needed is not None
    assert 140 < needed < 160  # the rule of three: nothing wrong in 149 messages is less than 2 % wrong
    enough = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=str(number)) for number in range(needed)]
    assert choose(simulate(enough, by_score), Aim("max_wrong", 0.02)).figures.calls == 0.0


def test_no_messages_promise_nothing() -> None:
    with pytest.raises(AimError, match="no messages") as caught:
        choose(simulate([], by_score), Aim("max_wrong", 0.02))
    assert caught.value.nearest is None


def test_of_thresholds_that_do_the_same_the_middle_is_taken_and_of_equals_the_higher() -> None:
    rows = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=str(n)) for n in range(30)]
    rows += [make_choice([(0.5, 0.0)], [(0.95, 1.0)], id=f"w{n}") for n in range(30)]
    chosen = choose(simulate(rows, by_score), Aim("max_wrong", 0.2), give_up=0.0)
    assert chosen.figures.wrong == 0.0
    assert chosen.accept_at == 0.7  # between .5 and .9, where a rule is right and where it is not


def test_messages_that_weigh_more_count_for_more() -> None:
    light = [make_choice([(0.9, 0.0)], [(0.95, 1.0)], id=f"l{n}", weight=0.001) for n in range(100)]
    heavy = [make_choice([(0.9, 1.0)], [(0.95, 1.0)], id=f"h{n}") for n in range(300)]
    assert choose(simulate(light + heavy, by_score), Aim("max_wrong", 0.05)).figures.calls == 0.0


def test_messages_of_one_conversation_promise_less_than_as_many_conversations() -> None:
    """All messages of a conversation fare alike: there are only as many pieces of news as conversations."""
    apart = [make_choice([(0.9, float(n % 20 > 0))], id=str(n), conversation=str(n)) for n in range(400)]
    together = [dataclasses.replace(one, turn=apart[n % 20].turn) for n, one in enumerate(apart)]
    alone = choose(simulate(apart, by_score), Aim("max_wrong", 0.5))
    talks = choose(simulate(together, by_score), Aim("max_wrong", 0.5))
    assert alone.figures.wrong == talks.figures.wrong == pytest.approx(0.05)
    assert alone.bound < 0.075
    assert talks.bound > 0.15


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_threshold_between_two_probabilities_is_between_them(one: float, other: float) -> None:
    low, high = sorted((one, other))
    if low < high:
        assert low < between(low, high) <= high


def test_a_threshold_is_short_where_it_may_be() -> None:
    assert between(0.5, 0.9) == 0.7
    assert between(0.8123, 0.8741) == 0.84
    assert between(0.81230001, 0.81230002) == pytest.approx(0.812300015)
    assert between(0.5, np.nextafter(0.5, 1)) == np.nextafter(0.5, 1)


@settings(deadline=None)
@given(st.integers(1, 300), st.floats(0, 1), st.floats(0.001, 0.999), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_whether_a_limit_is_kept_is_what_the_bound_says(
    size: int, share: float, limit: float, confidence: float
) -> None:
    bound = float(upper_bound(share, size, confidence))
    assert bound >= share
    if abs(bound - limit) > 1e-6:
        assert bool(is_within(np.array([share]), size, limit, confidence)[0]) is (bound <= limit)


def test_bounds_are_those_of_clopper_and_pearson() -> None:
    """Their interval for 1 of 10, both sides together 95 %: 0.0025 to 0.4450."""
    assert float(upper_bound(0.1, 10, 0.975)) == pytest.approx(0.44502, abs=1e-5)
    assert float(lower_bound(0.1, 10, 0.975)) == pytest.approx(0.00253, abs=1e-5)
    assert (float(upper_bound(1.0, 10, 0.95)), float(lower_bound(0.0, 10, 0.95))) == (1.0, 0.0)
    assert float(mean_bound(2.0, 4.0, 50, 0.95)) == 2.0  # all the same
    assert float(mean_bound(0.0, 1.0, 101, 0.975)) == pytest.approx(0.1984, abs=1e-4)


def test_a_sample_is_as_large_as_its_conversations_differ() -> None:
    chance = np.random.default_rng(0)
    values, weight = (chance.random(2000) < 0.3).astype(float), np.ones(2000)
    alone = effective_size(values, weight, np.arange(2000))
    assert alone == pytest.approx(2000)
    assert effective_size(values, weight, np.arange(2000) // 4) == pytest.approx(2000, rel=0.15)
    alike = np.repeat(values[:500], 4)
    assert effective_size(alike, weight, np.arange(2000) // 4) == pytest.approx(500, rel=0.01)
    assert effective_size(values, np.where(np.arange(2000) < 1000, 1.0, 0.0), np.arange(2000)) == pytest.approx(
        1000, rel=0.01
    )
