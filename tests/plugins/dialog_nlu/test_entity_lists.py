"""Values of a list: their names, what else they are called, and how people mistype them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.dialog_nlu.finding import FRIDAY, finder, pieces, values

CITIES = {"Berlin": ["BLN"], "New York": ["NYC", "Big Apple"], "São Paulo": [], "上海": ["魔都"], "Bern": []}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from berlin to NEW YORK", ["Berlin", "New York"]),
        ("the big apple", ["New York"]),
        ("new-york", ["New York"]),
        ("sao paulo", ["São Paulo"]),
        ("ＮＹＣ", ["New York"]),
        ("Berlin's wall", ["Berlin"]),
        ("我想去魔都玩", ["上海"]),
        ("Berliner, Bernard", []),
        ("Brelin", []),
    ],
)
def test_names_and_synonyms_as_whole_words(text: str, found: list[str]) -> None:
    assert values(finder({"city": {"values": CITIES}}), text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Brelin", ["Berlin"]),
        ("Berln", ["Berlin"]),
        ("nwe york", ["New York"]),
        ("newyork", ["New York"]),
        ("the big aple", ["New York"]),
        ("sao paolo", ["São Paulo"]),
        ("Merlin", []),  # another first letter
        ("Barn", []),  # too short for mistakes
        ("berlin", ["Berlin"]),
    ],
)
def test_typing_mistakes(text: str, found: list[str]) -> None:
    assert values(finder({"city": {"values": CITIES, "fuzzy": True}}), text) == found


def test_what_is_written_right_goes_before_what_is_like_something() -> None:
    annotator = finder({"city": {"values": ["Berlin"], "fuzzy": True}, "name": {"values": ["Brelin Smith"]}})
    assert [found["entity"] for found in annotator.entities("brelin smith", FRIDAY)] == ["name"]


def test_words_of_every_day_are_no_mistyped_names() -> None:
    annotator = finder({"dish": {"values": ["Rice noodles", "Thing", "Houses"], "fuzzy": True}})
    assert values(annotator, "I think there is a house near these") == []


@settings(deadline=None)  # the first message loads what it needs
@given(st.sampled_from([name for name in CITIES if len(name) > 5 and name.isascii()]), st.data())
def test_one_letter_left_out_behind_the_first_is_forgiven(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(name) - 1))
    written = name[:place] + name[place + 1 :]
    annotator = finder({"city": {"values": CITIES, "fuzzy": True}})
    assert values(annotator, f"to {written} please") == [name]
    assert pieces(annotator, f"to {written} please") == [written.strip()]
