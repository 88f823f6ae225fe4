"""Asking the parts of a bot what they would do, outside of any turn: nothing is stored, and nobody answers."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dialog_core.annotating import AnnotatorRunner, annotate, annotate_strictly, in_its_language
from dialog_core.candidate import Candidate, Ranked
from dialog_core.cascade import Cascade, Stage
from dialog_core.conversation import DEFAULT_CONVERSATION, EMPTY, Conversation, JsonValue, Message
from dialog_core.decision import FALLBACK, DecisionStage, Notes
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier, with_evidence
from dialog_core.errors import UnknownComponentError
from dialog_core.guarding import Guards
from dialog_core.interfaces import Retriever
from dialog_core.trace import PartReport, PolicyReport
from dialog_core.turn import Turn, TurnRules

GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a bot would do with a message.

    Attributes:
        turn: The turn as the last policies saw it.
        stages: How the candidates ranked after each tier that was asked.
        policies: How asking each policy went.
        parts: What guards, annotators and the ranker had to tell.
        winner: The candidate that would be chosen, as the output guards leave it; None: none, or a guard answers. What
            its action would do is left open: it does not run.
        probability: The winner's probability.
        text: What would be said: the winner's text, which may be for its action to give, or else that of the fallback
            or the guard.
        policy: Who would say it: a policy, `fallback` or `guard`.
        reason: In one sentence, why.
    """

    turn: Turn
    stages: tuple[Stage, ...]
    policies: tuple[PolicyReport, ...]
    parts: tuple[PartReport, ...]
    winner: Candidate | None
    probability: float | None
    text: str
    policy: str
    reason: str

    @property
    def ranked(self) -> tuple[Ranked, ...]:
        """All candidates, best first, as they stood after the last tier that was asked."""
        return self.stages[-1].ranked if self.stages else ()


