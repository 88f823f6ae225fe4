"""Questions and answers put right in the terminal, as its keys come."""

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dialog_ranking_training.learning.terminal.editing import Wording, edit_here
from dialog_ranking_training.learning.terminal.phrases import phrases_for


def edited(wording: Wording, *lines: str) -> Wording | None:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("".join(lines))  # who types ahead; each prompt takes its line
        return edit_here(wording, phrases_for("en"))


def test_questions_and_answer_are_edited_line_by_line() -> None:
    found = edited((("one?", "two?"), ""), "!\r", "\x15\r", "three?\r", "\r", "A\x1b\rB\r")
    assert found == (("one?!", "three?"), "A\nB")


def test_ctrl_c_changes_nothing() -> None:
    assert edited((("one?",), "A"), "x\r", "\x03") is None
