"""Times of day."""

import pytest

from tests.plugins.dialog_nlu.finding import finder, pieces, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("15:30", "15:30"),
        ("8:05 pm", "20:05"),
        ("3pm", "15:00"),
        ("3 p.m.", "15:00"),
        ("12 am", "00:00"),
        ("at 3", "15:00"),
        ("at nine", "09:00"),
        ("at 3 in the morning", "03:00"),
        ("half past five", "17:30"),
        ("a quarter to ten", "09:45"),
        ("ten past 8", "08:10"),
        ("six o'clock in the evening", "18:00"),
        ("at noon", "12:00"),
        ("midnight", "00:00"),
        ("下午3点", "15:00"),
        ("下午三点半", "15:30"),
        ("早上九点一刻", "09:15"),
        ("晚上8点20分", "20:20"),
        ("凌晨两点", "02:00"),
        ("中午12点", "12:00"),
        ("十点三刻", "10:45"),
        ("下午３点", "15:00"),
        ("14：30", "14:30"),
    ],
)
def test_times_of_day(text: str, found: str) -> None:
    assert values(finder(["time"]), text) == [found]


@pytest.mark.parametrize(
    "text",
    ["at 3 percent", "at 5 Elm street", "25:00", "3.5", "有一点贵", "一点也不", "at 100", "half of it"],
)
def test_what_is_no_time(text: str) -> None:
    assert values(finder(["time"]), text) == []


@pytest.mark.parametrize(
    ("language", "text", "found", "written"),
    [
        ("de", "um 15 Uhr 30", "15:30", "15 Uhr 30"),
        ("de", "morgen um 9", "09:00", "9"),
        ("fr", "à 14h30", "14:30", "14h30"),
        ("es", "mañana a las 3", "15:00", "3"),
        ("it", "alle 10", "10:00", "10"),
    ],
)
def test_times_in_other_languages(language: str, text: str, found: str, written: str) -> None:
    annotator = finder(["time"], language=language, languages=[])
    assert (values(annotator, text), pieces(annotator, text)) == ([found], [written])