class Rehearsal:
    """Makes the turns there would be if something were said now, and asks the policies about them."""

    def __init__(
        self,
        begin: Callable[[Message, Conversation, datetime | None], Turn],
        load: Callable[[str], Awaitable[Conversation]],
        *,
        annotators: Sequence[AnnotatorRunner],
        cascade: Cascade,
        guards: Guards,
        decisions: DecisionStage,
        rules: TurnRules,
    ) -> None:
        """Take the parts.

        Args:
            begin: Makes the turn that a message begins, before anybody has looked at it; the time is now unless given.
            load: Reads a stored conversation.
            annotators: What finds facts about a message.
            cascade: Asks the policies.
            guards: What watches over input and output.
            decisions: What chooses.
            rules: What holds for every turn.
        """
        self._begin = begin
        self._load = load
        self._annotators = annotators
        self._cascade = cascade
        self._tiers = cascade.tiers
        self._guards = guards
        self._decisions = decisions
        self._runners = {runner.name: runner for tier in cascade.tiers for runner in tier}
        self._rules = rules

    @property
    def policies(self) -> Mapping[str, Any]:
        """The policies by name, in the order they are asked."""
        return {name: runner.policy for name, runner in self._runners.items()}

    @property
    def retrievers(self) -> Mapping[str, Retriever]:
        """The policies that search knowledge, by name; what one puts together follows it as `<policy>.<part>`."""
        found: dict[str, Retriever] = {}
        for name, policy in self.policies.items():
            if isinstance(policy, Retriever):
                found[name] = policy
                found.update({f"{name}.{part}": other for part, other in getattr(policy, "parts", {}).items()})
        return found

    def retriever(self, name: str = "") -> Retriever:
        """Return one of `retrievers`; default: the first.

        Raises:
            UnknownComponentError: There is no such retriever.
        """
        known = self.retrievers
        wanted = name or next(iter(known), "")
        if wanted not in known:
            raise UnknownComponentError("retriever", wanted, sorted(known))
        return known[wanted]

    async def annotate(self, text: str, conversation: Conversation | str | None) -> Mapping[str, JsonValue]:
        """Return what is found in a text if it were said now; see `turn_of`."""
        return (await self.turn_of(text, conversation)).annotations

    async def turn_of(self, text: str, conversation: Conversation | str | None) -> Turn:
        """Return the turn the first policies would be given if a text were said now.

        Args:
            text: What a user might say.
            conversation: In which conversation, or the id of a stored one; None: one that just begins.

        Raises:
            DialogError: An annotator failed.
        """
        begun = self._begin(Message(text), await self._conversation(conversation), None)
        turn = await annotate_strictly(self._annotators, begun)
        return in_its_language(turn, self._rules.languages)

    async def turn_for(self, policy: str, text: str, conversation: Conversation | str | None) -> Turn:
        """Return the turn one policy would be given if a text were said now, with what earlier tiers find.

        Args:
            policy: Which.
            text: What a user might say.
            conversation: As in `turn_of`.

        Raises:
            UnknownComponentError: The bot has no such policy.
            DialogError: An annotator failed.
        """
        if policy not in self._runners:
            raise UnknownComponentError("policy", policy, sorted(self._runners))
        turn = await self.turn_of(text, conversation)
        for number, tier in enumerate(self._tiers):
            if self._runners[policy] in tier:
                break
            turn = with_evidence(turn, await ask_tier(tier, turn, number))
        return turn

    async def ask(
        self, policy: str, text: str, conversation: Conversation | str | None, seconds: float | None = None
    ) -> Answer:
        """Return what one policy answers if a text were said now; see `turn_for`.

        Args:
            policy: Which.
            text: What a user might say.
            conversation: In which conversation, or the id of a stored one; None: one that just begins.
            seconds: How long it may take; default: as in a turn.
        """
        turn = await self.turn_for(policy, text, conversation)
        limit = self._rules.deadline if seconds is None else seconds
        turn = replace(turn, deadline=time.monotonic() + limit)
        return (await ask_tier([self._runners[policy].apart(seconds)], turn, 0))[0]

    async def rehearse(
        self,
        message: Message,
        conversation: Conversation | str | None,
        *,
        everybody: bool = False,
        now: datetime | None = None,
        seconds: float | None = None,
        recorded: Mapping[str, Answer] = EMPTY,
    ) -> Rehearsed:
        """Return what the bot would do with a message; nothing is stored, no action runs and no observer is told.

        Args:
            message: What a user might say.
            conversation: As in `turn_of`; what was said before the message.
            everybody: Ask all tiers, also where an earlier one has a candidate that is good enough.
            now: The time of the turn; default: now.
            seconds: How long each policy may take; default: as in a turn.
            recorded: Answers of policies that are not asked again, by name.
        """

        async def ask(tier: Sequence[PolicyRunner], turn: Turn, number: int) -> list[Answer]:
            asked = [runner.apart(seconds) for runner in tier if runner.name not in recorded]
            limit = self._rules.deadline if seconds is None else seconds
            answers = await ask_tier(asked, replace(turn, deadline=time.monotonic() + limit), number) if asked else []
            found = {**recorded, **{answer.report.policy: answer for answer in answers}}
            return [found[runner.name] for runner in tier]

        notes = Notes(started=time.monotonic())
        turn = self._begin(message, await self._conversation(conversation), now)
        checked, refusal = await self._guards.check_input(turn, notes.parts)
        turn = replace(turn, message=checked)
        if refusal is not None:
            reply = refusal.reply or self._decisions.fallback(turn)
            reason = f"an input guard answered: {refusal.reason}"
            return Rehearsed(turn, (), (), tuple(notes.parts), None, None, reply, GUARD, reason)
        turn = await annotate(self._annotators, turn, notes.parts, languages=self._rules.languages)
        turn = await self._cascade.ask(turn, notes, ask=ask, everybody=everybody)
        choice = await self._decisions.choose(turn, notes)
        return Rehearsed(
            turn=turn,
            stages=tuple(notes.stages),
            policies=tuple(notes.policies),
            parts=tuple(notes.parts),
            winner=choice.winner if choice else None,
            probability=choice.probability if choice else None,
            text=choice.winner.text if choice else self._decisions.fallback(turn),
            policy=choice.winner.policy if choice else FALLBACK,
            reason=notes.reason,
        )

    async def _conversation(self, conversation: Conversation | str | None) -> Conversation:
        if isinstance(conversation, str):
            return await self._load(conversation)
        return Conversation(DEFAULT_CONVERSATION) if conversation is None else conversation
