from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_generative.chat import Completion, ToolCall
from dialog_generative.endpoint import accounting
from dialog_generative.endpoint.assembly import Assembly
from dialog_generative.endpoint.reading import Interrupted, TooLong, Unreadable, events, parsed, whole


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def delta(index: int = 0, finish: str | None = None, **message: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": message, "finish_reason": finish}]}


def assembled(*told: dict[str, Any], names: dict[str, str] | None = None) -> Assembly:
    assembly = Assembly(names or {}, 1000)
    for event in told:
        assembly.feed(event)
    assembly.rest()
    return assembly


@given(st.lists(st.integers(1, 30)))
async def test_a_stream_is_read_however_it_is_cut(cuts: list[int]) -> None:
    data = ': hello\r\n\r\nevent: x\ndata: {"a": "ü"}\n\ndata:{"b": 2}\r\n\ndata: [DONE]\n\ndata: {"c": 3}\n\n'.encode()
    parts = []
    for size in cuts:
        parts.append(data[:size])
        data = data[size:]
    assert [event async for event in events(chunks(*parts, data), 1000)] == [{"a": "ü"}, {"b": 2}]


async def test_a_stream_that_is_not_done_is_cut() -> None:
    stream = events(chunks(b'data: {"a": 1}\n\n'), 1000)
    assert await anext(stream) == {"a": 1}
    with pytest.raises(Interrupted):
        await anext(stream)


async def test_no_more_is_read_than_may_be() -> None:
    with pytest.raises(TooLong):
        [event async for event in events(chunks(b"x" * 600, b"x" * 600), 1000)]
    with pytest.raises(TooLong):
        await whole(chunks(b" " * 600, b" " * 600), 1000)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"nonsense", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_not_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(data)


def test_an_error_in_the_answer_is_one() -> None:
    with pytest.raises(Interrupted, match="no GPU"):
        parsed(b'{"error": {"message": "no GPU"}}')
    with pytest.raises(Interrupted, match="broken"):
        parsed(b'{"error": "broken"}')


def test_pieces_of_several_completions_are_told_apart() -> None:
    assembly = assembled(
        delta(1, content="two"),
        delta(0, content="one"),
        delta(1, content=" b", finish="stop"),
        delta(0, finish="length"),
    )
    assert assembly.completions() == (Completion("one", "length"), Completion("two b", "stop"))
    assert assembly.complete


def test_calls_are_put_together_and_get_their_own_names_back() -> None:
    first = {"index": 0, "id": "a", "function": {"name": "orders_find", "arguments": '{"id"'}}
    rest = {"index": 0, "function": {"arguments": ": 7}"}}
    second = {"index": 1, "id": "b", "function": {"name": "now", "arguments": ""}}
    broken = {"index": 2, "id": None, "function": {"name": "x", "arguments": "{no"}}
    assembly = assembled(
        delta(tool_calls=[first]),
        delta(tool_calls=[rest]),
        delta(tool_calls=[second, broken], finish="tool_calls"),
        names={"orders_find": "orders.find"},
    )
    (completion,) = assembly.completions()
    assert completion.finish == "calls"
    assert completion.calls == (
        ToolCall("a", "orders.find", {"id": 7}),
        ToolCall("b", "now", {}),
        ToolCall("call_2", "x", "{no"),
    )


def test_calls_that_are_not_counted_are_told_apart_all_the_same() -> None:
    calls = [{"function": {"name": name, "arguments": {"a": 1}}} for name in ("x", "y")]
    (completion,) = assembled({"choices": [{"message": {"tool_calls": calls}}]}).completions()
    assert [(call.id, call.name, call.arguments) for call in completion.calls] == [
        ("call_0", "x", {"a": 1}),
        ("call_1", "y", {"a": 1}),
    ]


def test_calls_that_were_cut_are_left_out() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "find", "arguments": '{"id": 1'}}
    assembly = assembled(delta(content="I look."), delta(tool_calls=[call]))
    assembly.cut = "deadline"
    assert assembly.completions() == (Completion("I look.", "deadline"),)
    assert not assembly.complete


def test_probabilities_are_summed_up_as_far_as_they_are_numbers() -> None:
    tokens = [{"logprob": -0.5}, {"logprob": -1.5}, {"logprob": None}, {"logprob": float("-inf")}, {"logprob": 10**400}]
    assembly = assembled({"choices": [{"index": 0, "delta": {"content": "a b"}, "logprobs": {"content": tokens}}]})
    assert assembly.completions() == (Completion("a b", "stop", -2.0, 2),)


def test_thoughts_are_not_part_of_the_text_and_yet_paid_for() -> None:
    assembly = assembled(delta(reasoning_content="Let me see."), delta(content="Yes."))
    assert assembly.completions()[0].text == "Yes."
    assert assembly.written() == ["Let me see.Yes."]
    assert assembly.thought


@pytest.mark.parametrize(
    "event",
    [
        {"choices": ["x"]},
        delta(content=7),
        {"choices": [{"delta": "x"}]},
        delta(tool_calls=["x"]),
        delta(tool_calls=[{"function": 7}]),
    ],
)
def test_what_the_protocol_does_not_know_is_not_read(event: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        assembled(event)


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(["", "a", "0", "</think>"])
KEYS = st.sampled_from(
    "choices index delta message content refusal reasoning_content finish_reason logprobs logprob tool_calls function "
    "name arguments id usage prompt_tokens completion_tokens".split()
)
NONSENSE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def shaped(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return events that look right from afar."""
    function = st.fixed_dictionaries({}, optional={"name": inner, "arguments": inner}) | inner
    call = st.fixed_dictionaries({}, optional={"index": inner, "id": inner, "function": function}) | inner
    message = st.fixed_dictionaries({}, optional={"content": inner, "tool_calls": st.lists(call, max_size=2) | inner})
    choice = st.fixed_dictionaries({}, optional={"index": inner, "delta": message, "logprobs": inner}) | inner
    return st.fixed_dictionaries({}, optional={"choices": st.lists(choice, max_size=3) | inner, "usage": inner})


@given(st.lists(st.dictionaries(KEYS, NONSENSE, max_size=4) | shaped(NONSENSE), max_size=4))
@settings(max_examples=200, deadline=None)
def test_nonsense_is_unreadable_or_harmless(told: list[dict[str, Any]]) -> None:
    try:
        assembly = assembled(*told)
    except Unreadable:
        return
    for completion in assembly.completions():
        assert isinstance(completion.text, str)
    assert all(isinstance(text, str) for text in assembly.written())
    accounting.told(assembly.usage)
