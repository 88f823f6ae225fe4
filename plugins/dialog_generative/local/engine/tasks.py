"""A job on its way, and the rows that become its completions.

Imports torch: import it late.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field

from dialog_generative.errors import GenerationError
from dialog_generative.local.decoding.choosing import Rule
from dialog_generative.local.decoding.stopping import Stopping
from dialog_generative.local.forward.kv_cache import KeyValues
from dialog_generative.local.jobs import Finished, Generated, Job


@dataclass(slots=True, eq=False)
class Task:
    """A job and what has become of it so far.

    Attributes:
        job: The job.
        future: Whoever waits for it.
        started: When it was taken in.
        stopping: Says when its completions end.
        cached: How much of its chat had been read before.
        first_token: When its first token came.
        completions: Those that are done.
        open: How many are not.
        keep: Whether what is read is kept for the next turn.
        tried: Whether it has been used to find out how the model can be run.
        restarted: Whether it was begun again after something went wrong.
        best: What is to be kept: the likeliest completion's probability, tokens and cache.
    """

    job: Job
    future: Future[Finished]
    started: float
    stopping: Stopping
    cached: int = 0
    first_token: float | None = None
    completions: list[Generated] = field(default_factory=list)
    open: int = 1
    keep: bool = True
    tried: bool = False
    restarted: bool = False
    best: tuple[float, list[int], KeyValues] | None = None

    @property
    def gone(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.future.done() or self.job.cancelled()

    def begin(self) -> None:
        """A token has come; what counts is the first."""
        if self.first_token is None:
            self.first_token = time.monotonic()

    def finished(self, completions: Sequence[Generated]) -> Finished:
        """Return what has come of it."""
        first = None if self.first_token is None else self.first_token - self.started
        return Finished(tuple(completions), self.cached, first, time.monotonic() - self.started)


@dataclass(slots=True, eq=False)
class Row:
    """One completion: the chat and what is written, of which the first `read` tokens are in a cache.

    Attributes:
        task: What it belongs to.
        rule: How its tokens are chosen.
        ids: The chat and what is written.
        read: How many of these the model has read.
        log_probability: Of what is written.
        cache: Where it is not on a board: the keys and values of what is read.
        done: Whether it has ended.
    """

    task: Task
    rule: Rule
    ids: list[int]
    read: int = 0
    log_probability: float = 0.0
    cache: KeyValues | None = None
    done: bool = False

    @property
    def written(self) -> list[int]:
        """The completion so far."""
        return self.ids[len(self.task.job.ids) :]


def as_generation_error(error: Exception) -> GenerationError:
    """Return what an error is to whoever waits for an answer."""
    if isinstance(error, GenerationError):
        return error
    failure = GenerationError(f"the model failed: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure


def settle(future: "Future[Finished]", outcome: Finished | BaseException | None) -> None:
    """Give an outcome to whoever still waits for it; None: nobody does."""
    try:
        if outcome is None:
            future.cancel()
        elif isinstance(outcome, Finished):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
    except InvalidStateError:  # it was cancelled meanwhile
        outcome = None
    if outcome is None and future.cancelled():
        future.set_running_or_notify_cancel()  # only now it counts as done for `concurrent.futures.wait`
