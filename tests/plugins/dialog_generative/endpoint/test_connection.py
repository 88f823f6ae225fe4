import asyncio
import sys
from typing import Any

import pytest

from dialog_core.testing import ScriptedEndpoint
from dialog_generative.endpoint.connection import Connection, pause, retry_after, shown_url
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.errors import GenerationError
from tests.plugins.dialog_generative.endpoint.endpoint_bots import backend, request


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
    ],
)
def test_how_long_an_endpoint_wants_to_rest_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_pauses_grow_up_to_a_limit() -> None:
    assert [pause(tries) for tries in (1, 2, 3, 9, 2000)] == [0.5, 1.0, 2.0, 8.0, 8.0]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("https://user:secret@host/v1?key=secret#secret", "https://host/v1"),
        ("https://host", "https://host"),
    ],
)
def test_what_is_shown_of_a_url_holds_no_secret(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " sk-1 \n")
    monkeypatch.setenv("MINE", "sk-2")
    assert Connection(OpenAIOptions(model="m")).key() == "sk-1"
    assert Connection(OpenAIOptions(model="m", api_key_env="MINE")).key() == "sk-2"
    assert Connection(OpenAIOptions(model="m", api_key_env="NONE")).key() == ""


async def test_openais_key_goes_nowhere_else_unless_the_bot_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    with ScriptedEndpoint("hi") as endpoint:
        await backend(endpoint.url).complete(request())
        await backend(endpoint.url, api_key_env="OPENAI_API_KEY").complete(request())
    assert [each.headers["authorization"] for each in endpoint.requests] == ["Bearer none", "Bearer sk-1"]


def test_openai_without_a_key_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(GenerationError, match="into the environment variable OPENAI_API_KEY"):
        Connection(OpenAIOptions(model="m")).warm()


def test_a_key_that_is_none_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "sk-geheim-ü")
    with pytest.raises(GenerationError, match="MINE has characters") as error:
        Connection(OpenAIOptions(model="m", api_key_env="MINE")).warm()
    assert "geheim" not in str(error.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "openai"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_NotThere(), *sys.meta_path])
    with pytest.raises(GenerationError, match=r"pip install 'dialog-core\[endpoint\]'"):
        Connection(OpenAIOptions(base_url="http://127.0.0.1:1/v1", model="m")).warm()


class _NotThere:
    def find_spec(self, name: str, *_: Any) -> None:
        if name == "openai":
            raise ModuleNotFoundError("No module named 'openai'", name="openai")


def test_each_event_loop_has_a_client_of_its_own() -> None:
    with ScriptedEndpoint("one", "two") as endpoint:
        asked = backend(endpoint.url)
        asked.warm()
        said = [asyncio.run(asked.complete(request())).completions[0].text for _ in range(2)]
    assert said == ["one", "two"]


async def test_requests_at_the_same_time_share_a_client() -> None:
    with ScriptedEndpoint(lambda body: body["messages"][0]["content"]) as endpoint:
        asked = backend(endpoint.url)
        both = await asyncio.gather(*(asked.complete(request()) for _ in range(8)))
    assert {each.completions[0].text for each in both} == {"good morning"}
