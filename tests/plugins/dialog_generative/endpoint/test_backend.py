import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dialog_core import ActionSchema
from dialog_core.testing import Cuts, Endless, Fails, Hang, Malformed, Says, ScriptedEndpoint
from dialog_generative.chat import ChatMessage, Completed, Completion, ToolCall
from dialog_generative.errors import GenerationError
from tests.plugins.dialog_generative.endpoint.endpoint_bots import backend, request
from tests.plugins.dialog_generative.endpoint.test_wire import find_order


async def streamed(asked: Any, **wanted: Any) -> tuple[list[str], Completed]:
    *pieces, last = [item async for item in asked.stream(request(**wanted))]
    assert all(isinstance(piece, str) for piece in pieces)
    assert isinstance(last, Completed)
    return pieces, last


async def _to_the_end(stream: AsyncIterator[Any]) -> None:
    async for _ in stream:
        pass


async def test_a_completion_comes_with_what_it_cost() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600}}
    prices = {"input": 1.0, "cached": 0.1, "output": 2.0}
    with ScriptedEndpoint(Says("Hello!", usage=usage)) as endpoint:
        done = await backend(endpoint.url, prices=prices).complete(request())
    assert done.completions == (Completion("Hello!", "stop"),)
    notes = done.usage.notes()
    assert 0 < notes.pop("first_token_seconds") <= notes.pop("seconds")
    assert notes.pop("cost") == pytest.approx((400 * 1.0 + 600 * 0.1 + 100 * 2.0) / 1_000_000)
    assert notes == {"tokens_in": 1000, "tokens_cached": 600, "tokens_out": 100, "requests": 1}


async def test_tokens_nobody_tells_are_estimated_and_marked() -> None:
    with ScriptedEndpoint(Says("Hello my friend!", usage={})) as endpoint:
        done = await backend(endpoint.url).complete(request(ChatMessage("user", "four")))
    assert (done.usage.tokens_in, done.usage.tokens_out) == (1 + 4, 4)
    assert done.usage.notes()["estimated"] == 1


async def test_pieces_come_as_they_are_said_and_are_the_text() -> None:
    with ScriptedEndpoint(Says(" One two \n three. ", reasoning="hm")) as endpoint:
        pieces, last = await streamed(backend(endpoint.url))
    assert pieces == ["One", " two", " \n three."]
    assert last.completions[0].text == "One two \n three."


async def test_the_first_piece_does_not_wait_for_the_last() -> None:
    with ScriptedEndpoint(Says("One two", delay=0.2)) as endpoint:
        stream = backend(endpoint.url).stream(request())
        assert await anext(stream) == "One"
        endpoint.release()
        assert await anext(stream) == " two"
        assert isinstance(await anext(stream), Completed)


async def test_several_completions_and_an_endpoint_that_does_not_know_of_several() -> None:
    with ScriptedEndpoint(Says("one", others=("two", "three")), "alone") as endpoint:
        asked = backend(endpoint.url)
        assert [each.text for each in (await asked.complete(request(count=3))).completions] == ["one", "two", "three"]
        assert [each.text for each in (await asked.complete(request(count=3))).completions] == ["alone"]


async def test_probabilities_come_where_they_are_asked_for() -> None:
    with ScriptedEndpoint("one two three") as endpoint:
        done = await backend(endpoint.url, log_probabilities=True).complete(request())
    assert (done.completions[0].log_probability, done.completions[0].tokens) == (-1.5, 3)


async def test_calls_come_under_the_names_the_bot_knows() -> None:
    tools = (ActionSchema.of("orders.find", find_order),)
    with ScriptedEndpoint(Says("I look.", calls=[("orders_find", {"number": 7})])) as endpoint:
        pieces, last = await streamed(backend(endpoint.url), tools=tools)
    assert pieces == ["I", " look."]
    assert last.completions == (
        Completion("I look.", "calls", calls=(ToolCall("call_0", "orders.find", {"number": 7}),)),
    )
    assert endpoint.requests[0].body["tools"][0]["function"]["name"] == "orders_find"


