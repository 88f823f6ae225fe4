"""Untrusted text leaves `dialog_core.text` harmless, and whatever people really write leaves it untouched."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialog_core.text import repair_text, strip_controls

# Dense in what matters: introducers, terminators, parameters, joiners, and a few ordinary characters between them.
HOSTILE = st.text(
    alphabet="\x1b\x07\x18[]P\\X^_0;8mHab \n\t\r\x7f\x80\x90\x9b\x9c\x9d"
    "\u200b\u200d\u202e\ufe0f\u2028é家👩🏴\U000e0061\U000e007f"
)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="a colour"),
        pytest.param("\x1b[38;2;1;2;3mred", "red", id="a true colour"),
        pytest.param("a\x1b[2J\x1b[1;1Hb", "ab", id="clear the screen and go home"),
        pytest.param("a\x1b[?1049hb", "ab", id="the other screen"),
        pytest.param("\x9b31mred", "red", id="a colour as C1"),
        pytest.param("\x1b]0;root@host\x07hello", "hello", id="a window title ended by BEL"),
        pytest.param("\x1b]0;root@host\x1b\\hello", "hello", id="a window title ended by ST"),
        pytest.param("\x9d0;title\x9chello", "hello", id="a window title as C1"),
        pytest.param("\x1b]8;;https://evil.example\x1b\\bank.example\x1b]8;;\x1b\\", "bank.example", id="a hyperlink"),
        pytest.param("\x1b]52;c;cm0gLXJm\x07ok", "ok", id="the clipboard"),
        pytest.param("\x1bP1$r0m\x1b\\ok", "ok", id="a device control string"),
        pytest.param("\x1b_Gpicture\x1b\\ok", "ok", id="an application command"),
        pytest.param("\x1bcok", "ok", id="a full reset"),
        pytest.param("\x1b(0ok", "ok", id="another character set"),
        pytest.param("ok\x1b", "ok", id="an ESC at the end"),
        pytest.param("ok\x1b[31", "ok31", id="half a sequence leaves plain digits"),
        pytest.param("a\x1b]0;never ended", "a0;never ended", id="an unfinished string leaves its plain text"),
        pytest.param("\x1b\x1b[0m[31mred", "[31mred", id="a sequence hidden in another"),
        pytest.param("50 %\rwrong", "50 %wrong", id="a carriage return"),
        pytest.param("a\b\bb\x00\x7f\x85", "ab", id="backspaces, NUL, DEL, NEL"),
        pytest.param("photo_\u202egpj.exe", "photo_gpj.exe", id="an override"),
        pytest.param("a\u2066b\u2069c", "abc", id="isolates"),
        pytest.param("pass\u200bword", "password", id="a space without width"),
        pytest.param("pass\u200dword", "password", id="a joiner in an English word"),
        pytest.param("\ufeffhello", "hello", id="a byte order mark"),
        pytest.param("hi\U000e0068\U000e0069", "hi", id="invisible ASCII"),
        pytest.param("a\ufe00\ufe01\ufe02b", "a\ufe00b", id="a row of variation selectors"),
        pytest.param(" \ufe0fx", " x", id="a variation selector behind a space"),
        pytest.param("one\u2028two\u2029three", "one\ntwo\nthree", id="Unicode's own line ends"),
    ],
)
def test_what_steers_a_terminal_or_hides_is_removed_whole(hostile: str, harmless: str) -> None:
    assert strip_controls(hostile) == harmless


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\tworld!",
        "退货需要多久？请拨打 400-123。",
        "Grüße, naïve café, e\u0301",
        "👩\u200d💻 👨\u200d👩\u200d👧\u200d👦 ❤\ufe0f 👩\u200d❤\ufe0f\u200d👩 🏳\ufe0f\u200d🌈 👍🏽 1\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष",
        "葛\U000e0100城市",
        "שלום\u200f, hello\u200e!",
        "[red]not markup[/red] and C:\\new\\table",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert strip_controls(text) == text
    assert repair_text(text) == text


def test_the_caller_says_which_control_characters_may_stay() -> None:
    assert strip_controls("a\r\n\tb\u2028c", keep="") == "abc"
    assert strip_controls("a\r\n\tb", keep="\r\n") == "a\r\nb"
    assert strip_controls("a\x1b[1m\x9bb", keep="\x1b\x9b") == "a"  # "\x9bb" is a sequence of its own


@given(ANY_TEXT | HOSTILE, st.sampled_from(["\n\t", "", "\x1b\x9b\r"]))
@example("\x1b]8;;\x1b[", "\x1b")
def test_no_text_whatever_brings_an_escape_or_a_c1_control_through(text: str, keep: str) -> None:
    assert not re.search("[\x1b\x80-\x9f\u202a-\u202e\u2066-\u2069\u200b]", strip_controls(text, keep=keep))


@given(ANY_TEXT | HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    clean = strip_controls(text)

    assert strip_controls(clean) == clean


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_letters_digits_signs_and_spaces_always_survive(text: str) -> None:
    assert strip_controls(text) == text


def test_a_megabyte_of_unfinished_sequences_is_one_pass_and_not_its_square() -> None:
    for introducer in ("\x1b]", "\x1b[", "\x1bP", "\x9d", "\x9b", "\x1b"):
        assert "\x1b" not in strip_controls(introducer * 500_000)


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert repair_text("a\ud800b\udfff") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


def test_two_halves_of_one_character_are_put_together() -> None:
    assert repair_text("\ud83d\ude00!") == "😀!"


@given(ANY_TEXT)
def test_repaired_text_can_always_be_encoded(text: str) -> None:
    assert repair_text(text).encode().decode() == repair_text(text)


@given(st.text())
def test_text_without_surrogates_is_repaired_to_itself(text: str) -> None:
    assert repair_text(text) == text
