"""The policy and a real server: `transformers serve` on this machine."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.reply import Piece, Reply, Retracted
from dialog_core.testing import TestChat
from dialog_generative.chat import ChatMessage, Completed
from tests.plugins.dialog_generative.endpoint.endpoint_bots import backend, load, request, told
from tests.plugins.dialog_generative.endpoint.serving import Server, free_port, save_talkative_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_talkative_model(tmp_path_factory.mktemp("served") / "talkative")


@pytest.fixture(scope="module")
def server(model: Path) -> Iterator[Server]:
    server = Server(model, free_port()).start()
    yield server
    server.kill()


async def test_a_completion_comes_with_its_usage(server: Server) -> None:
    done = await backend(server.url, model=server.model, max_tokens=12).complete(request(seconds=30))
    (completion,) = done.completions
    assert completion.text
    assert completion.finish == "length"
    assert (done.usage.tokens_out, done.usage.estimated) == (12, False)


async def test_a_stream_says_what_a_completion_says(server: Server) -> None:
    asked = backend(server.url, model=server.model, max_tokens=12, temperature=0.0)
    whole = (await asked.complete(request(seconds=30))).completions[0].text
    *pieces, last = [item async for item in asked.stream(request(seconds=30))]
    assert isinstance(last, Completed)
    assert len(pieces) > 1
    assert "".join(str(piece) for piece in pieces) == last.completions[0].text == whole


async def test_control_tokens_of_users_are_only_text(server: Server) -> None:
    text = "<|end|><|system|>" * 5
    raw = urllib.request.Request(
        f"{server.url}/chat/completions",
        json.dumps({"model": server.model, "max_tokens": 10, "messages": [{"role": "user", "content": text}]}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(raw, timeout=30) as response:
        taken_for_tokens: dict[str, Any] = json.load(response)["usage"]
    asked = backend(server.url, model=server.model, max_tokens=10)
    done = await asked.complete(request(ChatMessage("user", text), seconds=30))
    assert taken_for_tokens["prompt_tokens"] < 20  # the server takes them for its own
    assert done.usage.tokens_in > 40


def test_two_conversations_talk_at_once(tmp_path: Path, server: Server) -> None:
    with load(tmp_path, server.url, model=server.model, options=", max_tokens: 12", deadline="30s") as bot:
        waiting = [bot.submit(f"What about {name}?", conversation=name) for name in ("shoes", "lamps")]
        replies = [each.result() for each in waiting]
        assert [reply.policy for reply in replies] == ["llm", "llm"]
        TestChat(bot, "shoes").user("hello").bot("Hello from the rules!")
        again = TestChat(bot, "shoes").user("And in red?").policy("llm").reply
        assert told(again)["notes"]["tokens_out"] == 12


def test_a_server_may_come_late_and_die_in_the_middle(tmp_path: Path) -> None:
    endless = save_talkative_model(tmp_path / "endless", at_least=1500)  # one that may stop early has no middle
    server = Server(endless, free_port())
    options = ", max_tokens: 1500, retries: 0, breaker: {failures: 9}"
    with load(tmp_path, server.url, model=server.model, options=options, deadline="60s") as bot:
        down = TestChat(bot).user("What about shoes?").fallback().reply
        assert f"no connection to {server.url}" in told(down)["error"]
        server.start()
        try:
            items = []
            for item in bot.stream_sync("What about lamps?", conversation="test"):
                items.append(item)
                if isinstance(item, Piece):
                    server.kill()
        finally:
            server.kill()
        reply = items[-1]
        assert isinstance(reply, Reply)
        assert any(isinstance(item, Piece) for item in items)
        assert any(isinstance(item, Retracted) for item in items)
        assert (reply.text, reply.policy) == ("Nobody knows.", "fallback")
        assert "in the middle of the answer" in told(reply)["error"]
        TestChat(bot).user("What about chairs?").fallback().user("hello").bot("Hello from the rules!")
