import asyncio
import json
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError
from dialog_rasa.actions.hanging import IN_A_ROW, LEFT_ALONE, Hanging
from dialog_rasa.actions.server import ActionServer, ActionServerError
from tests.plugins.dialog_rasa.actions.sdk_server import free_port
from tests.plugins.dialog_rasa.actions.shop_bot import call

GOOD = {"events": [{"event": "slot", "name": "drink", "value": "tea"}], "responses": []}


@asynccontextmanager
async def answering(*answers: bytes, tls: ssl.SSLContext | None = None, hang: bool = False) -> AsyncIterator[Any]:
    """A server that gives these answers, one a connection, and remembers what it was asked."""
    asked: list[bytes] = []
    left = list(answers)
    enough = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        asked.append(head + await reader.readexactly(length))
        writer.write(left.pop(0) if left else b"")
        if hang:
            await enough.wait()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    scheme = "http" if tls is None else "https"
    try:
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook", asked
    finally:
        enough.set()
        server.close()
        await server.wait_closed()


def http(status: str, body: bytes | Any = b"", *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


async def run(url: str, **options: Any) -> Any:
    return await ActionServer(url, **{"timeout": 10, **options}).run(call("action_offer"))


async def failure(*answers: bytes, **options: Any) -> str:
    async with answering(*answers) as (url, _):
        with pytest.raises(ActionServerError) as raised:
            await run(url, **options)
    return str(raised.value)


async def test_an_action_is_called_with_post_and_json() -> None:
    async with answering(http("200 OK", GOOD)) as (url, asked):
        assert await run(url + "?token=a%20b") == GOOD
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /webhook?token=a%20b HTTP/1.1\r\nHost: 127.0.0.1:")
    sent = json.loads(body)
    assert {name: sent[name] for name in ("next_action", "sender_id")} == {
        "next_action": "action_offer",
        "sender_id": "c1",
    }
    assert sent["domain"]["forms"]["order_form"]["required_slots"] == ["drink", "size"]


async def test_a_name_and_a_password_in_the_address_are_sent_as_such_and_told_nobody() -> None:
    async with answering(http("200 OK", GOOD), http("502 Bad Gateway")) as (url, asked):
        address = url.replace("http://", "http://me:p%40ss@")
        await run(address)
        with pytest.raises(ActionServerError) as raised:
            await run(address.replace("/webhook", "/webhook?token=secret"))
    assert b"Authorization: Basic bWU6cEBzcw==" in asked[0]
    assert b"p%40ss" not in asked[0].replace(b"Authorization", b"")
    assert "p%40ss" not in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"5;x=y\r\n"
        + b'{"eve'
        + b'\r\n8\r\nnts": []\r\n1\r\n}\r\n0\r\n\r\n',
        b"HTTP/1.1 100 Continue\r\n\r\n" + http("200 OK", {"events": []}),
        b'HTTP/1.0 200 OK\r\n\r\n{"events": []}',
    ],
    ids=["in pieces", "after a word in between", "without a length"],
)
async def test_answers_come_in_many_forms(answer: bytes) -> None:
    async with answering(answer) as (url, _):
        assert await run(url) == {"events": []}


async def test_a_server_that_does_not_hang_up_is_not_waited_for() -> None:
    async with answering(http("200 OK", GOOD), hang=True) as (url, _):
        assert await run(url, timeout=60) == GOOD


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http("400 Bad Request", {"error": "Invalid body request"}), "status 400 (Invalid body request)"),
        (http("404 Not Found", b"<html>"), "nothing is at http://127.0.0.1:"),
        (http("404 Not Found", {"error": "no", "action_name": "action_offer"}), "has no such action. Write it in its"),
        (
            http("500 Oops", {"error": "no\ntill", "request_body": {}}),
            "failed on the action server: no till (status 500)",
        ),
        (http("503 Busy", b"<html>"), "failed on the action server (status 503)"),
        (http("301 Moved", b"", "Location: http://elsewhere/x"), "sends on to http://elsewhere/x; write that address"),
        (http("449 Retry", {"error": "domain", "action_name": "a"}), "wants the domain"),
        (http("204 None"), "status 204"),
        (http("200 OK", b"<html>hello\nthere"), "answered with no JSON, but with '<html>hello there'"),
        (http("200 OK", b""), "answered with no JSON"),
        (http("200 OK", b"\xff\xfe{"), "answered with no JSON"),
        (http("200 OK", b'{"events": [{"event": "slot", "name": "a", "value": NaN}]}'), "answered with no JSON"),
        (http("200 OK", b"[" * 100_000), "answered with no JSON"),
        (http("200 OK", b"null"), "answered with nothing instead of an object"),
        (http("200 OK", b"[]"), "answered with a list instead of an object"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}", "it broke its answer off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}", "its answer is 'many' bytes long"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "comes in pieces without lengths"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", "it broke its answer off"),
        (b"", "it answered nothing"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "what answers there is no web server"),
        (b"half a line", "what answers there is no web server"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, "what answers there is no web server"),
    ],
)
async def test_what_is_no_answer_is_said_in_words(answer: bytes, reason: str) -> None:
    told = await failure(answer)
    assert told.startswith("the action 'action_offer' ")
    assert reason in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b" " * 1001),
        b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 1001,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b" " * 1001,
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    ],
    ids=["announced", "not announced", "in pieces", "more than there are numbers"],
)
async def test_an_answer_that_is_too_long_is_not_read(answer: bytes) -> None:
    assert "it answered with more than 1,000 bytes" in await failure(answer, max_bytes=1000)


