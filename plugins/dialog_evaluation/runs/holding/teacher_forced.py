"""Each recorded message is put to the bot with what people said before it."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dialog_core import (
    Answer,
    Bot,
    BotSaid,
    ConsentGiven,
    Conversation,
    Event,
    FactLearned,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    Message,
    Rehearsed,
    Remembered,
    SlotSet,
    Turn,
    UserSaid,
)
from dialog_core.datasets import DialogueTurn
from dialog_evaluation.runs.answers import DialogueAnswers, TurnAnswer
from dialog_evaluation.runs.holding.answering import answer_of, failed_answer
from dialog_evaluation.runs.questions import Held, Question
from dialog_evaluation.runs.selection import Selection

CARRIED = (SlotSet, FlowStarted, FlowStepped, FlowEnded, FactLearned, ConsentGiven, Remembered)


class TeacherForced:
    """Holds dialogues in which people's replies are the history; nothing is stored and no action runs.

    What the bot itself finds out goes with it from turn to turn: slots it sets, flows it is in, what its policies
    note, and what it learns of users. What it says does not, and nobody takes over from it.
    """

    def __init__(
        self, bot: Bot, *, everybody: bool = True, seconds: float | None = None, selection: Selection | None = None
    ) -> None:
        """Hold dialogues with a bot.

        Args:
            bot: The bot.
            everybody: Whether also those policies are asked that a turn would not ask.
            seconds: How long each component may take; None: as in a turn.
            selection: Finds out where the right reply would stand among others; None: nobody asks.
        """
        self._bot = bot
        self._everybody = everybody
        self._seconds = seconds
        self._selection = selection

    async def hold(self, held: Held) -> DialogueAnswers:
        """Hold a dialogue."""
        conversation = Conversation(held.dialogue.id)
        turns: list[TurnAnswer] = []
        for question in held.questions:
            conversation = conversation.append([_said(turn, question.at) for turn in question.before])
            answer, conversation = await self._ask(held, question, conversation)
            turns.append(answer)
            if question.reply is not None:
                said = _said(question.reply, question.at, answers=f"{question.number}")
                conversation = conversation.append([said])
        return DialogueAnswers(held.dialogue.id, held.line, tuple(turns), held.position)

    async def _ask(self, held: Held, question: Question, before: Conversation) -> tuple[TurnAnswer, Conversation]:
        """Return what the bot would answer, and the conversation with the message and what it finds out."""
        message = message_of(question)
        how: dict[str, Any] = {"now": question.at, "seconds": self._seconds}
        started = time.monotonic()
        try:
            found = await self._bot.arehearse(message, before, **how)
            seconds = time.monotonic() - started
            others = await self._others(message, before, found, how)
            answer = answer_of(question, found, seconds, others)
            if self._selection is not None:
                whole = others or found

                async def turn_for(policy: str) -> Turn:
                    return _as_given(whole, policy)

                answer = await self._selection.ranked(held, question, answer, turn_for)
        except Exception as error:  # of one message; the others are still put to the bot
            return failed_answer(question, error, time.monotonic() - started), before.append([UserSaid(message)])
        return answer, found.turn.conversation.append([event for event in found.effects if isinstance(event, CARRIED)])

    async def _others(
        self, message: Message, before: Conversation, found: Rehearsed, how: dict[str, Any]
    ) -> Rehearsed | None:
        """Ask those whom an earlier tier left unasked; nobody is asked twice."""
        left = [report for report in found.policies if report.status == "not asked"]
        if not self._everybody or not left:
            return None
        recorded = {
            report.policy: Answer(
                report, tuple(one.candidate for one in found.ranked if one.candidate.policy == report.policy)
            )
            for report in found.policies
            if report.status != "not asked"
        }
        return await self._bot.arehearse(message, before, everybody=True, recorded=recorded, **how)


def _as_given(found: Rehearsed, policy: str) -> Turn:
    """Return the turn as a policy was given it: with what the tiers before its own have found."""
    tiers = {report.policy: report.tier for report in found.policies}
    evidence = {name: pieces for name, pieces in found.turn.evidence.items() if tiers[name] < tiers[policy]}
    return replace(found.turn, evidence=evidence)


def message_of(question: Question) -> Message:
    """Return a recorded message as a channel would hand it over."""
    message = Message(question.text, client_id=f"{question.number}")
    return message if question.at is None else replace(message, at=question.at)


def _said(turn: DialogueTurn, at: datetime | None, answers: str = "") -> Event:
    return BotSaid(turn.text, at or datetime.now(UTC), in_reply_to=answers)
