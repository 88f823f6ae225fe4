"""Numbers and dates in messages, without an annotator."""

from datetime import date

import pytest

from dialog_rules.flow_dates import dates_in
from dialog_rules.flow_numbers import number_of, numbers_in, place_in
from dialog_rules.utterance import Utterance

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3", [3]),
        ("about 3.5 kg", [3.5]),
        ("3,5", [3.5]),
        ("1,000", [1000]),
        ("12,345,678.5", [12345678.5]),
        ("-4", [-4]),
        ("it is a-7", [7]),
        ("10-12", [10, 12]),
        ("three of them", [3]),
        ("twelve", [12]),
        ("５", [5]),
        ("三个", [3]),
        ("十二位", [12]),
        ("二十", [20]),
        ("二十五", [25]),
        ("两张", [2]),
        ("等一下", []),
        ("一样的", []),
        ("第一个", []),
        ("nothing", []),
        ("9" * 40, [999999999999999, 999999999999999, 9999999999]),
    ],
)
def test_numbers_in_digits_and_in_words(text: str, numbers: list[float]) -> None:
    utterance = Utterance(text)
    assert list(numbers_in(utterance.folded, utterance.tokens)) == numbers


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1,2,3", "--1", "²"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do: the slot says what it cannot hold
        number_of(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2", 2),
        ("number 2", 2),
        ("the first one", 1),
        ("one", 1),
        ("the second, please", 2),
        ("第三个", 3),
        ("选二", 2),
        ("两", 2),
        ("the red one", None),
        ("123", None),
        ("", None),
    ],
)
def test_which_one_in_a_list_is_meant(text: str, place: int | None) -> None:
    assert place_in(Utterance(text).tokens) == place


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2027-01-31", ["2027-01-31"]),
        ("2027/1/31", ["2027-01-31"]),
        ("31.1.2027", ["2027-01-31"]),
        ("31.1.", ["2027-01-31"]),
        ("31/1/2027", ["2027-01-31"]),
        ("on the 3rd of may", ["2027-05-03"]),
        ("dec 24", ["2026-12-24"]),
        ("24 december 2030", ["2030-12-24"]),
        ("27 november", ["2027-11-27"]),
        ("february 29", ["2028-02-29"]),
        ("today", ["2026-11-28"]),
        ("the day after tomorrow", ["2026-11-30"]),
        ("in 3 days", ["2026-12-01"]),
        ("saturday", ["2026-12-05"]),
        ("on monday", ["2026-11-30"]),
        ("next friday", ["2026-12-04"]),
        ("from 1 may to 3 may", ["2027-05-01", "2027-05-03"]),
        ("明天", ["2026-11-29"]),
        ("大后天", ["2026-12-01"]),
        ("3天后", ["2026-12-01"]),
        ("5月3日", ["2027-05-03"]),
        ("2030年5月3号", ["2030-05-03"]),
        ("周一", ["2026-11-30"]),
        ("下周五", ["2026-12-04"]),
        ("星期天", ["2026-11-29"]),
        ("31 april", []),
        ("2027-13-01", []),
        ("99.99.", []),
        ("in 999 days", ["2029-08-23"]),
        ("some day", []),
        ("maybe", []),
    ],
)
def test_days_as_people_name_them(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in dates_in(text, SATURDAY)] == days


def test_the_end_of_time_is_no_date() -> None:
    assert dates_in("in 999 days", date(9999, 12, 1)) == []
