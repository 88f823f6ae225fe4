"""Replies made ahead: not too many, none twice, and a bot that fails does not hold anybody up."""

import threading
from pathlib import Path

import pytest

from dialog_evaluation.rating.ahead import AHEAD, Ahead, Failed
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.systems import PeopleReplies, Systems
from dialog_evaluation.rating.values import Item, RatedReply
from dialog_evaluation.replies.cases import Case
from tests.plugins.dialog_evaluation.rating.pairs import COMPARISON

CASES = [Case(f"d{number}", 1, number + 1, (), f"How long? {number}", f"A week. {number}") for number in range(60)]


class Replies:
    """Counts what it is asked, and fails on what it is told to."""

    def __init__(self, failing: range = range(0)) -> None:
        self.asked: list[str] = []
        self.failing = {f"How long? {number}" for number in failing}
        self.go_on = threading.Event()
        self.go_on.set()

    def reply(self, case: Case) -> RatedReply:
        self.go_on.wait(10)
        self.asked.append(case.question)
        if case.question in self.failing:
            return RatedReply("", status="failed", reason="no idea")
        return RatedReply(f"Three days. {case.dialogue}", "faq")


def made(tmp_path: Path, replies: Replies, places: list[int]) -> list[Item | str]:
    systems: Systems = {"bot.yaml": replies, "people": PeopleReplies()}
    with RatingsFile(tmp_path / "r.jsonl", COMPARISON) as file, Ahead(file, systems, CASES) as ahead:
        return [ahead.get(place) for place in places]


def test_only_a_few_replies_are_made_ahead(tmp_path: Path) -> None:
    replies = Replies()
    made(tmp_path, replies, [0, 1, 2])
    assert 3 <= len(replies.asked) <= 3 + AHEAD


def test_nobody_is_asked_twice(tmp_path: Path) -> None:
    made(tmp_path, Replies(), list(range(5)))
    again = Replies()
    found = made(tmp_path, again, list(range(5)))
    assert not {f"How long? {number}" for number in range(5)} & set(again.asked)
    assert [one.id for one in found if isinstance(one, Item)] == [f"d{number}/1" for number in range(5)]


def test_a_message_that_has_no_reply_is_left_out_and_tried_again_the_next_time(tmp_path: Path) -> None:
    found = made(tmp_path, Replies(failing=range(1, 3)), [0, 1, 2, 3])
    assert [isinstance(one, Item) for one in found] == [True, False, False, True]
    assert found[1] == "bot.yaml: no idea"
    assert all(isinstance(one, Item) for one in made(tmp_path, Replies(), [0, 1, 2, 3]))


def test_a_bot_that_does_nothing_but_fail_is_not_asked_for_ever(tmp_path: Path) -> None:
    replies = Replies(failing=range(60))
    with pytest.raises(Failed, match=r"10 messages in a row had no reply.*bot\.yaml: no idea"):
        made(tmp_path, replies, [59])
    assert len(replies.asked) == 10


def test_whoever_waits_is_told(tmp_path: Path) -> None:
    replies, waited = Replies(), []
    replies.go_on.clear()

    def waiting() -> None:
        waited.append(1)
        if len(waited) == 3:
            replies.go_on.set()

    systems: Systems = {"bot.yaml": replies, "people": PeopleReplies()}
    with RatingsFile(tmp_path / "r.jsonl", COMPARISON) as file, Ahead(file, systems, CASES) as ahead:
        assert isinstance(ahead.get(0, waiting), Item)
    assert len(waited) >= 3


def test_what_goes_wrong_while_nobody_looks_is_told_to_who_does(tmp_path: Path) -> None:
    class Broken:
        def reply(self, case: Case) -> RatedReply:
            raise ZeroDivisionError("by accident")

    systems: Systems = {"bot.yaml": Broken(), "people": PeopleReplies()}
    with (
        RatingsFile(tmp_path / "r.jsonl", COMPARISON) as file,
        Ahead(file, systems, CASES) as ahead,
        pytest.raises(ZeroDivisionError),
    ):
        ahead.get(0)
