"""What a language model may have done, and what comes of it when it asks for something else."""

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import ActionCall, DialogError, Turn
from dialog_core.errors import UnknownComponentError
from dialog_core.testing import make_context, make_turn
from dialog_generative.chat import ToolCall
from dialog_generative.exchange import Answered
from dialog_generative.tools.toolbox import MAX_ARGUMENTS, MAX_CALLS, Toolbox

TURN = make_turn("how is the weather?")


class Shop:
    """Actions, and what was asked of them."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def weather(self, city: str, days: int = 1) -> dict[str, Any]:
        """Say how the weather is."""
        self.ran.append(f"weather {city} {days}")
        return {"city": city, "degrees": 4}

    def hours(self) -> str:
        """Say when the shop is open."""
        self.ran.append("hours")
        return "Open from nine to five."

    def pay(self, amount: int) -> str:
        """Pay."""
        self.ran.append(f"pay {amount}")
        return "paid"

    def broken(self) -> None:
        raise DialogError("The scale is out of order.")

    async def forever(self) -> None:
        await asyncio.sleep(3600)


def make_toolbox(shop: Shop | None = None, **more: Any) -> Toolbox:
    shop = shop or Shop()
    names = ("weather", "hours", "pay", "broken", "forever")
    actions = {**{name: getattr(shop, name) for name in names}, **more}
    return Toolbox(list(actions), make_context("llm", actions=actions, changing=["pay", "refund"]))


def call(name: str, arguments: Any = None, id: str = "1") -> ToolCall:
    return ToolCall(id, name, {} if arguments is None else arguments)


def answer(toolbox: Toolbox, *calls: ToolCall, turn: Turn = TURN) -> Answered:
    turn = replace(turn, deadline=time.monotonic() + 5.0) if turn is TURN else turn
    return asyncio.run(toolbox.answer(turn, calls))


def told(answered: Answered) -> list[dict[str, Any]]:
    return [json.loads(message.text) for message in answered.messages]


# --- Looking things up


def test_what_only_looks_things_up_runs_at_once() -> None:
    answered = answer(make_toolbox(), call("weather", {"city": "Ulm"}, "a"), call("hours", id="b"))

    assert told(answered) == [
        {"result": {"city": "Ulm", "degrees": 4}},
        {"result": "Open from nine to five."},
    ]
    whose = [(message.role, message.call_id, message.name) for message in answered.messages]
    assert whose == [("tool", "a", "weather"), ("tool", "b", "hours")]
    assert answered.action is None
    assert answered.notes == (
        'weather(city=\'Ulm\'): {"city": "Ulm", "degrees": 4}',
        'hours(): "Open from nine to five."',
    )


def test_what_was_found_is_evidence_for_the_reply() -> None:
    answered = answer(make_toolbox(), call("weather", {"city": "Ulm"}), call("hours"))
    data, prose = answered.evidence

    assert (data.text, data.source) == ("city: Ulm\ndegrees: 4", "weather")
    assert data.metadata == {"arguments": {"city": "Ulm"}, "cite": False}
    assert (prose.text, prose.source, prose.metadata) == ("Open from nine to five.", "hours", {"arguments": {}})


def test_nothing_found_is_no_evidence() -> None:
    toolbox = make_toolbox(nothing=lambda: [])
    answered = answer(toolbox, call("nothing"), call("broken"))
    assert answered.evidence == ()
    assert told(answered) == [{"result": []}, {"error": "The scale is out of order."}]


def test_look_ups_run_beside_each_other() -> None:
    meeting: list[asyncio.Barrier] = []

    async def meet(number: int) -> str:
        if not meeting:
            meeting.append(asyncio.Barrier(3))
        await meeting[0].wait()
        return f"met {number}"

    answered = answer(make_toolbox(meet=meet), *(call("meet", {"number": n}, str(n)) for n in range(3)))
    assert told(answered) == [{"result": f"met {n}"} for n in range(3)]


def test_the_same_question_twice_is_asked_once_and_answered_twice() -> None:
    shop = Shop()
    calls = [
        call("weather", {"city": "Ulm", "days": 2}, "a"),
        call("weather", {"days": 2, "city": "Ulm"}, "b"),
        call("weather", '{"city": "Ulm", "days": "2"}', "c"),
    ]
    answered = answer(make_toolbox(shop), *calls)

    assert shop.ran == ["weather Ulm 2"]
    assert [message.call_id for message in answered.messages] == ["a", "b", "c"]
    assert len(answered.evidence) == len(answered.notes) == 1


def test_a_look_up_that_hangs_leaves_time_to_say_so() -> None:
    turn = replace(TURN, deadline=time.monotonic() + 0.2)
    answered = answer(make_toolbox(), call("forever"), call("hours"), turn=turn)
    assert "took longer than 0.1" in told(answered)[0]["error"]
    assert told(answered)[1] == {"result": "Open from nine to five."}


# --- Changing something


def test_what_changes_something_waits_for_the_reply_to_win() -> None:
    shop = Shop()
    answered = answer(make_toolbox(shop), call("pay", {"amount": "12"}, "p"))

    assert shop.ran == []
    assert (answered.action, answered.call_id) == (ActionCall("pay", {"amount": 12}), "p")
    assert answered.messages == ()
    assert answered.notes == ("pay(amount=12): runs if the reply wins",)


def test_one_change_at_a_time() -> None:
    shop = Shop()
    calls = [call("pay", {"amount": 1}, "a"), call("hours", id="b"), call("pay", {"amount": 2}, "c")]
    answered = answer(make_toolbox(shop), *calls)

    assert shop.ran == ["hours"]
    assert (answered.action, answered.call_id) == (ActionCall("pay", {"amount": 1}), "a")
    assert [(message.call_id, json.loads(message.text)) for message in answered.messages] == [
        ("b", {"result": "Open from nine to five."}),
        ("c", {"error": "one at a time: call it again when the other has run"}),
    ]


def test_a_change_with_wrong_arguments_is_none() -> None:
    answered = answer(make_toolbox(), call("pay", {"amount": "all of it"}, "a"), call("pay", {"amount": 3}, "b"))
    assert told(answered) == [{"error": "amount needs a whole number, not 'all of it'"}]
    assert (answered.action, answered.call_id) == (ActionCall("pay", {"amount": 3}), "b")


# --- What cannot be run


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("wether", {"city": "Ulm"}, "there is no action 'wether'. Did you mean 'weather'?"),
        ("secrets", {}, "there is no action 'secrets'. Known: broken, forever, hours, pay, weather."),
        ("", "<nonsense>", 'that was no call: write a JSON object with "name" and "arguments"'),
        ("weather", {}, "city is missing"),
        ("weather", {"city": "Ulm", "dais": 3}, "there is no argument 'dais'. Did you mean 'days'?"),
        ("weather", {"city": "Ulm", "context": {}}, "there is no argument 'context'"),
        ("weather", '{"city": "Ulm"', "the arguments are no JSON: Expecting ',' delimiter at character 14"),
        ("weather", '{"city": "Ulm", "days": NaN}', "NaN is no JSON"),
        ("weather", '"Ulm"', "the arguments have to be an object, not 'Ulm'"),
        ("weather", ["Ulm"], "the arguments have to be an object, not a list"),
        ("weather", 12, "the arguments have to be an object, not 12"),
        ("weather", "[" * 10_000, "the arguments are no JSON that can be read"),
        ("weather", {"city": "x" * 1_000_000}, f"at most {MAX_ARGUMENTS:,} are accepted"),
        ("weather", "x" * 1_000_000, f"the arguments have 1,000,000 characters; at most {MAX_ARGUMENTS:,}"),
        ("x" * 1_000_000, {}, "there is no action 'xxx"),
        ("weather", {"city": {1, 2}}, "the arguments are no JSON that can be read"),
    ],
)
def test_what_cannot_be_run_is_told_to_the_model(name: str, arguments: Any, error: str) -> None:
    shop = Shop()
    answered = answer(make_toolbox(shop), call(name, arguments))

    (message,) = answered.messages
    assert error in json.loads(message.text)["error"]
    assert len(message.text) < 5000
    assert len(json.dumps([[each.name, each.arguments] for each in answered.calls])) < 5000, "it goes into the chat"
    assert shop.ran == []
    assert all(len(note) <= 200 for note in answered.notes)


@pytest.mark.parametrize("arguments", ["", "  ", None, {}])
def test_no_arguments_are_none(arguments: Any) -> None:
    assert told(answer(make_toolbox(), ToolCall("1", "hours", arguments))) == [{"result": "Open from nine to five."}]


def test_an_action_the_bot_file_does_not_allow_is_not_there() -> None:
    shop = Shop()
    context = make_context("llm", actions={"hours": shop.hours, "pay": shop.pay})
    answered = answer(Toolbox(["hours"], context), call("pay", {"amount": 1}))
    assert told(answered) == [{"error": "there is no action 'pay'. Known: hours."}]
    assert shop.ran == []


def test_deeply_nested_arguments_are_refused_and_nothing_falls_over() -> None:
    deep: Any = "bottom"
    for _ in range(5000):
        deep = [deep]

    def anything(value: Any) -> str:
        return "ok"

    answered = answer(make_toolbox(anything=anything), call("anything", {"value": deep}))
    assert told(answered) == [{"error": "the arguments are no JSON that can be read"}]
    assert answered.notes == ("anything(value=[[[[[[[...]]]]]]]): the arguments are no JSON that can be read",)
    assert answered.calls[0].arguments == {}


def test_of_very_many_calls_a_few_are_looked_at() -> None:
    shop = Shop()
    answered = answer(make_toolbox(shop), *(call("weather", {"city": str(n)}, str(n)) for n in range(50)))

    assert len(shop.ran) == len(answered.messages) == len(answered.calls) == MAX_CALLS
    assert answered.notes[-1] == f"{50 - MAX_CALLS} further calls were not looked at"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
arguments = st.fixed_dictionaries({}, optional={"city": json_values, "days": json_values, "amount": json_values})
wanted = st.builds(
    ToolCall,
    st.just("1"),
    st.sampled_from(["weather", "hours", "pay", "broken", "", "nobody"]),
    json_values | arguments | arguments.map(json.dumps),
)


@given(st.lists(wanted, max_size=5))
@settings(max_examples=60, deadline=None)
def test_whatever_a_model_wants_every_call_is_answered_or_waits(calls: list[ToolCall]) -> None:
    shop = Shop()
    answered = answer(make_toolbox(shop), *calls)

    assert len(answered.messages) == len(calls) - (answered.action is not None)
    assert len(answered.calls) == len(calls)
    assert not any(each.startswith("pay") for each in shop.ran)
    assert all(isinstance(each.arguments, dict) for each in answered.calls)
    for message in answered.messages:
        assert len(json.loads(message.text)) == 1


# --- Results


def test_long_results_are_cut() -> None:
    answered = answer(make_toolbox(long=lambda: ["word"] * 10_000), call("long"))
    (message,) = told(answered)
    assert message["characters"] == 80_000
    assert message["beginning_of_result"].startswith('["word", "word"')
    assert len(answered.messages[0].text) < 6000
    assert len(answered.evidence[0].text) <= 4000


def test_nothing_in_a_result_steers_a_terminal() -> None:
    evil = "\x1b[31mred\u202e\x07"
    toolbox = make_toolbox(evil=lambda: {evil: [evil, {"a": evil}]}, prose=lambda: evil)
    answered = answer(toolbox, call("evil"), call("prose"))
    for text in (*(message.text for message in answered.messages), *(e.text for e in answered.evidence)):
        assert "red" in text
        assert not any(mark in text for mark in ("\x1b", "\\u001b", "\u202e", "\\u202e", "\x07", "\\u0007"))


# --- Schemas


def test_schemas_are_read_lazily_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    context = make_context("llm", actions={"hours": Shop().hours})
    original = type(context).action_schema
    monkeypatch.setattr(type(context), "action_schema", lambda self, name: asked.append(name) or original(self, name))

    toolbox = Toolbox(["hours"], context)
    assert asked == []
    assert [schema.name for schema in asyncio.run(toolbox.load())] == ["hours"]
    assert toolbox.schemas is toolbox.schemas
    assert asked == ["hours"]


def test_without_tools_nothing_is_asked_of_the_context() -> None:
    assert asyncio.run(Toolbox([], make_context("llm")).load()) == ()


def test_a_tool_that_is_not_there_is_told_when_it_is_first_needed() -> None:
    toolbox = Toolbox(["hour"], make_context("llm", actions={"hours": Shop().hours}))
    with pytest.raises(UnknownComponentError, match="Did you mean 'hours'"):
        asyncio.run(toolbox.load())
