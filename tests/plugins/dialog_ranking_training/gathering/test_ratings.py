"""Ratings as labels: what people said of two replies, of the candidates that have their words."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_ranking.choices import Choice, Label
from tests.plugins.dialog_ranking_training.gathering.shop import gathered, labels, shop, write_lines

HOURS, RETURNS = "From nine to five.", "Send it back within 30 days."
BOTH = "when are you open, and how do I return a lamp?"  # the FAQ proposes both


def rating(rater: str, winner: str = "", **more: Any) -> dict[str, Any]:
    return {"rated": "d/1", "rater": rater, "verdict": "better" if winner else "tie", "winner": winner, **more}


def rated(directory: Path, *said: dict[str, Any], asked: str = BOTH, **replies: Any) -> Path:
    """Write ratings of two replies to one message: by default those of the FAQ."""
    told = {"a.yaml": {"text": HOURS, "policy": "faq"}, "b.yaml": {"text": RETURNS, "policy": "faq"}, **replies}
    names = ["a.yaml", "people"] if "people" in told else ["a.yaml", "b.yaml"]
    turns = [{"role": "user", "text": "hello"}, {"role": "bot", "text": "Hello!"}, {"role": "user", "text": asked}]
    return write_lines(
        directory / "shop.ratings.jsonl",
        {"ratings": 1, "bot": names[0], "other": names[1], "data": "talks.jsonl", "checksum": "", "seed": 1},
        {"item": "d/1", "dialogue": "d", "line": 3, "turns": turns, "replies": {name: told[name] for name in names}},
        *said,
    )


def choice_of(directory: Path, *said: dict[str, Any], **more: Any) -> Choice:
    shop(directory)
    (choice,) = gathered(directory, rated(directory, *said, **more)).choices
    return choice


def label_of(choice: Choice, text: str) -> Label | None:
    return next(label for c, label in zip(choice.candidates, choice.labels, strict=True) if c.text == text)


def test_the_better_reply_is_right_and_the_other_wrong_and_both_count_less_than_a_plain_word(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, rating("ann", "a.yaml"))
    assert label_of(choice, HOURS) == Label(1.0, 0.5, "rating")
    assert label_of(choice, RETURNS) == Label(0.0, 0.5, "rating")


@pytest.mark.parametrize(
    ("said", "hours", "returns"),
    [
        ([rating("ann", "a.yaml", reasons=["correct"])], (1, 0.5), (0, 1.0)),  # said plainly: the other is wrong
        ([rating("ann", "a.yaml", reasons=["style"])], (1, 0.5), (0, 0.5)),
        ([rating("ann")], (1, 0.5), (1, 0.5)),
        ([rating("ann", verdict="neither")], (0, 1.0), (0, 1.0)),
        ([rating("ann", "a.yaml"), rating("bob", "a.yaml")], (1, 1.0), (0, 1.0)),
        ([rating("ann", "a.yaml"), rating("bob", "b.yaml")], (0.5, 1.0), (0.5, 1.0)),
        ([rating("ann", "a.yaml"), rating("bob", "a.yaml"), rating("cy", "b.yaml")], (2 / 3, 1.5), (1 / 3, 1.5)),
        ([rating("ann", "a.yaml"), rating("bob", verdict="neither")], (1 / 3, 1.5), (0, 1.5)),
    ],
)
def test_all_raters_count(
    tmp_path: Path, said: list[dict[str, Any]], hours: tuple[float, float], returns: tuple[float, float]
) -> None:
    choice = choice_of(tmp_path, *said)
    for text, (right, weight) in ((HOURS, hours), (RETURNS, returns)):
        label = label_of(choice, text)
        assert label is not None
        assert (label.right, label.weight) == pytest.approx((right, weight))


def test_what_people_said_better_makes_right_who_says_the_same(tmp_path: Path) -> None:
    """And who says neither is not judged."""
    people = {"text": "We are open from nine to five.", "policy": ""}
    silent = {"text": "Pardon?", "policy": ""}
    choice = choice_of(tmp_path, rating("ann", "people"), people=people, **{"a.yaml": silent})
    assert label_of(choice, HOURS) == Label(1.0, 0.5, "rating")
    assert label_of(choice, RETURNS) is None


def test_a_fallback_that_lost_says_that_somebody_should_have_answered(tmp_path: Path) -> None:
    fallback = {"text": "Pardon?", "policy": "fallback"}
    choice = choice_of(tmp_path, rating("ann", "b.yaml"), **{"a.yaml": fallback})
    assert choice.nobody == Label(0.0, 0.5, "rating")
    assert label_of(choice, RETURNS) == Label(1.0, 0.5, "rating")
    assert label_of(choice, HOURS) is None


def test_the_bot_is_asked_after_what_was_said_and_turns_of_a_dialogue_stay_together(tmp_path: Path) -> None:
    choice = choice_of(tmp_path, rating("ann"))
    assert len(choice.turn.conversation.messages) == 3
    assert choice.turn.text == BOTH
    assert choice.conversation == "shop.ratings.jsonl:d"
    assert choice.user == ""


def test_what_was_found_is_told(tmp_path: Path) -> None:
    shop(tmp_path)
    remarks = gathered(tmp_path, rated(tmp_path, rating("ann"))).remarks
    told = "shop.ratings.jsonl: the bot was asked about 1 rated message; 1 say something of what it has."
    assert told in remarks


def test_ratings_that_are_damaged_are_told_with_their_place(tmp_path: Path) -> None:
    shop(tmp_path)
    file = rated(tmp_path, rating("ann", "nobody.yaml"))
    with pytest.raises(ConfigurationError, match=r"shop\.ratings\.jsonl:3.*neither a\.yaml nor b\.yaml"):
        gathered(tmp_path, file)


def test_ratings_and_dialogues_can_be_learnt_from_together(tmp_path: Path) -> None:
    shop(tmp_path)
    talks = write_lines(tmp_path / "talks.jsonl", json.loads(TALK))
    found = gathered(tmp_path, talks, rated(tmp_path, rating("ann", "a.yaml")))
    assert [labels(choice)["faq", HOURS] for choice in found.choices] == [1.0, 1.0]
    assert {label.source for choice in found.choices for label in choice.labels if label} == {"reference", "rating"}


TALK = (
    '{"id": "t", "turns": [{"role": "user", "text": "when are you open?"}, '
    '{"role": "bot", "text": "From nine to five."}]}'
)


def test_of_candidates_that_are_nearly_the_same_only_the_rated_one_is_meant(tmp_path: Path) -> None:
    """It shares most of its words with the better one, and says something else."""
    shop(tmp_path)
    faq = tmp_path / "faq.yaml"
    other = "From nine to five but noon."
    faq.write_text(faq.read_text().replace("Send it back within 30 days.", other))
    replies: dict[str, Any] = {"b.yaml": {"text": "No."}}
    (choice,) = gathered(tmp_path, rated(tmp_path, rating("ann", "a.yaml"), **replies)).choices
    assert label_of(choice, HOURS) == Label(1.0, 0.5, "rating")
    assert label_of(choice, other) is None
