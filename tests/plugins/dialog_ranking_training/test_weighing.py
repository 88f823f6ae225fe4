import pytest

from dialog_ranking_training.weighing import MOST_IMPORTANCE, weigh
from tests.plugins.dialog_ranking_training.made_choices import make_choice


def test_a_reply_that_is_seldom_said_counts_for_those_that_were_not() -> None:
    choice = make_choice(("faq", 0.9, None), ("llm", 0.4, 1.0), chosen=1, propensity=0.4, source="feedback")

    (weighed,) = weigh([choice]).choices

    assert [label and label.weight for label in weighed.labels] == [None, 2.5]


def test_no_single_label_counts_without_end() -> None:
    rows = [
        make_choice(("llm", 0.4, 1.0), chosen=0, propensity=propensity, source="feedback", id=str(propensity))
        for propensity in (0.0, 1e-9)
    ]

    assert [choice.labels[0].weight for choice in weigh(rows).choices if choice.labels[0]] == [MOST_IMPORTANCE] * 2


def test_references_judge_everything_so_that_chance_does_not_matter() -> None:
    choice = make_choice(("faq", 0.9, 0.0), ("llm", 0.4, 1.0), chosen=1, propensity=0.25)

    assert [label and label.weight for label in weigh([choice]).choices[0].labels] == [1.0, 1.0]


def test_a_thousand_thumbs_down_of_one_user_count_as_twenty() -> None:
    angry = [
        make_choice(("faq", 0.9, 0.0), id=f"angry {number}", user="troll", source="feedback") for number in range(1000)
    ]
    others = [make_choice(("faq", 0.9, 1.0), id=f"kind {number}", user=f"user {number}") for number in range(30)]

    weighed = weigh([*angry, *others], max_per_user=20)

    total = sum(label.weight for choice in weighed.choices[:1000] for label in choice.labels if label)
    assert total == pytest.approx(20)
    assert all(choice.labels[0].weight == 1 for choice in weighed.choices[1000:] if choice.labels[0])
    assert weighed.capped == 1


def test_weighing_twice_changes_nothing() -> None:
    choices = [
        make_choice(("llm", 0.4, 1.0), chosen=0, propensity=0.3, source="feedback", id=str(number), user="ann")
        for number in range(50)
    ]

    once = weigh(choices, max_per_user=20)

    assert weigh(once.choices, max_per_user=20).choices == once.choices
    assert weigh(once.choices, max_per_user=20).capped == 0
