"""Reads what an endpoint answers, piece by piece or as a whole, however much and whatever it is."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

DATA, DONE = b"data:", b"[DONE]"


class Unreadable(Exception):
    """The answer is not what the protocol wants; the message says what it is."""


class Interrupted(Exception):
    """The answer ended too early; the message says how. Another try may be luckier."""


class TooLong(Exception):
    """The answer is longer than any that was asked for."""


async def events(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[Mapping[str, Any]]:
    """Yield the events of a stream until it says that it is done.

    Args:
        chunks: What comes over the wire.
        limit: How many bytes to read at most.

    Raises:
        Unreadable: An event is no JSON object.
        Interrupted: The stream ended before it was done.
        TooLong: It goes on beyond the limit.
    """
    rest, size = b"", 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLong
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if not line.startswith(DATA):  # a comment, the name of an event, or an empty line
                continue
            data = line[len(DATA) :].strip()
            if data == DONE:
                return
            yield parsed(data)
    raise Interrupted("the connection ended in the middle of the answer")


async def whole(chunks: AsyncIterator[bytes], limit: int) -> Mapping[str, Any]:
    """Return an answer that does not come in pieces.

    Raises:
        Unreadable: It is no JSON object.
        TooLong: It goes on beyond the limit.
    """
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > limit:
            raise TooLong
    return parsed(bytes(read))


def parsed(data: bytes) -> Mapping[str, Any]:
    """Return the JSON object that bytes are.

    Raises:
        Unreadable: They are none.
        Interrupted: The object says that something went wrong meanwhile.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        begin = data[:40].decode("utf-8", "replace")
        raise Unreadable(f"malformed JSON: {begin!r}" if data.strip() else "an empty body") from None
    if not isinstance(value, Mapping):
        raise Unreadable(f"a {type(value).__name__} where an object is due")
    if error := value.get("error"):
        said = error.get("message") if isinstance(error, Mapping) else error
        raise Interrupted(f"it broke off with an error: {said}")
    return value
