"""Choosing a label with the keyboard."""

import re

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.utils import get_cwidth

from dialog_data.labelling.known_labels import KnownLabels
from dialog_data.labelling.terminal.phrases import CHINESE, ENGLISH, Phrases
from dialog_data.labelling.terminal.picking import Choice, Picking
from dialog_data.labelling.terminal.prompting import ask

_PLACE = re.compile(r"\{[a-z_]+\}")  # what is filled in; keys have other names

CHOICES = [Choice("book", 0.8), Choice("hours", 0.15), Choice("menu", 0.05)]
UP, DOWN, LEFT, RIGHT, ENTER, ESCAPE, BACKSPACE = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\r", "\x1b", "\x7f"


def picking(*, takes: bool = False, marks: bool = True, width: int = 79, phrases: Phrases = ENGLISH) -> Picking:
    known = KnownLabels(["book", "hours", "menu", "cancel_booking", "预订"])
    return Picking(CHOICES, known, phrases=phrases, width=width, takes=takes, marks=marks)


def answered(keys: str, asked: Picking | None = None) -> tuple[str, str]:
    asked = asked or picking()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        ask(asked)
    return asked.what, asked.label


def seen(asked: Picking) -> str:
    return "".join(piece[1] for piece in asked.draw())


@pytest.mark.parametrize(
    ("keys", "what", "label"),
    [
        ("1", "label", "book"),
        ("3", "label", "menu"),
        ("２", "label", "hours"),
        ("9" + "2", "label", "hours"),
        (ENTER, "label", "book"),
        (DOWN + ENTER, "label", "hours"),
        (UP + ENTER, "label", "menu"),
        ("0", "label", "out_of_scope"),
        ("can" + ENTER, "label", "cancel_booking"),
        ("ｃａｎ" + ENTER, "label", "cancel_booking"),
        ("预" + ENTER, "label", "预订"),
        ("bo" + DOWN + ENTER, "label", "cancel_booking"),
        ("joke" + ENTER, "new", "joke"),
        ("boo" + DOWN + DOWN + ENTER, "new", "boo"),
        ("jokez" + BACKSPACE + ENTER, "new", "joke"),
        ("jo" + ESCAPE + "[200~" + ESCAPE + "[201~" + ENTER, "new", "jo"),
        ("\x1b[200~tell  a\njoke\x1b[201~" + ENTER, "new", "tell a joke"),
        (RIGHT, "skip", ""),
        (LEFT, "back", ""),
        ("\x1a", "back", ""),
        ("\t", "entities", ""),
        ("#", "note", ""),
        ("?", "help", ""),
        ("？", "help", ""),
        ("\x04", "leave", ""),
        ("jo\x15" + "1", "label", "book"),
    ],
)
def test_a_key_means_what_the_line_says(keys: str, what: str, label: str) -> None:
    assert answered(keys) == (what, label)


def test_escape_clears_what_was_typed_and_then_leaves() -> None:
    asked = picking()
    assert not asked.key("character", "x")
    assert not asked.key("escape", "")
    assert asked.key("escape", "")
    assert asked.what == "leave"


def test_ctrl_c_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        answered("ab\x03")


def test_keys_typed_ahead_are_not_lost_between_two_questions() -> None:
    first, second = picking(), picking()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("1")
        ask(first)
        pipe.send_text("2")
        ask(second)
    assert (first.label, second.label) == ("book", "hours")


def test_where_no_label_is_asked_for_enter_takes_things_as_they_are() -> None:
    assert answered(ENTER, picking(takes=True)) == ("take", "")
    assert answered("b", picking(takes=True)) == ("unknown", "")
    assert "Enter as it is" in seen(picking(takes=True))
    assert "out of scope" not in seen(picking(takes=True))


def test_what_is_likely_is_seen_with_its_probability_and_the_arrow_at_the_first() -> None:
    told = seen(picking())
    assert "▸ 1 book " in told
    assert " 80 %" in told
    assert told.count("━") == 19 + 4 + 1


def test_letters_show_what_they_mean_and_that_a_new_label_can_be_made() -> None:
    asked = picking()
    for letter in "boo":
        asked.key("character", letter)
    told = seen(asked)
    assert [line.split()[0] for line in told.splitlines()[1:3]] == ["cancel_booking", "+"]
    assert "+ new label: boo" in told
    assert "› boo" in told


@pytest.mark.parametrize("phrases", [ENGLISH, CHINESE])
@pytest.mark.parametrize("width", [39, 59, 79, 99])
def test_nothing_is_wider_than_the_terminal(width: int, phrases: Phrases) -> None:
    asked = picking(width=width, phrases=phrases)
    long = Picking(
        [Choice("a_label_that_is_much_longer_than_any_terminal_is_wide_" * 3, 0.5, "the file")],
        KnownLabels(),
        phrases=phrases,
        width=width,
    )
    for one in (asked, long):
        assert max(get_cwidth(line) for line in seen(one).splitlines()) <= width + 12  # what others say may wrap
    assert max(get_cwidth(line) for line in seen(asked).splitlines()) <= width


def test_every_phrase_is_there_in_both_languages_with_the_same_places() -> None:
    import re

    for name in ENGLISH.__dataclass_fields__:
        english, chinese = getattr(ENGLISH, name), getattr(CHINESE, name)
        if not name.startswith("key"):
            assert (
                sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{[a-z_]+\}", chinese))
                or "Enter" in english
            )
        assert chinese
