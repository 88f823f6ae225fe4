"""Runs a language model for everybody who waits: one thread owns the model, jobs come in through a queue."""

import atexit
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dialog_generative.errors import GenerationError
from dialog_generative.local.jobs import Finished, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions

if TYPE_CHECKING:
    from dialog_generative.local.engine.scheduling import Scheduler

T = TypeVar("T")
logger = logging.getLogger(__name__)

_CLOSING_SECONDS = 10.0


class Engine:
    """Runs one model.

    Args:
        loaded: The model.
        cache: What is kept of conversations.
        batch: How many are answered together.
        compile: Whether to compile the model. On a CPU it is not: steps of fixed shapes read what is not there, and
            that takes longer than what a compiler saves.
    """

    def __init__(self, loaded: LoadedModel, cache: CacheOptions, batch: BatchOptions, *, compile: bool = False) -> None:
        self._loaded, self._cache, self._batch = loaded, cache, batch
        self._compile = compile and loaded.device.type != "cpu"
        if compile and not self._compile:
            logger.warning("%s is not compiled: on a CPU it would be slower for it", loaded.name)
        self._queue: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._lock = threading.Lock()  # nothing is put into the queue after the end
        self._thread = threading.Thread(target=self._work, name=f"language model {loaded.name}", daemon=True)
        self._thread.start()
        atexit.register(self.close)  # a thread that computes while the interpreter goes down brings the process down

    def submit(self, job: Job) -> "Future[Finished]":
        """Have a job done. Cancelling the future ends it.

        Raises:
            GenerationError: The engine is closed.
        """
        future: Future[Finished] = Future()
        self._put((job, future))
        return future

    def call(self, work: Callable[[], T]) -> "Future[T]":
        """Have something else done with the model, by the thread that owns it and while it does nothing else.

        The others wait meanwhile: what takes long comes in pieces.

        Raises:
            GenerationError: The engine is closed.
        """
        future: Future[T] = Future()
        self._put(_Call(work, future))
        return future

    def forget(self, key: str) -> None:
        """Drop what is kept of a conversation."""
        with self._lock:
            if not self._closed.is_set():
                self._queue.put(key)

    def close(self) -> None:
        """Let go of the model; jobs that have not ended fail."""
        with self._lock:
            if not self._closed.is_set():
                self._closed.set()
                self._queue.put(None)
        atexit.unregister(self.close)
        if threading.current_thread() is not self._thread:
            self._thread.join(_CLOSING_SECONDS)

    def _put(self, asked: "tuple[Job, Future[Finished]] | _Call[Any]") -> None:
        with self._lock:
            if self._closed.is_set():
                raise GenerationError(f"{self._loaded.name}: the model was closed")
            self._queue.put(asked)

    def _work(self) -> None:
        import torch

        from dialog_generative.local.engine.scheduling import Scheduler

        scheduler: Scheduler | None = None
        try:
            with torch.inference_mode():
                scheduler = Scheduler(
                    self._loaded,
                    self._cache,
                    self._batch,
                    lambda: self._take_in(scheduler),
                    compile=self._compile,
                )
                if self._compile:
                    scheduler.prepare()
                while True:
                    if scheduler.idle:
                        self._take(scheduler, self._queue.get())
                    scheduler.round()
        except _Closed:
            self._end(scheduler, GenerationError(f"{self._loaded.name}: the model was closed"))
        except BaseException as error:
            logger.exception("%s: the thread that runs the model ended", self._loaded.name)
            failure = GenerationError(f"{self._loaded.name} no longer runs: {type(error).__name__}: {error}")
            failure.__cause__ = error
            self._end(scheduler, failure)

    def _take_in(self, scheduler: "Scheduler | None") -> None:
        while scheduler is not None and not self._queue.empty():
            self._take(scheduler, self._queue.get())

    def _take(self, scheduler: "Scheduler", taken: "_Asked") -> None:
        if taken is None:
            raise _Closed
        if isinstance(taken, str):
            scheduler.forget(taken)
        elif isinstance(taken, _Call):
            taken.run()
        else:
            scheduler.add(*taken)

    def _end(self, scheduler: "Scheduler | None", error: GenerationError) -> None:
        with self._lock:
            self._closed.set()
        if scheduler is not None:
            scheduler.fail_all(error)
        while not self._queue.empty():
            taken = self._queue.get()
            future: Future[Any] | None = None
            if isinstance(taken, _Call):
                future = taken.future
            elif isinstance(taken, tuple):
                future = taken[1]
            if future is not None and future.set_running_or_notify_cancel():
                future.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    """Something else that is to be done with the model."""

    work: Callable[[], T]
    future: "Future[T]"

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.work())
        except Exception as error:  # it is told to whoever waits, and is nobody else's concern
            self.future.set_exception(error)


_Asked = tuple[Job, "Future[Finished]"] | _Call[Any] | str | None


class _Closed(BaseException):
    """The engine is to end."""
