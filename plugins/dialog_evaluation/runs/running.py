"""Holding the dialogues of a run: many at once, each kept as soon as it is over, and none twice."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from dialog_core import Bot, DialogError
from dialog_core.interfaces import Warmable
from dialog_evaluation.runs.answers import DialogueAnswers, TurnAnswer
from dialog_evaluation.runs.holding.holder import Holder
from dialog_evaluation.runs.questions import Held
from dialog_evaluation.runs.store import Run

FAILURES_IN_A_ROW = 10  # after so many there is something wrong with the bot and not with a message
WARMING = "warming up"


class BotFailed(DialogError):
    """A bot failed on so many messages in a row that no more were put to it."""


@dataclass(slots=True)
class Course:
    """How far a run has come.

    Attributes:
        held: How many dialogues are over.
        resumed: How many of them were over before.
        interrupted: Whether the user broke it off.
    """

    held: int = 0
    resumed: int = 0
    interrupted: bool = False


def hold_dialogues(
    run: Run,
    holder: Holder,
    dialogues: Sequence[Held],
    *,
    jobs: int = 1,
    advance: Callable[[int], None] = lambda turns: None,
) -> Course:
    """Hold the dialogues of a run that were not held yet. Ctrl-C ends it; what is over by then is kept.

    Args:
        run: The run.
        holder: How they are held.
        dialogues: All dialogues of the run.
        jobs: How many at once.
        advance: Is told how many messages are behind.

    Raises:
        BotFailed: The bot fails on everything; its failures are not kept, and are tried again the next time.
        DialogError: The run cannot be written.
    """
    with run.writing():
        over = {answers.position for answers in run.answers()}
        left = [held for held in dialogues if held.position not in over]
        for held in dialogues:
            if held.position in over:
                advance(len(held.questions))
        course = Course(held=len(over), resumed=len(over))
        keeper = _Keeper(run, course)
        try:
            asyncio.run(_hold_all(holder, left, keeper, jobs, advance))
        except KeyboardInterrupt:
            course.interrupted = True
            return course
        keeper.end()
        run.finish(*_endings(run.answers()))
        return course


ENDINGS = {
    "turns": "after as many messages as were wanted",
    "farewell": "at a farewell",
    "hand-over": "where the bot handed over",
    "repetition": "where one side said again what it had said",
    "failure": "where one side failed",
}


def _endings(answers: Sequence[DialogueAnswers]) -> list[str]:
    """Return where dialogues ended that did not end with their messages, as a remark."""
    counts = Counter(one.ended.partition(":")[0] for one in answers if one.ended)
    if not counts:
        return []
    told = ", ".join(f"{count:,} {ENDINGS.get(why, why)}" for why, count in counts.most_common())
    what = "1 dialogue" if len(answers) == 1 else f"{len(answers):,} dialogues"
    return [f"Of {what} ended: {told}."]


async def _hold_all(
    holder: Holder, left: Sequence[Held], keeper: "_Keeper", jobs: int, advance: Callable[[int], None]
) -> None:
    waiting = iter(left)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(jobs, len(left))):
                group.create_task(_work(waiting, holder, keeper, advance))
    except* Exception as failed:  # one is enough to say what is wrong
        raise failed.exceptions[0] from None


async def _work(waiting: Iterator[Held], holder: Holder, keeper: "_Keeper", advance: Callable[[int], None]) -> None:
    for held in waiting:  # shared with the other jobs: each dialogue is taken by one of them
        keeper.keep(await holder.hold(held))
        advance(len(held.questions))


@dataclass(slots=True)
class _Keeper:
    """Keeps answers, and holds those back that may only tell that the bot is out of order."""

    run: Run
    course: Course
    _held_back: list[DialogueAnswers] = field(default_factory=list)
    _in_a_row: int = 0
    _reason: str = ""
    _answered: bool = False

    def keep(self, answers: DialogueAnswers) -> None:
        """Keep a dialogue's answers; raise BotFailed where the bot does nothing but fail."""
        for turn in answers.turns:
            self._watch(turn)
        self._held_back.append(answers)
        if not self._in_a_row:
            self._let_go()

    def end(self) -> None:
        """Keep what was held back, unless nothing was ever answered."""
        if self._held_back and not self._answered and not self.course.held:
            raise BotFailed(f"the bot failed on every message: {self._reason}")
        self._let_go()

    def _let_go(self) -> None:
        for answers in self._held_back:
            self.run.add(answers)
            self.course.held += 1
        self._held_back.clear()

    def _watch(self, turn: TurnAnswer) -> None:
        if turn.status != "failed":
            self._in_a_row = 0
            self._answered = True
            return
        if not self._in_a_row:
            self._reason = _why(turn)
        self._in_a_row += 1
        if self._in_a_row >= FAILURES_IN_A_ROW:
            raise BotFailed(
                f"the bot failed on {FAILURES_IN_A_ROW} messages in a row, and no more are put to it: {self._reason}. "
                "What was answered before is kept: the same command goes on from there"
            )


def _why(turn: TurnAnswer) -> str:
    """Return why a turn failed: the first policy that tells, or else the turn."""
    told = (f"{policy.policy}: {policy.reason}" for policy in turn.policies if policy.status == "failed")
    return next(told, turn.reason).rstrip(".")


def warm(bot: Bot, dialogues: Iterable[Held]) -> None:
    """Have a bot do now what its first turn would have to: load a model, build an index.

    What cannot be warmed fails again in the first turn, where it is told. Policies that say they have something to do
    may take as long as that takes; then everybody is asked once, in the time there is in a turn.
    """
    for policy in bot.policies.values():
        if isinstance(policy, Warmable):
            with suppress(Exception):
                policy.warm()
    first = next((held.questions[0].text for held in dialogues), "")
    with suppress(Exception):
        bot.rehearse(first, WARMING, everybody=True)
