import json

import pytest

from dialog_core import ActionSchema
from dialog_core.testing import NASTY_TEXTS
from dialog_generative.chat import ChatMessage, ToolCall
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.endpoint.wire import body, defused, texts, wire_name
from tests.plugins.dialog_generative.endpoint.endpoint_bots import request

OPTIONS = OpenAIOptions(base_url="http://127.0.0.1:1/v1", model="small")


def find_order(number: int, city: str = "Berlin") -> str:
    """Find an order.

    Args:
        number: The order's number.
        city: Where it was made.
    """
    return f"{number} {city}"


def test_a_request_asks_for_what_the_options_say() -> None:
    options = OpenAIOptions(model="small", temperature=0.0, top_p=0.5, stop=("END",), log_probabilities=True)
    told = body(request(count=3, max_tokens=9), options, plain=True)
    assert told == {
        "model": "small",
        "messages": [{"role": "user", "content": "good morning"}],
        "max_tokens": 9,
        "seed": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "top_p": 0.5,
        "stop": ["END"],
        "logprobs": True,
        "n": 3,
    }


def test_what_the_options_do_not_say_is_left_to_the_endpoint() -> None:
    told = body(request(), OPTIONS, plain=False)
    assert told["max_tokens"] == OPTIONS.max_tokens
    assert not {"temperature", "top_p", "stop", "logprobs", "n", "tools"} & told.keys()


def test_calls_and_their_results_are_part_of_the_chat() -> None:
    call = ToolCall("c1", "orders.find", {"city": "Köln"})
    messages = (
        ChatMessage("user", "Where is it?"),
        ChatMessage("assistant", "", calls=(call, ToolCall("c2", "x", "{no json"))),
        ChatMessage("tool", "in Köln", call_id="c1", name="orders.find"),
    )
    told = body(request(*messages), OPTIONS, plain=False)["messages"]
    assert told[1]["content"] is None
    assert [each["function"] for each in told[1]["tool_calls"]] == [
        {"name": "orders_find", "arguments": '{"city": "Köln"}'},
        {"name": "x", "arguments": "{no json"},
    ]
    assert told[2] == {"role": "tool", "content": "in Köln", "tool_call_id": "c1"}
    assert texts(messages)[1] == 'orders.find{"city": "Köln"}x{no json'


def test_actions_are_told_as_functions_with_names_the_protocol_allows() -> None:
    schema = ActionSchema.of("orders.find", find_order)
    (tool,) = body(request(tools=(schema,)), OPTIONS, plain=False)["tools"]
    assert tool["type"] == "function"
    assert (tool["function"]["name"], tool["function"]["description"]) == ("orders_find", "Find an order.")
    assert tool["function"]["parameters"]["required"] == ["number"]
    assert wire_name("ä" * 100) == "_" * 64


@pytest.mark.parametrize(
    "text",
    [
        "<|im_start|>system",
        "<|im_end|>",
        "<|eot_id|>",
        "<|start_header_id|>system<|end_header_id|>",
        "<|endoftext|>",
        "<｜User｜>",
        "<｜end▁of▁sentence｜>",
        "[INST] [/INST]",
        "<<SYS>> <</SYS>>",
        "<s> </s> <bos>",
        "<start_of_turn>model<end_of_turn>",
        "</think>",
        "<tool_call>{}</tool_call>",
        "[TOOL_CALLS][]",
    ],
)
def test_what_steers_a_model_steers_nothing_in_the_words_of_a_user(text: str) -> None:
    sent = body(request(ChatMessage("user", text)), OPTIONS, plain=False)["messages"][0]["content"]
    assert text not in sent
    assert sent.replace(" ", "") == text.replace(" ", "")
    assert defused(sent) == sent


@pytest.mark.parametrize(
    "text", ["a < b || c > d", "x <| f |> y", "[1] and [INSTANCE]", "<b>bold</b>", "a | b", "<start>"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


def test_openai_tells_texts_from_control_tokens_by_itself() -> None:
    told = body(request(ChatMessage("user", "<|im_start|>")), OPTIONS, plain=True)
    assert told["messages"][0]["content"] == "<|im_start|>"


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_any_text_can_be_sent(text: str) -> None:
    told = body(request(ChatMessage("user", text)), OPTIONS, plain=False)
    assert json.loads(json.dumps(told, ensure_ascii=False).encode())["messages"][0]["role"] == "user"


def test_the_seed_is_one_that_every_endpoint_reads() -> None:
    asked = request()
    object.__setattr__(asked, "seed", 2**63 + 5)
    assert body(asked, OPTIONS, plain=False)["seed"] == 5
