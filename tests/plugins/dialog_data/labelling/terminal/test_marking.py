"""Marking entities with the keyboard."""

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dialog_core.datasets import EntitySpan
from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.terminal.marking import Marking
from dialog_data.labelling.terminal.phrases import ENGLISH
from dialog_data.labelling.terminal.prompting import ask

TEXT = "fly from Berlin to New York"
BERLIN, NEW_YORK = EntitySpan(9, 15, "city"), EntitySpan(19, 27, "city")
LEFT, RIGHT, SHIFT_RIGHT, ENTER, BACKSPACE, END = "\x1b[D", "\x1b[C", "\x1b[1;2C", "\r", "\x7f", "\x1b[F"


def marked(keys: str, text: str = TEXT, before: tuple[EntitySpan, ...] = ()) -> Marking:
    asked = Marking(text, before, KnownLabels(["city", "date", "airline"]), phrases=ENGLISH, width=79)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        ask(asked)
    return asked


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (ENTER, ()),
        (RIGHT * 2 + "1" + ENTER, (BERLIN,)),
        (RIGHT * 4 + " " + RIGHT + "1" + ENTER, (NEW_YORK,)),
        (RIGHT * 4 + SHIFT_RIGHT + "1" + ENTER, (NEW_YORK,)),
        (END + " " + LEFT + "1" + ENTER, (NEW_YORK,)),
        (RIGHT * 2 + "1" + RIGHT * 1 + " " + RIGHT + "1" + ENTER, (BERLIN, NEW_YORK)),
        (RIGHT * 2 + "air" + ENTER + ENTER, (EntitySpan(9, 15, "airline"),)),
        (RIGHT * 2 + "dat" + BACKSPACE * 3 + "1" + ENTER, (BERLIN,)),
        (RIGHT * 2 + "12" + LEFT + BACKSPACE + ENTER, (BERLIN,)),
        (RIGHT * 2 + "1" + LEFT + "2" + ENTER, (EntitySpan(9, 15, "date"),)),
        (RIGHT * 99 + "1" + ENTER, (EntitySpan(23, 27, "city"),)),
        (LEFT * 9 + "9" + ENTER, ()),
    ],
)
def test_words_are_chosen_and_called_something(keys: str, expected: tuple[EntitySpan, ...]) -> None:
    asked = marked(keys)
    assert (asked.what, asked.entities) == ("done", expected)


def test_chinese_entities_are_chosen_character_by_character() -> None:
    asked = marked(RIGHT * 2 + " " + RIGHT + "1" + ENTER, "订去北京的票")
    assert asked.entities == (EntitySpan(2, 4, "city"),)


def test_an_emoji_before_an_entity_does_not_move_it() -> None:
    asked = marked(RIGHT + "1" + ENTER, "😀 Berlin")
    assert asked.entities == (EntitySpan(2, 8, "city"),)


def test_a_new_kind_is_asked_about_and_then_given() -> None:
    asked = marked(RIGHT * 2 + "airport" + ENTER)
    assert (asked.what, asked.kind) == ("new", "airport")
    asked.mark("airport")
    assert asked.entities == (EntitySpan(9, 15, "airport"),)
    assert not asked.key("character", "4")  # it has a number now


def test_a_name_that_marks_cannot_have_is_none() -> None:
    asked = marked(RIGHT * 2 + "a!" + ENTER + "\x1b[200~\x1b[201~\x15" + ENTER)
    assert asked.entities == ()


def test_escape_leaves_everything_as_it_was() -> None:
    asked = Marking(TEXT, (BERLIN,), KnownLabels(["city"]), phrases=ENGLISH, width=79)
    for key in ("erase", "escape"):
        asked.key(key, "")
    assert asked.entities == (BERLIN,)


def test_what_is_marked_already_is_where_one_begins() -> None:
    asked = marked(BACKSPACE + ENTER, before=(BERLIN, NEW_YORK))
    assert asked.entities == (NEW_YORK,)


@pytest.mark.parametrize(("key", "what"), [("[", "edit"), ("?", "help"), ("\x04", "leave")])
def test_other_ways_on(key: str, what: str) -> None:
    assert marked(key).what == what


def test_the_text_is_seen_with_its_entities_and_the_chosen_word() -> None:
    asked = Marking(TEXT, (NEW_YORK,), KnownLabels(["city"]), phrases=ENGLISH, width=79)
    pieces = asked.draw()
    assert "fly from Berlin to New York·city" in "".join(text for _, text, *_ in pieces)
    assert [text for style, text, *_ in pieces if "reverse" in style] == ["New"]


def test_of_a_long_text_what_stands_around_the_chosen_words_is_seen() -> None:
    asked = Marking("word " * 2000 + "Berlin", (), KnownLabels(["city"]), phrases=ENGLISH, width=79)
    asked.key("end", "")
    told = "".join(text for _, text, *_ in asked.draw())
    assert told.startswith("  … ")
    assert "word Berlin\n" in told
    assert len(told) < 1000
