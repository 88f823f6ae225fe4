import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_ranking_training.gathering import cap_users, inverse_propensity
from dialog_ranking_training.gathering.weights import MOST_INVERSE, weight_of_users
from tests.plugins.dialog_ranking_training.made_choices import make_choice

SOURCES = st.sampled_from(["feedback", "edit", "takeover", "rephrased", "reference", "test"])
CHOICES = st.lists(
    st.builds(
        lambda user, weight, source, chosen, propensity, nobody: make_choice(
            ("faq", 0.9, 0.0),
            ("llm", 0.4, 1.0),
            ("rules", 0.4, None),
            user=user,
            weight=weight,
            source=source,
            chosen=chosen,
            propensity=propensity,
            nobody=nobody,
        ),
        st.sampled_from(["ann", "ben", ""]),
        st.floats(0, 100),
        SOURCES,
        st.sampled_from([None, 0, 1, 2]),
        st.floats(0, 1),
        st.none() | st.floats(0, 1),
    ),
    max_size=12,
)


def test_a_reply_that_is_seldom_said_counts_for_those_that_were_not() -> None:
    choice = make_choice(("faq", 0.9, None), ("llm", 0.4, 1.0), chosen=1, propensity=0.25, source="feedback")

    (weighed,) = inverse_propensity([choice])

    assert [label and label.weight for label in weighed.labels] == [None, 4.0]


def test_of_what_was_not_said_chance_knows_nothing() -> None:
    edited = make_choice(("faq", 0.9, 0.0), ("llm", 0.4, 1.0), chosen=0, propensity=0.5, source="edit")

    (weighed,) = inverse_propensity([edited])

    assert [label and label.weight for label in weighed.labels] == [2.0, 1.0]


@pytest.mark.parametrize("propensity", [0.0, 1e-9, 0.01])
def test_no_single_label_counts_without_end(propensity: float) -> None:
    choice = make_choice(("llm", 0.4, 1.0), chosen=0, propensity=propensity, source="feedback")

    assert [label and label.weight for label in inverse_propensity([choice])[0].labels] == [MOST_INVERSE]


def test_references_judge_everything_so_that_chance_does_not_matter() -> None:
    choice = make_choice(("faq", 0.9, 0.0), ("llm", 0.4, 1.0), chosen=1, propensity=0.25)

    assert [label and label.weight for label in inverse_propensity([choice])[0].labels] == [1.0, 1.0]


def test_a_thousand_thumbs_down_of_one_user_count_as_twenty() -> None:
    angry = [make_choice(("faq", 0.9, 0.0), id=f"a{n}", user="troll", source="feedback") for n in range(1000)]
    others = [make_choice(("faq", 0.9, 1.0), id=f"k{n}", user=f"user {n}", source="feedback") for n in range(30)]

    weighed = cap_users([*angry, *others], 20)

    assert sum(label.weight for choice in weighed[:1000] for label in choice.labels if label) == pytest.approx(20)
    assert weighed[1000:] == others


def test_where_nobody_knows_who_it_was_the_conversation_stands_for_them() -> None:
    same = [make_choice(("faq", 0.9, 0.0), id=str(n), conversation="c", source="feedback") for n in range(10)]
    others = [make_choice(("faq", 0.9, 0.0), id=f"o{n}", source="feedback") for n in range(10)]

    weighed = cap_users([*same, *others], 2)

    assert [choice.labels[0].weight for choice in weighed if choice.labels[0]] == [pytest.approx(0.2)] * 10 + [1.0] * 10


def test_what_somebody_has_prepared_is_nobody_s_opinion() -> None:
    prepared = [make_choice(("faq", 0.9, 1.0), id=str(n), user="annotator") for n in range(100)]

    assert cap_users(prepared, 20) == prepared


@settings(max_examples=60, deadline=None)
@given(CHOICES, st.floats(1, 50))
def test_nobody_counts_more_than_they_may_and_weighing_twice_changes_nothing(choices: list, most: float) -> None:  # type: ignore[type-arg]
    once = cap_users(inverse_propensity(choices), most)

    assert all(weight <= most * (1 + 1e-6) for weight in weight_of_users(once).values())
    assert cap_users(inverse_propensity(once), most) == once
    rights = [[label and label.right for label in choice.labels] for choice in choices]
    assert [[label and label.right for label in choice.labels] for choice in once] == rights
