"""Talks to an endpoint: asks, tries again while there is time, and reads what comes."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from dialog_generative.chat import ChatMessage, Completed, Request, Usage
from dialog_generative.endpoint import accounting, wire
from dialog_generative.endpoint.assembly import Assembly
from dialog_generative.endpoint.connection import Attempt, Connection, pause
from dialog_generative.endpoint.dialect import Dialect
from dialog_generative.endpoint.listening import listen
from dialog_generative.endpoint.options import OpenAIOptions
from dialog_generative.endpoint.reading import Interrupted, TooLong, Unreadable
from dialog_generative.endpoint.telling import Teller, is_too_long, message_of
from dialog_generative.errors import GenerationError

MARGIN, MARGIN_SHARE = 0.3, 0.1  # seconds before the deadline to be ready, but no more than this part of what is left
CHARACTERS_PER_TOKEN = 16  # more than any text has; who writes more does not mind `max_tokens`
MEGABYTE, BYTES_PER_TOKEN = 1_000_000, 4_000  # of an answer, with everything that is told beside each token
MODELS_TIMEOUT = 1.0  # seconds to find out which models there are


class _Refused(Exception):
    """The endpoint does not know a field of the request; the dialect has learnt it."""


@dataclass(slots=True)
class _Asking:
    """One request of a policy, however often the endpoint is asked for it.

    Attributes:
        request: What is wanted.
        attempt: How long there is, and what has been sent.
        started: When it began.
        retries: How often it was asked again after a failure.
        usage: What it has cost, answers that were cut included.
        first: When the first token of the latest answer came.
    """

    request: Request
    attempt: Attempt
    started: float
    retries: int = 0
    usage: Usage = field(default_factory=Usage)
    first: float | None = None

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class EndpointBackend:
    """A model behind an endpoint; see `dialog_generative.chat.Backend`."""

    def __init__(self, options: OpenAIOptions, name: str, ledger: accounting.Ledger) -> None:
        """Keep the options; nothing is imported or connected yet.

        Args:
            options: The policy's.
            name: What the policy is called, for the log.
            ledger: Where to write down what conversations cost.
        """
        self._options = options
        self._ledger = ledger
        self._connection = Connection(options)
        self._dialect = Dialect(name, modern=not options.base_url)
        self._tell = Teller(self._connection.url, options, self._connection.key())

    def warm(self) -> None:
        """Do what the first request would have to wait for."""
        self._connection.warm()

    async def complete(self, request: Request) -> Completed:
        """Return completions of a chat."""
        completed = Completed(())
        async for item in self._ask(request, showing=False):
            if isinstance(item, Completed):
                completed = item
        return completed

    async def stream(self, request: Request) -> AsyncIterator[str | Completed]:
        """Yield the pieces of one completion as they come, and last the whole."""
        async for item in self._ask(request, showing=True):
            yield item

    async def sizes(self, messages: Sequence[ChatMessage]) -> Sequence[int]:
        """Return about how many tokens each message takes."""
        return [accounting.estimate(text) + accounting.MESSAGE_TOKENS for text in wire.texts(messages)]

    async def window(self) -> int:
        """Return how much the model reads, as far as the options tell."""
        return self._options.context_tokens

    async def _ask(self, request: Request, *, showing: bool) -> AsyncIterator[str | Completed]:
        now = time.monotonic()
        until = request.deadline - min(MARGIN, (request.deadline - now) * MARGIN_SHARE)
        asking = _Asking(request, Attempt(until), now)
        shown = False
        while True:
            try:
                async with aclosing(self._try(asking)) as items:
                    async for item in items:
                        if showing or isinstance(item, Completed):
                            shown = True
                            yield item
                return
            except _Refused:
                continue
            except Interrupted as cut:
                rest = pause(asking.retries + 1) * random.uniform(0.75, 1)
                if shown or asking.retries >= self._options.retries or rest >= asking.attempt.left:
                    raise GenerationError(self._tell.cut(str(cut))) from None
                asking.retries += 1
                await asyncio.sleep(rest)

    async def _try(self, asking: _Asking) -> AsyncGenerator[str | Completed]:
        """Ask once, as far as this can see: the package asks again by itself where it gets no proper answer."""
        request = asking.request
        sent = self._dialect.spoken(wire.body(request, self._options, plain=not self._options.base_url))
        tokens = request.max_tokens or self._options.max_tokens
        names = {wire.wire_name(schema.name): schema.name for schema in request.tools}
        assembly = Assembly(names, tokens * CHARACTERS_PER_TOKEN)
        limit = MEGABYTE + BYTES_PER_TOKEN * tokens * request.count
        async with AsyncExitStack() as stack:
            http = await self._send(sent, asking, stack)
            kind = http.headers.get("content-type", "")
            try:
                async for piece in listen(http, assembly, asking.attempt.until, limit):
                    if asking.first is None and assembly.begun:
                        asking.first = asking.seconds
                    if piece:
                        yield piece
            except TooLong:
                raise GenerationError(self._tell.too_long(limit)) from None
            except Unreadable as error:
                raise GenerationError(self._tell.unreadable(str(error), kind)) from None
            finally:  # what was cut or left behind has cost something too
                self._charge(asking, assembly)
        yield self._completed(asking, assembly)

    async def _send(self, sent: dict[str, Any], asking: _Asking, stack: AsyncExitStack) -> Any:
        """Return the HTTP response as soon as it begins; the stack closes it."""
        attempt, before = asking.attempt, asking.attempt.requests
        client = await self._connection.client()
        import openai

        client = client.with_options(max_retries=self._options.retries - asking.retries)
        Connection.trying(attempt)
        try:
            async with asyncio.timeout(max(0.0, attempt.left)):
                left = max(0.001, attempt.left)
                create = client.chat.completions.with_streaming_response.create
                answering = create(
                    **sent,
                    extra_body=dict(self._options.extra) or None,
                    timeout=openai.Timeout(left, connect=min(self._options.connect_timeout, left)),
                )
                return (await stack.enter_async_context(answering)).http_response
        except TimeoutError:
            raise GenerationError(self._tell.late(attempt, asking.seconds)) from None
        except openai.APIStatusError as error:
            raise await self._refusal(error, sent, attempt) from None
        except openai.APIConnectionError as error:
            if attempt.left <= 0:
                raise GenerationError(self._tell.late(attempt, asking.seconds)) from None
            raise GenerationError(self._tell.unconnected(error.__cause__)) from None
        finally:
            asking.retries += max(0, attempt.requests - before - 1)

    async def _refusal(self, error: Any, sent: Mapping[str, Any], attempt: Attempt) -> Exception:
        learnable = error.status_code in (400, 422) and not is_too_long(error)
        if learnable and self._dialect.learn(message_of(error), error.param, sent):
            return _Refused()
        models = await self._models(attempt) if error.status_code == 404 else ()
        return GenerationError(self._tell.status(error, attempt, models))

    async def _models(self, attempt: Attempt) -> Sequence[str]:
        import openai

        client = (await self._connection.client()).with_options(max_retries=0)
        Connection.trying(Attempt(attempt.until))
        try:
            async with asyncio.timeout(min(MODELS_TIMEOUT, max(0.0, attempt.left))):
                return [str(model.id) for model in (await client.models.list()).data]
        except (openai.OpenAIError, TimeoutError, ValueError, TypeError, AttributeError):
            return ()  # what is wrong is told all the same

    def _charge(self, asking: _Asking, assembly: Assembly) -> None:
        tokens = accounting.told(assembly.usage)
        if tokens is None:
            tokens = accounting.estimated(wire.texts(asking.request.messages), assembly.written())
        cost = accounting.cost(tokens, self._options.prices)
        usage = Usage(tokens.read, tokens.cached, tokens.written, cost=cost, estimated=tokens.estimated)
        self._ledger.add(asking.request.conversation_id, usage)
        asking.usage += usage

    def _completed(self, asking: _Asking, assembly: Assembly) -> Completed:
        completions = assembly.completions()
        if not any(each.text or each.calls for each in completions):
            if assembly.cut == "deadline":
                raise GenerationError(self._tell.late(asking.attempt, asking.seconds))
            raise GenerationError(self._tell.empty(thought=assembly.thought, filtered=assembly.filtered))
        usage = replace(
            asking.usage,
            first_token_seconds=asking.first,
            seconds=asking.seconds,
            requests=asking.attempt.requests,
            retries=asking.retries,
        )
        return Completed(completions, usage)
