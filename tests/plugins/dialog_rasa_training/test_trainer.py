"""Training `stories`: what is learnt, what is measured, what is refused."""

from pathlib import Path

import pytest

from dialog_core import TrainingError
from dialog_core.bot_reader import read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.training import SilentProgress, TrainingRunner, plan
from dialog_rasa.dialogue.values import LISTEN
from tests.plugins.dialog_rasa_training.bakery import (
    FILES,
    RULES,
    STORIES,
    after,
    served,
    story,
    train,
    write_dialogue,
)


def test_stories_are_held_out_in_turns_and_all_are_learnt_in_the_end(tmp_path: Path) -> None:
    _, result, dialogue = train(tmp_path)
    assert result.details["stories"] == len(dialogue.stories)
    assert result.metrics["own_stories_accuracy"] == 1
    assert result.metrics["accuracy"] > 0.9 > result.before["accuracy"]
    assert result.metrics["action_accuracy"] > 0.85
    assert result.before["action_accuracy"] == 0
    assert result.metrics["expected_calibration_error"] < 0.15
    assert result.remarks == []


def test_a_bot_with_few_stories_is_told_what_that_means(tmp_path: Path) -> None:
    few = "stories:\n" + story("one", ">hello", "utter_hello") + story("two", ">bye", "utter_bye")
    _, result, _ = train(tmp_path, {**FILES, "stories.yaml": few})
    assert "There are under 10 stories (2): little to learn from" in result.remarks[0]
    assert "was predicted for 'utter_hello' once, such as in the story 'one' when it was held out." in "".join(
        result.remarks
    )


def test_rules_alone_are_learnt_from_and_not_measured_on(tmp_path: Path) -> None:
    model, result, dialogue = train(tmp_path, {name: text for name, text in FILES.items() if name != "stories.yaml"})
    assert (dict(result.metrics), dict(result.before)) == ({}, {})
    assert result.remarks == ["There are no stories: what rules say was learnt, and could not be measured."]
    assert served(model).probabilities(after(dialogue, [">where"]))[0][0] == "utter_where"


def test_a_bot_without_stories_and_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there are no stories and no rules in which anything is done"):
        train(tmp_path, {"domain.yaml": FILES["domain.yaml"]})


def test_what_is_wrong_with_stories_is_told_with_its_place(tmp_path: Path) -> None:
    wrong = STORIES.replace("utter_with_icing", "utter_with_icnig", 1)
    with pytest.raises(ConfigurationError, match=r"stories.yaml:\d+.*utter_with_icnig"):
        train(tmp_path, {**FILES, "stories.yaml": wrong})


def test_how_closely_the_stories_are_followed_can_be_said(tmp_path: Path) -> None:
    sure = []
    for value in (0.1, 100):
        model, _, dialogue = train(tmp_path / str(value), regularisation=value, folds=3)
        sure.append(served(model).probabilities(after(dialogue, [">want_cake"]))[0])
    assert {action for action, _ in sure} == {"utter_which_cake"}
    assert sure[0][1] < sure[1][1]


def test_the_same_stories_and_seed_give_the_same_model(tmp_path: Path) -> None:
    one, other = (train(tmp_path / name)[0] for name in ("one", "other"))
    for file in one.iterdir():
        assert file.read_bytes() == (other / file.name).read_bytes()


def test_changed_stories_are_learnt_again_and_unchanged_ones_are_not(tmp_path: Path) -> None:
    folder = write_dialogue(tmp_path)
    bot = tmp_path / "bot.yaml"
    bot.write_text(
        "version: 1\npolicies: [{name: stories, use: stories, path: dialogue}]\n"
        "training: [{component: stories, regularisation: 5, folds: 2}]\n"
    )

    def status() -> str:
        spec = read_bot_file(bot)
        return TrainingRunner(spec).run(plan(spec, ["stories"])[0], SilentProgress()).status

    assert [status(), status()] == ["trained", "current"]
    rules = folder / "rules.yaml"
    rules.write_text(RULES.replace("utter_where", "utter_hello"))
    assert [status(), status()] == ["trained", "current"]
    rules.write_text(RULES)
    assert status() == "restored"


def test_a_story_with_a_loop_of_two_turns_is_predicted_where_it_was_held_out(tmp_path: Path) -> None:
    """Somebody who buys twice is in none of the others."""
    model, _, dialogue = train(tmp_path)
    twice = [">want_bread", "utter_which_bread", "sort=rye", "utter_rye", "utter_anything_else", ">want_cake"]
    ranked = served(model).probabilities(after(dialogue, twice))
    assert ranked[0][0] == "utter_which_cake"
    after_it = served(model).probabilities(after(dialogue, [*twice, "utter_which_cake"]))
    assert after_it[0][0] == LISTEN
