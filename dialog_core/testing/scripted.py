"""Components that do what a script says: answer, raise, hang, or hand back rubbish.

    policy = ScriptedPolicy("Hello!", Candidate("Bye!", 0.9), ValueError("no"), Hang(60), Rubbish(42))

The first message is answered with "Hello!", the second with the candidate, the third with an exception, and so on; the
last step is repeated for every message after it. A step may also be a function of what the component is asked; it
returns the step to take.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dialog_core.candidate import ActionResult, Candidate, Proposal, Ranked
from dialog_core.turn import Turn

Mode = Literal["thread", "async", "inline"]
LONG = 3600.0  # seconds; longer than any test
SHORT = 0.02  # seconds between two looks whether a hang is over


@dataclass(frozen=True, slots=True)
class Hang:
    """A step that takes its time and then finds nothing.

    Attributes:
        seconds: How long it takes, unless the component's `release` is called earlier.
        stubborn: Whether an async component also swallows its cancellation.
    """

    seconds: float = LONG
    stubborn: bool = False


@dataclass(frozen=True, slots=True)
class Rubbish:
    """A step that hands back `value` as it is, whatever a component of its kind should return."""

    value: Any


class Script:
    """The steps of one verb of a component, and what it was asked.

    Attributes:
        asked: The arguments of every call so far.
    """

    def __init__(self, steps: Sequence[Any], finish: Callable[..., Any] | None = None, *, cycle: bool = False) -> None:
        """Write the script.

        Args:
            steps: The steps.
            finish: Makes what the verb returns from a step and the arguments; default: the step itself.
            cycle: Whether to begin anew after the last step instead of repeating it.
        """
        self.asked: list[tuple[Any, ...]] = []
        self._steps = tuple(steps)
        self._finish = finish or (lambda step, *arguments: step)
        self._cycle = cycle
        self._released = threading.Event()

    def verb(self, mode: Mode) -> Callable[..., Any]:
        """Return the script as a plain or an async function."""
        return self._play_async if mode == "async" else self._play

    def release(self) -> None:
        """End every hang there is."""
        self._released.set()

    async def wait(self, hang: Hang) -> None:
        """Hang without blocking the event loop."""
        loop = asyncio.get_running_loop()
        end = loop.time() + hang.seconds
        while loop.time() < end and not self._released.is_set():
            try:
                await asyncio.sleep(min(SHORT, end - loop.time()))
            except asyncio.CancelledError:
                if not hang.stubborn:
                    raise

    def _play(self, *arguments: Any) -> Any:
        step = self._next(arguments)
        if isinstance(step, Hang):
            self._released.wait(step.seconds)
            step = None
        return self._outcome(step, arguments)

    async def _play_async(self, *arguments: Any) -> Any:
        step = self._next(arguments)
        if isinstance(step, Hang):
            await self.wait(step)
            step = None
        return self._outcome(step, arguments)

    def _next(self, arguments: tuple[Any, ...]) -> Any:
        number = len(self.asked)
        self.asked.append(arguments)
        if not self._steps:
            return None
        step = self._steps[number % len(self._steps) if self._cycle else min(number, len(self._steps) - 1)]
        return step(*arguments) if callable(step) and not _is_exception(step) else step

    def _outcome(self, step: Any, arguments: tuple[Any, ...]) -> Any:
        if _is_exception(step):
            raise step
        return step.value if isinstance(step, Rubbish) else self._finish(step, *arguments)


class ScriptedPolicy:
    """A policy that proposes what its script says.

        ScriptedPolicy("Hello!", score=0.9)
        ScriptedPolicy(lambda turn: f"You said {turn.text}", mode="inline")
        ScriptedPolicy("One. Two.", pieces=["One. ", Hang(0.1), "Two."])
        ScriptedPolicy(Candidate("", 1.0, action=ActionCall("refund")), resume=["Done."])

    Attributes:
        inline: Whether it is called without a thread between.
        script: Its steps for `propose`.
        resumes: Its steps for `resume`.
    """

    def __init__(
        self,
        *steps: Any,
        score: float = 1.0,
        mode: Mode = "thread",
        cycle: bool = False,
        pieces: Sequence[Any] | None = None,
        resume: Sequence[Any] | None = None,
    ) -> None:
        """Write the scripts.

        Args:
            steps: What to do at each message: propose a text, a `Candidate`, a sequence of them, a `Proposal` or
                nothing (None); raise an exception; `Hang`; hand back `Rubbish`; or a function of the turn that says
                which of these.
            score: What a step that is a mere text scores.
            mode: Whether `propose` is a plain function, an async one, or a plain one called inline.
            cycle: Whether to begin anew after the last step instead of repeating it.
            pieces: What `stream` emits before the step's candidates: texts, with a `Hang`, an exception or `Rubbish`
                where wanted. Without pieces the policy does not stream.
            resume: What to answer to the results of actions: a text, a `Candidate`, None, an exception and so on.
                Without it there is no `resume`.
        """
        self.inline = mode == "inline"
        self.script = Script(steps, self._as_candidates, cycle=cycle)
        self.resumes = Script(resume or (), self._as_candidate)
        self._propose_async = self.script.verb("async")
        self._score = score
        self._pieces = tuple(pieces or ())
        self.propose: Callable[[Turn], Any] = self.script.verb(mode)
        # Set only where asked for: the manager looks whether they are there.
        if pieces is not None:
            self.stream: Callable[[Turn], AsyncIterator[Any]] = self._stream
        if resume is not None:
            self.resume: Callable[[Turn, ActionResult], Any] = self.resumes.verb(mode)

    @property
    def calls(self) -> int:
        """How often it was asked for a proposal."""
        return len(self.script.asked)

    @property
    def turns(self) -> list[Turn]:
        """What it was asked, in order."""
        return [turn for (turn,) in self.script.asked]

    @property
    def results(self) -> list[ActionResult]:
        """The results of actions it was given, in order."""
        return [result for _, result in self.resumes.asked]

    def release(self) -> None:
        """End every hang there is."""
        self.script.release()
        self.resumes.release()

    async def _stream(self, turn: Turn) -> AsyncIterator[Any]:
        proposed = await self._propose_async(turn)
        for piece in self._pieces:
            if isinstance(piece, Hang):
                await self.script.wait(piece)
            elif _is_exception(piece):
                raise piece
            else:
                yield piece.value if isinstance(piece, Rubbish) else piece
        for candidate in proposed if isinstance(proposed, list) else [proposed]:
            yield candidate

    def _as_candidates(self, step: Any, *_: Any) -> Any:
        if isinstance(step, Proposal):
            return step
        steps = [] if step is None else [step] if isinstance(step, str | Candidate) else step
        return [self._as_candidate(item) for item in steps]

    def _as_candidate(self, step: Any, *_: Any) -> Any:
        return Candidate(step, self._score) if isinstance(step, str) else step


class ScriptedAnnotator:
    """An annotator that finds what its script says: any JSON value, an exception, `Hang`, `Rubbish`, or a function.

    Attributes:
        script: Its steps.
    """

    def __init__(self, *steps: Any, mode: Mode = "thread") -> None:
        self.inline = mode == "inline"
        self.script = Script(steps)
        self.annotate: Callable[[Turn], Any] = self.script.verb(mode)


class ScriptedGuard:
    """A guard that judges as its scripts say: with a verdict, an exception, `Hang`, `Rubbish`, or a function.

        ScriptedGuard(output=[Refuse("rude"), Allow()])
        ScriptedGuard(input=lambda turn: Rewrite(turn.text.lower()), streams=True)

    Without a script for input (or output) it has no such check.

    Attributes:
        inputs: Its steps for `check_input`.
        outputs: Its steps for `check_output`.
    """

    def __init__(self, *, input: Any = None, output: Any = None, streams: bool = False, mode: Mode = "thread") -> None:
        self.inline = mode == "inline"
        self.streams = streams
        self.inputs = Script(_as_steps(input))
        self.outputs = Script(_as_steps(output))
        if input is not None:
            self.check_input: Callable[..., Any] = self.inputs.verb(mode)
        if output is not None:
            self.check_output: Callable[..., Any] = self.outputs.verb(mode)

    def release(self) -> None:
        """End every hang there is."""
        self.inputs.release()
        self.outputs.release()


class ScriptedRanker:
    """A ranker that gives the probabilities its script says, in the order the candidates come in.

        ScriptedRanker([0.2, 0.9])                                        # for every turn
        ScriptedRanker(lambda turn, candidates: [c.score for c in candidates])

    A step may also be an exception, `Hang` or `Rubbish`. Candidates beyond a step's probabilities get its last one.

    Attributes:
        script: Its steps.
    """

    def __init__(self, *steps: Any, calibrated: bool = True, mode: Mode = "thread") -> None:
        self.inline = mode == "inline"
        self.calibrated = calibrated
        self.script = Script(steps, _with_probabilities)
        self.rank: Callable[[Turn, Sequence[Candidate]], Any] = self.script.verb(mode)


def _with_probabilities(step: Any, turn: Turn, candidates: Sequence[Candidate]) -> Any:
    if step is None:
        return None
    ranked = [
        Ranked(candidate, step[min(place, len(step) - 1)], {"script": step[min(place, len(step) - 1)]})
        for place, candidate in enumerate(candidates)
    ]
    return sorted(ranked, key=lambda verdict: -verdict.probability)


def _is_exception(step: Any) -> bool:
    return isinstance(step, BaseException) or (isinstance(step, type) and issubclass(step, BaseException))


def _as_steps(steps: Any) -> Sequence[Any]:
    """Return one step as a script of one."""
    return steps if isinstance(steps, list | tuple) else () if steps is None else (steps,)
