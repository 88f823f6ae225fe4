"""Keys as a terminal sends them."""

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from dialog_core.keys import press

KNOWN = {"a": "accept", "?": "help", " ": "next"}


def pressed(sent: str) -> str:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(sent)
        return press([("", "a accept")], KNOWN)


@pytest.mark.parametrize(
    ("sent", "meaning"),
    [
        ("a", "accept"),
        ("A", "accept"),
        ("ａ", "accept"),
        ("？", "help"),
        (" ", "next"),
        ("x", "other"),
        ("\x1b[D", "back"),
        ("\x7f", "back"),
        ("\x1b[C", "next"),
        ("\x04", "leave"),
        ("\x1b[200~aaa\x1b[201~x", "other"),
        ("\x1b[15~", "other"),
    ],
)
def test_a_key_means_what_the_line_says(sent: str, meaning: str) -> None:
    assert pressed(sent) == meaning


def test_ctrl_c_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        pressed("\x03")
