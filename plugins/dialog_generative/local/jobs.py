"""What the engine that runs a model is asked for, and what it returns: token ids in, token ids out."""

from collections.abc import Callable
from dataclasses import dataclass

from dialog_generative.chat import Finish
from dialog_generative.local.options import Decoding


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Completions of one chat.

    Attributes:
        key: Whose chat it is; what was read of it is kept under this name and used for no other.
        ids: The chat as token ids, as the model is to read it.
        decoding: How tokens are chosen; its `max_tokens` is how long a completion may be.
        count: How many completions are wanted.
        seed: For everything random.
        deadline: When to stop, on the clock of `time.monotonic()` (seconds).
        on_token: Called, from the engine's thread, with each token of a single completion as it comes.
        cancelled: Says whether nobody waits any more; asked before each token.
    """

    key: str
    ids: tuple[int, ...]
    decoding: Decoding
    count: int
    seed: int
    deadline: float
    on_token: Callable[[int], None] | None = None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Generated:
    """One completion.

    Attributes:
        ids: Its tokens, without the one that ended it.
        finish: Why it ended: `stop`, `length` or `deadline`.
        log_probability: The natural logarithm of its probability under the model, the ending token included.
    """

    ids: tuple[int, ...]
    finish: Finish
    log_probability: float


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a job.

    Attributes:
        completions: The completions, best first where they were searched for.
        cached: How many tokens of the chat had been read before.
        first_token_seconds: From taking the job to its first token; None where tokens do not come one by one.
        seconds: From taking the job to its end.
    """

    completions: tuple[Generated, ...]
    cached: int
    first_token_seconds: float | None
    seconds: float
