"""Words to choose entities by, and entities as marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import EntitySpan
from dialog_data.labelled.marks import parse_marks
from dialog_data.labelling.words import cleared, marked_over, with_marks, without_overlaps, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fly to New York, please", ["fly", "to", "New", "York", ",", "please"]),
        ("I'd say e-mail me@home.org", ["I'd", "say", "e-mail", "me@home.org"]),
        ("订去北京的票", list("订去北京的票")),
        ("去NYC吧 😀", ["去", "NYC", "吧", "😀"]),
        (" ", [" "]),
    ],
)
def test_words_are_what_one_chooses(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in words_of(text)] == words


@given(st.text(min_size=1))
def test_every_letter_is_in_a_word(text: str) -> None:
    words = words_of(text)
    inside = {place for start, end in words for place in range(start, end)}
    assert all(place in inside for place, letter in enumerate(text) if letter.isalnum())
    assert words == sorted(words)


def test_marks_come_back_as_the_entities_they_were() -> None:
    text = "from Berlin to NYC"
    entities = (EntitySpan(5, 11, "city", "from"), EntitySpan(15, 18, "city", "to", "New York"))
    written = with_marks(text, entities)
    assert written == "from [Berlin](city:from) to [NYC](city:to=New York)"
    assert parse_marks(written).entities == entities


def test_what_is_marked_anew_takes_the_place_of_what_it_overlaps() -> None:
    before = (EntitySpan(0, 4, "a"), EntitySpan(5, 9, "b"), EntitySpan(10, 12, "c"))
    assert marked_over(before, EntitySpan(3, 7, "new")) == (EntitySpan(3, 7, "new"), EntitySpan(10, 12, "c"))
    assert cleared(before, 4, 5) == before
    assert cleared(before, 4, 6) == (before[0], before[2])


def test_of_overlapping_entities_the_longest_stays() -> None:
    spans = [EntitySpan(4, 8, "york"), EntitySpan(0, 8, "new york"), EntitySpan(9, 10, "x")]
    assert without_overlaps(spans) == (spans[1], spans[2])
