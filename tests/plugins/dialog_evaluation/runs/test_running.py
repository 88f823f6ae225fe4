import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from dialog_core import DialogError
from dialog_evaluation.runs.answers import DialogueAnswers, Status, TurnAnswer
from dialog_evaluation.runs.questions import Held
from dialog_evaluation.runs.running import BotFailed, hold_dialogues
from dialog_evaluation.runs.store import Run
from tests.plugins.dialog_evaluation.runs.talks import dialogue, held
from tests.plugins.dialog_evaluation.runs.test_store import INFO


class Scripted:
    """Holds dialogues as it is told."""

    def __init__(self, status: Callable[[Held], Status] = lambda held: "answered") -> None:
        self.held: list[int] = []
        self.at_once = self.most = 0
        self._status = status

    async def hold(self, held: Held) -> DialogueAnswers:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0)
        self.held.append(held.position)
        status = self._status(held)
        await asyncio.sleep(0)
        self.at_once -= 1
        turns = tuple(
            TurnAnswer(one.number, one.text, one.reference, status, reason="no net") for one in held.questions
        )
        return DialogueAnswers(held.dialogue.id, held.line, turns, held.position)


TALKS = held(*(dialogue(f"{number}", "hi", "Hello!", "bye", "Bye.") for number in range(20)))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.begin(tmp_path, INFO)


def test_many_dialogues_are_held_at_once_and_each_of_them_once(run: Run) -> None:
    holder = Scripted()
    behind: list[int] = []
    course = hold_dialogues(run, holder, TALKS, jobs=4, advance=behind.append)
    assert sorted(holder.held) == list(range(20))
    assert holder.most == 4
    assert sum(behind) == 40
    assert (course.held, course.resumed, course.interrupted) == (20, 0, False)
    assert run.info.finished_at
    assert [one.position for one in run.answers()] == list(range(20))


def test_what_was_held_before_is_not_held_again(run: Run) -> None:
    def breaks(held: Held) -> Status:
        if held.position == 7:
            raise RuntimeError("the power is cut")
        return "answered"

    with pytest.raises(RuntimeError):
        hold_dialogues(run, Scripted(breaks), TALKS)
    assert not run.info.finished_at
    holder = Scripted()
    course = hold_dialogues(Run.open(run.path), holder, TALKS)
    assert holder.held == list(range(7, 20))
    assert (course.held, course.resumed) == (20, 7)
    assert len(run.answers()) == 20


def test_ctrl_c_ends_it_and_keeps_what_is_over(run: Run) -> None:
    def interrupts(held: Held) -> Status:
        if held.position == 3:
            raise KeyboardInterrupt
        return "answered"

    course = hold_dialogues(run, Scripted(interrupts), TALKS)
    assert course.interrupted
    assert [one.position for one in run.answers()] == [0, 1, 2]


def test_a_bot_that_does_nothing_but_fail_is_left_alone_and_its_failures_are_not_kept(run: Run) -> None:
    holder = Scripted(lambda held: "answered" if held.position < 3 else "failed")
    with pytest.raises(BotFailed, match=r"10 messages in a row, and no more are put to it: no net\. What was answered"):
        hold_dialogues(run, holder, TALKS)
    assert len(holder.held) == 8
    assert [one.position for one in run.answers()] == [0, 1, 2]


def test_a_few_failures_are_kept_once_something_is_answered_again(run: Run) -> None:
    course = hold_dialogues(run, Scripted(lambda held: "failed" if 3 <= held.position < 7 else "answered"), TALKS)
    assert course.held == 20
    assert [one.turns[0].status for one in run.answers()[2:8]] == ["answered", *["failed"] * 4, "answered"]


def test_a_short_file_on_which_everything_fails_is_no_result(run: Run) -> None:
    with pytest.raises(BotFailed, match="failed on every message: no net"):
        hold_dialogues(run, Scripted(lambda held: "failed"), TALKS[:2])
    assert run.answers() == []
    course = hold_dialogues(run, Scripted(lambda held: "failed" if held.position else "answered"), TALKS[:2])
    assert (course.held, run.info.status) == (2, "finished")


def test_a_disk_that_is_full_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Run, answers: DialogueAnswers) -> None:
        raise DialogError("No space left")

    monkeypatch.setattr(Run, "add", full)
    holder = Scripted()
    with pytest.raises(DialogError, match="No space left"):
        hold_dialogues(run, holder, TALKS)
    assert holder.held == [0]
