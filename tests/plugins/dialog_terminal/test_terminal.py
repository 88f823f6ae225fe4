"""The chat on a real (pseudo) terminal, key by key."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pty", reason="needs pseudo terminals")

from tests.plugins.dialog_terminal.processes import Tty, on_tty

ENTER, CTRL_C, CTRL_D, TAB, ARROW_UP = "\r", "\x03", "\x04", "\t", "\x1b[A"
PROMPT = "›"
Start = Callable[..., Tty]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(env: dict[str, str] | None = None, **features: Any) -> Tty:
            chat: AbstractContextManager[Tty] = on_tty(env={"XDG_STATE_HOME": str(tmp_path), **(env or {})}, **features)
            return stack.enter_context(chat)

        yield start


def test_one_greets_talks_and_leaves(start: Start) -> None:
    tty = start()

    tty.expect("Test")
    tty.expect("Hello!")
    tty.expect(PROMPT)
    tty.send(f"hi{ENTER}")
    tty.expect("You said: hi")
    tty.expect(PROMPT)
    tty.send(CTRL_D)
    tty.expect("Goodbye!")

    assert tty.wait() == 0


def test_a_chinese_bot_says_goodbye_in_chinese(start: Start) -> None:
    tty = start(language="zh-CN")

    tty.expect("/help 查看命令")
    tty.expect(PROMPT)
    tty.send(f"/quit{ENTER}")
    tty.expect("再见！")

    assert tty.wait() == 0


def test_tab_completes_a_command(start: Start) -> None:
    tty = start()
    tty.expect(PROMPT)

    tty.send("/exp")
    tty.expect("/explain")  # in the menu
    tty.send(TAB)
    tty.expect("lain")
    tty.send(ENTER)

    tty.expect("There is no reply yet.")


def test_ctrl_c_stops_a_reply_and_the_chat_goes_on(start: Start) -> None:
    tty = start()
    tty.expect(PROMPT)
    tty.send(f"hang{ENTER}")
    tty.expect("faq is looking…")

    tty.send(CTRL_C)
    tty.expect("stopped")
    tty.expect(PROMPT)
    tty.send(f"hi{ENTER}")

    tty.expect("You said: hi")


def test_ctrl_c_twice_leaves(start: Start) -> None:
    tty = start()
    tty.expect(PROMPT)

    tty.send(CTRL_C)
    tty.expect("Ctrl-D or /quit leaves")
    tty.expect(PROMPT)
    tty.send(CTRL_C)
    tty.expect("Goodbye!")

    assert tty.wait() == 0


def test_what_is_typed_during_a_reply_is_not_seen_until_the_next_prompt(start: Start) -> None:
    tty = start()
    tty.expect(PROMPT)
    tty.send(f"hang{ENTER}")
    tty.expect("faq is looking…")

    tty.send("typed ahead")
    tty.send(CTRL_C)

    assert "typed" not in tty.expect("stopped")


def test_nothing_in_a_reply_reaches_the_terminal_as_a_command(start: Start) -> None:
    tty = start()
    tty.expect(PROMPT)
    tty.send(f"evil{ENTER}")
    tty.expect("[red]markup[/red] bank")
    tty.send(f"/explain{ENTER}")
    tty.expect("red [red]markup[/red] bank")
    tty.send(f"/history{ENTER}")
    tty.expect("red [red]markup[/red] bank")
    tty.send(f"menu{ENTER}")
    tty.expect("[1] a")
    tty.expect("Where is it?")

    for forbidden in ("\x1b]0;", "\x1b]8;", "\x1b[31mred", "\x9b", "\x1b[7m"):
        assert forbidden not in tty.output


def test_what_was_typed_is_remembered_by_the_next_run(start: Start, tmp_path: Path) -> None:
    tty = start()
    tty.expect(PROMPT)
    tty.send(f"remember me{ENTER}")
    tty.expect("You said: remember me")
    tty.send(f"/quit{ENTER}")
    assert tty.wait() == 0

    tty = start()
    tty.expect("Hello!")
    tty.expect(PROMPT)
    tty.send_until(ARROW_UP, "remember me")  # the file is read while one may type already
    tty.send(ENTER)

    tty.expect("You said: remember me")


def test_a_history_that_cannot_be_kept_is_mentioned_and_nothing_worse(start: Start, tmp_path: Path) -> None:
    tty = start(options={"history_file": str(tmp_path)})

    tty.expect("What you type will not be remembered")
    tty.expect(PROMPT)


def test_a_reloaded_bot_is_announced_at_once_and_gives_the_next_answer(start: Start, tmp_path: Path) -> None:
    trigger = tmp_path / "trigger"
    tty = start(trigger=str(trigger))
    tty.expect(PROMPT)
    tty.send(f"hi{ENTER}")
    tty.expect("You said: hi")
    tty.expect(PROMPT)

    trigger.touch()
    tty.expect("reloaded: bot.yaml changed")
    tty.send(f"hi{ENTER}")

    tty.expect("I am the new one.")


def test_no_color_is_respected(start: Start) -> None:
    tty = start(env={"NO_COLOR": "1"})
    tty.expect(PROMPT)
    tty.send(f"menu{ENTER}")
    tty.expect("What")
    tty.send(f"/explain{ENTER}")
    tty.expect("Why")

    assert not re.search(r"\x1b\[(?:\d+;)*[349][0-8](?:;\d+)*m", tty.output)


@pytest.mark.parametrize("features", [{"env": {"TERM": "dumb"}}, {"options": {"plain": True}}])
def test_a_plain_terminal_gets_plain_text(start: Start, features: dict[str, Any]) -> None:
    tty = start(**features)
    tty.expect("Test: /help lists the commands")
    tty.expect("Hello!")
    tty.expect("> ")
    tty.send("menu\n")
    tty.expect("What **now**?")
    tty.expect("1) Where is it?")
    tty.send("/help\n")
    tty.expect("/explain")
    tty.send("/quit\n")
    tty.expect("Goodbye!")

    assert tty.wait() == 0
    assert "\x1b" not in tty.output