async def test_only_a_status_makes_a_rejection() -> None:
    async with answering(
        http("400 Bad Request", {"error": "not now", "action_name": "action_offer"}),
        http("400 Bad Request", {"action_name": "action_offer"}),
        http("200 OK", {"events": [], "rejected": "no"}),
    ) as (url, _):
        assert await run(url) == {"rejected": "not now"}
        assert await run(url) == {"rejected": "action_offer could not go on"}
        assert await run(url) == {"events": []}


async def test_a_server_that_is_not_there_is_to_be_started() -> None:
    port = free_port()
    with pytest.raises(ActionServerError) as raised:
        await run(f"http://localhost:{port}/webhook")
    assert str(raised.value) == (
        f"the action 'action_offer' did not run: no action server at http://localhost:{port}/webhook (nobody listens "
        "there); start it: python -m rasa_sdk --actions actions"
    )


async def test_a_server_that_says_nothing_costs_no_more_than_its_time() -> None:
    async with answering(hang=True) as (url, _):
        with pytest.raises(ActionServerError, match=r"took longer than 0\.2 s"):
            await run(url, timeout=0.2)


async def test_an_action_that_never_comes_back_is_left_alone_for_a_while_and_no_other_with_it() -> None:
    now = 100.0
    async with answering(hang=True) as (url, asked):
        server = ActionServer(url, 0.05)
        server._hanging = Hanging(lambda: now)
        for _ in range(IN_A_ROW):
            with pytest.raises(ActionServerError, match="took longer"):
                await server.run(call("action_offer"))
        with pytest.raises(ActionServerError, match=r"'action_offer' was not called: .* tried again in 30 s"):
            await server.run(call("action_offer"))
        with pytest.raises(ActionServerError, match="took longer"):
            await server.run(call("action_other"))
        assert len(asked) == IN_A_ROW + 1
        now += 31
        with pytest.raises(ActionServerError, match="took longer"):  # one finds out
            await server.run(call("action_offer"))
        with pytest.raises(ActionServerError, match="was not called"):
            await server.run(call("action_offer"))


def test_an_action_that_is_back_is_called_as_before() -> None:
    now = 100.0
    hanging = Hanging(lambda: now)
    for _ in range(IN_A_ROW):
        hanging.late("action_offer")
    assert hanging.wait("action_offer") == LEFT_ALONE
    now += LEFT_ALONE
    assert hanging.wait("action_offer") == 0
    assert hanging.wait("action_offer") > 0  # somebody finds out already
    hanging.answered("action_offer")
    hanging.late("action_offer")
    assert hanging.wait("action_offer") == 0


async def test_a_turn_that_ends_takes_its_call_with_it() -> None:
    async with answering(hang=True) as (url, asked):
        calling = asyncio.ensure_future(run(url))
        while not asked:
            await asyncio.sleep(0.01)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling


async def test_nothing_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    async with answering(http("200 OK", GOOD)) as (url, _):
        assert await run(url) == GOOD


async def test_a_domain_is_sent_again_only_where_it_is_asked_for() -> None:
    wanted = http("449 Retry With", {"error": "domain", "action_name": "action_offer"})
    async with answering(wanted, http("200 OK", GOOD), http("200 OK", GOOD)) as (url, asked):
        thrifty = ActionServer(url, send_domain=False)
        assert await thrifty.run(call("action_offer")) == await thrifty.run(call("action_offer")) == GOOD
    sent = [json.loads(one.partition(b"\r\n\r\n")[2]) for one in asked]
    assert ["domain" in one for one in sent] == [False, True, False]
    assert len({one["domain_digest"] for one in sent}) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:5055/webhook",
        "ftp://x/",
        "file:///etc/passwd",
        "http://",
        "http:///webhook",
        "http://a:b:c/",
        "http://a:99999/",
        "http://a:0/",
        "http://[::1/",
        "http://a b/",
        "http://a/\r\nX: y",
        "http://ä/",
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no address of a server: "):
        ActionServer(url)


def test_such_an_address_in_a_bot_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text("responses: {utter_x: [{text: x}]}")
    (tmp_path / "bot.yaml").write_text(
        "policies:\n  - {use: stories, name: stories, path: d.yaml, action_server: 'localhost:5055'}\nfallback: Hm.\n"
    )
    with pytest.raises(ConfigurationError, match=r"bot\.yaml:2:\d+: .*action_server: 'localhost:5055' is no address"):
        Bot.load(tmp_path / "bot.yaml")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", str(file.with_suffix(".crt"))]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("openssl is not installed, which makes the certificate")
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


async def test_a_server_may_speak_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with answering(http("200 OK", GOOD), tls=tls) as (url, _):
        with pytest.raises(ActionServerError, match="has no certificate that is trusted"):
            await run(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
        assert await run(url) == GOOD


async def test_a_server_that_does_not_speak_tls_is_found_out() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        with pytest.raises(ActionServerError, match=r"does not speak TLS .* Perhaps it has to begin with http://"):
            await run(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook")
