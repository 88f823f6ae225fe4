"""However labels are given, nobody counts more than they may."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_ranking.choices import Choice
from dialog_ranking_training.weighing import PREPARED, user_of, weigh
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


@settings(max_examples=60, deadline=None)
@given(CHOICES, st.integers(1, 50))
def test_nobody_counts_more_than_they_may_and_weighing_twice_changes_nothing(choices: list[Choice], most: int) -> None:
    once = weigh(choices, most).choices

    said: dict[str, float] = {}
    for choice in once:
        for label in (*choice.labels, choice.nobody):
            if label is not None and label.source not in PREPARED:
                said[user_of(choice)] = said.get(user_of(choice), 0.0) + label.weight
    assert all(weight <= most * (1 + 1e-6) for weight in said.values())
    assert weigh(once, most).choices == once
    assert [[label and label.right for label in choice.labels] for choice in once] == [
        [label and label.right for label in choice.labels] for choice in choices
    ]
