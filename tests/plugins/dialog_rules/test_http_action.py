"""Actions that ask web services: what they send, and everything that can go wrong with the answer."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialog_core import ActionContext
from dialog_rules import http_request
from dialog_rules.flow_options import HttpActionOptions
from dialog_rules.http_action import HttpAction, ServiceError, UrlMistake
from tests.plugins.dialog_rules.services import Service, flood, redirect, reply, serve, trickle

CONTEXT = ActionContext("c", "u", {}, "en", None, "c/m1/0")  # type: ignore[arg-type]


@pytest.fixture
def service() -> Iterator[Service]:
    with serve() as running:
        yield running


def action(url: str, body: Any = None, **options: Any) -> HttpAction:
    return HttpAction("look_up", HttpActionOptions(url=url, **options), body)


# --- What is sent


def test_arguments_stand_in_the_address_and_the_others_behind_it(service: Service) -> None:
    look = action(f"{service.url}/orders/{{{{ order }}}}?full=1")
    assert look(CONTEXT, order="a/b ?#é", idea="x&y", n=3) == {"ok": True}
    assert service.asked[0].path == "/orders/a%2Fb%20%3F%23%C3%A9?full=1&idea=x%26y&n=3"
    assert service.asked[0].method == "GET"


def test_what_a_user_says_never_becomes_a_template_or_another_address(service: Service) -> None:
    look = action(f"{service.url}/orders/{{{{ order }}}}")
    for said in ("{{ 7 * 7 }}", "{% for x in y %}", "%2e%2e", "http://evil.example/", "x\r\nHost: evil", "1/../admin"):
        look(CONTEXT, order=said)
    paths = [asked.path for asked in service.asked]
    assert all(path.startswith("/orders/") and path.count("/") == 2 for path in paths), paths
    assert {asked.headers["Host"] for asked in service.asked} == {service.url.removeprefix("http://")}
    for said in ("..", ".", "", None):
        with pytest.raises(ServiceError):
            look(CONTEXT, order=said)
    assert len(service.asked) == len(paths)


def test_a_changing_action_sends_its_arguments_as_json_with_a_key_that_makes_it_repeatable(service: Service) -> None:
    action(f"{service.url}/returns", method="POST")(CONTEXT, order="4512", count=2, note='für "dich"\n')
    (asked,) = service.asked
    assert (asked.method, asked.path) == ("POST", "/returns")
    assert json.loads(asked.body) == {"order": "4512", "count": 2, "note": 'für "dich"\n'}
    assert asked.headers["Idempotency-Key"] == "c/m1/0"
    assert asked.headers["Content-Type"] == "application/json"


def test_headers_and_letters_of_any_script_in_the_address(service: Service) -> None:
    action(f"{service.url}/订单/{{{{ order }}}}", headers={"Authorization": "Bearer x"})(CONTEXT, order="1")
    assert service.asked[0].path == "/%E8%AE%A2%E5%8D%95/1"
    assert service.asked[0].headers["Authorization"] == "Bearer x"


def test_an_empty_answer_is_none(service: Service) -> None:
    service.answer = lambda handler: reply(handler, b"", 204)
    assert action(service.url, method="DELETE")(CONTEXT) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("shop.example/x", "neither http:// nor https://"),
        ("file:///etc/passwd", "neither http:// nor https://"),
        ("https://{{ host }}/x", "cannot depend on what a user says"),
        ("https://user:secret@shop.example/", "password"),
        ("https:///x", "no usable host"),
        ("https://shop.example:99999/", "no usable host"),
        ("https://shop.example/{{ order", "unexpected"),
        ("https://shop.example/{{ slots.order }}", "knows its arguments"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_when_the_file_is_read(url: str, told: str) -> None:
    with pytest.raises(UrlMistake, match=told):
        action(url)


# --- What comes back


Answer = Callable[[Any], None]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda handler: reply(handler, {"why": "x"}, 500), "the service answered 500"),
        (lambda handler: reply(handler, {}, 404), "the service answered 404"),
        (lambda handler: reply(handler, b"<html>Hello</html>"), "no JSON"),
        (lambda handler: reply(handler, b"NaN"), "no JSON"),
        (lambda handler: reply(handler, b"[" * 100_000), "no JSON"),
        (lambda handler: reply(handler, b"\xff\xfe{}"), "no JSON"),
        (lambda handler: reply(handler, b"1" * 6000), "no JSON"),
        (lambda handler: reply(handler, b"{}", Content_Length="100"), "broke its answer off"),
        (lambda handler: reply(handler, b"{}", Content_Length="100000000"), "more than 1,000,000 bytes"),
        (flood, "more than 1,000,000 bytes"),
        (lambda handler: handler.connection.close(), "cannot be reached"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "cannot be reached"),
        (redirect("file:///etc/passwd"), "is not allowed"),
        (redirect("ftp://shop.example/"), "redirects to ftp:"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_cannot_be_used_is_told_in_words(service: Service, answer: Answer, told: str) -> None:
    service.answer = answer
    with pytest.raises(ServiceError, match=told):
        action(service.url)(CONTEXT)


@pytest.mark.parametrize("slow", [lambda handler: time.sleep(1), trickle], ids=["silent", "trickling"])
def test_a_slow_service_is_not_waited_for(service: Service, slow: Answer) -> None:
    service.answer = slow
    with pytest.raises(ServiceError, match=r"took longer than 0.2 s"):
        action(service.url, timeout=0.2)(CONTEXT)


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(ServiceError, match="cannot be reached"):
        action(f"http://127.0.0.1:{port}/")(CONTEXT)
    with pytest.raises(ServiceError, match="cannot be reached"):
        action("http://nowhere.invalid/")(CONTEXT)


# --- Redirects


def test_a_redirect_into_the_local_network_is_not_followed(service: Service) -> None:
    with serve() as inner:
        service.answer = redirect(f"{inner.url}/admin")
        with pytest.raises(ServiceError, match="within the local network"):
            action(service.url)(CONTEXT)
        assert inner.asked == []


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has 127.0.0.1 pass for an address of the internet; 127.0.0.2 and all others stay local."""
    monkeypatch.setattr(http_request, "is_public", lambda address: address == "127.0.0.1")


