"""Runs a language model for everybody who waits: one thread owns the model, jobs come in through a queue."""

import logging
import queue
import threading
import time
from concurrent.futures import Future

from dialog_generative.errors import GenerationError
from dialog_generative.local.generating import Cancelled, generate
from dialog_generative.local.jobs import Finished, Job
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import BatchOptions, CacheOptions

logger = logging.getLogger(__name__)


class Engine:
    """Runs one model.

    Args:
        loaded: The model.
        cache: What is kept of conversations.
        batch: How many are answered together.
        compile: Whether to compile the model.
    """

    def __init__(self, loaded: LoadedModel, cache: CacheOptions, batch: BatchOptions, *, compile: bool = False) -> None:
        self._loaded = loaded
        self._queue: queue.SimpleQueue[tuple[Job, Future[Finished]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=f"language model {loaded.name}", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[Finished]:
        """Have a job done. Cancelling the future ends it.

        Raises:
            GenerationError: The engine is closed.
        """
        if self._closed:
            raise GenerationError(f"{self._loaded.name}: the model was closed")
        future: Future[Finished] = Future()
        self._queue.put((job, future))
        return future

    def forget(self, key: str) -> None:
        """Drop what is kept of a conversation."""

    def close(self) -> None:
        """Let go of the model; jobs that have not ended fail."""
        self._closed = True
        self._queue.put(None)
        self._thread.join(timeout=10)

    def _work(self) -> None:
        import torch

        with torch.inference_mode():
            while (taken := self._queue.get()) is not None:
                job, future = taken
                try:
                    self._run(job, future)
                except Cancelled:
                    future.cancel()
                except BaseException as error:
                    if not future.cancelled():
                        future.set_exception(error)

    def _run(self, job: Job, future: "Future[Finished]") -> None:
        started = time.monotonic()
        if job.cancelled() or future.cancelled():
            raise Cancelled
        completions = generate(self._loaded, job)
        if not future.cancelled():
            future.set_result(Finished(tuple(completions), 0, None, time.monotonic() - started))
