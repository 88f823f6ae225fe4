"""A whole conversation on a screen: what is said, what the commands show, what goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Candidate, Evidence, FeedbackGiven, HandedOver, Refuse
from dialog_core.testing import Hang, ScriptedGuard, ScriptedPolicy, make_bot
from dialog_terminal.phrases import CHINESE
from tests.plugins.dialog_terminal.screens import ChatOnScreen

MENU = Candidate("What now?", 1.0, quick_replies=("Where is my order?", "2", "Talk to a person"))


def answer(turn):  # type: ignore[no-untyped-def]
    if turn.text == "menu":
        return MENU
    if turn.text == "broken":
        return ValueError("no [red]index[/red]")
    if turn.text == "nothing":
        return None
    evidence = (Evidence("How?", "faq:1", 0.9),)
    return [Candidate(f"You said: {turn.text}", 0.9, evidence=evidence), Candidate("Pardon?", 0.4)]


@pytest.fixture
def bot() -> Iterator[Bot]:
    with make_bot({"faq": ScriptedPolicy(answer)}, greeting="Hello, *you*!", fallback="I do not know.") as bot:
        yield bot


@pytest.fixture
def on_screen(bot: Bot) -> ChatOnScreen:
    return ChatOnScreen(bot)


def test_a_new_conversation_begins_with_a_rule_a_hint_and_the_greeting(on_screen: ChatOnScreen) -> None:
    assert on_screen.begin().splitlines() == [
        "── Test " + "─" * 71,
        "  /help lists the commands · Ctrl-D leaves",
        "",
        "Test",
        "  Hello, you!",
    ]


def test_a_wide_screen_is_not_filled_from_edge_to_edge(bot: Bot) -> None:
    rule = ChatOnScreen(bot, columns=160).begin().splitlines()[0]

    assert len(rule) == 100


def test_a_message_is_answered_under_the_name_of_the_bot_with_its_sources(on_screen: ChatOnScreen) -> None:
    assert on_screen.say("hi") == "Test\n  You said: hi\n\n  [1] faq:1"


def test_a_conversation_goes_on_where_it_was_left(bot: Bot) -> None:
    bot.greet("terminal")
    bot.reply("menu", conversation="terminal")

    on_screen = ChatOnScreen(bot)
    shown = on_screen.begin()

    assert "continuing “terminal”, 3 messages; /reset starts anew" in shown
    assert shown.endswith("  What now?\n\n  1 Where is my order?   2 2   3 Talk to a person")
    assert on_screen.chat.picked("3") == "Talk to a person"


def test_of_a_long_last_reply_only_the_end_is_repeated(bot: Bot) -> None:
    bot.reply("\n".join(f"line {number}" for number in range(40)), conversation="terminal")

    shown = ChatOnScreen(bot).begin()

    assert "…" in shown
    assert "line 20" not in shown
    assert "line 39" in shown


def test_a_number_picks_a_quick_reply(on_screen: ChatOnScreen) -> None:
    on_screen.say("menu")

    assert "You said: Where is my order?" in on_screen.say("1")


def test_a_number_that_is_itself_a_quick_reply_or_none_at_all_is_said_as_it_is(on_screen: ChatOnScreen) -> None:
    on_screen.say("menu")
    assert "You said: 2" in on_screen.say("2")
    on_screen.say("menu")
    assert "You said: 4" in on_screen.say("4")


def test_quick_replies_are_gone_with_the_next_reply(on_screen: ChatOnScreen) -> None:
    on_screen.say("menu")
    on_screen.say("hi")

    assert "You said: 1" in on_screen.say("1")


def test_an_empty_line_is_no_message(on_screen: ChatOnScreen) -> None:
    assert on_screen.say("  ") == ""
    assert not on_screen.chat.bot.conversation("terminal").messages


def test_two_slashes_say_one(on_screen: ChatOnScreen) -> None:
    assert "You said: /help me" in on_screen.say("//help me")


def test_control_sequences_and_markup_in_replies_are_harmless(on_screen: ChatOnScreen) -> None:
    shown = on_screen.say("\x1b[31mred\x1b[0m [bold]b[/bold] \x1b]8;;http://evil\x07bank\x1b]8;;\x07")

    assert "You said: red [bold]b[/bold] bank" in shown


def test_explain_shows_the_candidates_the_winner_and_why(on_screen: ChatOnScreen) -> None:
    on_screen.say("hi")

    shown = on_screen.say("/explain")

    assert "✓  faq     You said: hi" in shown
    assert "Pardon?" in shown
    assert "0.90" in shown
    assert "━" in shown
    assert "Why" in shown


def test_explain_shows_who_failed_and_who_had_nothing_to_say() -> None:
    policies = {
        "faq": ScriptedPolicy(answer),
        "slow": ScriptedPolicy(Hang(), mode="async"),
        "rules": ScriptedPolicy(None),
        "llm": ScriptedPolicy("Never asked."),
    }
    tiers = [["faq", "slow", "rules"], ["llm"]]
    with make_bot(policies, tiers=tiers, timeout=0.2, accept_at=0.0) as bot:
        on_screen = ChatOnScreen(bot)
        on_screen.say("broken")
        assert "failed: ValueError: no [red]index[/red]" in on_screen.say("/explain")
        on_screen.say("hi")

        shown = on_screen.say("/explain")

    assert "slow" in shown
    assert "timed out" in shown
    assert "rules" in shown
    assert "nothing to say" in shown
    assert "not asked" in shown


def test_explain_shows_what_guards_did() -> None:
    guard = ScriptedGuard(output=lambda turn, candidate: Refuse("too rude"))
    with make_bot("Go away!", guards={"manners": guard}) as bot:
        on_screen = ChatOnScreen(bot)
        on_screen.say("hi")

        shown = on_screen.say("/explain")

    assert "manners" in shown
    assert "too rude" in shown


@pytest.mark.parametrize("damage", [{"candidates": "x"}, {"candidates": [3]}, {"policies": None}, {"parts": {"a": 1}}])
def test_explain_says_so_where_an_explanation_is_damaged(
    on_screen: ChatOnScreen, damage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_screen.say("hi")
    whole = on_screen.chat.bot.trace
    monkeypatch.setattr(on_screen.chat.bot, "trace", lambda *which: {**(whole(*which) or {}), **damage})

    assert "What is stored about how that reply came about is damaged." in on_screen.say("/explain")
    assert "You said: still there" in on_screen.say("still there")


def test_explain_goes_back_as_far_as_one_likes_and_no_further(on_screen: ChatOnScreen) -> None:
    assert "There is no reply yet." in on_screen.say("/explain")
    on_screen.say("first")
    on_screen.say("second")

    assert "You said: first" in on_screen.say("/explain 1")
    assert "Only 2 messages have been answered." in on_screen.say("/explain 2")
    assert "/explain takes a number, not “x”." in on_screen.say("/explain x")


def test_history_shows_who_said_what(on_screen: ChatOnScreen) -> None:
    assert "Nothing has been said yet." in on_screen.say("/history")
    on_screen.begin()
    on_screen.say("hi")

    shown = on_screen.say("/history")

    assert [line.split("  ", 2)[-1].strip() for line in shown.splitlines() if "said" in line] == ["Test  You said: hi"]
    assert "You   hi" in shown


def test_history_leaves_out_what_is_long_ago_and_says_so(on_screen: ChatOnScreen) -> None:
    for number in range(3):
        on_screen.say(f"message {number}")

    shown = on_screen.say("/history 2")

    assert "… 4 earlier; /history 6 shows everything" in shown
    assert "message 1" not in shown
    assert "message 2" in shown


def test_reset_starts_a_new_conversation_and_keeps_the_old_one(bot: Bot, on_screen: ChatOnScreen) -> None:
    on_screen.begin()
    on_screen.say("hi")

    shown = on_screen.say("/reset")

    assert "A new conversation, “terminal-2”. The old one, “terminal”, is kept." in shown
    assert "Hello, you!" in shown
    assert len(bot.conversation("terminal").messages) == 3
    assert ChatOnScreen(bot).chat.conversation == "terminal-2", "the next run goes on with the new one"


@pytest.mark.parametrize(("command", "verdict"), [("/good", "good"), ("/bad", "bad")])
def test_feedback_is_recorded_with_its_comment(bot: Bot, on_screen: ChatOnScreen, command: str, verdict: str) -> None:
    on_screen.say("hi")
    last = bot.conversation("terminal").last_user_message

    shown = on_screen.say(f"{command} just so")

    event = bot.conversation("terminal").events[-1]
    assert isinstance(event, FeedbackGiven)
    assert last is not None
    assert (event.in_reply_to, event.verdict, event.comment) == (last.client_id, verdict, "just so")
    assert f"Noted as a {verdict} reply." in shown


def test_a_greeting_cannot_be_judged(on_screen: ChatOnScreen) -> None:
    on_screen.begin()

    assert "There is no reply yet." in on_screen.say("/good")


def test_saving_never_overwrites_without_being_told_to(on_screen: ChatOnScreen, tmp_path: Path) -> None:
    file = tmp_path / "chat.md"
    on_screen.say("hi")
    assert "Saved 2 messages" in on_screen.say(f"/save {file}")
    first = file.read_text(encoding="utf-8")
    on_screen.say("again")

    assert "exists already" in on_screen.say(f"/save {file}").replace("\n  ", " ")
    assert file.read_text(encoding="utf-8") == first
    assert "Saved 4 messages" in on_screen.say(f"/save! {file}")
    assert "again" in file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["chat.md"]


def test_saving_somewhere_impossible_is_told(on_screen: ChatOnScreen, tmp_path: Path) -> None:
    assert "Where to?" in on_screen.say("/save")
    assert "not as “.pdf”" in on_screen.say("/save chat.pdf")
    assert "could not be written: No such file" in on_screen.say(f"/save {tmp_path}/no/chat.md").replace("\n  ", " ")


def test_help_names_every_command(on_screen: ChatOnScreen) -> None:
    shown = on_screen.say("/help")

    for name in ("/explain", "/history", "/reset", "/good", "/bad", "/save", "/help", "/quit"):
        assert name in shown


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/histry", "There is no command /histry. Did you mean /history?"),
        ("/ex", "Did you mean /explain?"),
        ("/etc/passwd", "A message that begins with a slash is written with two"),
    ],
)
def test_an_unknown_command_is_answered_with_the_likely_one(on_screen: ChatOnScreen, line: str, words: str) -> None:
    assert words in on_screen.say(line).replace("\n  ", " ")


@pytest.mark.parametrize("line", ["/quit", "/exit", "/QUIT"])
def test_quit_ends_the_chat(on_screen: ChatOnScreen, line: str) -> None:
    on_screen.say(line)

    assert on_screen.chat.over


def test_a_turn_that_goes_wrong_is_told_and_the_chat_goes_on() -> None:
    bot = make_bot("Hello!")
    on_screen = ChatOnScreen(bot)
    bot.close()

    shown = on_screen.say("hi")

    assert shown.startswith("Test\n  That went wrong: ")
    assert not on_screen.chat.over


def test_a_person_who_has_taken_over_is_mentioned(bot: Bot, on_screen: ChatOnScreen) -> None:
    last = bot.reply("hi", conversation="terminal").messages[0].at
    bot.record("terminal", [HandedOver(last)])

    assert on_screen.say("hello?") == "Test\n  A person has taken over; the bot keeps silent."


def test_ctrl_c_stops_the_turn_and_not_the_chat(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    on_screen = ChatOnScreen(bot)
    closed: list[bool] = []

    def interrupted(text: str, **where: str) -> Iterator[object]:
        try:
            raise KeyboardInterrupt
            yield
        finally:
            closed.append(True)

    monkeypatch.setattr(bot, "stream_sync", interrupted)

    assert on_screen.say("hi") == "Test\n  stopped"
    assert closed == [True]


def test_a_chinese_bot_gets_a_chinese_chat(bot: Bot) -> None:
    on_screen = ChatOnScreen(bot, phrases=CHINESE)

    assert "/help 查看命令" in on_screen.begin()
    on_screen.say("你好")
    assert "✓  faq   You said: 你好" in on_screen.say("/explain")
    assert "没有命令 /histry。是不是 /history？" in on_screen.say("/histry")
