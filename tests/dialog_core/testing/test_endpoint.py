import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import pytest

from dialog_core.testing import (
    Cuts,
    Empty,
    Endless,
    Fails,
    Hang,
    Malformed,
    Says,
    ScriptedEndpoint,
)

CHAT = {"model": "any", "messages": [{"role": "user", "content": "good morning"}]}


def request(endpoint: ScriptedEndpoint, body: Mapping[str, Any], **headers: str) -> urllib.request.Request:
    sent = {"Content-Type": "application/json", **headers}
    return urllib.request.Request(f"{endpoint.url}/chat/completions", json.dumps(body).encode(), sent)


def ask(endpoint: ScriptedEndpoint, **wanted: Any) -> Any:
    with urllib.request.urlopen(request(endpoint, {**CHAT, **wanted}), timeout=10) as response:
        return json.load(response)


def pieces(endpoint: ScriptedEndpoint, **wanted: Any) -> list[Any]:
    with urllib.request.urlopen(request(endpoint, {**CHAT, "stream": True, **wanted}), timeout=10) as response:
        events = [line[6:] for line in response.read().decode().split("\n\n") if line]
    assert events.pop() == "[DONE]"
    return [json.loads(event) for event in events]


def test_a_script_is_followed_and_its_last_step_repeated() -> None:
    steps = ["one", lambda body: f"two: {body['model']}", Says("three")]
    with ScriptedEndpoint(*steps) as endpoint:
        said = [ask(endpoint)["choices"][0]["message"]["content"] for _ in range(4)]
    assert said == ["one", "two: any", "three", "three"]
    assert [each.body["messages"] for each in endpoint.requests] == [CHAT["messages"]] * 4


def test_a_script_can_begin_anew() -> None:
    with ScriptedEndpoint("one", "two", cycle=True) as endpoint:
        said = [ask(endpoint)["choices"][0]["message"]["content"] for _ in range(3)]
    assert said == ["one", "two", "one"]


def test_an_answer_says_what_it_has_cost_and_how_probable_it_is() -> None:
    with ScriptedEndpoint("Hello my friend") as endpoint:
        whole = ask(endpoint, logprobs=True)
    (choice,) = whole["choices"]
    assert choice["finish_reason"] == "stop"
    assert [(each["token"], each["logprob"]) for each in choice["logprobs"]["content"]] == [
        ("Hello", -0.5),
        (" my", -0.5),
        (" friend", -0.5),
    ]
    assert whole["usage"] == {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}


def test_several_completions_come_where_the_script_has_them() -> None:
    with ScriptedEndpoint(Says("one", others=("two", "three")), "alone") as endpoint:
        assert [each["message"]["content"] for each in ask(endpoint, n=2)["choices"]] == ["one", "two"]
        assert [each["message"]["content"] for each in ask(endpoint, n=2)["choices"]] == ["alone"]


def test_a_long_answer_is_cut_as_the_request_wants_it() -> None:
    with ScriptedEndpoint("a b c d") as endpoint:
        (whole,) = ask(endpoint, max_tokens=2)["choices"]
        assert (whole["message"]["content"], whole["finish_reason"]) == ("a b", "length")
        streamed = [each["choices"][0] for each in pieces(endpoint, max_completion_tokens=3)]
        assert "".join(each["delta"].get("content", "") for each in streamed) == "a b c"
        assert streamed[-1]["finish_reason"] == "length"


def test_a_stream_comes_token_by_token_and_tells_its_usage_where_wanted() -> None:
    with ScriptedEndpoint(Says("你好 there ", reasoning="hm")) as endpoint:
        first, *rest = pieces(endpoint)
        *told, last = pieces(endpoint, stream_options={"include_usage": True})
    assert first["choices"][0]["delta"]["reasoning_content"] == "hm"
    assert [each["choices"][0]["delta"].get("content") for each in rest] == ["你好", " there ", None]
    assert told == [first, *rest]
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize(("usage", "told"), [({}, None), ({"prompt_tokens": 9}, {"prompt_tokens": 9})])
def test_what_usage_is_told_can_be_scripted(usage: dict[str, int], told: Any) -> None:
    with ScriptedEndpoint(Says("hi", usage=usage)) as endpoint:
        assert ask(endpoint).get("usage") == told


def test_calls_come_whole_or_in_pieces() -> None:
    calls = [("find", {"id": 7, "city": "Köln"}), ("broken", "{no json")]
    with ScriptedEndpoint(Says(calls=calls)) as endpoint:
        (whole,) = ask(endpoint)["choices"]
        streamed = [each["choices"][0]["delta"].get("tool_calls") for each in pieces(endpoint)]
    assert whole["finish_reason"] == "tool_calls"
    functions = [each["function"] for each in whole["message"]["tool_calls"]]
    assert [each["name"] for each in functions] == ["find", "broken"]
    assert json.loads(functions[0]["arguments"]) == {"id": 7, "city": "Köln"}
    assert functions[1]["arguments"] == "{no json"
    joined = ["", ""]
    for (delta,) in filter(None, streamed):
        joined[delta["index"]] += delta["function"]["arguments"]
    assert joined == [each["arguments"] for each in functions]
    assert len([each for each in streamed if each]) > 4


