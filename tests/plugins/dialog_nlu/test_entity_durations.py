"""Stretches of time."""

import pytest

from tests.plugins.dialog_nlu.finding import finder, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("two weeks", "P2W"),
        ("half an hour", "PT30M"),
        ("an hour and a half", "PT1H30M"),
        ("one hour and 20 minutes", "PT1H20M"),
        ("90 min", "PT90M"),
        ("1.5 hours", "PT1H30M"),
        ("3 years and 2 months", "P3Y2M"),
        ("a fortnight", "P2W"),
        ("三天", "P3D"),
        ("两个星期", "P2W"),
        ("一个半小时", "PT1H30M"),
        ("半小时", "PT30M"),
        ("一小时二十分钟", "PT1H20M"),
        ("半年", "P6M"),
        ("３天", "P3D"),
    ],
)
def test_stretches_of_time(text: str, found: str) -> None:
    assert values(finder(["duration"]), text) == [found]


@pytest.mark.parametrize("text", ["2026年", "5日", "daylight", "the second", "-3 days"])
def test_what_is_no_stretch_of_time(text: str) -> None:
    assert values(finder(["duration"]), text) == []
