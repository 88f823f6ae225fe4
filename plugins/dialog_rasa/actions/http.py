"""Posts JSON to a server with asyncio's streams: in limited time, for a limited answer, following nobody elsewhere.

Each call has a connection of its own. One that is kept open may have been closed at the other end meanwhile, and then
nobody knows whether what was sent has been done; an action must not be done twice.
"""

import asyncio
import base64
import contextlib
import http.client
import io
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote

CONNECTING: Final = 5.0  # seconds
PIECE: Final = 65_536  # bytes read at once
MOST_HEADERS: Final = 65_536  # bytes
NO_WEB_SERVER: Final = "what answers there is no web server"


class Unreachable(Exception):
    """There is no answer, or none that can be read; the message says why."""


class TooLong(Unreachable):
    """The answer is longer than it may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def post(url: SplitResult, body: bytes, *, max_bytes: int, secure: ssl.SSLContext | None) -> Answer:
    """Post a body, JSON in UTF-8, and return the answer, whatever its status. The caller limits how long it may take.

    Args:
        url: Where to.
        body: What.
        max_bytes: How long the answer may be.
        secure: Whom to trust, where the address begins with https.

    Raises:
        Unreachable: There is none.
        TooLong: It is longer than `max_bytes`.
        ssl.SSLError: The server is not who it says, or does not speak TLS.
        OSError: It cannot be reached.
    """
    port = url.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(CONNECTING):
            reader, writer = await asyncio.open_connection(url.hostname, port, ssl=secure, limit=MOST_HEADERS)
    except TimeoutError as error:
        perhaps = ". Does it speak TLS?" if secure else ""
        raise Unreachable(f"there was no connection within {CONNECTING:g} s{perhaps}") from error
    try:
        writer.write(_head(url, len(body)) + body)
        with contextlib.suppress(ConnectionError):  # a server may answer before it has read everything, and hang up
            await writer.drain()
        return await read_answer(reader, max_bytes)
    finally:
        writer.transport.abort()  # everything is said; whoever trickles on is not waited for
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _head(url: SplitResult, length: int) -> bytes:
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = [f"POST {path} HTTP/1.1", f"Host: {url.netloc.rpartition('@')[2]}"]
    told = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Length": str(length),
    }
    if url.username is not None:
        secret = f"{unquote(url.username)}:{unquote(url.password or '')}".encode()
        told["Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    lines += [f"{name}: {value}" for name, value in told.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


async def read_answer(reader: asyncio.StreamReader, max_bytes: int) -> Answer:
    """Read what a server answers, to its end.

    Raises:
        Unreachable: It is no answer, or breaks off.
        TooLong: It is longer than `max_bytes`.
    """
    status, headers = await _status_and_headers(reader)
    while 100 <= status < 200:  # it says that it goes on
        status, headers = await _status_and_headers(reader)
    announced = headers.get("content-length", "")
    try:
        if headers.get("transfer-encoding", "").lower().endswith("chunked"):
            return Answer(status, headers, await _chunks(reader, max_bytes))
        if announced:
            if not (announced.isascii() and announced.isdigit()):
                raise Unreachable(f"it says that its answer is {announced[:40]!r} bytes long")
            if len(announced) > 18 or int(announced) > max_bytes:
                raise _too_long(max_bytes)
            return Answer(status, headers, await reader.readexactly(int(announced)))
        return Answer(status, headers, await _to_the_end(reader, max_bytes))
    except asyncio.IncompleteReadError as error:
        raise Unreachable("it broke its answer off") from error


async def _status_and_headers(reader: asyncio.StreamReader) -> tuple[int, Mapping[str, str]]:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        raise Unreachable("it answered nothing" if not error.partial else NO_WEB_SERVER) from error
    except asyncio.LimitOverrunError as error:
        raise Unreachable(NO_WEB_SERVER) from error
    first, _, rest = head.partition(b"\r\n")
    protocol, _, told = first.partition(b" ")
    code = told[:3]
    if not protocol.startswith(b"HTTP/1.") or not code.isdigit():
        raise Unreachable(NO_WEB_SERVER)
    try:
        headers = http.client.parse_headers(io.BytesIO(rest))
    except http.client.HTTPException as error:
        raise Unreachable(NO_WEB_SERVER) from error
    return int(code), {name.lower(): value.strip() for name, value in headers.items()}


async def _chunks(reader: asyncio.StreamReader, max_bytes: int) -> bytes:
    """Read a body that comes in pieces, each with its length before it (RFC 9112, section 7.1)."""
    body = bytearray()
    while True:
        try:
            length = int((await reader.readuntil(b"\r\n")).partition(b";")[0].strip(), 16)
        except (ValueError, asyncio.LimitOverrunError) as error:
            raise Unreachable("its answer comes in pieces without lengths") from error
        if length < 0 or len(body) + length > max_bytes:
            raise _too_long(max_bytes)
        if length == 0:
            return bytes(body)  # what may follow are headers that say nothing to us
        body += await reader.readexactly(length)
        await reader.readexactly(2)


async def _to_the_end(reader: asyncio.StreamReader, max_bytes: int) -> bytes:
    body = bytearray()
    while piece := await reader.read(PIECE):
        body += piece
        if len(body) > max_bytes:
            raise _too_long(max_bytes)
    return bytes(body)


def _too_long(max_bytes: int) -> TooLong:
    return TooLong(f"it answered with more than {max_bytes:,} bytes")
