from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.ranking import default_probability
from dialog_core.training import Artefact
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice
from dialog_ranking.learned.logistic import LogisticWeights
from dialog_ranking.learned.model import LearnedModel
from dialog_ranking.learned.trees import Trees
from dialog_ranking.options import LearnedOptions
from dialog_ranking_training.checking import check
from dialog_ranking_training.fitting.learned import LearnedFitting, fit_learned
from dialog_ranking_training.judging import Model, probabilities, rank_all
from dialog_ranking_training.measuring import measure
from tests.plugins.dialog_ranking_training.made_choices import made, make_choice, only_chosen

LOGISTIC, BOOSTED = LearnedOptions(), LearnedOptions(model="boosted")


def accuracy(model: Model, choices: Sequence[Choice]) -> float:
    return measure(choices, rank_all(model, choices), answer_at=0.3)["accuracy"]


@pytest.fixture(scope="module")
def seen() -> list[Choice]:
    return made(600, seed=1)


@pytest.fixture(scope="module")
def unseen() -> list[Choice]:
    return made(600, seed=2)


@pytest.fixture(scope="module", params=["logistic", "boosted"])
def fitting(request: pytest.FixtureRequest, seen: list[Choice]) -> LearnedFitting:
    return LearnedFitting(seen, LearnedOptions(model=request.param))


def test_no_labels_leave_the_default_as_it_is(unseen: list[Choice]) -> None:
    unlabelled = [replace(choice, labels=(None,) * len(choice.labels)) for choice in unseen]

    for choices in ([], unlabelled):
        model = fit_learned(choices, options=LOGISTIC)
        assert model.engine is None
    for choice, ranking in zip(unseen, rank_all(model, unseen), strict=True):
        for candidate, probability in zip(choice.candidates, probabilities(choice, ranking), strict=True):
            assert probability == pytest.approx(min(0.999, max(0.001, default_probability(candidate))))


def test_what_was_learnt_is_right_more_often_and_as_sure_as_it_is_right(
    fitting: LearnedFitting, unseen: list[Choice]
) -> None:
    model = fitting.model()

    before = measure(unseen, rank_all(CalibratedModel(), unseen), answer_at=0.3)
    after = measure(unseen, rank_all(model, unseen), answer_at=0.3)

    assert after["accuracy"] > before["accuracy"] + 0.08
    assert after["brier"] < before["brier"] - 0.03
    assert after["expected_calibration_error"] < 0.09 < before["expected_calibration_error"]


def test_the_check_judges_as_serving_does(fitting: LearnedFitting, seen: list[Choice]) -> None:
    everything = fitting.learn(range(len(seen)))  # the same that the model is fitted to
    model = fitting.model()

    for place, choice in enumerate(seen[:100]):
        served = probabilities(choice, model.rank(choice.turn, choice.candidates))
        assert probabilities(choice, everything(place)) == pytest.approx(served, abs=1e-6)


def test_each_kind_of_model_is_what_was_asked_for(fitting: LearnedFitting) -> None:
    engine = fitting.model().engine

    assert isinstance(engine, Trees if fitting.details()["model"] == "boosted" else LogisticWeights)


def test_boosting_few_labels_gives_weights() -> None:
    model = fit_learned(made(60, seed=1), options=BOOSTED)

    assert isinstance(model.engine, LogisticWeights)


def test_features_can_be_left_out(seen: list[Choice]) -> None:
    model = fit_learned(seen, options=LearnedOptions(without=("margin", "policy", "other")))

    assert model.engine is not None
    assert not {name for name in model.engine.names if name.startswith(("margin", "policy", "other"))}


def test_a_model_survives_being_saved(tmp_path: Path, fitting: LearnedFitting) -> None:

    model = fitting.model({"faq": "abc"})
    model.save(tmp_path)
    choice = make_choice(("faq", 0.7, None), ("llm", 0.7, None))

    loaded = LearnedModel.load(Artefact.unpublished(tmp_path))

    assert loaded.fingerprints == {"faq": "abc"}
    assert loaded.rank(choice.turn, choice.candidates) == model.rank(choice.turn, choice.candidates)


def late(choice: Choice) -> Choice:
    """Return a choice in which the language model is asked only when rules and FAQ have been heard."""
    return replace(choice, tiers={"rules": 0, "faq": 0, "llm": 1})


def test_what_is_said_before_the_last_tier_is_asked_is_learnt_as_well(unseen: list[Choice]) -> None:
    model = fit_learned([late(choice) for choice in made(600, seed=1)], options=LOGISTIC)

    early = [late(choice).up_to(0) for choice in unseen]

    before = measure(early, rank_all(CalibratedModel(), early), answer_at=0.0)
    after = measure(early, rank_all(model, early), answer_at=0.0)
    assert after["brier"] < before["brier"] - 0.03
    assert after["expected_calibration_error"] < 0.1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["faq", "llm"]),
            st.floats(0, 1),
            st.one_of(st.none(), st.floats(0, 1)),
            st.sampled_from([0.0, 0.01, 1.0, 20.0]),
        ),
        max_size=30,
    )
)
def test_whatever_the_labels_probabilities_come_out(rows: list[tuple[str, float, float | None, float]]) -> None:
    choices = [
        make_choice((policy, score, right), ("rules", 0.7, None), id=str(number), weight=weight)
        for number, (policy, score, right, weight) in enumerate(rows)
    ]

    model = fit_learned(choices, options=LOGISTIC)

    for ranking in rank_all(model, choices):
        assert all(0 < verdict.probability < 1 for verdict in ranking.ranked)  # type: ignore[union-attr]


def test_feedback_on_the_first_reply_says_little_of_those_nobody_saw() -> None:
    # The FAQ's best candidate is always right; nothing was ever said of its second.
    choices = [
        make_choice(("faq", 0.6, 1.0), ("faq", 0.3, None), id=str(number), source="feedback", chosen=0)
        for number in range(200)
    ]

    model = fit_learned(choices, options=LOGISTIC)

    turn = make_choice(("faq", 0.6, None), ("faq", 0.3, None))
    first, second = probabilities(turn, model.rank(turn.turn, turn.candidates))
    assert first > 0.9
    assert second < 0.35  # .15 by default


@pytest.mark.slow
@pytest.mark.parametrize("labels", [20, 50, 200])
def test_feedback_on_what_was_said_does_not_make_it_worse(labels: int, unseen: list[Choice]) -> None:
    gains = []
    for seed in range(8):
        choices = only_chosen(made(labels, seed))
        fitting = LearnedFitting(choices, LOGISTIC, seed=seed)
        found = check(choices, fitting.learn, answer_at=0.3, held_out=0.2, seed=seed)
        model = fitting.model() if found.taken else LearnedModel()
        gains.append(accuracy(model, unseen) - accuracy(LearnedModel(), unseen))

    assert np.mean(gains) > -0.005
    assert labels < 200 or np.mean(gains) > 0.03
