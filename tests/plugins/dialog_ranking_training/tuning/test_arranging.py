"""Choices as the bot would have them."""

import dataclasses

from dialog_ranking.choices import Choice
from dialog_ranking_training.tuning.arranging import arrange
from tests.plugins.dialog_ranking_training.tuning.cascades import make_choice

CHOICE = make_choice([(0.9, 1.0)], [(0.5, 0.0)], [(0.8, 0.5)])


def arranged(choice: Choice, *tiers: list[str], order: list[str] | None = None) -> Choice:
    names = [name for tier in tiers for name in tier]
    (found,) = arrange([choice], tiers, order or names)
    return found


def test_policies_stand_in_the_tiers_the_bot_has_now() -> None:
    found = arranged(CHOICE, ["faq", "rules"], ["llm"])
    assert found.tiers == {"faq": 0, "rules": 0, "llm": 1}
    assert [one.policy for one in found.up_to(0).candidates] == ["faq", "rules"]


def test_labels_and_what_was_chosen_stay_with_their_candidates_in_the_order_of_the_file() -> None:
    found = arranged(dataclasses.replace(CHOICE, chosen=0), ["rules"], ["faq"], ["llm"], order=["llm", "faq", "rules"])
    assert [one.policy for one in found.candidates] == ["llm", "faq", "rules"]
    assert [label.right for label in found.labels if label] == [0.5, 0.0, 1.0]
    assert found.chosen == 2


def test_a_policy_the_bot_no_longer_has_says_nothing() -> None:
    found = arranged(dataclasses.replace(CHOICE, chosen=1), ["rules"], ["llm"])
    assert [one.policy for one in found.candidates] == ["rules", "llm"]
    assert found.chosen is None


def test_who_was_not_asked_is_not_made_up_and_a_choice_that_does_not_say_asked_everybody() -> None:
    stopped = dataclasses.replace(
        CHOICE, tiers={"rules": 0, "faq": 1}, candidates=CHOICE.candidates[:2], labels=(None,) * 2
    )
    assert arranged(stopped, ["rules"], ["faq"], ["llm"]).tiers == {"rules": 0, "faq": 1}
    silent = dataclasses.replace(stopped, tiers={})
    assert arranged(silent, ["rules"], ["faq"], ["llm"]).tiers == {"rules": 0, "faq": 1, "llm": 2}
