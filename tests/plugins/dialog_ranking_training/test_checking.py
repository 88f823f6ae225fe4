import random

import pytest

from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice
from dialog_ranking_training.checking import Checked, check
from dialog_ranking_training.fitting.calibrated import fit_calibrated, learning
from dialog_ranking_training.judging import rank_all, verdicts
from dialog_ranking_training.measuring import measure
from tests.plugins.dialog_ranking_training.made_choices import made, make_choice, only_chosen


def checked(choices: list[Choice]) -> Checked:
    return check(choices, learning(choices, 0), answer_at=0.3, held_out=0.2, seed=0)


def test_what_is_better_on_conversations_held_out_is_taken() -> None:
    found = checked(made(300, seed=1))

    assert found.taken
    assert found.log_loss.mean > found.log_loss.error
    assert found.accuracy.mean > 0
    assert "better than the default" in found.reason


def in_a_world_the_default_knows(count: int, seed: int) -> list[Choice]:
    """Return choices in a world in which nothing can be learnt: the default is right about everything."""
    chance, found = random.Random(seed), []
    model = CalibratedModel()
    for number in range(count):
        bare = make_choice(
            ("rules", chance.random(), None), ("faq", chance.random(), None), ("llm", chance.random(), None)
        )
        rows = [
            (candidate.policy, candidate.score, float(chance.random() < model.probability(candidate)))
            for candidate in bare.candidates
        ]
        found.append(make_choice(*rows, id=str(number)))
    return found


@pytest.mark.parametrize("labels", [1, 3, 7, 40])
def test_where_the_default_is_right_it_stays(labels: int) -> None:
    taken = [checked(in_a_world_the_default_knows(labels, seed)).taken for seed in range(10)]

    assert sum(taken) <= 3  # by chance, and then what is taken is next to the default


def test_the_reason_is_told_in_plain_words() -> None:
    unlabelled = [make_choice(("faq", 0.9, None), id=str(number)) for number in range(5)]
    one_conversation = [make_choice(("faq", 0.9, 1.0), id=str(number), conversation="c") for number in range(20)]
    few = [make_choice(("faq", 0.9, 1.0), id="1"), make_choice(("faq", 0.9, 0.0), id="2")]

    assert checked(unlabelled).reason == "There are no labels to learn from: the default stays."
    assert checked(one_conversation).reason == "20 labels of a single conversation: the default stays."
    assert checked(few).reason == "2 labels are not enough to do better than the default: it stays."
    assert not any(checked(choices).taken for choices in (unlabelled, one_conversation, few))


def test_every_choice_is_judged_by_what_was_learnt_from_other_conversations() -> None:
    choices = made(60, seed=1)
    seen: list[set[str]] = []

    def learn(places):  # type: ignore[no-untyped-def]
        learnt = {choices[place].conversation for place in places}

        def rank(place: int):  # type: ignore[no-untyped-def]
            assert choices[place].conversation not in learnt
            seen.append({choices[place].id})
            return CalibratedModel().rank(choices[place].turn, choices[place].candidates)

        return rank

    check(choices, learn, answer_at=0.3, held_out=0.2, seed=0)

    assert sorted(id for ids in seen for id in ids) == sorted(choice.id for choice in choices)


def test_a_ranking_that_says_the_wrong_thing_more_often_is_not_taken() -> None:
    choices = made(200, seed=1)
    default = rank_all(CalibratedModel(), choices)

    def learn(places):  # type: ignore[no-untyped-def]
        return lambda place: list(reversed(verdicts(default[place])))

    found = check(choices, learn, answer_at=0.3, held_out=0.2, seed=0)

    assert not found.taken


def test_what_does_not_hold_any_more_is_not_taken() -> None:
    # For a hundred days the FAQ was wrong whatever its score; since then it is right, as the default has it.
    choices = [
        make_choice(("faq", 0.7, float(day >= 100)), id=f"{day} {number}", day=day)
        for day in range(120)
        for number in range(3)
    ]

    found = checked(choices)

    assert not found.taken
    assert "on the newest ones" in found.reason
    assert checked([choice for choice in choices if choice.turn.now < choices[300].turn.now]).taken


@pytest.mark.slow
@pytest.mark.parametrize("labels", [20, 50, 200])
def test_feedback_on_what_was_said_never_makes_it_worse_on_average(labels: int) -> None:
    unseen = made(600, seed=999)
    gains = []
    for seed in range(10):
        choices = only_chosen(made(labels, seed))
        model = CalibratedModel()
        if checked(choices).taken:
            model = fit_calibrated(choices)
        gains.append(accuracy(model, unseen) - accuracy(CalibratedModel(), unseen))

    assert sum(gains) / len(gains) > -0.005


def accuracy(model: CalibratedModel, choices: list[Choice]) -> float:
    return measure(choices, rank_all(model, choices), answer_at=0.3)["accuracy"]


@pytest.mark.parametrize("conversations", [1000, 40])
def test_what_a_single_user_says_is_one_opinion_in_however_many_conversations(conversations: int) -> None:
    angry = [
        make_choice(
            ("faq", 0.9, 0.0),
            id=str(number),
            conversation=f"c{number % conversations}",
            user="troll",
            source="feedback",
        )
        for number in range(1000)
    ]
    prepared = [
        make_choice(("faq", 0.9, 0.0), id=str(number), user="an author", source="reference") for number in range(100)
    ]

    found = checked(angry)

    assert not found.taken
    assert found.reason == "1,000 labels of a single user, who may be alone with that: the default stays."
    assert checked(prepared).taken  # who writes dialogues is no user
