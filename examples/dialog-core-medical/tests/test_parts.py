"""The demonstration diary, and what people say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from dialog_medical.appointments.demo_diary import DemoDiary
from dialog_medical.appointments.diary import DiaryError, current_diary
from dialog_medical.appointments.spoken import day_in_words, name_in, ways_to_say

TUESDAY = date(2026, 12, 1)


def book(diary: DemoDiary, key: str, time: str = "09:00", doctors: tuple[str, ...] = ("lin", "okafor")) -> str:
    return diary.book("riverside", doctors, TUESDAY, time, "Ann Miller", "ann", key).doctor


def test_the_same_key_never_books_twice(tmp_path: Path) -> None:
    diary = DemoDiary(tmp_path / "diary.db")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: book(diary, "k"), range(16))) == {"lin"}
    assert diary.free("riverside", TUESDAY, "ann")["lin"] == ["09:30", "14:30"]
    assert diary.free("riverside", TUESDAY, "bo")["lin"] == ["09:00", "09:30", "14:30"]


def test_a_time_that_is_taken_is_refused(tmp_path: Path) -> None:
    diary = DemoDiary(tmp_path / "diary.db")
    book(diary, "k1")
    with pytest.raises(DiaryError, match="is taken"):
        book(diary, "k2")


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("14:30", ["14:30", "2:30 pm", "2.30pm", "half past two", "two thirty"]),
        ("09:00", ["9:00", "9am", "nine o'clock", "at nine"]),
        ("12:00", ["12 pm", "twelve o'clock"]),
    ],
)
def test_times_are_said_in_many_ways(time: str, said: list[str]) -> None:
    assert set(said) <= set(ways_to_say(time, "en"))


@pytest.mark.parametrize(
    ("time", "said"),
    [("14:30", ["下午两点半", "2点半", "14点半"]), ("09:00", ["九点", "上午九点", "早上9点"]), ("11:30", ["十一点半"])],
)
def test_times_are_said_in_many_ways_in_chinese(time: str, said: list[str]) -> None:
    assert set(said) <= set(ways_to_say(time, "zh-CN"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Miller", "Ann Miller"),
        ("my name is ann miller", "Ann Miller"),
        ("hi, it's Jo O'Neill please", "Jo O'Neill"),
        ("im bo", "Bo"),
        ("Imogen Stone", "Imogen Stone"),
        ("我叫王小明", "王小明"),
        ("名字是欧阳娜娜，谢谢", "欧阳娜娜"),
        ("José Álvarez", "José Álvarez"),
        ("Ann Miller, born [date], NHS [id], [address]", "Ann Miller"),
        ("王小明，身份证[id]，手机[phone]，住[address]", "王小明"),
        ("[phone] Ann Miller", "Ann Miller"),
        ("???", None),
        ("no", None),
        ("01632 960123", None),
        ("i would rather not tell you that", None),
        ("不想说", None),
    ],
)
def test_names_are_taken_out_of_the_words_around_them(text: str, name: str | None) -> None:
    assert name_in(text) == name


def test_days_are_shown_as_people_read_them() -> None:
    assert day_in_words(TUESDAY, "en") == "Tuesday 1 December"
    assert day_in_words(TUESDAY, "zh") == "12月1日（周二）"


def test_a_diary_nobody_has_is_told_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIARY", "mine")
    with pytest.raises(DiaryError, match=r"DIARY=mine.*Known: demo"):
        current_diary()
