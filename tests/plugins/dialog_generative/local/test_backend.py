"""Chats in, completions out: whole, piece by piece, several at once, and what goes wrong told in one line."""

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ActionSchema
from dialog_generative.chat import ChatMessage, Completed, ToolCall
from dialog_generative.errors import GenerationError
from dialog_generative.local.backend import LocalBackend
from tests.language_models import save_llama, teach
from tests.plugins.dialog_generative.local.conftest import TAUGHT
from tests.plugins.dialog_generative.local.running import asked, make_backend

pytestmark = pytest.mark.slow

TOOL = ActionSchema.of("look_up", lambda order: None)
CALL = '<tool_call>\n{"name": "look_up", "arguments": {"order": "7"}}\n</tool_call>'


@pytest.fixture(scope="module")
def taught(models: Path) -> LocalBackend:
    return make_backend(models / "taught", decoding={"max_tokens": 60})


async def streamed(items: AsyncIterator[str | Completed]) -> tuple[list[str], Completed]:
    found = [item async for item in items]
    assert isinstance(found[-1], Completed)
    return [item for item in found if isinstance(item, str)], found[-1]


# --- What is said -----------------------------------------------------------------------------------------------------


async def test_a_model_says_what_it_has_learnt(taught: LocalBackend) -> None:
    for question, reply in TAUGHT:
        completed = await taught.complete(asked(question, key=question))
        [said] = completed.completions
        assert (said.text, said.finish) == (reply, "stop")
        assert said.log_probability is not None
        assert -2 < said.log_probability < 0
        assert completed.usage.tokens_out == said.tokens
        assert completed.usage.cost is None


async def test_pieces_are_the_reply_and_characters_come_whole(taught: LocalBackend) -> None:
    for question, reply in TAUGHT:
        pieces, completed = await streamed(taught.stream(asked(question, key=f"stream {question}")))
        assert "".join(pieces) == completed.completions[0].text == reply
        assert len(pieces) > 3
        assert not any("\ufffd" in piece for piece in pieces)
        assert completed.usage.first_token_seconds is not None
        assert completed.usage.first_token_seconds <= completed.usage.seconds


async def test_what_was_read_of_a_conversation_is_not_read_again(taught: LocalBackend) -> None:
    question, reply = TAUGHT[1]
    first = await taught.complete(asked(question, key="again"))
    second = await taught.complete(asked(question, reply, "And on Sunday?", key="again"))
    assert second.usage.tokens_cached >= first.usage.tokens_in + first.usage.tokens_out - 1


async def test_a_reply_is_cut_before_a_stop_text(models: Path) -> None:
    backend = make_backend(models / "taught", decoding={"max_tokens": 60, "stop": [" on its"]})
    pieces, completed = await streamed(backend.stream(asked("Where is my order?")))
    [said] = completed.completions
    assert "".join(pieces) == said.text == "It is"
    assert said.finish == "stop"


async def test_a_reply_that_grows_too_long_says_so(models: Path) -> None:
    backend = make_backend(models / "taught", decoding={"max_tokens": 3})
    [said] = (await backend.complete(asked("Where is my order?"))).completions
    assert said.finish == "length"
    assert "It is on its way.".startswith(said.text)
    [shorter] = (await backend.complete(asked("Where is my order?", max_tokens=1))).completions
    assert shorter.tokens == 1


async def test_calls_are_taken_out_of_what_is_said_and_never_shown(tmp_path: Path) -> None:
    question = "Where is order 7?"
    directory = save_llama(tmp_path, vocabulary=900, window=1024, lines=[CALL] * 3)
    backend = make_backend(directory, decoding={"max_tokens": 90})
    request = asked(question, tools=[TOOL])
    written = backend.ready().renderer.render(request.messages, request.tools, "").ids
    teach(directory, [(question, CALL)], prompts=[written])
    backend = make_backend(directory, decoding={"max_tokens": 90})
    pieces, completed = await streamed(backend.stream(request))
    [said] = completed.completions
    assert (pieces, said.text, said.finish) == ([], "", "calls")
    [call] = said.calls
    assert (call.name, call.arguments) == ("look_up", {"order": "7"})
    without = (await backend.complete(asked(question))).completions[0]
    assert without.calls == ()


# --- Several ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "decoding",
    [
        {"strategy": "sample", "temperature": 1.5},
        {"strategy": "beam"},
        {"strategy": "diverse_beam", "diversity_penalty": 3.0},
        {"strategy": "greedy"},
    ],
)
@pytest.mark.parametrize("name", ["llama", "gpt2", "t5"])
async def test_several_candidates_are_different_and_come_with_what_they_are_worth(
    name: str, decoding: dict[str, Any], models: Path
) -> None:
    backend = make_backend(models / name, decoding={**decoding, "max_tokens": 6})
    completions = (await backend.complete(asked("Hi", count=4))).completions
    assert 1 < len(completions) <= 4
    assert len({said.text for said in completions}) == len(completions)
    for said in completions:
        assert said.log_probability is not None
        assert said.log_probability < 0


async def test_a_seed_says_the_same_again_and_another_something_else(models: Path) -> None:
    backend = make_backend(models / "llama", decoding={"strategy": "sample", "temperature": 2.0, "max_tokens": 20})

    async def said(seed: int, key: str) -> str:
        return (await backend.complete(asked("Hi", seed=seed, key=key))).completions[0].text

    first = await said(1, "a")
    assert await said(1, "a") == first
    assert await said(1, "b") == first
    assert await said(2, "a") != first