def test_failures_have_a_status_a_message_and_headers() -> None:
    steps = [Fails(429, "slow down", headers={"Retry-After": "3"}, code="rate_limit"), Fails()]
    with ScriptedEndpoint(*steps) as endpoint:
        with pytest.raises(urllib.error.HTTPError) as limited:
            ask(endpoint)
        with limited.value as error:
            assert (error.code, error.headers["Retry-After"]) == (429, "3")
            assert json.load(error)["error"] == {
                "message": "slow down",
                "type": "scripted",
                "param": None,
                "code": "rate_limit",
            }
        with pytest.raises(urllib.error.HTTPError, match="500") as broken:
            ask(endpoint)
        broken.value.close()


def test_keys_and_models_are_looked_at_where_the_endpoint_has_some() -> None:
    with ScriptedEndpoint("hi", models=("small", "large"), key="secret") as endpoint:
        with pytest.raises(urllib.error.HTTPError, match="401") as unauthorised:
            ask(endpoint)
        unauthorised.value.close()
        asked = request(endpoint, CHAT, Authorization="Bearer secret")
        with pytest.raises(urllib.error.HTTPError, match="404") as unknown:
            urllib.request.urlopen(asked, timeout=10)
        with unknown.value as error:
            assert "'any' does not exist" in error.read().decode()
        assert endpoint.requests == []
        known = request(endpoint, {**CHAT, "model": "small"}, Authorization="Bearer secret")
        with urllib.request.urlopen(known, timeout=10) as response:
            assert response.status == 200
        listing = urllib.request.Request(f"{endpoint.url}/models", headers={"Authorization": "Bearer secret"})
        with urllib.request.urlopen(listing, timeout=10) as response:
            assert [model["id"] for model in json.load(response)["data"]] == ["small", "large"]
    assert endpoint.requests[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_can_be_cut_in_the_middle(stream: bool) -> None:
    with (
        ScriptedEndpoint(Cuts("never to its end", after_bytes=90)) as endpoint,
        urllib.request.urlopen(request(endpoint, {**CHAT, "stream": stream}), timeout=10) as response,
        pytest.raises(http.client.IncompleteRead),
    ):
        response.read()


def test_an_answer_can_be_something_else() -> None:
    with (
        ScriptedEndpoint(Malformed("<html>", content_type="text/html")) as endpoint,
        urllib.request.urlopen(request(endpoint, CHAT), timeout=10) as response,
    ):
        assert (response.read(), response.headers["Content-Type"]) == (b"<html>", "text/html")


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_can_be_endless_until_the_server_closes(stream: bool) -> None:
    endpoint = ScriptedEndpoint(Endless("more ")).start()
    asked = request(endpoint, {**CHAT, "stream": stream})
    with urllib.request.urlopen(asked, timeout=10) as response:
        assert len(response.read(2000)) == 2000
        endpoint.close()


def test_an_answer_can_have_no_completion() -> None:
    with ScriptedEndpoint(Empty()) as endpoint:
        assert ask(endpoint)["choices"] == []
        assert pieces(endpoint) == []


def test_a_hang_is_over_when_it_is_released() -> None:
    with ScriptedEndpoint(Hang(60)) as endpoint:
        endpoint.release()
        with pytest.raises(ConnectionError):
            ask(endpoint)


def test_a_server_that_has_closed_is_gone_and_comes_back_at_the_same_place() -> None:
    endpoint = ScriptedEndpoint("hi").start()
    url = endpoint.url
    endpoint.close()
    endpoint.close()
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(endpoint)
    with endpoint:
        assert endpoint.url == url
        assert ask(endpoint)["choices"][0]["message"]["content"] == "hi"


def test_what_a_step_raises_is_not_lost() -> None:
    def step(body: Any) -> str:
        assert body["messages"] == [], "somebody said something"
        return "never"

    endpoint = ScriptedEndpoint(step).start()
    with pytest.raises(http.client.RemoteDisconnected):
        ask(endpoint)
    with pytest.raises(AssertionError, match="somebody said something"):
        endpoint.__exit__(None, None, None)


def test_a_step_that_is_none_of_them_is_named() -> None:
    endpoint = ScriptedEndpoint(42).start()
    with pytest.raises(http.client.RemoteDisconnected):
        ask(endpoint)
    with pytest.raises(TypeError, match="a step of the script is a int"):
        endpoint.__exit__(None, None, None)
