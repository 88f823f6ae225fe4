"""What an endpoint can do wrong, each through a whole bot: the turn is answered, and the trace says why in one line."""

import re
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import Cuts, Empty, Endless, Fails, Hang, Malformed, Says, ScriptedEndpoint, TestChat
from tests.plugins.dialog_generative.endpoint.endpoint_bots import load, told

TOO_LONG = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
FAILURES: dict[str, tuple[Any, str]] = {
    "slow": (Hang(60), "did not answer within"),
    "slow to begin": (Says("hi", delay=60), "did not answer within"),
    "401": (Fails(401, "Incorrect API key provided: sk-1234***"), r"does not accept the key \(401\): name the envi"),
    "403": (Fails(403, "not in your country"), "answered 403: not in your country"),
    "404": (Fails(404, "what?"), r"has no model 'small', or `base_url` is wrong \(404\): what\?"),
    "429 with a long rest": (Fails(429, "slow down", headers={"Retry-After": "60"}), r"\(429\) and wants 60 s of rest"),
    "429 with a date": (
        Fails(429, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}),
        r"\(429\) and wants 2\.\d+e\+09 s of rest",
    ),
    "429 without a rest": (Fails(429, "slow down"), r"is asked too often \(429\) 2 times: slow down"),
    "500": (Fails(500, "out of memory"), "answered 500 2 times: out of memory"),
    "500 with a page": (Fails(503, "<html>" * 100), "answered 503 2 times: <html><html>.*…"),
    "cut": (Cuts("One two three four", after_bytes=700), "the connection (broke|ended) in the middle of the answer"),
    "cut at once": (Cuts(after_bytes=0), "the connection (broke|ended) in the middle of the answer"),
    "malformed": (Malformed(), "answered with malformed JSON: '.*': is it an OpenAI-compatible endpoint"),
    "malformed stream": (Malformed('data: {"choi\n\n', "text/event-stream"), "answered with malformed JSON"),
    "a list": (Malformed("[1, 2]"), "answered with a list where an object is due"),
    "wrong types": (Malformed('{"choices": [{"message": {"content": 7}}]}'), "answered with a content that is a int"),
    "no body": (Malformed(""), "answered with an empty body"),
    "a web page": (Malformed("<html>Welcome!</html>", "text/html"), "answered with a web page and not with JSON"),
    "an error as an answer": (Malformed('{"error": {"message": "no GPU"}}'), "it broke off with an error: no GPU"),
    "no completion": (Empty(), "answered without any text"),
    "no text": (Says("  \n"), "answered without any text"),
    "only thoughts": (Says("", reasoning="Let me see."), "thought until it had written `max_tokens`: raise them"),
    "filtered": (Says("", finish="content_filter"), "the content filter of http.* took the answer away"),
    "10 MB at once": (lambda body: Malformed(" " * 10_000_000), r"sent more than 3\.0 MB for one answer"),
    "a redirect": (
        Fails(302, headers={"Location": "http://evil.example/?q=1"}),
        r"has moved to http://evil.example/ \(302",
    ),
    "too long a chat": (Fails(400, TOO_LONG), "set `context_tokens` to what it reads"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failing_endpoint_does_not_cost_the_turn(tmp_path: Path, failure: str) -> None:
    step, line = FAILURES[failure]
    deadline = "3s" if "slow" in failure else "20s"
    with (
        ScriptedEndpoint(step) as endpoint,
        load(tmp_path, endpoint.url, options=", retries: 1", deadline=deadline) as bot,
    ):
        reply = TestChat(bot).user("What does it cost?").bot("Nobody knows.").fallback().reply
        report = told(reply)
        assert report["status"] == "failed"
        assert re.search(line, report["error"]), report["error"]
        assert "\n" not in report["error"]
        assert endpoint.url in report["error"] or "small" in report["error"] or "http" in report["error"]
        assert TestChat(bot).user("hello").bot("Hello from the rules!").reply.policy == "rules"


def test_an_endpoint_that_is_down_is_named(tmp_path: Path) -> None:
    endpoint = ScriptedEndpoint("hi").start()
    endpoint.close()
    with load(tmp_path, endpoint.url, options=", retries: 0") as bot:
        reply = TestChat(bot).user("What does it cost?").fallback().reply
    assert f"no connection to {endpoint.url}" in told(reply)["error"]
    assert "is it running, and `base_url` right?" in told(reply)["error"]


def test_an_endpoint_nobody_knows_is_named(tmp_path: Path) -> None:
    with load(tmp_path, "http://nowhere.invalid/v1", options=", retries: 0") as bot:
        reply = TestChat(bot).user("What does it cost?").fallback().reply
    assert "no connection to http://nowhere.invalid/v1" in told(reply)["error"]


def test_an_endpoint_that_hangs_up_is_told_from_one_that_is_down(tmp_path: Path) -> None:
    with ScriptedEndpoint(Hang(0)) as endpoint, load(tmp_path, endpoint.url, options=", retries: 0") as bot:
        reply = TestChat(bot).user("What does it cost?").fallback().reply
    assert "ended the connection without an answer" in told(reply)["error"]


def test_an_endpoint_that_keeps_failing_is_left_alone(tmp_path: Path) -> None:
    breaker = ", retries: 0, breaker: {failures: 2, reset_after: 60}"
    with ScriptedEndpoint(Fails(500)) as endpoint, load(tmp_path, endpoint.url, options=breaker) as bot:
        statuses = [told(TestChat(bot).user("What does it cost?").fallback().reply)["status"] for _ in range(3)]
        assert statuses == ["failed", "failed", "breaker open"]
        assert len(endpoint.requests) == 2


def test_an_endpoint_that_comes_back_is_asked_again(tmp_path: Path) -> None:
    breaker = ", retries: 0, breaker: {failures: 1, reset_after: 0.0001}"
    with ScriptedEndpoint(Fails(500), "Three euros.") as endpoint, load(tmp_path, endpoint.url, options=breaker) as bot:
        TestChat(bot).user("What does it cost?").fallback().user("And now?").bot("Three euros.")


def test_an_endless_answer_is_used_as_far_as_it_came(tmp_path: Path) -> None:
    with ScriptedEndpoint(Endless("and so on ")) as endpoint, load(tmp_path, endpoint.url, deadline="3s") as bot:
        reply = TestChat(bot).user("What does it cost?").policy("llm").bot_contains("and so on and so on").reply
        assert told(reply)["notes"]["estimated"] == 1


def test_an_answer_of_ten_megabytes_is_used_as_far_as_it_was_asked_for(tmp_path: Path) -> None:
    piece = 'data: {"choices": [{"index": 0, "delta": {"content": "word word word "}}]}\n\n'
    step = Malformed(piece * 140_000, "text/event-stream")
    with ScriptedEndpoint(step) as endpoint, load(tmp_path, endpoint.url, options=", max_tokens: 50") as bot:
        reply = TestChat(bot).user("What does it cost?").policy("llm").reply
    assert 50 <= len(reply.text.split()) <= 200
