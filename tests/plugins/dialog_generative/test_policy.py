"""A language model that calls actions, end to end: a bot file, a plugin of a third party, a server over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Reply
from dialog_core.reply import Piece, Retracted
from dialog_core.testing import Fails, Hang, Says, ScriptedEndpoint, write_bot
from tests.plugins.dialog_generative.shop import RAN, USAGE, cancel, says, shop_bot, status

GUARDED = "guards: [{use: no_swearing}]"
SWEEPING_RULE = """
    rules:
      - {name: cancelling, when: cancel, say: Please call us to cancel.}
"""


def report(reply: Reply, policy: str = "llm") -> dict[str, Any]:
    assert reply.trace is not None
    return next(dict(each) for each in reply.trace["policies"] if each["policy"] == policy)


def resumed(reply: Reply) -> list[dict[str, Any]]:
    assert reply.trace is not None
    return [part for part in reply.trace["parts"] if part["part"] == "policy llm"]


def chat(endpoint: ScriptedEndpoint, number: int) -> list[dict[str, Any]]:
    """Return the messages of a request."""
    messages: list[dict[str, Any]] = endpoint.requests[number].body["messages"]
    return messages


def spent(bot: Bot, conversation: str = "default") -> int:
    tokens: int = bot.conversation(conversation).memory["llm"]["spent"]["tokens"]
    return tokens


# --- Looking things up


def test_a_look_up_runs_while_the_choice_is_open_and_its_result_is_told(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12"), says("Order 12 is on its way.")) as (bot, endpoint):
        reply = bot.reply("where is order 12?")

    assert reply.text == "Order 12 is on its way."
    assert RAN == ["status 12"]
    offered = [tool["function"]["name"] for tool in endpoint.requests[0].body["tools"]]
    assert offered == ["order_status", "cancel_order"]
    call, result = chat(endpoint, 1)[-2:]
    assert call["tool_calls"][0]["function"]["name"] == "order_status"
    assert result["role"] == "tool"
    assert result["tool_call_id"] == call["tool_calls"][0]["id"]
    assert json.loads(result["content"]) == {"result": {"number": "12", "status": "on its way"}}


def test_what_was_looked_up_and_what_all_of_it_cost_stands_in_the_trace(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12"), says("On its way.")) as (bot, _):
        notes = report(bot.reply("where is order 12?"))["notes"]
        assert spent(bot) == 220

    assert (notes["tokens_in"], notes["tokens_out"], notes["requests"]) == (200, 20, 2)
    assert notes["tools"] == ['order_status(number=\'12\'): {"number": "12", "status": "on its way"}']


@pytest.mark.parametrize(
    "written",
    [
        '<tool_call>\n{"name": "order_status", "arguments": {"number": "12"}}\n</tool_call>',
        '{"name": "order_status", "parameters": {"number": 12}}',
        'Let me see.\n```json\n{"name": "order_status", "arguments": {"number": "12"}}\n```',
    ],
)
def test_a_call_the_server_took_for_text_is_a_call_all_the_same(tmp_path: Path, written: str) -> None:
    with shop_bot(tmp_path, says(written), says("On its way.")) as (bot, endpoint):
        assert bot.reply("where is order 12?").text == "On its way."
    call, result = chat(endpoint, 1)[-2:]
    assert call["tool_calls"][0]["id"] == result["tool_call_id"]
    assert RAN == ["status 12"]


def test_the_model_may_correct_itself(tmp_path: Path) -> None:
    wrong = Says(calls=[("order_status", {"nmber": "12"}), ("order_state", {})], usage=USAGE)
    with shop_bot(tmp_path, wrong, status("12"), says("On its way.")) as (bot, endpoint):
        reply = bot.reply("where is order 12?")

    assert reply.text == "On its way."
    errors = [json.loads(message["content"])["error"] for message in chat(endpoint, 1)[-2:]]
    assert errors == [
        "number is missing; there is no argument 'nmber'. Did you mean 'number'?",
        "there is no action 'order_state'. Did you mean 'order_status'?",
    ]
    assert RAN == ["status 12"]


def test_at_the_limit_of_steps_the_model_is_asked_once_more_without_tools(tmp_path: Path) -> None:
    def insatiable(body: Any) -> Says:
        return status(str(len(RAN))) if body.get("tools") else says("That is all I know.")

    with shop_bot(tmp_path, insatiable, options=", max_tool_steps: 3") as (bot, endpoint):
        reply = bot.reply("where is everything?")

    assert reply.text == "That is all I know."
    assert RAN == ["status 0", "status 1", "status 2"]
    assert len(endpoint.requests) == 4


def test_a_model_that_cannot_stop_calling_answers_nothing(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status(), options=", max_tool_steps: 2") as (bot, endpoint):
        reply = bot.reply("where is everything?")

    assert (reply.policy, len(RAN), len(endpoint.requests)) == ("fallback", 2, 3)
    assert report(reply)["status"] == "failed"


def test_a_call_in_between_that_is_cut_short_costs_the_look_up_and_not_the_turn(tmp_path: Path) -> None:
    broken = Says(calls=[("order_status", '{"number": "1')], usage=USAGE)
    with shop_bot(tmp_path, broken, says("Which order?")) as (bot, endpoint):
        assert bot.reply("where is it?").text == "Which order?"
    assert "the arguments are no JSON" in chat(endpoint, 1)[-1]["content"]


def test_fifty_calls_at_once_are_not_all_run(tmp_path: Path) -> None:
    many = Says(calls=[("order_status", {"number": str(number)}) for number in range(50)], usage=USAGE)
    with shop_bot(tmp_path, many, says("Enough.")) as (bot, endpoint):
        reply = bot.reply("where are they all?")
    assert reply.text == "Enough."
    assert len(RAN) == 16
    assert report(reply)["notes"]["tools"][-1] == "34 further calls were not looked at"
    call, *results = chat(endpoint, 1)[-17:]
    assert [each["id"] for each in call["tool_calls"]] == [each["tool_call_id"] for each in results]


def test_results_find_room_in_a_chat_that_is_full(tmp_path: Path) -> None:
    """Given a model that reads little, when long results come in, history goes first, and then what is too long."""
    history = [says(f"{number} " + "word " * 60) for number in range(6)]
    calls = Says(calls=[("order_list", {}), ("order_status", {"number": "12"})], usage=USAGE)
    options = ", context_tokens: 1000, max_tokens: 100"
    tools = ("order_list", "order_status")
    with shop_bot(tmp_path, *history, calls, says("On its way."), options=options, tools=tools) as (bot, endpoint):
        for number in range(6):
            assert bot.reply(f"tell me of whales {number}").policy == "llm"
        assert bot.reply("where are my orders?").text == "On its way."

    before, after = chat(endpoint, 6), chat(endpoint, 7)
    assert len(before) > 4
    assert after[0] == before[0], "what the system says stays"
    assert "where are my orders?" in str(after)
    assert "whales" not in str(after)
    long, short = [json.loads(message["content"]) for message in after if message["role"] == "tool"]
    assert short == {"result": {"number": "12", "status": "on its way"}}
    assert set(long) == {"beginning", "characters"}
    assert sum(len(str(message["content"])) for message in after) / 4 < 900


# --- Changing something


def test_a_change_is_made_once_and_only_after_the_reply_has_won(tmp_path: Path) -> None:
    steps = [cancel("12", "One moment."), says("Order 12 is cancelled, the receipt is R-7.")]
    with shop_bot(tmp_path, *steps) as (bot, endpoint):
        reply = bot.reply("cancel order 12", client_id="m1")
        again = bot.reply("cancel order 12", client_id="m1")
        assert spent(bot) == 220

    assert reply.text == again.text == "Order 12 is cancelled, the receipt is R-7."
    assert RAN == ["cancel 12 0"]
    assert len(endpoint.requests) == 2
    assert json.loads(chat(endpoint, 1)[-1]["content"]) == {"result": {"cancelled": "12", "receipt": "R-7"}}
    assert reply.trace is not None
    (candidate,) = reply.trace["candidates"]
    assert candidate["action"] == {"name": "cancel_order", "arguments": {"number": "12"}}
    assert report(reply)["notes"]["tools"] == ["cancel_order(number='12'): runs if the reply wins"]
    (went_on,) = resumed(reply)
    assert (went_on["notes"]["tokens_in"], "tools" in went_on["notes"]) == (100, False)


def test_a_change_is_never_made_when_a_rule_wins(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel(), tiers="[[rules, llm]]", rules=SWEEPING_RULE) as (bot, _):
        reply = bot.reply("cancel order 12")
        assert (reply.policy, reply.text) == ("rules", "Please call us to cancel.")
        assert report(reply)["status"] == "proposed"
        assert spent(bot) == 110
    assert RAN == []


def test_a_change_is_never_made_when_a_guard_refuses_the_reply(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel("12", "Cancelled, idiot."), more=GUARDED) as (bot, _):
        reply = bot.reply("cancel order 12")
        assert (reply.text, RAN) == ("Nobody knows.", [])
        assert bot.reply("hello").text == "Hello from the rules!"


def test_asking_the_policy_alone_changes_nothing(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel()) as (bot, _):
        (candidate,) = bot.propose("cancel order 12", "llm").candidates
    assert candidate.action is not None
    assert (candidate.action.name, RAN) == ("cancel_order", [])


def test_a_talk_of_several_steps_before_and_after_changes(tmp_path: Path) -> None:
    steps = [
        Says(calls=[("order_status", {"number": "1"}), ("order_status", {"number": "2"})], usage=USAGE),
        Says(calls=[("cancel_order", {"number": "1"}), ("cancel_order", {"number": "2"})], usage=USAGE),
        status("1"),
        cancel("2"),
        says("Both are cancelled."),
    ]
    with shop_bot(tmp_path, *steps) as (bot, endpoint):
        reply = bot.reply("cancel everything")
        assert spent(bot) == 5 * 110

    assert reply.text == "Both are cancelled."
    assert RAN[2:] == ["cancel 1 0", "status 1", "cancel 2 1"]
    assert sorted(RAN[:2]) == ["status 1", "status 2"]
    answered = {message["tool_call_id"] for message in chat(endpoint, 4) if message["role"] == "tool"}
    asked = {call["id"] for message in chat(endpoint, 4) for call in message.get("tool_calls") or ()}
    assert answered == asked, "no call is left without an answer, or a server refuses the chat"
    assert "one at a time" in str(chat(endpoint, 2))
    assert len(resumed(reply)) == 2


def test_an_action_that_fails_is_told_to_the_model(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel("13"), says("I am afraid that is not possible.")) as (bot, endpoint):
        assert bot.reply("cancel order 13").text == "I am afraid that is not possible."
    assert json.loads(chat(endpoint, 1)[-1]["content"]) == {"error": "Order 13 is not to be cancelled."}


@pytest.mark.parametrize(
    ("before", "number", "said"),
    [
        ("", "12", "cancelled: 12\nreceipt: R-7"),
        ("", "13", "Nobody knows."),
    ],
)
def test_what_was_done_is_told_also_when_the_model_is_gone_by_then(
    tmp_path: Path, before: str, number: str, said: str
) -> None:
    with shop_bot(tmp_path, cancel(number, before), Fails(500)) as (bot, _):
        reply = bot.reply(f"cancel order {number}")
        assert spent(bot) == 110
    assert reply.text == said
    assert list(RAN) == [f"cancel {number} 0"]
    assert "resume failed" in resumed(reply)[0]["verdict"]


def test_what_was_done_first_is_told_when_the_model_is_gone_after_the_second(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel("12"), cancel("13"), Fails(500)) as (bot, _):
        assert bot.reply("cancel both").text == "cancelled: 12\nreceipt: R-7"
    assert RAN == ["cancel 12 0", "cancel 13 1"]


# --- Streaming


def shown(bot: Bot, text: str) -> tuple[list[str], Reply]:
    """Return what a user sees, piece by piece, with a cross where it is taken back."""
    pieces: list[str] = []
    *items, reply = bot.stream_sync(text)
    assert isinstance(reply, Reply)
    for item in items:
        if isinstance(item, Piece):
            pieces.append(item.text)
        elif isinstance(item, Retracted):
            pieces.append("✗")
    return pieces, reply


def test_a_reply_that_follows_a_look_up_is_shown_while_it_comes(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12"), says("It is on its way.")) as (bot, _):
        pieces, reply = shown(bot, "where is order 12?")
    assert pieces == ["It", " is", " on", " its", " way."]
    assert reply.text == "It is on its way."
    assert report(reply)["notes"]["requests"] == 2


def test_what_is_said_before_a_look_up_is_taken_back_when_the_reply_is_there(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12", "Let me see."), says("It is on its way.")) as (bot, _):
        pieces, reply = shown(bot, "where is order 12?")
    assert pieces == ["Let", " me", " see.", "✗", "It is on its way."]
    assert reply.text == "It is on its way."


@pytest.mark.parametrize(
    "written",
    [
        '<tool_call> {"name": "order_status", "arguments": {"number": "12"}} </tool_call>',
        '{"name": "order_status", "parameters": {"number": 12}}',
    ],
)
def test_a_call_written_as_text_is_never_shown(tmp_path: Path, written: str) -> None:
    with shop_bot(tmp_path, says(written), says("It is on its way.")) as (bot, _):
        assert shown(bot, "where is order 12?")[0] == ["It", " is", " on", " its", " way."]


def test_what_only_looked_like_a_call_is_shown_in_the_end(tmp_path: Path) -> None:
    with shop_bot(tmp_path, says('{"name": "Ann"} is how I would write it.')) as (bot, _):
        pieces, reply = shown(bot, "how do I write my name as JSON?")
    assert "".join(pieces) == reply.text == '{"name": "Ann"} is how I would write it.'


def test_marks_that_cite_nothing_are_not_shown_and_taken_back(tmp_path: Path) -> None:
    with shop_bot(tmp_path, says("It is free [1] within Europe [2].")) as (bot, _):
        pieces, reply = shown(bot, "what does delivery cost?")
    assert len(pieces) > 2
    assert "".join(pieces) == reply.text == "It is free within Europe."


def test_a_change_in_a_streamed_turn_is_made_once(tmp_path: Path) -> None:
    with shop_bot(tmp_path, cancel("12"), says("Cancelled.")) as (bot, _):
        assert shown(bot, "cancel order 12")[1].text == "Cancelled."
    assert RAN == ["cancel 12 0"]


def test_what_rests_on_nothing_is_not_shown_even_for_a_moment(tmp_path: Path) -> None:
    steps = [says("I made this up."), status("12"), says("On its way.")]
    with shop_bot(tmp_path, *steps, options=", answer_ungrounded: false") as (bot, _):
        assert shown(bot, "where is order 12?")[0] == ["Nobody knows."]
        assert shown(bot, "where is order 12?")[0] == ["On", " its", " way."]


def test_who_leaves_in_the_middle_of_a_stream_changes_nothing_and_blocks_nobody(tmp_path: Path) -> None:
    steps = [Says("Let me think about it for a while.", delay=0.05), says("Yes?")]
    with shop_bot(tmp_path, *steps) as (bot, _):
        items = bot.stream_sync("where is order 12?")
        while not isinstance(next(items), Piece):
            pass
        items.close()
        assert bot.reply("hm").text == "Yes?"
    assert RAN == []


def test_several_replies_for_the_ranker_are_not_streamed(tmp_path: Path) -> None:
    several = Says("One.", others=("Two.", "Three."), usage=USAGE)
    with shop_bot(tmp_path, several, options=", candidates: 3", tools=()) as (bot, endpoint):
        pieces, reply = shown(bot, "count")
    assert len(pieces) == 1
    assert endpoint.requests[0].body["n"] == 3
    assert reply.trace is not None
    assert {candidate["text"] for candidate in reply.trace["candidates"]} == {"One.", "Two.", "Three."}


GROUNDED = """
    version: 1
    bot: {{name: Test, language: en}}
    knowledge:
      faq: {{path: faq.yaml}}
    policies:
      - {{name: faq, use: bm25, knowledge: faq}}
      - {{name: llm, use: openai, base_url: {url}, model: small, grounded_in: [faq], candidates: 3}}
    dispatch: {{tiers: [[faq], [llm]], accept_at: 1.0, answer_at: 0.0}}
