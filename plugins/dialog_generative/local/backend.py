"""The backend that runs a model here: chats in, completions out; the model itself is the engine's."""

import asyncio
import sys
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from dialog_core import DialogError
from dialog_generative.chat import ChatMessage, Completed, Completion, Finish, Request, Usage
from dialog_generative.errors import GenerationError
from dialog_generative.local.engine.engine import Engine
from dialog_generative.local.jobs import Finished, Generated, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.model_files import Wanted, find
from dialog_generative.local.options import Decoding, TransformersOptions
from dialog_generative.local.text.reading import UNFINISHED, ReplyReader
from dialog_generative.prompting.shortening import whole_sentences
from dialog_generative.tools.writing import parse_calls

if TYPE_CHECKING:
    from dialog_generative.local.text.rendering import Rendered, Renderer
    from dialog_generative.local.text.tokenizing import ChatTokenizer, Ids

T = TypeVar("T")

RESERVE = 0.1  # of the time there is: for what comes after generating, such as ranking and storing the reply
LONGEST_RESERVE = 1.0  # seconds
LEAST_REPLY = 16  # tokens a reply has to have room for


@dataclass(frozen=True, slots=True)
class Ready:
    """A model that can be asked.

    Attributes:
        loaded: The model.
        tokenizer: Turns texts into tokens and back.
        renderer: Writes chats in the form the model was made for.
        engine: Runs it.
        stop: Texts a reply ends before.
    """

    loaded: LoadedModel
    tokenizer: "ChatTokenizer"
    renderer: "Renderer"
    engine: Engine
    stop: tuple[str, ...]


