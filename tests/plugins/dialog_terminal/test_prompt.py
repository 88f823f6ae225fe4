"""What a person's keys do at the prompt; the keys come through a pipe, the screen is a dummy."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from dialog_core import Bot, Candidate
from dialog_core.testing import make_bot
from dialog_terminal.chat import Chat, talk
from dialog_terminal.history import history_path, open_history
from dialog_terminal.prompt import ChatCompleter, PromptReader
from tests.plugins.dialog_terminal.screens import ChatOnScreen

ENTER, ALT_ENTER, UP, CTRL_C, CTRL_D = "\r", "\x1b\r", "\x1b[A", "\x03", "\x04"
MENU = Candidate("What now?", 1.0, quick_replies=("Where is my order?", "Talk to a person"))


@pytest.fixture
def bot() -> Iterator[Bot]:
    with make_bot({"faq": lambda turn: MENU if turn.text == "menu" else f"You said: {turn.text}"}) as bot:
        yield bot


@pytest.fixture
def on_screen(bot: Bot) -> ChatOnScreen:
    return ChatOnScreen(bot)


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


def reader_for(chat: Chat, *, notices: bool = False) -> PromptReader:
    return PromptReader(chat, InMemoryHistory(), notices=notices)


def test_enter_sends_the_line(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    keys.send_text(f"hello{ENTER}")

    assert reader_for(on_screen.chat).read() == "hello"


def test_alt_enter_and_pasted_lines_make_one_message_of_several_lines(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    keys.send_text(f"one{ALT_ENTER}two\x1b[200~\nthree\r\nfour\x1b[201~{ENTER}")

    assert reader_for(on_screen.chat).read() == "one\ntwo\nthree\nfour"


def test_a_number_becomes_the_quick_reply_it_stands_for(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    on_screen.say("menu")
    keys.send_text(f"2{ENTER}")

    assert reader_for(on_screen.chat).read() == "Talk to a person"


def test_the_arrow_brings_back_what_was_typed(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    reader = reader_for(on_screen.chat)
    keys.send_text(f"first{ENTER}")
    reader.read()
    keys.send_text(f"{UP}{ENTER}")

    assert reader.read() == "first"


def test_ctrl_c_clears_the_line_first(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    keys.send_text(f"nonsense{CTRL_C}sense{ENTER}")

    assert reader_for(on_screen.chat).read() == "sense"


def test_ctrl_c_on_an_empty_line_says_how_to_leave_and_the_second_one_leaves(
    on_screen: ChatOnScreen, keys: PipeInput
) -> None:
    keys.send_text(CTRL_C + CTRL_C)

    talk(on_screen.chat, reader_for(on_screen.chat), lambda chat: None)

    assert on_screen.terminal.text.count("Ctrl-D or /quit leaves") == 1


def test_a_message_between_two_ctrl_c_counts_anew(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    keys.send_text(f"{CTRL_C}hello{ENTER}{CTRL_C}{CTRL_D}")

    talk(on_screen.chat, reader_for(on_screen.chat), lambda chat: None)

    assert on_screen.terminal.text.count("Ctrl-D or /quit leaves") == 2
    assert "You said: hello" in on_screen.terminal.text


def test_ctrl_d_leaves(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    keys.send_text(CTRL_D)

    with pytest.raises(EOFError):
        reader_for(on_screen.chat).read()


@pytest.mark.parametrize(
    ("typed", "completions"),
    [
        ("/h", ["/history", "/help"]),
        ("where", ["Where is my order?"]),
        ("", ["Where is my order?", "Talk to a person"]),
        ("//", []),
        ("/history ", []),
    ],
)
def test_commands_and_quick_replies_are_completed(on_screen: ChatOnScreen, typed: str, completions: list[str]) -> None:
    on_screen.say("menu")

    found = ChatCompleter(on_screen.chat).get_completions(Document(typed, len(typed)), CompleteEvent())

    assert [completion.text for completion in found] == completions


def test_the_file_to_save_to_is_completed(on_screen: ChatOnScreen, tmp_path: Path) -> None:
    (tmp_path / "chat.md").touch()
    typed = f"/save! {tmp_path}/ch"

    found = ChatCompleter(on_screen.chat).get_completions(Document(typed, len(typed)), CompleteEvent())

    assert [completion.text for completion in found] == ["at.md"]


def test_a_notice_waits_while_a_reply_is_drawn_and_appears_before_the_next_prompt(
    on_screen: ChatOnScreen, keys: PipeInput
) -> None:
    reader = reader_for(on_screen.chat, notices=True)
    reader.tell(lambda: on_screen.chat.screen.note("reloaded"))
    assert "reloaded" not in on_screen.terminal.text
    keys.send_text(ENTER)

    reader.read()

    assert "reloaded" in on_screen.terminal.text


def test_a_notice_appears_at_once_while_somebody_is_typing(on_screen: ChatOnScreen, keys: PipeInput) -> None:
    reader = reader_for(on_screen.chat, notices=True)
    told = threading.Event()

    def tell_then_type() -> None:
        keys.send_text("half a")
        while not told.is_set():
            reader.tell(told.set)
            told.wait(0.01)
        keys.send_text(f" line{ENTER}")

    typist = threading.Thread(target=tell_then_type)
    typist.start()

    assert reader.read() == "half a line"
    typist.join()


def test_the_history_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "Aria"

    open_history(path).append_string("my secret")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "my secret" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file"), [("Aria", "Aria"), ("小雅", "小雅"), ("../../etc/passwd", "_etc_passwd"), ("..", "_"), ("", "_")]
)
def test_each_bot_has_a_history_of_its_own_inside_the_state_directory(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert history_path(name) == tmp_path / "dialog-core" / "history" / file
