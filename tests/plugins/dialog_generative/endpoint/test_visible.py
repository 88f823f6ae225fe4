import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_generative.endpoint.visible import Visible


def heard(*pieces: str) -> tuple[list[str], str]:
    visible = Visible()
    shown = [visible.feed(piece) for piece in pieces]
    shown.append(visible.end())
    return [each for each in shown if each], visible.text


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("Hello there.", "Hello there."),
        ("  \n Hello \n", "Hello"),
        ("<think>Let me see.\n</think>\n\nHello.", "Hello."),
        ("<think>one</think> <think>two</think>Hello.", "Hello."),
        ("<think>never ends", ""),
        ("<think></think>", ""),
        ("<thin", "<thin"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("Hello <think>this is text</think>", "Hello <think>this is text</think>"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_thoughts_are_not_shown_however_the_text_is_cut(text: str, visible: str) -> None:
    for pieces in ([text], list(text), [text[i : i + 5] for i in range(0, len(text), 5)]):
        shown, whole = heard(*pieces)
        assert ("".join(shown), whole) == (visible, visible)


def test_a_thought_that_the_template_began_is_cut_off_in_the_end() -> None:
    assert heard("Let me see.", "</think>", " Hello.")[1] == "Hello."


def test_whether_there_was_a_thought_is_known() -> None:
    visible = Visible()
    visible.feed("<think>hm")
    visible.end()
    assert visible.thought


@given(st.lists(st.text(alphabet="<think>/ ab\n", max_size=12)))
def test_what_is_shown_is_how_the_text_begins(pieces: list[str]) -> None:
    shown, whole = heard(*pieces)
    text = "".join(shown)
    assert whole == text or text.endswith(whole)  # the second: a thought that the template began
    assert text == text.strip()
