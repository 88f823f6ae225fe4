"""Custom actions on an action server: a process of its own that answers Rasa's protocol over HTTP."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from dialog_core import DialogError, JsonValue
from dialog_rasa.actions.address import parsed_url
from dialog_rasa.actions.hanging import Hanging
from dialog_rasa.actions.http import Answer, Unreachable, post
from dialog_rasa.actions.protocol import domain_digest

MAX_BYTES: Final = 4_000_000  # of an answer
START: Final = "start it: python -m rasa_sdk --actions actions"
REJECTED: Final = 400
NOT_REGISTERED: Final = 404
DOMAIN_WANTED: Final = 449


class ActionServerError(DialogError):
    """An action did not run, or failed, on its server: why, and what to do."""


class ActionServer:
    """Runs actions on the server at one address; an `ActionHost`.

    A server is asked directly, never through a proxy, and what it redirects to is not followed. Nothing is tried twice:
    an action may have been done although its answer was lost. One that has not answered in time again and again is left
    alone for a while.
    """

    def __init__(
        self, url: str, timeout: float = 10.0, *, send_domain: bool = True, max_bytes: int = MAX_BYTES
    ) -> None:
        """Name the server.

        Args:
            url: Its address, `http://localhost:5055/webhook`.
            timeout: How many seconds one action may take.
            send_domain: Whether every call brings the domain, as servers of every age understand. Newer ones
                remember it: without it they are told which one it is, and ask for it if they do not have it.
            max_bytes: How long an answer may be.

        Raises:
            ValueError: The address is none, in words.
        """
        self.url = url.strip()
        self.timeout = timeout
        self._parts = parsed_url(self.url)
        self._send_domain = send_domain
        self._max_bytes = max_bytes
        self._known: tuple[Mapping[str, JsonValue], str] = ({}, domain_digest({}))  # the latest domain, and its digest
        self._hanging = Hanging()
        self._secure: ssl.SSLContext | None = None  # made at first use: it reads hundreds of certificates

    async def run(self, call: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Run an action; see `ActionHost`.

        Raises:
            ActionServerError: It did not run, or failed.
        """
        name = str(call.get("next_action"))
        domain = call.get("domain")
        told = dict(call)
        if isinstance(domain, Mapping):
            told["domain_digest"] = self._digest(domain)
            if not self._send_domain:
                told.pop("domain")
        if wait := self._hanging.wait(name):
            self._fail(name, f"was not called: it has not answered in time so often. It is tried again in {wait:.0f} s")
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._post(name, told)
                if answer.status == DOMAIN_WANTED and "domain" not in told:
                    answer = await self._post(name, {**told, "domain": domain})
        except TimeoutError:
            self._hanging.late(name)
            remedy = "Make it quicker, or give it more time: `action_timeout`"
            self._fail(name, f"took longer than {self.timeout:g} s. {remedy}")
        except ActionServerError:
            self._hanging.answered(name)  # that nobody is there is known at once, and nobody waits
            raise
        self._hanging.answered(name)
        return self._read(name, answer)

    def _digest(self, domain: Mapping[str, JsonValue]) -> str:
        if self._known[0] is not domain:  # mostly it is the very same; nobody changes it
            self._known = (domain, domain_digest(domain))
        return self._known[1]

    async def _post(self, name: str, call: Mapping[str, JsonValue]) -> Answer:
        try:
            body = json.dumps(call, allow_nan=False).encode()
            if self._parts.scheme == "https" and self._secure is None:
                self._secure = ssl.create_default_context()
            return await post(self._parts, body, max_bytes=self._max_bytes, secure=self._secure)
        except Unreachable as error:
            self._fail(name, f"did not run: {error}. An action server should be at {self._address}")
        except ssl.SSLCertVerificationError as error:
            self._fail(name, f"did not run: {self._address} has no certificate that is trusted ({_brief(error)})")
        except ssl.SSLError as error:
            self._fail(
                name,
                f"did not run: {self._address} does not speak TLS ({_brief(error)}). Perhaps it has to begin with http://",
            )
        except TimeoutError:
            raise
        except OSError as error:
            self._fail(name, f"did not run: no action server at {self._address} ({_brief(error)}); {START}")
        except (TypeError, ValueError) as error:
            self._fail(name, f"did not run: the call cannot be written as JSON ({_brief(error)})")

    def _read(self, name: str, answer: Answer) -> Mapping[str, JsonValue]:
        status = answer.status
        if status == 200:
            return self._json(name, answer)
        told = _object(answer)
        reason = _words(told.get("error"))
        if status == REJECTED and "action_name" in told:
            return {"rejected": reason or f"{name} could not go on"}
        if status == NOT_REGISTERED and "action_name" in told:
            self._fail(
                name,
                f"did not run: the action server at {self._address} has no such action. Write it in its `actions`, "
                "and start the server again",
            )
        if status == NOT_REGISTERED:
            self._fail(name, f"did not run: nothing is at {self._address}. The address mostly ends in :5055/webhook")
        if 300 <= status < 400:
            where = _words(answer.headers.get("location")) or "another address"
            self._fail(name, f"did not run: {self._address} sends on to {where}; write that address if it is meant")
        if status == DOMAIN_WANTED:
            self._fail(name, f"did not run: the action server at {self._address} wants the domain and was given none")
        if status >= 500:
            why = f": {reason}" if reason else ""
            self._fail(name, f"failed on the action server{why} (status {status}). Its log says where")
        why = f" ({reason})" if reason else ""
        self._fail(name, f"did not run: {self._address} answered with status {status}{why}")

    def _json(self, name: str, answer: Answer) -> Mapping[str, JsonValue]:
        try:
            told = json.loads(answer.body, parse_constant=_refuse)
        except (ValueError, RecursionError):
            begins = _words(answer.body[:80].decode("utf-8", "replace"))
            self._fail(name, f"gave no usable answer: {self._address} answered with no JSON, but with {begins!r}")
        if not isinstance(told, dict):
            kind = "nothing" if told is None else f"a {type(told).__name__}"
            self._fail(name, f"gave no usable answer: {self._address} answered with {kind} instead of an object")
        told.pop("rejected", None)  # our word; of servers a status says so
        return told

    @property
    def _address(self) -> str:
        """The address as it may be shown: without a password in it."""
        return self._parts._replace(netloc=self._parts.netloc.rpartition("@")[2], query="").geturl()

    def _fail(self, name: str, what: str) -> NoReturn:
        raise ActionServerError(f"the action {name!r} {what}")


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _words(told: Any) -> str:
    return " ".join(str(told).split())[:300] if told else ""


def _brief(error: Exception) -> str:
    if "Connect call failed" in str(error):  # asyncio's words, once for each address that a name has
        return "nobody listens there"
    return _words(getattr(error, "strerror", None) or str(error)) or type(error).__name__
