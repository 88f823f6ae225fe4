"""A reply that comes piece by piece looks in the end like one that came at once."""

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from dialog_core import Asking, BotSaid, Evidence, Piece, Reply, Retracted, StreamItem
from dialog_core.streaming import ANOTHER, SHORTENED
from dialog_terminal import live_reply
from dialog_terminal.live_reply import LiveReply
from dialog_terminal.phrases import CHINESE, ENGLISH, Phrases
from dialog_terminal.region import Region
from tests.plugins.dialog_terminal.emulator import Terminal

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MARKDOWN = """# Returns

You can return **any article** within *30 days*.
Really.

1. Log in.
2. Choose the order:
   - keep the label

   - keep the box

| Article | Days |
|---|---:|
| Shoes | 30 |

```
code  # stays

as it is
```

> The money comes back.

退货需要在三十天内提出。
"""


def reply(*texts: str, quick_replies: tuple[str, ...] = (), sources: tuple[str, ...] = ()) -> Reply:
    evidence = tuple(Evidence("", source) for source in sources)
    *before, last = [BotSaid(text, NOW, "m1", "faq", 0.9) for text in texts]
    last = BotSaid(last.text, NOW, "m1", "faq", 0.9, evidence=evidence, quick_replies=quick_replies)
    return Reply("c", "m1", (*before, last))