@pytest.mark.usefixtures("outside")
def test_a_public_service_may_redirect_to_a_public_one_which_learns_no_secrets(service: Service) -> None:
    with serve() as other:
        other.answer = lambda handler: reply(handler, {"from": "other"})
        service.answer = redirect(f"{other.url}/there")
        found = action(service.url, headers={"Authorization": "Bearer x", "X-Key": "y"})(CONTEXT)
    assert found == {"from": "other"}
    assert not {"Authorization", "X-Key", "Idempotency-Key"} & set(other.asked[0].headers)


@pytest.mark.usefixtures("outside")
def test_a_public_service_may_not_redirect_into_the_local_network(service: Service) -> None:
    with serve("127.0.0.2") as inner:
        service.answer = redirect(f"{inner.url}/latest/meta-data/")
        with pytest.raises(ServiceError, match=r"redirects to http://127\.0\.0\.2.*write that address into the file"):
            action(service.url)(CONTEXT)
        assert inner.asked == []


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("way", ["round", "on and on"])
def test_redirects_that_never_end_are_left(service: Service, way: str) -> None:
    steps = iter(range(100))
    service.answer = lambda handler: redirect("/" if way == "round" else f"/{next(steps)}")(handler)
    with pytest.raises(ServiceError, match="redirects"):
        action(service.url)(CONTEXT)
    assert len(service.asked) <= http_request.MAX_REDIRECTS + 1


@pytest.mark.usefixtures("outside")
def test_what_changes_something_is_not_redirected(service: Service) -> None:
    service.answer = redirect("/elsewhere", 307)
    with pytest.raises(ServiceError, match="the service answered 307"):
        action(service.url, method="POST")(CONTEXT)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert http_request.is_public(address) is public