"""
FAQ = """
    entries:
      - {id: hours, questions: [when do you open], answer: The library opens at ten from Tuesday to Saturday.}
"""


def test_each_of_several_replies_is_held_against_what_was_found(tmp_path: Path) -> None:
    others = ("Bananas are yellow fruit.", "The library opens at ten from Tuesday to Saturday.", "")
    step = Says("Bananas are yellow fruit.", others=others, usage=USAGE)
    with ScriptedEndpoint(step) as endpoint:
        path = write_bot(tmp_path, GROUNDED.format(url=endpoint.url), **{"faq.yaml": FAQ})
        with Bot.load(path) as bot:
            answer = bot.propose("when do you open", "llm")

    said = {candidate.text: candidate.features["groundedness"] for candidate in answer.candidates}
    assert list(said) == list(others[:2]), "said twice is proposed once, and nothing is not proposed"
    assert said[others[1]] > said[others[0]]


# --- When it cannot


def test_a_failure_after_a_look_up_is_told_with_what_it_had_cost(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12"), Fails(500)) as (bot, _):
        reply = bot.reply("where is order 12?")
        assert (reply.policy, spent(bot)) == ("fallback", 110)

    told = report(reply)
    assert told["status"] == "failed"
    assert "500" in told["error"]
    assert told["notes"]["tokens_in"] == 100
    assert told["notes"]["tools"]


def test_a_model_that_keeps_failing_is_left_alone_for_a_while(tmp_path: Path) -> None:
    with shop_bot(tmp_path, Fails(500)) as (bot, endpoint):
        statuses = [report(bot.reply("where is order 12?"))["status"] for _ in range(5)]
    assert statuses == ["failed"] * 3 + ["breaker open"] * 2
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("nothing", [says(""), says("  \n ")])
def test_an_empty_reply_is_none(tmp_path: Path, nothing: Says) -> None:
    with shop_bot(tmp_path, nothing) as (bot, _):
        reply = bot.reply("where is order 12?")
        assert (reply.policy, report(reply)["status"]) == ("fallback", "failed")
        assert spent(bot) == 110


def test_one_that_hangs_after_a_look_up_is_told_before_the_turn_is_over(tmp_path: Path) -> None:
    with shop_bot(tmp_path, status("12"), Hang(), deadline="2s") as (bot, endpoint):
        reply = bot.reply("where is order 12?")
        endpoint.release()
        assert spent(bot) >= 110
    told = report(reply)
    assert (reply.policy, told["status"]) == ("fallback", "failed")
    assert told["notes"]["tools"], "it was over by itself, in time to tell"


def test_without_evidence_it_abstains_where_it_has_to_and_costs_nothing(tmp_path: Path) -> None:
    options = ", answer_ungrounded: false, grounded_in: [rules]"
    with shop_bot(tmp_path, says("I made this up."), options=options, tools=()) as (bot, endpoint):
        reply = bot.reply("where is order 12?")
    assert (reply.policy, endpoint.requests) == ("fallback", [])
    assert report(reply)["notes"]["abstained"].startswith("no evidence")
    assert report(reply)["status"] == "nothing"


@pytest.mark.parametrize(
    ("steps", "said", "policy"),
    [
        ([says("I made this up.")], "Nobody knows.", "fallback"),
        ([status("12"), says("It is on its way.")], "It is on its way.", "llm"),
        ([Says(calls=[("order_stats", {})], usage=USAGE), says("I made this up.")], "Nobody knows.", "fallback"),
        ([cancel("13"), says("That is not possible.")], "That is not possible.", "llm"),
    ],
)
def test_what_was_looked_up_is_something_to_stand_on(tmp_path: Path, steps: list[Any], said: str, policy: str) -> None:
    with shop_bot(tmp_path, *steps, options=", answer_ungrounded: false") as (bot, _):
        reply = bot.reply("what about my order?")
        assert spent(bot) == 110 * len(steps)
    assert (reply.text, reply.policy) == (said, policy)
    assert ("abstained" in report(reply)["notes"]) == (policy == "fallback")


def test_a_reply_that_was_cut_says_so(tmp_path: Path) -> None:
    with shop_bot(tmp_path, says("one two three four five"), options=", max_tokens: 3") as (bot, _):
        assert report(bot.reply("count"))["notes"]["finish"] == "length"
