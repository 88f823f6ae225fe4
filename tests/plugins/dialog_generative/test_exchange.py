"""What is kept of a talk with a model until the action it wants has run."""

from dataclasses import replace
from typing import Any

import pytest

from dialog_core import ActionCall, ActionResult, Conversation, Evidence, Turn
from dialog_core.testing import make_turn
from dialog_generative import exchange as exchange_module
from dialog_generative.chat import ChatMessage, Completed, Completion, ToolCall, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.exchange import MAX_KEPT, MAX_TOLD, Answered, Exchange, Exchanges

PAY = ActionCall("pay", {"amount": 3})
PAID = ActionResult(PAY, {"number": "R-7"})
FACT = Evidence("a fact", "faq")


def turn_in(conversation: str) -> Turn:
    turn = make_turn("pay")
    return replace(turn, conversation=Conversation(conversation, turn.conversation.events))


def make_exchange(turn: Turn | None = None) -> Exchange:
    chat = (ChatMessage("user", "pay, please"),)
    return Exchange(turn or make_turn("pay"), (FACT,), chat, notes={"turns_left_out": 2}, remember={"summary": "x"})


def waiting(turn: Turn | None = None, call: ToolCall | None = None) -> Exchange:
    exchange = make_exchange(turn)
    call = call or ToolCall("c1", "pay", {"amount": 3})
    exchange.take(Completion("One moment."), Answered((call,), action=PAY, call_id=call.id, notes=("pay(amount=3)",)))
    return exchange


def completed(text: str, **usage: Any) -> Completed:
    return Completed((Completion(text),), Usage(**usage))


def test_what_requests_cost_is_summed_up() -> None:
    exchange = make_exchange()
    exchange.hear(completed("a", tokens_in=10, tokens_out=2, seconds=1.0, first_token_seconds=0.1, cost=0.5))
    exchange.hear(completed("b", tokens_in=20, tokens_out=3, seconds=2.0, first_token_seconds=0.2, cost=0.25))
    assert exchange.usage == Usage(30, 0, 5, 0.2, 3.0, 0.75)


def test_what_a_request_in_vain_has_cost_is_known_all_the_same() -> None:
    exchange = make_exchange()
    with pytest.raises(GenerationError, match="no completion"):
        exchange.hear(Completed((), Usage(10, 0, 2)))
    assert exchange.usage == Usage(10, 0, 2)


def test_calls_and_their_results_go_into_the_chat_in_order() -> None:
    exchange = make_exchange()
    call = ToolCall("c1", "hours", {})
    result = ChatMessage("tool", '{"result": "nine"}', call_id="c1", name="hours")
    found = Evidence("nine", "hours")

    exchange.take(Completion("I look."), Answered((call,), (result,), evidence=(found,), notes=("hours(): nine",)))
    exchange.take(Completion(""), Answered((call,), (result,), notes=("hours(): nine",)))

    assert exchange.steps == 2
    assert exchange.messages[1:3] == [ChatMessage("assistant", "I look.", (call,)), result]
    assert exchange.evidence == (FACT, found)
    assert exchange.notes == {"turns_left_out": 2, "tools": ["hours(): nine", "hours(): nine"]}


def test_of_very_many_calls_the_latest_are_told_in_the_trace() -> None:
    exchange = make_exchange()
    for step in range(20):
        exchange.take(Completion(""), Answered(notes=tuple(f"{step}.{number}" for number in range(16))))
    assert len(exchange.notes["tools"]) == MAX_TOLD
    assert exchange.notes["tools"][-1] == "19.15"


def test_it_goes_on_with_the_result_of_its_action() -> None:
    exchanges = Exchanges()
    turn = make_turn("pay")
    exchange = waiting(turn)
    exchange.hear(completed("", tokens_in=10))
    exchanges.keep(exchange, PAY)
    later = replace(turn, deadline=turn.deadline + 5)

    resumed = exchanges.resume(later, PAID)

    assert resumed is exchange
    assert resumed.turn is later
    assert resumed.messages[-1] == ChatMessage("tool", '{"result": {"number": "R-7"}}', call_id="c1", name="pay")
    assert resumed.evidence[-1].text == "number: R-7"
    assert resumed.done == [PAID]
    assert (resumed.usage, resumed.notes, resumed.remember) == (None, {}, {}), "told already"
    assert exchanges.resume(later, PAID) is None, "once"


def test_an_action_that_failed_is_told_to_the_model_and_is_no_evidence() -> None:
    exchanges = Exchanges()
    exchanges.keep(waiting(), PAY)
    resumed = exchanges.resume(make_turn("pay"), ActionResult(PAY, error="the card was refused\x1b[0m"))
    assert resumed is not None
    assert resumed.messages[-1].text == '{"error": "the card was refused"}'
    assert resumed.evidence == (FACT,)


@pytest.mark.parametrize(
    ("conversation", "call"),
    [("other", PAY), ("test", ActionCall("pay", {"amount": 4})), ("test", ActionCall("refund", {"amount": 3}))],
)
def test_results_of_other_conversations_and_actions_belong_to_nobody(conversation: str, call: ActionCall) -> None:
    exchanges = Exchanges()
    turn = turn_in("test")
    exchanges.keep(waiting(turn), PAY)
    assert exchanges.resume(turn_in(conversation), ActionResult(call)) is None


def test_a_turn_that_is_taken_again_replaces_what_was_kept_of_it() -> None:
    exchanges = Exchanges()
    first, second = waiting(), waiting()
    exchanges.keep(first, PAY)
    exchanges.keep(second, PAY)
    assert len(exchanges) == 1
    assert exchanges.resume(make_turn("pay"), PAID) is second


def test_exchanges_whose_candidate_has_lost_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = Exchanges()
    for number in range(MAX_KEPT + 5):
        exchanges.keep(waiting(turn_in(f"c{number}")), PAY)
    assert len(exchanges) == MAX_KEPT

    monkeypatch.setattr(exchange_module, "KEPT_SECONDS", 0.0)
    exchanges.keep(waiting(turn_in("last")), PAY)
    assert len(exchanges) == 1