class LocalBackend:
    """Runs a model; it is read when it is first needed, in a thread of its own.

    Args:
        wanted: Which model.
        options: How it is run.
        language: The bot's language.
    """

    def __init__(self, wanted: Wanted, options: TransformersOptions, language: str) -> None:
        self._wanted = wanted
        self._options = options
        self._language = language
        self._lock = threading.Lock()
        self._loading: Future[Ready] | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="tokenizer")

    def ready(self) -> Ready:
        """Return the model, and wait for it if need be.

        Raises:
            GenerationError: It cannot be used.
        """
        return self._begin().result()

    async def wait(self, deadline: float) -> None:
        """Wait for the model until shortly before a deadline, a time of `time.monotonic`.

        Raises:
            GenerationError: It cannot be used, or is not there by then; it is read on nevertheless.
        """
        if (loading := self._begin()).done():
            return
        left = max(deadline - time.monotonic(), 0.0)
        try:
            async with asyncio.timeout(left - min(RESERVE * left, LONGEST_RESERVE)):
                await asyncio.shield(asyncio.wrap_future(loading))
        except TimeoutError as error:
            raise GenerationError(
                f"the model is still being read, after {left:.0f} s: later questions will find it there. To wait for "
                "it, set a longer `dispatch.deadline`, or call `warm` before the first question"
            ) from error

    async def complete(self, request: Request) -> Completed:
        """Return completions of a chat; see `Backend`."""
        last = Completed(())
        async for item in self._run(request, streaming=False):
            if isinstance(item, Completed):
                last = item
        return last

    async def stream(self, request: Request) -> AsyncIterator[str | Completed]:
        """Yield the pieces of one completion as they come, and last the whole; see `Backend`."""
        async for item in self._run(replace(request, count=1), streaming=True):
            yield item

    async def sizes(self, messages: Sequence[ChatMessage]) -> Sequence[int]:
        """Return how many tokens each message takes in a chat."""
        ready = await self._ready()
        return await self._apart(lambda: [ready.renderer.size(message) for message in messages])

    async def window(self) -> int:
        """Return how many tokens a chat and its completion may have together."""
        loaded = (await self._ready()).loaded
        # What an encoder-decoder writes takes nothing from what it reads.
        return loaded.window + (self._options.decoding.max_tokens if loaded.encoder_decoder else 0)

    async def _run(self, request: Request, *, streaming: bool) -> AsyncIterator[str | Completed]:
        started = time.monotonic()
        ready = await self._ready()
        key = request.conversation_id
        rendered = await self._apart(lambda: ready.renderer.render(request.messages, request.tools, key))
        tokens: asyncio.Queue[int | None] = asyncio.Queue()
        loop, cancelled = asyncio.get_running_loop(), threading.Event()

        def hand_over(token: int | None) -> None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                loop.call_soon_threadsafe(tokens.put_nowait, token)

        now = time.monotonic()
        job = Job(
            key=key,
            ids=rendered.ids,
            decoding=self._decoding(request, ready, len(rendered.ids)),
            count=request.count,
            seed=request.seed,
            deadline=request.deadline - min(RESERVE * max(request.deadline - now, 0.0), LONGEST_RESERVE),
            on_token=hand_over if streaming else None,
            cancelled=cancelled.is_set,
        )
        reader = self._reader(request, ready, rendered)
        future = ready.engine.submit(job)
        try:
            if streaming:
                future.add_done_callback(lambda _: hand_over(None))
                while (token := await tokens.get()) is not None:
                    if piece := reader.feed(token):
                        yield piece
            finished = await self._result(future, key, ready)
        finally:
            cancelled.set()
            future.cancel()
        completions = await self._apart(lambda: self._completions(finished, request, ready, rendered))
        if streaming and completions and (rest := completions[0].text[reader.shown :]):
            yield rest
        first = finished.first_token_seconds
        yield Completed(
            completions,
            Usage(
                tokens_in=len(rendered.ids),
                tokens_cached=finished.cached,
                tokens_out=sum(len(each.ids) for each in finished.completions),
                first_token_seconds=None if first is None else first + now - started,
                seconds=time.monotonic() - started,
            ),
        )

    async def _result(self, future: "Future[Finished]", key: str, ready: Ready) -> Finished:
        try:
            return await asyncio.wrap_future(future)
        except GenerationError as error:
            raise GenerationError(" ".join(str(error).split())) from error
        except Exception as error:
            ready.engine.forget(key)
            if _is_out_of_memory(error):
                raise GenerationError(
                    f"{ready.loaded.name}: there was not enough memory on {ready.loaded.device}. Set a smaller "
                    "`batch.size`, `decoding.max_tokens`, `context_tokens` or `cache.megabytes`."
                ) from error
            lines = str(error).strip().splitlines() or [""]
            raise GenerationError(
                f"{ready.loaded.name}: the model failed: {type(error).__name__}: {lines[0]}"
            ) from error

    def _decoding(self, request: Request, ready: Ready, length: int) -> Decoding:
        """Return how tokens are chosen, with a reply no longer than there is room for."""
        loaded, wanted = ready.loaded, request.max_tokens or self._options.decoding.max_tokens
        room = loaded.window - length
        if loaded.encoder_decoder:
            if room < 0:
                raise GenerationError(
                    f"{loaded.name}: the chat has {length} tokens, and the model reads {loaded.window}"
                )
            room = _places(loaded)
        elif room < min(wanted, LEAST_REPLY):
            raise GenerationError(
                f"{loaded.name}: the chat has {length} tokens, and the model reads {loaded.window}, reply included. "
                "Lower `memory.recent_turns` or `evidence_limit`, or take a model that reads more."
            )
        return self._options.decoding.model_copy(update={"max_tokens": min(wanted, room), "stop": ready.stop})

    def _completions(
        self, finished: Finished, request: Request, ready: Ready, rendered: "Rendered"
    ) -> tuple[Completion, ...]:
        """Return what was generated as completions, each text once, the more likely before the less."""
        found: dict[object, Completion] = {}
        for generated in finished.completions:
            completion = self._completion(generated, request, ready, rendered)
            found.setdefault((completion.text, repr(completion.calls)), completion)
        completions = list(found.values())
        if self._options.decoding.strategy == "sample":
            completions.sort(key=_mean, reverse=True)
        return tuple(completions)

    def _completion(self, generated: Generated, request: Request, ready: Ready, rendered: "Rendered") -> Completion:
        reader = self._reader(request, ready, rendered)
        for token in generated.ids:
            reader.feed(token)
        reader.close()
        text, calls = parse_calls(reader.text, request.tools)
        if text and not calls:
            for shown, ids in _as_shown(generated, text, ready):
                rendered.learn(shown, ids)
        finish: Finish = "calls" if calls else generated.finish
        return Completion(text.strip(), finish, generated.log_probability, len(generated.ids), calls)

    def _reader(self, request: Request, ready: Ready, rendered: "Rendered") -> ReplyReader:
        return ReplyReader(ready.tokenizer.decode, ready.stop, request.tools, thinking=rendered.thinking)

    async def _ready(self) -> Ready:
        # Shielded: who gives up waiting does not end the loading, which the next one is glad of.
        return await asyncio.shield(asyncio.wrap_future(self._begin()))

    async def _apart(self, work: Callable[[], T]) -> T:
        """Do what takes longer than an event loop may be held up."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _begin(self) -> "Future[Ready]":
        """Return the model to come; one that could not be read is tried again."""
        with self._lock:
            if self._loading is None or (self._loading.done() and self._loading.exception() is not None):
                future: Future[Ready] = Future()
                self._loading = future
                threading.Thread(
                    target=self._load, args=(future,), name="loading a language model", daemon=True
                ).start()
            return self._loading

    def _load(self, future: "Future[Ready]") -> None:
        try:
            ready = self._read()
            weakref.finalize(self, _let_go, ready.engine).atexit = False
            future.set_result(ready)
        except DialogError as error:
            future.set_exception(error if isinstance(error, GenerationError) else GenerationError(str(error)))
        except ModuleNotFoundError as error:
            missing = f"a language model needs the package {error.name!r}, which is not installed. "
            future.set_exception(GenerationError(f"{missing}Run: pip install 'dialog-core[generative]'"))
        except BaseException as error:  # whoever waits has to be told
            future.set_exception(GenerationError(f"the model cannot be read: {type(error).__name__}: {error}"))

    def _read(self) -> Ready:
        files = find(self._wanted)
        from dialog_generative.local.loading import load  # brings torch and transformers: seconds
        from dialog_generative.local.text.rendering import make_renderer
        from dialog_generative.local.text.tokenizing import ChatTokenizer

        loaded = load(files, self._options)
        tokenizer = ChatTokenizer(loaded.tokenizer)
        renderer = make_renderer(loaded, tokenizer, self._options, self._language)
        engine = Engine(loaded, self._options.cache, self._options.batch, compile=self._options.compile)
        stop = tuple(dict.fromkeys((*self._options.decoding.stop, *renderer.stop)))
        return Ready(loaded, tokenizer, renderer, engine, stop)


def _as_shown(generated: Generated, text: str, ready: Ready) -> "Iterator[tuple[str, Ids]]":
    """Yield what may become of a reply in the conversation, each with the tokens that say it."""
    said = _said(generated.ids, text, ready)
    yield text, said
    if generated.finish in ("length", "deadline"):  # it was broken off, and is shown up to the end of a sentence
        shown = whole_sentences(text)
        more = shown.removeprefix(text)
        yield shown, (*said, *ready.tokenizer.encode(more)) if more != shown else _said(said, shown, ready)


def _said(ids: Sequence[int], text: str, ready: Ready) -> "Ids":
    """Return the tokens of a reply that say a text it begins with; none where it ends within a token."""
    for length in range(len(ids), 0, -1):
        said = ready.tokenizer.decode(ids[:length]).strip()
        if said == text:
            return tuple(ids[:length])
        if len(said) < len(text) and not said.endswith(UNFINISHED):
            break
    return ()


def _mean(completion: Completion) -> float:
    """Return how likely each of a completion's tokens is, as a logarithm."""
    return (completion.log_probability or 0.0) / max(completion.tokens, 1)


def _places(loaded: LoadedModel) -> int:
    """Return how much an encoder-decoder can write: one that counts places has only so many."""
    most = getattr(loaded.model.config, "max_position_embeddings", None)
    return int(most) - 1 if most else sys.maxsize


def _is_out_of_memory(error: Exception) -> bool:
    """Say whether there was not enough memory, on a GPU or beside it."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(
        sign in text for sign in ("out of memory", "not enough memory", "can't allocate memory")
    )


def _let_go(engine: Engine) -> None:
    """Close the engine of a backend nobody has any more; not here, for it may take a while."""
    if not sys.is_finalizing():
        threading.Thread(target=engine.close, name="closing a language model", daemon=True).start()
