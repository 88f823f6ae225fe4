import asyncio
import socket

import pytest

from dialog_core.testing import make_turn
from dialog_core.testing.checks import no_network, run, written


def test_every_way_out_is_refused_and_told() -> None:
    with no_network() as attempts, socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
        for attempt in (
            lambda: stream.connect(("192.0.2.1", 80)),
            lambda: stream.connect_ex(("192.0.2.1", 80)),
            lambda: datagram.sendto(b"hi", ("192.0.2.1", 53)),
            lambda: socket.getaddrinfo("example.invalid", 80),
            lambda: socket.create_connection(("example.invalid", 80)),
        ):
            with pytest.raises(OSError, match="no network in this test"):
                attempt()
    assert [attempt.split()[0] for attempt in attempts] == [
        "connect",
        "connect_ex",
        "sendto",
        "getaddrinfo",
        "getaddrinfo",
    ]


def test_afterwards_everything_is_as_before() -> None:
    before = socket.socket.connect, socket.getaddrinfo
    with pytest.raises(KeyError), no_network():
        raise KeyError
    assert (socket.socket.connect, socket.getaddrinfo) == before


def test_pipes_and_event_loops_go_on_working() -> None:
    async def talk() -> bytes:
        left, right = socket.socketpair()
        left.sendall(b"hi")
        await asyncio.sleep(0)
        with left, right:
            return right.recv(2)

    with no_network() as attempts:
        assert run(talk()) == b"hi"
    assert attempts == []


def test_a_change_to_a_turn_is_seen() -> None:
    turn = make_turn("hi", slots={"list": [1]}, annotations={"found": [1]})
    before = written(turn)
    assert written(turn) == before
    for inside in (turn.slots["list"], turn.annotations["found"]):
        inside.append(2)
        assert written(turn) != before
        inside.pop()
    assert written(turn) == before
