"""Dates as people write them, and times with them, from a Friday on."""

from datetime import UTC, datetime

import pytest

from dialog_core import PluginError
from tests.plugins.dialog_nlu.finding import FRIDAY, finder, pieces, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tomorrow please", "2026-11-28"),
        ("the day after tomorrow", "2026-11-29"),
        ("yesterday", "2026-11-26"),
        ("on Monday", "2026-11-30"),
        ("this friday", "2026-11-27"),
        ("friday", "2026-12-04"),
        ("next Friday", "2026-12-04"),
        ("next Monday", "2026-11-30"),
        ("last tuesday", "2026-11-24"),
        ("a week from Monday", "2026-12-07"),
        ("in three days", "2026-11-30"),
        ("in 2 weeks' time", "2026-12-11"),
        ("two weeks ago", "2026-11-13"),
        ("a month from now", "2026-12-27"),
        ("May 5th, 2027", "2027-05-05"),
        ("the 5th of may", "2027-05-05"),
        ("12 March 1987", "1987-03-12"),
        ("the 30th", "2026-11-30"),
        ("the end of next month", "2026-12-31"),
        ("this weekend", "2026-11-28"),
        ("next week", "2026-W49"),
        ("in June", "2027-06"),
        ("December 2026", "2026-12"),
        ("next year", "2027"),
        ("Christmas", "2026-12-25"),
        ("2026-12-01", "2026-12-01"),
        ("20261201", "2026-12-01"),
        ("12/1/2026", "2026-12-01"),
        ("31/1/2027", "2027-01-31"),
        ("1.12.2026", "2026-12-01"),
    ],
)
def test_english_dates(text: str, found: str) -> None:
    assert values(finder(["date"]), text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("明天", "2026-11-28"),
        ("后天有空吗", "2026-11-29"),
        ("大后天", "2026-11-30"),
        ("下周五", "2026-12-04"),
        ("下下周一", "2026-12-07"),
        ("上周三", "2026-11-18"),
        ("这周日", "2026-11-29"),
        ("星期一", "2026-11-30"),
        ("三天后", "2026-11-30"),
        ("3天之后", "2026-11-30"),
        ("两个星期以后", "2026-12-11"),
        ("再过十天", "2026-12-07"),
        ("五天前", "2026-11-22"),
        ("半个月后", "2026-12-12"),
        ("12月25日", "2026-12-25"),
        ("五月三号", "2027-05-03"),
        ("５月３日", "2027-05-03"),
        ("2027年5月3日", "2027-05-03"),
        ("二零二七年三月五日", "2027-03-05"),
        ("明年三月", "2027-03"),
        ("下个月15号", "2026-12-15"),
        ("本月底", "2026-11-30"),
        ("去年", "2025"),
        ("下周", "2026-W49"),
        ("国庆节", "2027-10-01"),
    ],
)
def test_chinese_dates(text: str, found: str) -> None:
    assert values(finder(["date"]), text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "may I march with you?",
        "the sun sat down",
        "version 3.11.2.1",
        "1/2 of it",
        "31/31/2026",
        "the second floor",
        "天气不错",
        "三号楼",
        "房间在前面",
        "天天开心",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert values(finder(["date"]), text) == []


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "morgen um 15 Uhr", "2026-11-28"),
        ("de", "übermorgen", "2026-11-29"),
        ("de", "in drei Tagen", "2026-11-30"),
        ("de", "am 5. Mai", "2027-05-05"),
        ("fr", "vendredi prochain", "2026-12-04"),
        ("fr", "dans trois jours", "2026-11-30"),
        ("fr", "le 5 mai", "2027-05-05"),
        ("es", "mañana", "2026-11-28"),
        ("es", "pasado mañana", "2026-11-29"),
        ("es", "en tres días", "2026-11-30"),
        ("it", "dopodomani", "2026-11-29"),
        ("it", "fra tre giorni", "2026-11-30"),
        ("pt", "depois de amanhã", "2026-11-29"),
        ("nl", "over drie dagen", "2026-11-30"),
        ("ru", "через три дня", "2026-11-30"),
        ("ja", "明日", "2026-11-28"),
        ("ja", "5月3日", "2027-05-03"),
        ("ko", "5월 3일", "2027-05-03"),
    ],
)
def test_dates_in_other_languages(language: str, text: str, found: str) -> None:
    assert values(finder(["date"], language=language, languages=[]), text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tomorrow at 3pm", "2026-11-28T15:00"),
        ("3pm tomorrow", "2026-11-28T15:00"),
        ("half past two on 5 May", "2027-05-05T14:30"),
        ("2026-12-01T15:30", "2026-12-01T15:30"),
        ("9am", "2026-11-28T09:00"),
        ("11am", "2026-11-27T11:00"),
        ("tonight at 8", "2026-11-27T20:00"),
        ("in two hours", "2026-11-27T12:00"),
        ("90 minutes ago", "2026-11-27T08:30"),
        ("tomorrow", "2026-11-28"),
        ("明天下午3点", "2026-11-28T15:00"),
        ("下周五上午十点半", "2026-12-04T10:30"),
        ("５月３日下午３点", "2027-05-03T15:00"),
        ("今晚7点", "2026-11-27T19:00"),
        ("半小时后", "2026-11-27T10:30"),
        ("2小时前", "2026-11-27T08:00"),
    ],
)
def test_dates_with_times(text: str, found: str) -> None:
    assert values(finder(["datetime"]), text) == [found]


@pytest.mark.parametrize("text", ["tomorrow from 3pm to 5pm", "明天下午3点到5点"])
def test_the_end_of_a_stretch_is_on_the_day_of_its_beginning(text: str) -> None:
    assert values(finder(["datetime"]), text) == ["2026-11-28T15:00", "2026-11-28T17:00"]


def test_the_past_may_be_meant() -> None:
    past = finder(["date"], prefer="past")
    assert values(past, "on Monday") == ["2026-11-23"]
    assert values(past, "5 May") == ["2026-05-05"]
    assert values(past, "12月25日") == ["2025-12-25"]


def test_the_order_of_day_and_month_follows_the_language_unless_it_is_told() -> None:
    assert values(finder(["date"]), "5/3/2027") == ["2027-05-03"]
    assert values(finder(["date"], day_first=True), "5/3/2027") == ["2027-03-05"]
    assert values(finder(["date"], language="fr", languages=[]), "5/3/2027") == ["2027-03-05"]


def test_today_depends_on_the_time_zone() -> None:
    late = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    assert values(finder(["date"]), "tomorrow", late) == ["2026-11-28"]
    assert values(finder(["date"], timezone="Asia/Shanghai"), "tomorrow", late) == ["2026-11-29"]


def test_the_calendar_has_an_end() -> None:
    last_day = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
    assert values(finder(["datetime"]), "tomorrow, in 3 hours, at 9am", last_day) == ["9999-12-31T09:00"]
    assert values(finder(["date"]), "in 9999 years") == []


def test_a_date_stands_there_without_the_words_around_it() -> None:
    assert pieces(finder(["date"]), "can I come on Monday morning?") == ["Monday"]
    assert pieces(finder(["date"], language="de", languages=[]), "Ich komme am Montag.") == ["Montag"]


def test_a_language_nobody_knows_dates_in_is_refused() -> None:
    with pytest.raises(PluginError, match=r"one of the languages xx.*Name other `languages`"):
        finder(["date"], language="xx", languages=[])


def test_the_29th_of_february_waits_for_a_leap_year() -> None:
    assert values(finder(["date"]), "29 February", FRIDAY) == ["2028-02-29"]
