"""Numbers and positions, in digits and in words."""

from typing import Any

import pytest

from tests.plugins.dialog_nlu.finding import finder, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", [7]),
        ("-5 degrees", [-5]),
        ("1,234.5 of them", [1234.5]),
        ("3,5 litres", [3.5]),
        ("5k followers", [5000]),
        ("2.5 million", [2_500_000]),
        ("twenty-five", [25]),
        ("three hundred and two", [302]),
        ("two and a half", [2.5]),
        ("a dozen eggs", [12]),
        ("a hundred", [100]),
        ("three point one four", [3.14]),
        ("five six", [5, 6]),
        ("two tickets and 3 cups", [2, 3]),
        ("一百二十三", [123]),
        ("两千零五十", [2050]),
        ("三万五千个", [35000]),
        ("二零二六", [2026]),
        ("三点五米", [3.5]),
        ("负五度", [-5]),
        ("要两张票", [2]),
        ("3万", [30000]),
        ("１２３个", [123]),
        ("0012", [12]),
    ],
)
def test_numbers(text: str, found: list[Any]) -> None:
    assert values(finder(["number"]), text) == found


@pytest.mark.parametrize(
    "text",
    [
        "the other one",
        "one of them",
        "1.2.3.4",
        "abc123",
        "12345678901234567890",
        "一起去",
        "十分好",
        "统一",
        "万一",
        "二十几个",
        "两三个",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert values(finder(["number"]), text) == []


def test_commas_and_points_as_the_language_has_them() -> None:
    assert values(finder(["number"]), "1.234 and 1,234") == [1.234, 1234]
    assert values(finder(["number"], language="de", languages=[]), "1.234 und 1,234") == [1234, 1.234]


def test_numbers_are_only_read_in_the_languages_that_are_named() -> None:
    assert values(finder(["number"], languages=["en"]), "three 三个") == [3]
    assert values(finder(["number"], languages=["zh"], language="zh"), "three 三个") == [3]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the second one", 2),
        ("21st floor", 21),
        ("twenty-first", 21),
        ("the last one", -1),
        ("第三个", 3),
        ("第十二条", 12),
        ("最后一个", -1),
    ],
)
def test_positions(text: str, found: int) -> None:
    assert values(finder(["ordinal"]), text) == [found]


@pytest.mark.parametrize("text", ["at first", "first of all", "last week", "one second", "firstly"])
def test_what_is_no_position(text: str) -> None:
    assert values(finder(["ordinal"]), text) == []
