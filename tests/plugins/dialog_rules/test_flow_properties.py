"""Whatever users say, in whatever order: flows never raise, never get stuck, and slots hold what they are meant to."""

from datetime import date
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core import Bot, Context, Conversation
from dialog_core.testing import NASTY_TEXTS, ScriptedPolicy, make_bot, make_turn
from dialog_rules.flow import FlowBook
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_policy import FlowsPolicy
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN
from tests.plugins.dialog_rules.test_flow_actions import JUDGED, QUESTIONS

FILES = {"return my order": RETURN, "订位": APPOINTMENT, "quiz me": QUIZ, "track": JUDGED, "order": QUESTIONS}
"""By what begins a flow of theirs."""
WORDS = """
yes|no|yes please|no thanks|ok|nope|好的|不用|可以|不对|是的
stop|cancel|never mind|算了|取消|stop it please
no, the other one|that's wrong|no, I meant 4513|sorry, it's bob@example.org|wait, Lyon|go back
不对，是五个人|说错了|另一个|不是这个
return my order|return my order 4512, it is broken|where is my parcel?|quiz me|order|track
订位|我想预约明天的包间|营业时间
4512|1111|123456|12|3|three|3.5|1,000|-1|五|三个人|四位|一下|十|42|41
Paris|the second one|2|first|damaged|it does not fit|small|large|包间|大厅|smal
ann@example.org|bob at example|2030-05-03|tomorrow|明天|下周五|5月3日|31 April|next friday
what?|how much is it?|why do you ask|多少钱|when do you open?|你好|...|🙂|{{ 7 * 7 }}|{% for x in y %}|<b>
"""
LIKELY = [word for line in WORDS.strip().splitlines() for word in line.split("|")]
MESSAGES = st.lists(
    st.one_of(st.sampled_from(LIKELY), st.sampled_from(LIKELY), st.text(max_size=30)), min_size=1, max_size=14
)
ENOUGH = 40  # messages after which even the patient give up: every question of a file, three times


class Started(NamedTuple):
    """A policy, and what begins one of its flows."""

    policy: FlowsPolicy
    first: str


def known(order: str) -> Any:
    """Judge an answer, in every way there is."""
    if order == "1111":
        raise RuntimeError("closed")
    return {"4": True, "1": "Old."}.get(order[0], False)


@pytest.fixture(scope="module", params=list(FILES))
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Started:
    path = tmp_path_factory.mktemp("flows") / "flows.yaml"
    path.write_text(FILES[request.param], encoding="utf-8")
    actions = {"send_label": False, "known": True}
    made = FlowsPolicy(FlowsOptions(path=path), Context(name="flows", actions=actions))
    return Started(made, request.param)


def begin(started: Started) -> Bot:
    faq = ScriptedPolicy(lambda turn: "At nine." if "open" in turn.text else None, mode="inline")
    actions = {"send_label": lambda order, email: None, "known": known}
    return make_bot({"flows": started.policy, "faq": faq}, actions=actions, kinds={"flows": "flows", "faq": "rules"})


def say(bot: Bot, *messages: str) -> Conversation:
    """Say some messages; nothing may go wrong behind the scenes either."""
    for message in messages:
        reply = bot.reply(message, conversation="c")
        assert reply.text
        report = next(one for one in reply.trace["policies"] if one["policy"] == "flows")  # type: ignore[index]
        assert not report["error"], report
        assert not [one for one in reply.trace["parts"] if "resume failed" in one["verdict"]]  # type: ignore[index]
    return bot.conversation("c")


def check(conversation: Conversation, book: FlowBook) -> None:
    for name, value in conversation.slots.items():
        slot = book.slots[name]
        assert slot.coerced(value) == value
        match slot.type:
            case "integer":
                assert type(value) is int
            case "number":
                assert type(value) in (int, float)
            case "boolean":
                assert type(value) is bool
            case "date":
                assert date.fromisoformat(value)
            case "choice":
                assert value in [option.value for option in slot.options]
            case "email":
                assert "@" in value
            case _:
                assert isinstance(value, str)
    for flow in conversation.flows:
        assert flow.step in book.flows[flow.name].steps


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=MESSAGES)
def test_no_messages_raise_or_leave_a_flow_stuck(started: Started, messages: list[str]) -> None:
    book = started.policy._book
    with begin(started) as bot:
        check(say(bot, started.first, *messages), book)
        conversation = bot.conversation("c")
        for _ in range(2):  # a choice or a yes-no question might take the first one for an answer
            if conversation.flows:
                conversation = say(bot, "stop")
        assert not conversation.flows
        check(conversation, book)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=MESSAGES, mumble=st.sampled_from(["mumble mumble", "嗯嗯呃", "1111", "🙂", "xx xx"]))
def test_whoever_says_nothing_of_use_is_let_go(started: Started, messages: list[str], mumble: str) -> None:
    with begin(started) as bot:
        conversation = say(bot, started.first, *messages)
        for _ in range(ENOUGH):
            if not conversation.flows:
                break
            conversation = say(bot, mumble)
        assert not conversation.flows


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_in_the_middle_of_a_flow(started: Started, text: str) -> None:
    with begin(started) as bot:
        check(say(bot, started.first, text, "no, I meant that", text, "stop", "stop"), started.policy._book)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=MESSAGES)
def test_asking_a_policy_changes_nothing(started: Started, messages: list[str]) -> None:
    with begin(started) as bot:
        before = repr(say(bot, started.first, *messages).events)
        conversation = bot.conversation("c")
        for word in ("yes", "no, the other one", "4512", "return my order", "算了"):
            turn = make_turn(word, events=conversation.events)
            first = started.policy.propose(turn)
            assert started.policy.propose(turn) == first
        assert repr(conversation.events) == before
