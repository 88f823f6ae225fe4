"""Holding a real conversation: the bot's own replies are what it remembers."""

import time
from collections.abc import Mapping
from typing import Any

from dialog_core import Bot, Conversation, Reply, Turn
from dialog_core.interfaces import ConversationStore
from dialog_evaluation.replies.costs import cost_of
from dialog_evaluation.runs.answers import PolicyAnswer, TurnAnswer
from dialog_evaluation.runs.aside import aside
from dialog_evaluation.runs.holding.answering import (
    FALLBACK,
    GUARD,
    STATUSES,
    failed_answer,
    refusals_of,
    status_of,
    total_cost,
)
from dialog_evaluation.runs.holding.clock import RECORDED
from dialog_evaluation.runs.holding.teacher_forced import message_of
from dialog_evaluation.runs.questions import Held, Question
from dialog_evaluation.runs.selection import Selection

_ACTION = "action "  # how the trace calls what actions did


class Conversing:
    """A bot with a store in memory, in which each dialogue is a conversation of its own."""

    def __init__(self, bot: Bot, store: ConversationStore, selection: Selection | None = None) -> None:
        """Converse with a bot.

        Args:
            bot: The bot; its clock is `recorded_or_now`.
            store: Its store.
            selection: Finds out where the right reply would stand among others; None: nobody asks.
        """
        self._bot = bot
        self._store = store
        self._selection = selection

    async def begin(self, conversation: str, question: Question) -> None:
        """Begin a conversation with a question as a chat does: with the bot's greeting."""
        RECORDED.set(question.at)
        await self._bot.agreet(conversation)

    async def say(self, conversation: str, held: Held, question: Question) -> tuple[TurnAnswer, Conversation]:
        """Say something, and return what came of it and the conversation as it stands then."""
        RECORDED.set(question.at)
        before = await self._store.load(conversation)
        started = time.monotonic()
        try:
            reply = await self._bot.asend(conversation, message_of(question))
            seconds = time.monotonic() - started
            after = await self._store.load(conversation)
            answer = _answer(question, reply, seconds, after)
            if self._selection is not None:

                async def turn_for(policy: str) -> Turn:
                    return await aside(self._bot.turn_for, question.text, policy, before)

                answer = await self._selection.ranked(held, question, answer, turn_for)
        except Exception as error:  # of one message; the others are still put to the bot
            answer = failed_answer(question, error, time.monotonic() - started)
        return answer, await self._store.load(conversation)

    async def end(self, conversation: str) -> None:
        """Forget a conversation: there may be a hundred thousand."""
        await self._store.delete(conversation)


def _answer(question: Question, reply: Reply, seconds: float, after: Conversation) -> TurnAnswer:
    trace: Mapping[str, Any] = reply.trace or {}
    rows = trace.get("candidates", ())
    first = reply.messages[0].text if reply.messages else ""
    policies = tuple(
        _policy(report, rows, whole=first if report["policy"] == reply.policy else "")
        for report in trace.get("policies", ())
    )
    parts = [(str(part["part"]), str(part["verdict"])) for part in trace.get("parts", ())]
    actions = [part.removeprefix(_ACTION) for part, _ in parts if part.startswith(_ACTION)]
    done = [f"{part}: {verdict}" for part, verdict in parts if part.startswith(_ACTION)]
    spoke = reply.policy not in (FALLBACK, GUARD, "")
    return TurnAnswer(
        number=question.number,
        question=question.text,
        reference=question.reference,
        status=status_of(reply.policy, policies),
        text=reply.text,
        policy=reply.policy if spoke else "",
        probability=reply.probability,
        seconds=seconds,
        cost=total_cost(policies),
        reason="; ".join([str(trace.get("reason", "nobody is asked: a person has taken over")), *done]),
        refusals=refusals_of(parts, reply.policy == GUARD),
        action=", ".join(actions),
        policies=policies,
        slots=dict(after.slots),
        state=question.state,
        handed_over=after.handed_over,
    )


def _policy(report: Mapping[str, Any], rows: Any, *, whole: str) -> PolicyAnswer:
    """Return what a policy proposed, as the trace tells it; long texts are cut there, but for what was said."""
    status = STATUSES[report["status"]]
    best: Mapping[str, Any] = next((row for row in rows if row["policy"] == report["policy"]), {})
    notes = report.get("notes", {})
    return PolicyAnswer(
        policy=report["policy"],
        status=status,
        text=whole or best.get("text", ""),
        score=best.get("score", 0.0),
        probability=best.get("probability"),
        seconds=report["seconds"],
        cost=cost_of(notes),
        reason=report["error"] if status == "failed" else str(notes.get("abstained") or ""),
        asked=status != "not asked",
    )
