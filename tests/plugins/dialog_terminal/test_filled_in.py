"""What a user sees of what a form or a flow has filled in."""

from dialog_core import Candidate, FlowEnded, FlowStarted, FlowStepped, SlotSet
from dialog_core.testing import ScriptedPolicy, make_bot
from dialog_core.turn import Turn
from dialog_terminal.phrases import CHINESE
from tests.plugins.dialog_terminal.screens import ChatOnScreen

DOES = {
    "a table": (FlowStarted("table", "a"), FlowStepped("table", "cuisine")),
    "Thai, 4": (
        SlotSet("people", 4),
        SlotSet("cuisine", "[red]Thai[/red]"),
        SlotSet("where", {"rooms": ["garden", "hall"]}),
        SlotSet("story", "long " * 1000),
    ),
    "which day?": (FlowStarted("calendar", "a"),),
    "done": (FlowEnded("calendar"), FlowEnded("table")),
}


def answer(turn: Turn) -> Candidate:
    return Candidate("Fine.", 1.0, effects=DOES.get(turn.text, ()))


def test_slots_and_what_is_under_way_are_shown_the_innermost_first() -> None:
    with make_bot({"a": ScriptedPolicy(answer)}) as bot:
        on_screen = ChatOnScreen(bot)
        assert "Nothing is filled in." in on_screen.say("/slots")
        on_screen.say("a table")
        assert "Under way: table · cuisine" in on_screen.say("/slots")
        on_screen.say("Thai, 4")
        on_screen.say("which day?")
        shown = on_screen.say("/slots")
        lines = [line.strip() for line in shown.splitlines()]
        assert "cuisine  [red]Thai[/red]" in lines
        assert "people   4" in lines
        assert 'where    {"rooms": ["garden", "hall"]}' in lines
        assert len(shown) < 2000
        assert [line for line in lines if line.startswith("Under way")] == [
            "Under way: calendar",
            "Under way: table · cuisine",
        ]
        on_screen.say("done")
        assert "Under way" not in on_screen.say("/slots")


def test_a_chinese_chat_says_so_in_chinese() -> None:
    with make_bot({"a": ScriptedPolicy(answer)}) as bot:
        assert CHINESE.slots_nothing in ChatOnScreen(bot, phrases=CHINESE).say("/slots")
