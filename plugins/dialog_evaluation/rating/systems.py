"""Whose replies are compared: a bot's, people's, those of a run that was kept, or those that need no bot."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from dialog_core import Bot, Rehearsed
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.text import repair_text
from dialog_evaluation.rating.values import RatedReply
from dialog_evaluation.replies.baselines import most_frequent, nearest
from dialog_evaluation.replies.cases import Case
from dialog_evaluation.replies.history import conversation_before
from dialog_evaluation.runs.store import Run, find_runs, latest

PEOPLE, BASELINE = "people", "baseline"
MODE = "teacher-forced"  # how a run has to be held: what people said stands before each message
PATIENCE = 120.0  # seconds; nobody waits for the reply, and a slow model is asked too
WORKED = frozenset({"proposed", "nothing", "not asked", "recorded"})  # statuses of policies that were there
NOBODY = ("fallback", "guard")


class System(Protocol):
    """Whoever replies."""

    def reply(self, case: Case) -> RatedReply:
        """Return the reply; never raises for what went wrong with one message."""
        ...


class BotReplies:
    """A bot, as it would answer after what people said. Nothing is stored, and no action runs."""

    def __init__(self, bot: Bot) -> None:
        """Reply with a bot."""
        self._bot = bot

    def reply(self, case: Case) -> RatedReply:
        """Ask the bot."""
        try:
            rehearsed = self._bot.rehearse(case.question, conversation_before(case), seconds=PATIENCE)
        except Exception as error:  # whatever a component does: the others are still compared
            return RatedReply("", status="failed", reason=f"{type(error).__name__}: {error}")
        if reason := _why_none(rehearsed):
            return RatedReply("", rehearsed.policy, "failed", reason)
        text = "\n\n".join(part for part in (rehearsed.text, rehearsed.follow_up) if part)
        return RatedReply(repair_text(text), rehearsed.policy)


class PeopleReplies:
    """What people answered, as it was recorded."""

    def reply(self, case: Case) -> RatedReply:
        """Return what the dialogue has."""
        return RatedReply(repair_text(case.reply))


class BaselineReplies:
    """Replies that need no bot: that to the most similar question, or else the one that people give most often."""

    def __init__(self, cases: Sequence[Case], train: Sequence[Case]) -> None:
        """Find the replies.

        Args:
            cases: What is asked.
            train: Where replies are taken from; nothing: from the other dialogues, the most frequent.
        """
        found = nearest(cases, train) if train else most_frequent(cases, train)
        self._replies = {(case.dialogue, case.number): text for case, text in zip(cases, found, strict=True)}

    def reply(self, case: Case) -> RatedReply:
        """Return the reply."""
        return RatedReply(repair_text(self._replies[case.dialogue, case.number]))


class RunReplies:
    """What a bot answered in a run of `dialog-core evaluate` that was kept."""

    def __init__(self, run: Run, otherwise: System | None = None) -> None:
        """Take the answers of a run.

        Args:
            run: The run, in which people's replies were the history.
            otherwise: Who replies where the run has no answer; None: nobody does.

        Raises:
            ConfigurationError: The answers are damaged.
        """
        self.run = run
        self._otherwise = otherwise
        self._answers = {(one.dialogue, turn.number): turn for one in run.answers() for turn in one.turns}

    def has(self, case: Case) -> bool:
        """Whether the run has an answer."""
        turn = self._answers.get((case.dialogue, case.number))
        return turn is not None and turn.question == case.question

    def reply(self, case: Case) -> RatedReply:
        """Return the answer."""
        turn = self._answers.get((case.dialogue, case.number))
        if turn is None or turn.question != case.question:
            if self._otherwise is not None:
                return self._otherwise.reply(case)
            return RatedReply("", status="failed", reason="the run has no answer to it")
        if turn.status == "failed" or (turn.action and not turn.text.strip()):
            return RatedReply("", turn.policy, "failed", turn.reason or "the bot failed")
        return RatedReply(repair_text(turn.text), turn.policy or turn.status)


def named_run(path: Path) -> Run:
    """Return a run that somebody has named.

    Raises:
        ConfigurationError: It is none, or the bot remembered there what it had said itself.
    """
    run = Run.open(path)
    if run.info.mode != MODE:
        message = f"is a run in the mode {run.info.mode!r}, in which other things were said before"
        raise ConfigurationError([Problem(message, path, remedy=f"Name one of the mode {MODE!r}.")])
    return run


def kept_run(bot: Path, parts: Mapping[str, str], data: str) -> Run | None:
    """Return the last run in which a bot, as it is now, was put to a file; None: there is none.

    Args:
        bot: The bot file.
        parts: What `parts_of` says of the bot.
        data: The checksum of the file.

    Raises:
        ConfigurationError: A run is damaged.
    """
    return latest(
        find_runs(bot),
        lambda run: (
            run.info.mode == MODE and run.info.parts == parts and any(file.sha256 == data for file in run.info.files)
        ),
    )


def _why_none(rehearsed: Rehearsed) -> str:
    """Return why there is no reply to compare; empty where there is one."""
    if rehearsed.policy in NOBODY and (broken := _broken(rehearsed)):
        return broken
    winner = rehearsed.winner
    if not rehearsed.text.strip() and winner is not None and winner.action is not None:
        return f"its reply is what the action {winner.action.name!r} returns, and none runs here"
    return ""


def _broken(rehearsed: Rehearsed) -> str:
    """Return which policy failed; empty where none did."""
    for report in rehearsed.policies:
        if report.status not in WORKED and (report.error or report.status == "timed out"):
            return f"{report.policy}: {report.error or report.status}"
    return ""


Systems = Mapping[str, System]
"""Both that are compared, by what they are called."""
