"""Having a bot answer what people were asked, dialogue by dialogue."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from dialog_core.interfaces import Likelihood
from dialog_evaluation.replies.cases import Case

Status = Literal["answered", "abstained", "failed"]
FAILURES_IN_A_ROW = 10  # after so many there is something wrong with the bot and not with a question
AWAKE_EVERY = 0.2  # seconds; a thread that only waits is not woken by a Ctrl-C that another thread was told of


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one question.

    Attributes:
        status: Whether it was answered.
        text: The reply; empty where there is none.
        reason: Why there is none.
        seconds: How long it took.
        cost: What the policy notes about it: `tokens_out`, `first_token_seconds`, `seconds`.
        groundedness: How much of the reply rests on evidence; None where there was none.
        likelihood: How likely the model finds what people answered; None where it cannot be told.
    """

    status: Status
    text: str = ""
    reason: str = ""
    seconds: float = 0.0
    cost: Mapping[str, float] = field(default_factory=dict)
    groundedness: float | None = None
    likelihood: Likelihood | None = None


class Speaker(Protocol):
    """Whoever answers."""

    def answer(self, case: Case) -> Said:
        """Return what it says; never raises for what went wrong with one question."""
        ...

    def likelihoods(self, cases: Sequence[Case]) -> Sequence[Likelihood | None]:
        """Return how likely it finds what people answered; None where it cannot tell."""
        ...


@dataclass(slots=True)
class Asked:
    """What a speaker made of the cases.

    Attributes:
        answers: What came of those that were asked, each with its case, in the order of the file.
        interrupted: Whether the user broke it off.
        given_up: Why no more was asked; empty where all was.
        unmeasured: In words, why a dialogue's likelihoods could not be told.
    """

    answers: list[tuple[Case, Said]] = field(default_factory=list)
    interrupted: bool = False
    given_up: str = ""
    unmeasured: list[str] = field(default_factory=list)


def ask(
    speaker: Speaker,
    dialogues: Sequence[Sequence[Case]],
    *,
    jobs: int = 1,
    advance: Callable[[], None] = lambda: None,
) -> Asked:
    """Have a speaker answer everything; a question that fails is a failed one, and the others are still asked.

    Ctrl-C ends it with what has been answered so far.

    Args:
        speaker: Whoever answers.
        dialogues: The cases of each dialogue; they are asked in their order, one after the other.
        jobs: How many dialogues are held at once.
        advance: Called after each question.
    """
    run = _Run(speaker, advance)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="dialogue")
    try:
        for future in [pool.submit(run.hold, number, cases) for number, cases in enumerate(dialogues)]:
            while not future.done():
                wait([future], AWAKE_EVERY)
            future.result()
    except KeyboardInterrupt:
        run.interrupted = True
    finally:
        run.stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)  # what is under way ends when the bot is closed
    return run.outcome()


class _Run:
    """One pass over the cases."""

    def __init__(self, speaker: Speaker, advance: Callable[[], None]) -> None:
        self.stopped = threading.Event()
        self.interrupted = False
        self._speaker = speaker
        self._advance = advance
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._reason = ""
        self._found: dict[int, list[tuple[Case, Said]]] = {}
        self._likelihoods: dict[int, Sequence[Likelihood | None]] = {}
        self._unmeasured: list[str] = []
        self._given_up = ""

    def hold(self, number: int, cases: Sequence[Case]) -> None:
        """Ask the questions of a dialogue, and how likely its replies are."""
        try:
            self._hold(number, cases)
        except BaseException:  # no question of its own making: nobody else is asked either
            self.stopped.set()
            raise

    def _hold(self, number: int, cases: Sequence[Case]) -> None:
        with self._lock:
            asked = self._found.setdefault(number, [])
        for case in cases:
            if self.stopped.is_set():
                return
            said = self._speaker.answer(case)
            with self._lock:
                if self.stopped.is_set():
                    return
                asked.append((case, said))
                self._advance()
                self._watch(said)
        if self.stopped.is_set():
            return
        try:
            told = self._speaker.likelihoods(cases)
            if len(told) != len(cases) or not all(one is None or math.isfinite(one.log_probability) for one in told):
                raise ValueError("what the policy says about likelihoods is no number for each reply")
        except Exception as error:  # whatever a policy does: what it says is still measured
            with self._lock:
                self._unmeasured.append(f"Line {cases[0].line}: {type(error).__name__}: {error}")
        else:
            self._likelihoods[number] = told

    def outcome(self) -> Asked:
        """Return what has come of it."""
        answers: list[tuple[Case, Said]] = []
        with self._lock:
            for number, found in sorted(self._found.items()):
                told = self._likelihoods.get(number) or [None] * len(found)
                answers += [(case, replace(said, likelihood=told[place])) for place, (case, said) in enumerate(found)]
        return Asked(answers, self.interrupted, self._given_up, self._unmeasured)

    def _watch(self, said: Said) -> None:
        if said.status != "failed":
            self._in_a_row = 0
            return
        if not self._in_a_row:
            self._reason = said.reason  # the first one tells more than that the policy is left alone after failing
        self._in_a_row += 1
        if self._in_a_row >= FAILURES_IN_A_ROW:
            self._given_up = self._reason
            self.stopped.set()
