import asyncio
import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from dialog_rasa.actions.http import Answer, Unreachable, read_answer

MOST = 2_000
LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.0 404 \r\n",
        b"Content-Length: 4\r\n",
        b"content-length: 99999999999999999999\r\n",
        b"Content-Length: -1\r\n",
        "Content-Length: ²\r\n".encode(),
        b"Transfer-Encoding: chunked\r\n",
        b"Set-Cookie: \xff\xfe\r\n",
        b" folded\r\n",
        b"no colon\r\n",
        b"\r\n",
        b"4\r\n",
        b"-4\r\n",
        b"+0x1\r\n",
        b"0\r\n\r\n",
        b"abcd\r\n",
    ]
)


def read(pieces: Sequence[bytes]) -> Answer:
    """Read an answer that comes in these pieces, after which the server hangs up."""

    async def reading() -> Answer:
        reader = asyncio.StreamReader(limit=MOST)
        for piece in pieces:
            reader.feed_data(piece)
        reader.feed_eof()
        return await read_answer(reader, MOST)

    return asyncio.run(reading())


@given(st.lists(LINES | st.binary(max_size=30), max_size=12))
def test_whatever_a_server_sends_it_is_an_answer_or_there_is_none(pieces: list[bytes]) -> None:
    try:
        answer = read(pieces)
    except Unreachable:
        return
    assert len(answer.body) <= MOST
    assert 0 <= answer.status < 1000
    assert answer.body in b"".join(pieces) or b"chunked" in b"".join(pieces).lower()


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3)), st.lists(st.integers(1, 9)))
def test_what_comes_in_pieces_is_what_was_sent(value: object, cuts: list[int]) -> None:
    body = json.dumps(value).encode()
    pieces = []
    rest = body
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, rest) if piece)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert read([head, chunks, b"0\r\n\r\n"]).body == body
