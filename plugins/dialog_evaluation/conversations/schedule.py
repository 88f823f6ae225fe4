"""Holding many tests at once."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from dialog_core import DialogError
from dialog_core.interfaces import CaseOutcome
from dialog_evaluation.conversations.bots import RestartableBot
from dialog_evaluation.conversations.foreign import AnyOutcome, AnyTest, ForeignOutcome, ForeignTest, run_foreign
from dialog_evaluation.conversations.outcome import Outcome, Verdict
from dialog_evaluation.conversations.runner import run_test


def run_tests(
    bot: Path, tests: Sequence[AnyTest], *, jobs: int, fail_fast: bool = False, given: bool = False
) -> Iterator[AnyOutcome]:
    """Yield how each test went, as they end; with `fail_fast`, tests that begin after a failure are not run.

    Each of `jobs` threads has a bot of its own. A test that restarts it, or in which a part of it fails, leaves nothing
    behind: the next one gets a fresh bot.

    Args:
        bot: The bot file.
        tests: The tests.
        jobs: How many to hold at once.
        fail_fast: Whether to stop at the first that does not pass.
        given: Whether messages mean what tests of other forms say they mean.

    Raises:
        DialogError: The bot could not be loaded.
    """
    jobs = max(1, min(jobs, len(tests)))
    bots = _Bots(bot, given=given)
    stopped = threading.Event()

    def run(test: AnyTest) -> AnyOutcome:
        if stopped.is_set():
            return _outcome(test, "not run")
        outcome = bots.run(test)
        if fail_fast and outcome.bad:
            stopped.set()
        return outcome

    bots.load()  # here, so that a mistake in the bot file is told once and not by every test
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="conversation-test")
    try:
        for future in as_completed([pool.submit(run, test) for test in tests]):
            yield future.result()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)
        bots.close()


class _Bots:
    """The bots of all threads; one that is idle is used again unless something in it failed."""

    def __init__(self, path: Path, *, given: bool) -> None:
        self._path = path
        self._given = given
        self._idle: list[RestartableBot] = []
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the first one."""
        self._idle.append(RestartableBot(self._path, restarts=False))

    def run(self, test: AnyTest) -> AnyOutcome:
        """Hold a test with a bot that nobody else uses meanwhile."""
        try:
            if not isinstance(test, ForeignTest) and test.restarts:
                with RestartableBot(self._path, restarts=True) as bot:
                    return run_test(test, bot)
            bot = self._take()
        except DialogError as error:
            return _outcome(test, "error", str(error))
        if isinstance(test, ForeignTest):
            bot.begin(None)
            outcome: AnyOutcome = run_foreign(test, bot.bot, given=self._given)
        else:
            outcome = run_test(test, bot)
        if outcome.unsound:
            bot.close()
        else:
            with self._lock:
                self._idle.append(bot)
        return outcome

    def close(self) -> None:
        """Let go of all of them."""
        for bot in self._idle:
            bot.close()

    def _take(self) -> RestartableBot:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return RestartableBot(self._path, restarts=False)


def _outcome(test: AnyTest, verdict: Verdict, error: str = "") -> AnyOutcome:
    if isinstance(test, ForeignTest):
        return ForeignOutcome(test, verdict, outcome=CaseOutcome(error=error))
    return Outcome(test, verdict, error=error)