async def test_an_endpoint_that_does_not_stream_is_understood() -> None:
    whole = '{"choices": [{"message": {"content": "Hello!"}}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}'
    with ScriptedEndpoint(Malformed(whole)) as endpoint:
        pieces, last = await streamed(backend(endpoint.url))
    assert pieces == ["Hello!"]
    assert last.usage.tokens_in == 3


async def test_further_fields_of_a_request_are_sent_along() -> None:
    with ScriptedEndpoint("hi") as endpoint:
        await backend(endpoint.url, extra={"top_k": 4}).complete(request())
    assert endpoint.requests[0].body["top_k"] == 4


@pytest.mark.parametrize("failure", [Fails(500), Fails(429), Fails(429, headers={"Retry-After": "0.1"}), Hang(0)])
async def test_what_fails_is_tried_again(failure: Any) -> None:
    with ScriptedEndpoint(failure, "Hello!") as endpoint:
        done = await backend(endpoint.url, retries=1).complete(request())
    assert done.completions[0].text == "Hello!"
    assert (done.usage.requests, done.usage.retries) == (2, 1)


async def test_an_answer_that_was_cut_is_asked_for_again_and_paid_for_twice() -> None:
    with ScriptedEndpoint(Cuts("One two three", after_bytes=500), Says("Hello!", usage={})) as endpoint:
        done = await backend(endpoint.url).complete(request(ChatMessage("user", "four")))
    assert done.completions[0].text == "Hello!"
    assert (done.usage.requests, done.usage.retries) == (2, 1)
    assert done.usage.tokens_in == 2 * (1 + 4)


async def test_an_answer_that_was_cut_after_it_was_shown_is_not_asked_for_again() -> None:
    with ScriptedEndpoint(Cuts("One two three", after_bytes=500), "Hello!") as endpoint:
        stream = backend(endpoint.url).stream(request())
        assert await anext(stream) == "One"
        with pytest.raises(GenerationError, match="in the middle of the answer"):
            await _to_the_end(stream)
    assert len(endpoint.requests) == 1


async def test_retries_are_counted_together_however_an_endpoint_fails() -> None:
    with ScriptedEndpoint(Cuts(after_bytes=300), Fails(500), Cuts(after_bytes=300), "Hello!") as endpoint:
        with pytest.raises(GenerationError, match="in the middle of the answer"):
            await backend(endpoint.url, retries=2).complete(request(seconds=20))
        assert len(endpoint.requests) == 3


async def test_a_rest_longer_than_what_is_left_is_not_waited_for() -> None:
    with ScriptedEndpoint(Fails(503, headers={"Retry-After": "9"}), "Hello!") as endpoint:
        with pytest.raises(GenerationError, match="answered 503"):
            await backend(endpoint.url).complete(request(seconds=8))
        assert len(endpoint.requests) == 1


async def test_an_answer_is_used_as_far_as_it_came_by_the_deadline() -> None:
    with ScriptedEndpoint(Endless("more ")) as endpoint:
        done = await backend(endpoint.url, max_tokens=100_000).complete(request(seconds=1.0))
    (completion,) = done.completions
    assert completion.finish == "deadline"
    assert completion.text.startswith("more more")


async def test_an_endless_answer_ends_at_more_than_it_was_asked_for() -> None:
    with ScriptedEndpoint(Endless("more " * 10)) as endpoint:
        pieces, last = await streamed(backend(endpoint.url, max_tokens=50), seconds=30.0)
    (completion,) = last.completions
    assert completion.finish == "length"
    assert "".join(pieces) == completion.text[: len("".join(pieces))]
    assert len(completion.text) <= 50 * 16


