"""Whatever users say, in whatever order: flows never raise, never get stuck, and slots hold what they are meant to."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core import ActionContext, Bot, Context, Conversation
from dialog_core.testing import NASTY_TEXTS, ScriptedPolicy, make_bot, make_turn
from dialog_rules.flow import Ask, Do, FlowBook
from dialog_rules.flow_file import read_flows
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_policy import FlowsPolicy
from tests.plugins.dialog_rules.flow_texts import APPOINTMENT, QUIZ, RETURN
from tests.plugins.dialog_rules.test_flow_actions import JUDGED, QUESTIONS

EXAMPLES = Path(__file__).parents[3] / "examples"
SHOP = tuple(sorted((EXAMPLES / "dialog-core-customer-service/src/dialog_customer_service/flows").glob("*.en.yaml")))
FILES: dict[str, str | Path | tuple[Path, ...]] = {
    "return my order": RETURN,
    "订位": APPOINTMENT,
    "quiz me": QUIZ,
    "track": JUDGED,
    "order": QUESTIONS,
    "return the order": SHOP,
    "change my subscription": SHOP,
    "exchange my jacket": SHOP,
    "i want a refund": SHOP,
    "考考我": Path(__file__).parent / "quiz.zh.yaml",
    "book an appointment": EXAMPLES
    / "dialog-core-medical"
    / "src"
    / "dialog_medical"
    / "flows"
    / "appointments.en.yaml",
}
"""By what begins a flow of theirs."""
QUESTION = {"text": "1 + 1?", "choices": {"a": "two", "b": "three", "c": "four"}, "hint": "Count.", "seen": ["q1"]}
RESULTS: dict[str, Sequence[Any]] = {
    "find_order": ({"delivered": True, "days_left": 9, "items": {"lamp": "a lamp", "rug": "a rug"}}, {"items": {}}),
    "find_subscription": ({"status": "active", "plan": "small", "until": "2030-05-03"}, {"status": "paused"}),
    "book_return": ({"outcome": "done", "number": "R1001"}, {"outcome": "refused", "why": "too_late"}),
    "find_variants": ({"variants": {"a/M": ["Jacket, blue (M)", "M"], "b/": ["Jacket, red"]}}, {"variants": {}}),
    "contact": ({"email": "ann@example.com", "shown": "a...@example.com", "can_remember": True},),
    "new_request": ({"key": "k1"},),
    "find_refunds": ({"refunds": [{"item": "a lamp", "amount": "£49", "status": "paid", "day": "3 May"}]},),
    "brief": ({"summary": "asked: nothing"},),
    "next_question": (QUESTION,),
    "find_doctors": ({"any": "Anyone", "lee": ["Dr Lee", "Lee"]}, []),
    "find_times": ({"day": "3 May", "times": {"9": "9:00", "930": ["9:30", "half past nine"]}}, {"times": "none"}),
    "check_answer": (True, False, "Count."),
    "check_day": (True, "We are closed then."),
    "known": (True, False, "Old.", {"valid": False, "reason": "Older."}),
}
"""What services answer, when they do."""
WORDS = """
yes|no|yes please|no thanks|ok|nope|好的|不用|可以|不对|是的
stop|cancel|never mind|算了|取消|stop it please
no, the other one|that's wrong|no, I meant 4513|sorry, it's bob@example.org|wait, Lyon|go back
不对，是五个人|说错了|另一个|不是这个
return my order|return my order 4512, it is broken|where is my parcel?|quiz me|order|track
订位|我想预约明天的包间|营业时间|return the order|change my subscription|考考我|book an appointment|数学
AF 204817|AF204817|the lamp|lamp and rug|pause it|skip a month|large box|Dr Lee|half past nine|9:30|two|two or three
4512|1111|123456|12|3|three|3.5|1,000|-1|五|三个人|四位|一下|十|42|41
Paris|the second one|2|first|damaged|it does not fit|small|large|包间|大厅|smal
ann@example.org|bob at example|2030-05-03|tomorrow|明天|下周五|5月3日|31 April|next friday
what?|how much is it?|why do you ask|多少钱|when do you open?|你好|...|🙂|{{ 7 * 7 }}|{% for x in y %}|<b>
"""
LIKELY = [word for line in WORDS.strip().splitlines() for word in line.split("|")]
MESSAGES = st.lists(
    st.one_of(st.sampled_from(LIKELY), st.sampled_from(LIKELY), st.text(max_size=30)), min_size=1, max_size=14
)
STOPS = ("stop", "算了", "stop", "算了")  # twice: a choice or a yes-no question might take the first one for an answer
ENOUGH = 40  # messages after which even the patient give up: every question of a file, three times


class Started(NamedTuple):
    """A policy, what begins one of its flows, and what its actions do."""

    policy: FlowsPolicy
    first: str
    actions: dict[str, Callable[..., Any]]


def service(name: str) -> Callable[..., Any]:
    """Return a service that mostly answers as it should, and sometimes not at all or with what nobody can use."""

    def answer(context: ActionContext, **arguments: Any) -> Any:
        chance = crc32(f"{name} {context.idempotency_key}".encode()) % 8
        if chance == 0:
            raise ConnectionError("closed")
        if chance == 1:
            return ["rubbish"]
        good = RESULTS.get(name, ({},))
        return good[chance % len(good)]

    return answer


@pytest.fixture(scope="module", params=list(FILES))
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Started:
    path = FILES[request.param]
    if isinstance(path, str):
        text, path = path, tmp_path_factory.mktemp("flows") / "flows.yaml"
        path.write_text(text, encoding="utf-8")
    paths = path if isinstance(path, tuple) else (path,)
    steps = [step for flow in read_flows(paths).flows.values() for step in flow.walk()]
    uses = [step.use for step in steps if isinstance(step, Do)]
    uses += [step.check for step in steps if isinstance(step, Ask) and step.check is not None]
    actions = dict.fromkeys([use.name for use in uses], False)
    policy = FlowsPolicy(FlowsOptions(path=paths), Context(name="flows", actions=actions))
    return Started(policy, request.param, {name: service(name) for name in actions})


def begin(started: Started) -> Bot:
    faq = ScriptedPolicy(lambda turn: "At nine." if "open" in turn.text else None, mode="inline")
    kinds = {"flows": "flows", "faq": "rules"}
    return make_bot({"flows": started.policy, "faq": faq}, actions=started.actions, kinds=kinds)


def say(bot: Bot, *messages: str) -> Conversation:
    """Say some messages; nothing may go wrong behind the scenes either."""
    for message in messages:
        reply = bot.reply(message, conversation="c")
        if not reply.messages and bot.conversation("c").handed_over:
            break
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
            case "choice" if slot.options:
                assert value in [option.value for option in slot.options]
            case "email":
                assert "@" in value
            case "text":
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
        for stop in STOPS:
            if conversation.flows:
                conversation = say(bot, stop)
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
