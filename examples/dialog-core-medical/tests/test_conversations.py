"""Whole conversations: those in YAML, and those with a diary that does not answer as it should."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.testing import TestChat
from dialog_medical.appointments import actions
from dialog_medical.appointments.demo_diary import DemoDiary
from dialog_medical.appointments.diary import Booking, DiaryError, Doctor

HERE = Path(__file__).parent
PROJECT = HERE.parent

BEGIN = "appointment at riverside, any doctor, next tuesday, 9:00"
IMPATIENT = "extends: {bot}\nstore: memory\ndispatch: {{action_timeout: 0.3s}}\n"


@pytest.mark.parametrize(("bot", "tests"), [("bot.yaml", "en"), ("bot.zh.yaml", "zh")])
def test_the_bot_holds_its_conversations(bot: str, tests: str) -> None:
    hold(PROJECT / bot, HERE / tests)


def hold(bot: Path, tests: Path) -> None:
    """Hold the conversations of a folder."""
    command = [Path(sys.executable).with_name("dialog-core"), "test", str(bot), str(tests)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class MoodyDiary(DemoDiary):
    """The demonstration, of which some methods fail or hang for a number of calls."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.trouble: dict[str, tuple[str, int]] = {}
        self.end = threading.Event()

    def _suffer(self, method: str) -> None:
        kind, times = self.trouble.get(method, ("", 0))
        if times:
            self.trouble[method] = kind, times - 1
            if kind != "fails":
                self.end.wait(30)
            raise DiaryError("503 Service Unavailable")

    def doctors(self, practice: str, language: str) -> Mapping[str, Doctor]:
        self._suffer("doctors")
        return super().doctors(practice, language)

    def free(self, practice: str, day: date, patient: str) -> Mapping[str, Sequence[str]]:
        self._suffer("free")
        return super().free(practice, day, patient)

    def book(self, *arguments: Any) -> Booking:
        if self.trouble.get("book", ("", 0))[0] == "books and then hangs":
            super().book(*arguments)
        self._suffer("book")
        return super().book(*arguments)


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MoodyDiary]:
    moody = MoodyDiary(tmp_path / "diary.db")
    monkeypatch.setattr(actions, "current_diary", lambda: moody)
    yield moody
    moody.end.set()


@pytest.fixture
def bot(diary: MoodyDiary, tmp_path: Path) -> Iterator[Bot]:
    yield from _bot(tmp_path, "bot.yaml")


@pytest.fixture
def chat(bot: Bot) -> TestChat:
    return TestChat(bot)


@pytest.fixture
def chat_zh(diary: MoodyDiary, tmp_path: Path) -> Iterator[TestChat]:
    for bot in _bot(tmp_path, "bot.zh.yaml"):
        yield TestChat(bot)


def _bot(tmp_path: Path, name: str) -> Iterator[Bot]:
    impatient = tmp_path / name
    impatient.write_text(IMPATIENT.format(bot=PROJECT / name), encoding="utf-8")
    with Bot.load(impatient) as bot:
        yield bot


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_a_diary_that_cannot_be_read_is_told_with_what_to_do(chat: TestChat, diary: MoodyDiary, trouble: str) -> None:
    diary.trouble["doctors"] = trouble, 2
    chat.user("appointment at riverside").bot_contains("cannot see our diary", "01632 960101")
    chat.user("appointment at riverside").bot_contains("Which doctor")  # it has recovered
    diary.trouble["free"] = trouble, 2
    chat.user("lin").user("next monday").bot_contains("cannot see our diary", "01632 960101")


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_a_booking_that_fails_loses_nothing_and_can_be_tried_again(
    chat: TestChat, diary: MoodyDiary, trouble: str
) -> None:
    diary.trouble["book"] = trouble, 2
    chat.user(BEGIN).user("Ann Miller").user("yes").bot_contains("did not take the booking", "Shall I try again?")
    chat.slots(time="09:00", patient="Ann Miller")
    chat.user("yes").bot_contains("It is booked", "09:00", "Dr Sara Lin")


def test_a_booking_that_never_works_ends_with_a_person_who_knows_everything(
    chat: TestChat, bot: Bot, diary: MoodyDiary
) -> None:
    diary.trouble["book"] = "fails", 99
    chat.user(BEGIN).user("Ann Miller").user("yes").user("no thanks").bot_contains("ring you on the number they have")
    (reason,) = (event.reason for event in bot.conversation("test").events if type(event).__name__ == "HandedOver")
    assert all(part in reason for part in ("riverside", "09:00", "Ann Miller"))


def test_a_booking_of_which_the_answer_came_too_late_is_not_made_twice(chat: TestChat, diary: MoodyDiary) -> None:
    diary.trouble["book"] = "books and then hangs", 1
    chat.user(BEGIN).user("Ann Miller").user("yes").bot_contains("It is booked", "Dr Sara Lin", "T101")
    assert not any("09:00" in times for times in _free(diary).values())


def _free(diary: MoodyDiary) -> Mapping[str, Sequence[str]]:
    """The times that are left on the day that was booked."""
    with diary._database() as database:
        ((patient, day),) = database.execute("select patient, day from appointment").fetchall()
    return diary.free("riverside", date.fromisoformat(day), patient)


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_chinese_patients_are_told_as_well(chat_zh: TestChat, diary: MoodyDiary, trouble: str) -> None:
    diary.trouble["book"] = trouble, 2
    chat_zh.user("预约滨河，都可以，下周二，九点").user("韩梅梅").user("对").bot_contains("没约上", "再试一次")
    chat_zh.user("好的").bot_contains("约好了")
    diary.trouble["doctors"] = trouble, 2
    chat_zh.user("预约山景").bot_contains("查不到预约情况", "010-5550-0202")
