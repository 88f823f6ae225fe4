"""Holding many tests at once."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from dialog_core import DialogError
from dialog_evaluation.conversations.bots import RestartableBot
from dialog_evaluation.conversations.outcome import Outcome
from dialog_evaluation.conversations.runner import run_test
from dialog_evaluation.conversations.test_file import LocatedTest


def run_tests(bot: Path, tests: Sequence[LocatedTest], *, jobs: int, fail_fast: bool = False) -> Iterator[Outcome]:
    """Yield how each test went, as they end; with `fail_fast`, tests that begin after a failure are not run.

    Each of `jobs` threads has a bot of its own. A test that restarts it, or in which a part of it fails, leaves nothing
    behind: the next one gets a fresh bot.

    Args:
        bot: The bot file.
        tests: The tests.
        jobs: How many to hold at once.
        fail_fast: Whether to stop at the first that does not pass.

    Raises:
        DialogError: The bot could not be loaded.
    """
    jobs = max(1, min(jobs, len(tests)))
    bots = _Bots(bot)
    stopped = threading.Event()

    def run(test: LocatedTest) -> Outcome:
        if stopped.is_set():
            return Outcome(test, "not run")
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

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[RestartableBot] = []
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the first one."""
        self._idle.append(RestartableBot(self._path, restarts=False))

    def run(self, test: LocatedTest) -> Outcome:
        """Hold a test with a bot that nobody else uses meanwhile."""
        try:
            if test.restarts:
                with RestartableBot(self._path, restarts=True) as bot:
                    return run_test(test, bot)
            bot = self._take()
        except DialogError as error:
            return Outcome(test, "error", error=str(error))
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
