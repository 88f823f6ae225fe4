"""Whole conversations: those in YAML, and those in which questions or results cannot be had."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.testing import TestChat
from dialog_education import actions, results
from dialog_education.questions import QuestionsError

HERE = Path(__file__).parent
PROJECT = HERE.parent

IMPATIENT = "extends: {bot}\nstore: memory\ndispatch: {{action_timeout: 0.3s}}\n"
TROUBLES = pytest.mark.parametrize("trouble", ["fails", "hangs"])

Suffer = Callable[[str, str, int], None]


@pytest.mark.parametrize(("bot", "tests"), [("bot.yaml", "en"), ("bot.zh.yaml", "zh")])
def test_the_bot_holds_its_conversations(bot: str, tests: str) -> None:
    command = [Path(sys.executable).with_name("dialog-core"), "test", str(PROJECT / bot), str(HERE / tests)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def suffer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Suffer]:
    """Has a function that the actions use fail or hang for a number of calls."""
    end = threading.Event()

    def begin(name: str, trouble: str, times: int) -> None:
        holder: Any = results if name == "save" else actions
        works = getattr(holder, name)
        left = [times]

        def moody(*arguments: Any) -> Any:
            if left[0]:
                left[0] -= 1
                if trouble == "hangs":
                    end.wait(30)
                raise QuestionsError("503 Service Unavailable")
            return works(*arguments)

        monkeypatch.setattr(holder, name, moody)

    yield begin
    end.set()


@pytest.fixture(params=["bot.yaml"])
def chat(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestChat]:
    monkeypatch.setenv("QUIZ_RESULTS", str(tmp_path / "results.db"))
    impatient = tmp_path / request.param
    impatient.write_text(IMPATIENT.format(bot=PROJECT / request.param), encoding="utf-8")
    with Bot.load(impatient) as bot:
        yield TestChat(bot)


@TROUBLES
def test_questions_that_cannot_be_had_end_the_round_with_what_was_reached(
    chat: TestChat, suffer: Suffer, trouble: str
) -> None:
    chat.user("quiz me on maths")
    suffer("topics", trouble, 2)
    chat.user("56").bot_contains("cannot find my questions", "1 right so far").slots(points=1)
    chat.user("quiz me on maths").bot_contains("angles of a triangle")  # goes on with what has not been asked


def test_a_question_that_cannot_be_had_at_once_is_tried_again_unnoticed(chat: TestChat, suffer: Suffer) -> None:
    suffer("topics", "fails", 1)
    chat.user("quiz me on maths").bot_contains("7 times 8")


@TROUBLES
def test_an_answer_nobody_can_judge_counts(chat: TestChat, suffer: Suffer, trouble: str) -> None:
    chat.user("quiz me on maths")
    suffer("find", trouble, 2)
    chat.user("55").bot_contains("take your word for it", "angles of a triangle").slots(points=1)
    chat.user("200").bot_contains("half a full turn")


@TROUBLES
def test_a_result_that_cannot_be_kept_is_told_all_the_same(chat: TestChat, suffer: Suffer, trouble: str) -> None:
    suffer("save", trouble, 2)
    chat.user("quiz me on maths").user("56").user("180")
    chat.user("15").bot_contains("could not write your result down", "3 out of 3", "Another round?")
    chat.user("yes").bot_contains("What shall it be about?")


@TROUBLES
@pytest.mark.parametrize("chat", ["bot.zh.yaml"], indirect=True)
def test_chinese_pupils_are_told_as_well(chat: TestChat, suffer: Suffer, trouble: str) -> None:
    chat.user("来点数学题")
    suffer("topics", trouble, 2)
    chat.user("56").bot_contains("题库这会儿打不开", "已经答对 1 题")