def drawn(items: Sequence[StreamItem], *, rows: int = 24, phrases: Phrases = ENGLISH) -> Terminal:
    terminal = Terminal(rows=rows)
    region = Region(terminal.write, terminal.size, lambda line: line.plain)
    with LiveReply(region, lambda: terminal.columns - 3, "Aria", phrases) as live:
        for item in items:
            live.take(item)
    return terminal


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every piece, however fast they come."""
    monkeypatch.setattr(live_reply, "_LEAST_PAUSE", 0.0)
    monkeypatch.setattr(live_reply, "_PAUSE_PER_DRAWING", 0)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("size", [1, 3, 7, 50])
@pytest.mark.parametrize("rows", [8, 24, 60])
def test_pieces_of_any_size_on_a_screen_of_any_height_end_up_as_the_whole_reply(size: int, rows: int) -> None:
    pieces = [Piece(MARKDOWN[start : start + size]) for start in range(0, len(MARKDOWN), size)]

    streamed = drawn([Asking(("llm",)), *pieces, reply(MARKDOWN, sources=("faq:1",))], rows=rows)

    assert streamed.text == drawn([reply(MARKDOWN, sources=("faq:1",))]).text


@given(st.text(alphabet="a1 \n-*>|`#.[]()中", max_size=80), st.integers(min_value=1, max_value=9))
def test_any_markdown_cut_anywhere_ends_up_as_the_whole_reply(text: str, size: int) -> None:
    pieces = [Piece(text[start : start + size]) for start in range(0, len(text), size)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_reply, "_LEAST_PAUSE", 0.0)
        patch.setattr(live_reply, "_PAUSE_PER_DRAWING", 0)
        assert drawn([*pieces, reply(text)]).text == drawn([reply(text)]).text


@pytest.mark.usefixtures("eager")
def test_text_is_there_before_the_reply_is() -> None:
    terminal = drawn([Piece("First paragraph.\n\nSecond "), Piece("one")])

    assert terminal.text == "  First paragraph.\n\n  Second one"


@pytest.mark.usefixtures("eager")
def test_a_retracted_text_is_wiped_off_and_the_reason_said() -> None:
    terminal = drawn([Piece("Your PIN is 1234. "), Retracted("pii"), reply("I may not say that.")])

    assert terminal.text == "  withdrawn: pii\n\n  I may not say that."


@pytest.mark.parametrize("reason", [ANOTHER, SHORTENED])
def test_in_chinese_the_bots_own_reasons_are_in_chinese(reason: str) -> None:
    terminal = drawn([Piece("一"), Retracted(reason), reply("二。")], phrases=CHINESE)

    assert re.search(r"已撤回：[^a-z]+\n\n  二。$", terminal.text)


@pytest.mark.usefixtures("eager")
def test_a_retracted_text_that_has_scrolled_off_is_called_withdrawn() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(20))

    terminal = drawn([Piece(text), Piece("."), Retracted("pii"), reply("Sorry.")], rows=10)

    assert "Paragraph 0." in terminal.text
    assert terminal.text.endswith("The answer above is withdrawn: pii\n\n  Sorry.")


@pytest.mark.usefixtures("eager")
def test_a_reply_that_is_not_what_was_streamed_takes_its_place() -> None:
    terminal = drawn([Piece("The old\n\ntext, an"), Piece("d more"), reply("Another text.")])

    assert terminal.text == "  Another text."


def test_messages_sources_and_quick_replies_follow_with_a_blank_line_between() -> None:
    terminal = drawn([reply("One.", "Two?", quick_replies=("yes", "no"), sources=("faq:1", "faq:2", "faq:1"))])

    assert terminal.text == "  One.\n\n  Two?\n\n  [1] faq:1   [2] faq:2\n\n  1 yes   2 no"


def test_quick_replies_too_long_for_a_line_stand_one_below_the_other() -> None:
    terminal = drawn([reply("?", quick_replies=("a" * 40, "b" * 40))])

    assert terminal.text == f"  ?\n\n  1 {'a' * 40}\n  2 {'b' * 40}"


@pytest.mark.parametrize(
    ("phrases", "told"),
    [(ENGLISH, "llm, faq: failed · /explain tells why"), (CHINESE, "llm、faq 出错 · /explain 查看原因")],
)
def test_below_a_reply_it_is_said_which_policies_failed(phrases: Phrases, told: str) -> None:
    reports = [
        {"policy": "rules", "status": "nothing", "error": ""},
        {"policy": "llm", "status": "failed", "error": "no connection"},
        {"policy": "faq", "status": "breaker open", "error": ""},
    ]
    answered = replace(reply("I do not know."), trace={"policies": reports})

    assert drawn([answered], phrases=phrases).text == f"  I do not know.\n\n  {told}"


def test_when_a_person_has_taken_over_the_silence_is_explained() -> None:
    assert drawn([Reply("c", "m1", ())]).text == "  A person has taken over; the bot keeps silent."


@pytest.mark.parametrize(
    ("asking", "phrases", "words"),
    [
        (("faq",), ENGLISH, "faq is looking…"),
        (("faq", "semantic"), ENGLISH, "faq, semantic are looking…"),
        ((), ENGLISH, "Aria is thinking…"),
        (("faq", "semantic"), CHINESE, "faq、semantic 正在查找…"),
    ],
)
def test_after_a_while_it_is_said_who_is_looking(asking: tuple[str, ...], phrases: Phrases, words: str) -> None:
    terminal = Terminal()
    seen = _Seen()
    region = Region(terminal.write, terminal.size, seen)
    with LiveReply(region, lambda: 77, "Aria", phrases) as live:
        live.take(Asking(asking))
        seen.wait_for(words)
        live.take(reply("Here."))

    assert terminal.text == "  Here."


def test_after_some_seconds_it_is_said_how_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_reply, "SLOW", 0.0)
    seen = _Seen()
    terminal = Terminal()
    with LiveReply(Region(terminal.write, terminal.size, seen), lambda: 77, "Aria", ENGLISH):
        seen.wait_for("Ctrl-C stops")


def test_stopping_leaves_what_was_said_and_says_so() -> None:
    terminal = Terminal()
    with LiveReply(Region(terminal.write, terminal.size, lambda line: line.plain), lambda: 77, "A", ENGLISH) as live:
        live.take(Piece("Half an ans"))
        live.stop()

    assert terminal.text == "  Half an ans\n\n  stopped"
    assert terminal.cursor_visible


def test_an_error_leaves_what_was_said_and_the_cursor_visible() -> None:
    terminal = Terminal()
    region = Region(terminal.write, terminal.size, lambda line: line.plain)

    def fail_halfway() -> None:
        with LiveReply(region, lambda: 77, "Aria", ENGLISH) as live:
            live.take(Piece("Half an ans"))
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        fail_halfway()

    assert terminal.text == "  Half an ans"
    assert terminal.cursor_visible


def test_sequences_cut_between_two_pieces_do_not_come_through() -> None:
    terminal = drawn([Piece("a\x1b"), Piece("[31"), Piece("mb\x1b]8;;http://evil"), Piece("\x1b\\c"), reply("a b c")])

    assert terminal.text == "  a b c"  # and the terminal would have refused anything it does not know


class _Seen:
    """Renders lines and lets a test wait for one."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, line: Text) -> str:
        with self._changed:
            self._lines.append(line.plain)
            self._changed.notify_all()
        return line.plain

    def wait_for(self, words: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(words in line for line in self._lines), timeout=20), self._lines