async def test_a_request_nobody_waits_for_any_more_ends_and_is_paid_for() -> None:
    with ScriptedEndpoint(Says("One two three", delay=0.05), "Hello!") as endpoint:
        asked = backend(endpoint.url)
        task = asyncio.ensure_future(asked.complete(request()))
        while not endpoint.requests:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asked._ledger.settle("c", None)["tokens"] > 0
        assert (await asked.complete(request())).completions[0].text == "Hello!"


async def test_a_field_the_endpoint_does_not_know_is_asked_without_from_then_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def step(body: Any) -> Any:
        if "max_tokens" in body:
            message = "Unsupported parameter: 'max_tokens' is not supported with this model."
            return Fails(400, message, param="max_tokens", code="unsupported_parameter")
        return Fails(400, "Unknown field: seed") if "seed" in body else "Hello!"

    with ScriptedEndpoint(step) as endpoint, caplog.at_level(logging.WARNING):
        asked = backend(endpoint.url, max_tokens=9)
        done = await asked.complete(request())
        await asked.complete(request())
    assert (done.usage.requests, done.usage.retries) == (3, 0)
    assert len(endpoint.requests) == 4
    assert endpoint.requests[3].body["max_completion_tokens"] == 9
    assert [record.getMessage() for record in caplog.records] == [
        "the endpoint of llm does not know `max_tokens`: it is asked without",
        "the endpoint of llm does not know `seed`: it is asked without",
    ]


async def test_a_model_that_is_not_there_is_told_from_those_that_are() -> None:
    with (
        ScriptedEndpoint("hi", models=("tiny", "large")) as endpoint,
        pytest.raises(GenerationError, match=r"has no model 'small' \(404\); it has tiny, large"),
    ):
        await backend(endpoint.url).complete(request())


async def test_a_wrong_path_is_told_from_a_missing_model() -> None:
    with (
        ScriptedEndpoint("hi") as endpoint,
        pytest.raises(GenerationError, match=r"or `base_url` is wrong \(404\): there is no /v2/chat/completions"),
    ):
        await backend(endpoint.url.replace("/v1", "/v2")).complete(request())


async def test_a_key_never_stands_in_what_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MINE", "sk-secret")
    steps = [Fails(401, "wrong: sk-secret"), Fails(403, "sk-secret is blocked"), Malformed("sk-secret"), "Hello!"]
    with ScriptedEndpoint(*steps) as endpoint, caplog.at_level(logging.DEBUG):
        asked = backend(endpoint.url, api_key_env="MINE", retries=0)
        told = []
        for _ in range(3):
            with pytest.raises(GenerationError) as error:
                await asked.complete(request())
            told.append(str(error.value))
        await asked.complete(request())
    assert "look at the environment variable MINE" in told[0]
    assert "answered 403: *** is blocked" in told[1]
    assert endpoint.requests[0].headers["authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in "".join(told) + caplog.text


async def test_what_an_endpoint_says_steers_no_terminal_and_fills_no_screen() -> None:
    said = "\x1b[2J\x07no\n\nway\u202e " + "x" * 100_000
    with ScriptedEndpoint(Fails(400, said)) as endpoint, pytest.raises(GenerationError) as error:
        await backend(endpoint.url).complete(request())
    told = str(error.value)
    assert "[2J no way xxx" in told
    assert told.isprintable()
    assert len(told) < 250


async def test_sizes_and_window_are_what_can_be_known() -> None:
    asked = backend("http://127.0.0.1:1/v1", context_tokens=4096)
    messages = [ChatMessage("user", "你好"), ChatMessage("assistant", "", calls=(ToolCall("a", "find", {"id": 7}),))]
    assert list(await asked.sizes(messages)) == [2 + 4, 4 + 4]
    assert await asked.window() == 4096
    assert await backend("http://127.0.0.1:1/v1").window() == 0


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys; import dialog_generative.endpoint.policy, dialog_generative.endpoint.options;"
        "print(sorted({'openai', 'httpx', 'httpx2', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
