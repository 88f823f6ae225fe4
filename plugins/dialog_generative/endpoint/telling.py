"""Says in one line what is wrong with an endpoint, and what to do about it."""

from collections.abc import Sequence
from typing import Any

from dialog_generative.endpoint.connection import Attempt, retriable, retry_after
from dialog_generative.endpoint.options import OpenAIOptions

MAX_QUOTED = 120  # characters of what the endpoint says itself
MAX_READ = 2000  # of which the quotation is made
MAX_MODELS = 5  # named when the one that is asked for is not there


class Teller:
    """Tells of one endpoint's failures. What it says never holds the key."""

    def __init__(self, url: str, options: OpenAIOptions, key: str) -> None:
        """Take note of where the endpoint is, how it is asked, and what must not be told."""
        self._url = url
        self._options = options
        self._key = key

    def quoted(self, text: str) -> str:
        """Return what an endpoint says as part of a line: short, and without the key."""
        line = " ".join("".join(character if character.isprintable() else " " for character in text[:MAX_READ]).split())
        line = line.replace(self._key, "***") if self._key else line
        return line if len(line) <= MAX_QUOTED else f"{line[:MAX_QUOTED]}…"

    def cut(self, reason: str) -> str:
        """Tell of an answer that ended too early."""
        return f"{self._url}: {self.quoted(reason)}"

    def unreadable(self, reason: str, content_type: str) -> str:
        """Tell of an answer that is not what was asked for."""
        if "html" in content_type:
            return f"{self._url} answered with a web page and not with JSON: is `base_url` right? Most end with /v1"
        return f"{self._url} answered with {self.quoted(reason)}: is it an OpenAI-compatible endpoint?"

    def too_long(self, limit: int) -> str:
        """Tell of an answer that is longer than any that was asked for."""
        return f"{self._url} sent more than {limit / 1_000_000:.1f} MB for one answer"

    def empty(self, *, thought: bool, filtered: bool) -> str:
        """Tell of an answer that says nothing."""
        if filtered:
            return f"the content filter of {self._url} took the answer away"
        if thought:
            return f"{self._options.model} thought until it had written `max_tokens`: raise them"
        return f"{self._url} answered without any text"

    def late(self, attempt: Attempt, seconds: float) -> str:
        """Tell of an endpoint that took too long."""
        tries = f", asked {attempt.requests} times" if attempt.requests > 1 else ""
        if attempt.status >= 400:
            return f"{self._url} answered {attempt.status}, and the turn had no time left for another try{tries}"
        return f"{self._url} did not answer within {seconds:.2g} s{tries}: give the turn a later `deadline`"

    def unconnected(self, cause: BaseException | None) -> str:
        """Tell of an endpoint that nothing can be heard of."""
        kind = type(cause).__name__
        if "Timeout" in kind:
            wait = f"{self._options.connect_timeout:g} s" if "Connect" in kind else "the time there was"
            return f"no connection to {self._url} within {wait}: is it running, and `base_url` right?"
        if "Connect" in kind:
            return f"no connection to {self._url} ({self.quoted(str(cause))}): is it running, and `base_url` right?"
        return f"{self._url} ended the connection without an answer ({self.quoted(str(cause)) or kind})"

    def status(self, error: Any, attempt: Attempt, models: Sequence[str]) -> str:
        """Tell of an error the endpoint answered with.

        Args:
            error: The package's exception.
            attempt: How it came to it.
            models: What models the endpoint has, as far as it is known.
        """
        status, headers = error.status_code, error.response.headers
        said = self.quoted(message_of(error))
        tries = f" {attempt.requests} times" if attempt.requests > 1 and retriable(status) else ""
        if status == 401:
            return f"{self._url} does not accept the key (401): {self._about_the_key()}"
        if 300 <= status < 400:
            elsewhere = self.quoted(headers.get("location", "elsewhere").partition("?")[0])
            return f"{self._url} says it has moved to {elsewhere} ({status}): set `base_url` to where it is"
        if status == 404:
            return self._not_found(models, said)
        if status == 429:
            return f"{self._url} is asked too often (429){tries}{self._rest_wanted(headers, attempt)}: {said}"
        if is_too_long(error):
            return f"the chat is too long for {self._options.model}: set `context_tokens` to what it reads ({said})"
        return f"{self._url} answered {status}{tries}: {said or 'nothing else'}"

    def _about_the_key(self) -> str:
        name = self._options.api_key_env
        if self._key:
            return f"look at the environment variable {name}"
        if self._options.base_url and "api_key_env" not in self._options.model_fields_set:
            return "name the environment variable it stands in with `api_key_env`"
        return f"the environment variable {name} is not set"

    def _not_found(self, models: Sequence[str], said: str) -> str:
        if models:
            names = ", ".join(models[:MAX_MODELS]) + (", …" if len(models) > MAX_MODELS else "")
            return f"{self._url} has no model {self._options.model!r} (404); it has {self.quoted(names)}"
        return f"{self._url} has no model {self._options.model!r}, or `base_url` is wrong (404): {said}"

    def _rest_wanted(self, headers: Any, attempt: Attempt) -> str:
        wanted = retry_after(headers)
        if wanted is None or wanted < attempt.left:
            return ""
        return f" and wants {wanted:.3g} s of rest, with {max(0.0, attempt.left):.2g} s left of the turn"


def message_of(error: Any) -> str:
    """Return what an endpoint says is wrong."""
    body = error.body
    told = body.get("message") if isinstance(body, dict) else body
    return told if isinstance(told, str) else str(error.message)


def is_too_long(error: Any) -> bool:
    """Whether an endpoint refuses a chat because it is too long for its model."""
    said = message_of(error).casefold()
    return error.status_code in (400, 413, 422) and (
        error.code == "context_length_exceeded"
        or "context length" in said
        or "context size" in said
        or "context window" in said
    )