async def test_nobody_hears_what_another_conversation_said(taught: LocalBackend) -> None:
    expected = dict(TAUGHT)
    requests = [asked(question, key=f"{question} {number}") for number in range(4) for question in expected]
    found = await asyncio.gather(*(taught.complete(request) for request in requests))
    for request, completed in zip(requests, found, strict=True):
        assert completed.completions[0].text == expected[request.messages[-1].text]


# --- Time, memory, room -----------------------------------------------------------------------------------------------


async def test_at_the_deadline_what_has_been_said_is_returned(models: Path) -> None:
    backend = make_backend(models / "llama", decoding={"max_tokens": 100_000}, context_tokens=0)
    backend.ready()
    slowed = _slow(backend, 0.02)
    with slowed:
        [said] = (await backend.complete(asked("Hi", seconds=0.6))).completions
    assert said.finish == "deadline"
    assert 0 < said.tokens < 100


async def test_a_request_nobody_waits_for_stops_and_the_next_one_is_answered(models: Path) -> None:
    backend = make_backend(models / "llama", decoding={"max_tokens": 400})
    backend.ready()
    with _slow(backend, 0.05) as passes:
        task = asyncio.create_task(backend.complete(asked("Hi")))
        while passes.count < 3:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        [said] = (await backend.complete(asked("Hi", key="next", max_tokens=2))).completions
        assert said.tokens == 2
        assert passes.count < 40


async def test_a_stream_nobody_reads_on_stops(models: Path) -> None:
    backend = make_backend(models / "taught", decoding={"max_tokens": 400})
    backend.ready()
    with _slow(backend, 0.05) as passes:
        items = backend.stream(asked("你好"))
        assert await anext(items) == "你"
        await items.aclose()  # type: ignore[attr-defined]
        stopped = passes.count
        await asyncio.sleep(0.5)
        assert passes.count <= stopped + 2


async def test_too_little_memory_costs_the_turn_and_no_more(models: Path) -> None:
    import torch

    backend = make_backend(models / "taught", decoding={"max_tokens": 60})
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    with _slow(backend, 0.0, error), pytest.raises(GenerationError, match=r"memory.*`context_tokens`"):
        await backend.complete(asked("Where is my order?"))
    [said] = (await backend.complete(asked("Where is my order?"))).completions
    assert said.text == "It is on its way."


async def test_a_model_that_fails_says_how_in_one_line(models: Path) -> None:
    backend = make_backend(models / "taught")
    error, said = RuntimeError("the shapes\ndo not match"), "RuntimeError: the shapes do not match"
    with _slow(backend, 0.0, error), pytest.raises(GenerationError, match=said) as caught:
        await backend.complete(asked("Where is my order?"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["llama", "t5"])
async def test_a_chat_longer_than_the_window_is_refused_and_never_cut_in_silence(name: str, models: Path) -> None:
    backend = make_backend(models / name, context_tokens=64)
    with pytest.raises(GenerationError, match=r"the chat has \d+ tokens, and the model reads 64"):
        await backend.complete(asked("word " * 100))
    with pytest.raises(GenerationError, match=r"the chat has \d{6} tokens"):
        await backend.complete(asked("word " * 100_000))


async def test_sizes_and_window_are_the_models(models: Path) -> None:
    backend = make_backend(models / "llama")
    short, long = await backend.sizes([ChatMessage("user", "Hi"), ChatMessage("user", "Hi " * 50)])
    assert 2 < short < 10 < 50 < long
    called = ChatMessage("assistant", "", calls=(ToolCall("c", "look_up", {"order": "7"}),))
    assert (await backend.sizes([called]))[0] > 10
    assert await backend.window() == 512
    assert await make_backend(models / "t5", context_tokens=64, decoding={"max_tokens": 20}).window() == 84


# --- Reading the model ------------------------------------------------------------------------------------------------


async def test_a_model_that_cannot_be_read_is_tried_again(models: Path, tmp_path: Path) -> None:
    import shutil

    directory = Path(shutil.copytree(models / "taught", tmp_path / "model"))
    weights = (directory / "model.safetensors").read_bytes()
    (directory / "model.safetensors").write_bytes(weights[:1000])
    backend = make_backend(directory, decoding={"max_tokens": 60})
    with pytest.raises(GenerationError, match="cannot be read"):
        await backend.complete(asked("Where is my order?"))
    (directory / "model.safetensors").write_bytes(weights)
    assert (await backend.complete(asked("Where is my order?"))).completions[0].text == "It is on its way."


async def test_who_gives_up_waiting_for_a_model_does_not_stop_it_from_being_read(models: Path) -> None:
    backend = make_backend(models / "taught", decoding={"max_tokens": 60})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(backend.complete(asked("Where is my order?")), 0.0001)
    assert (await backend.complete(asked("Where is my order?"))).completions[0].text == "It is on its way."


async def test_a_backend_nobody_has_any_more_lets_go_of_its_model(models: Path) -> None:
    backend = make_backend(models / "llama", decoding={"max_tokens": 2})
    await backend.complete(asked("Hi"))
    before = _engine_threads()
    del backend
    gc.collect()
    until = time.monotonic() + 10
    while _engine_threads() >= before and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert _engine_threads() < before


def _engine_threads() -> int:
    return sum(thread.name.startswith("language model") for thread in threading.enumerate())


class _slow:
    """Has each pass through a model take a while, or fail; counts them."""

    def __init__(self, backend: LocalBackend, seconds: float, error: Exception | None = None) -> None:
        self._model = backend.ready().loaded.model
        self._seconds, self._error = seconds, error
        self.count = 0

    def __enter__(self) -> "_slow":
        def before(*_: Any) -> None:
            self.count += 1
            time.sleep(self._seconds)
            if self._error is not None:
                raise self._error

        self._hook = self._model.register_forward_pre_hook(before)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()
