"""Asking the parts of a bot what they would do, outside of any turn: nothing is stored, and nobody answers."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from dialog_core.annotating import AnnotatorRunner, annotate, annotate_strictly, in_its_language
from dialog_core.calling import describe_error
from dialog_core.candidate import Candidate, Ranked
from dialog_core.cascade import Cascade, Stage
from dialog_core.conversation import DEFAULT_CONVERSATION, Conversation
from dialog_core.decision import FALLBACK, GUARD, Choice, DecisionStage, Notes
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier, with_evidence
from dialog_core.errors import DialogError, UnknownComponentError
from dialog_core.events import Event, Message
from dialog_core.exploration import Exploration
from dialog_core.guarding import GuardRunner, Guards
from dialog_core.interfaces import Retriever, Verdict
from dialog_core.profiles import attributed
from dialog_core.recorded_answer import as_recorded
from dialog_core.trace import PartReport, PolicyReport
from dialog_core.turn import Turn, TurnRules
from dialog_core.values import EMPTY, JsonValue


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
        follow_up: What would be said after it: the question of a flow under way, where somebody else answers.
        explored: Whether the choice was left to chance.
        effects: The events that would happen with it: the winner's, or those of the guard that answers.
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
    follow_up: str = ""
    explored: bool = False
    effects: tuple[Event, ...] = ()

    @property
    def ranked(self) -> tuple[Ranked, ...]:
        """All candidates, best first, as they stood after the last tier that was asked."""
        return self.stages[-1].ranked if self.stages else ()


class Rehearsal:
    """Makes the turns there would be if something were said now, and asks the policies about them."""

    def __init__(
        self,
        begin: Callable[..., Awaitable[Turn]],
        accept: Callable[..., Turn],
        load: Callable[[str], Awaitable[Conversation]],
        *,
        annotators: Sequence[AnnotatorRunner],
        cascade: Cascade,
        guards: Guards,
        decisions: DecisionStage,
        exploration: Exploration,
        rules: TurnRules,
    ) -> None:
        """Take the parts.

        Args:
            begin: Makes the turn that a message begins, before anybody has looked at it; the time is now unless given;
                with `goes_on=True` however much time has passed, otherwise a session may begin with it.
            accept: Puts the message, as the guards leave it, into the turn's conversation; `goes_on` as in `begin`.
            load: Reads a stored conversation.
            annotators: What finds facts about a message.
            cascade: Asks the policies.
            guards: What watches over input and output.
            decisions: What chooses.
            exploration: What may leave the choice to chance.
            rules: What holds for every turn.
        """
        self._begin = begin
        self._accept = accept
        self._load = load
        self._annotators = annotators
        self._cascade = cascade
        self._tiers = cascade.tiers
        self._guards = guards
        self._decisions = decisions
        self._exploration = exploration
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

    @property
    def guarding(self) -> Mapping[str, GuardRunner]:
        """The guards by name, in the order of the file."""
        return {runner.name: runner for runner in self._guards.runners}

    async def judge(
        self, guard: str, text: str, conversation: Conversation | str | None, *, reply: bool, seconds: float | None
    ) -> Verdict:
        """Return what one guard says to a text; nothing is stored.

        Args:
            guard: Which.
            text: What a user might say, or what the bot might reply.
            conversation: As in `turn_of`.
            reply: Whether the text is a reply of the bot's, whose user said nothing.
            seconds: How long it may take; default: as in a turn.

        Raises:
            UnknownComponentError: The bot has no such guard.
            DialogError: The guard does not look at such texts, or failed.
        """
        if guard not in self.guarding:
            raise UnknownComponentError("guard", guard, sorted(self.guarding))
        runner = self.guarding[guard].apart(seconds)
        call = runner.check_output if reply else runner.check_input
        if call is None:
            raise DialogError(f"the guard {guard!r} does not look at what {'the bot says' if reply else 'users say'}")
        message = Message("" if reply else text)
        turn = await self._begin(message, await self._conversation(conversation), None, goes_on=True)
        try:
            verdict: Verdict = await call(turn, Candidate(text, 1.0, "reply")) if reply else await call(turn)
        except Exception as error:
            raise DialogError(f"the guard {guard!r} failed: {describe_error(error)}") from error
        return verdict

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
        begun = await self._begin(Message(text), await self._conversation(conversation), None, goes_on=True)
        begun = self._accept(begun, begun.message, goes_on=True)
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
        explore: bool = False,
        now: datetime | None = None,
        seconds: float | None = None,
        recorded: Mapping[str, Answer] = EMPTY,
    ) -> Rehearsed:
        """Return what the bot would do with a message; nothing is stored, no action runs and no observer is told.

        Args:
            message: What a user might say. One that stands in the conversation unanswered is taken up again.
            conversation: As in `turn_of`; what was said before the message. Of a conversation that is given without a
                time it is assumed that it goes on; otherwise a session may begin, as in a turn.
            everybody: Ask all tiers, also where an earlier one has a candidate that is good enough.
            explore: Leave the choice to chance where a turn would.
            now: The time of the turn; default: now.
            seconds: How long each component may take; default: as in a turn.
            recorded: Answers of policies that are not asked again, by name. What they rest on is completed from what
                earlier tiers find, where a trace had to cut it.
        """
        notes = Notes(started=time.monotonic())
        guards = self._guards.apart(seconds)
        goes_on = now is None and isinstance(conversation, Conversation)
        turn = await self._begin(message, await self._conversation(conversation), now, goes_on=goes_on)
        checked, refusal = await guards.check_input(turn, notes.parts)
        turn = self._accept(turn, checked, goes_on=goes_on)
        if refusal is not None:
            reply = refusal.reply if refusal.reply.strip() else self._decisions.fallback(turn)
            notes.reason = f"an input guard answered: {refusal.reason}"
            return _rehearsed(turn, notes, None, reply, GUARD, effects=refusal.effects)
        annotators = [runner.apart(seconds) for runner in self._annotators]
        turn = await annotate(annotators, self._in_time(turn, seconds), notes.parts, languages=self._rules.languages)
        notes.explored = explore and self._exploration.explores(turn)
        cascade = self._cascade.apart(seconds)
        asking = partial(self._ask_tier, seconds, recorded)
        turn = await cascade.ask(turn, notes, ask=asking, everybody=everybody or notes.explored)
        decisions = self._decisions.guarded_by(guards)
        choice = await decisions.choose(turn, notes)
        if choice is None:
            question = await decisions.follow_up(turn, FALLBACK, (), notes)
            return _rehearsed(turn, notes, None, decisions.fallback(turn), FALLBACK, question)
        winner = choice.winner
        question = None if winner.action else await decisions.follow_up(turn, winner.policy, winner.effects, notes)
        return _rehearsed(turn, notes, choice, winner.text, winner.policy, question)

    async def _ask_tier(
        self,
        seconds: float | None,
        recorded: Mapping[str, Answer],
        tier: Sequence[PolicyRunner],
        turn: Turn,
        number: int,
    ) -> list[Answer]:
        """Ask those policies of a tier that have no recorded answer, and put the recorded ones among what they say."""
        asked = [runner for runner in tier if runner.name not in recorded]
        answers = await ask_tier(asked, self._in_time(turn, seconds), number) if asked else []
        found = {answer.report.policy: answer for answer in answers}
        for runner in tier:
            if runner.name in recorded:
                found[runner.name] = as_recorded(recorded[runner.name], turn, number)
        return [found[runner.name] for runner in tier]

    def _in_time(self, turn: Turn, seconds: float | None) -> Turn:
        """Return the turn with a deadline that begins now: annotators leave half of it, policies may use it up."""
        limit = self._rules.deadline if seconds is None else 2 * seconds
        return replace(turn, deadline=time.monotonic() + limit)

    async def _conversation(self, conversation: Conversation | str | None) -> Conversation:
        if isinstance(conversation, str):
            return await self._load(conversation)
        return Conversation(DEFAULT_CONVERSATION) if conversation is None else conversation


def _rehearsed(
    turn: Turn,
    notes: Notes,
    choice: Choice | None,
    text: str,
    policy: str,
    follow_up: Candidate | None = None,
    effects: Sequence[Event] = (),
) -> Rehearsed:
    return Rehearsed(
        turn=turn,
        stages=tuple(notes.stages),
        policies=tuple(notes.policies),
        parts=tuple(notes.parts),
        winner=choice.winner if choice else None,
        probability=choice.probability if choice else None,
        text=text,
        policy=policy,
        reason=notes.reason,
        follow_up=follow_up.text if follow_up else "",
        explored=notes.explored,
        effects=attributed(choice.winner.effects if choice else effects, turn.message.user_id, turn.now),
    )
