"""The choice: which candidate becomes the reply, what its action does to it, and what is said with it."""

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dialog_core.actions import ActionRunner
from dialog_core.calling import describe_error
from dialog_core.candidate import ActionResult, Candidate, Ranked
from dialog_core.dispatch import PolicyRunner
from dialog_core.event_codec import encode_event
from dialog_core.events import BotSaid, Event, FlowStarted, HandedOver, Remembered
from dialog_core.exploration import Exploration
from dialog_core.guarding import Guards
from dialog_core.interfaces import Refuse
from dialog_core.soundness import SoundProposal, sound_proposal
from dialog_core.trace import PartReport, PolicyReport
from dialog_core.turn import Turn
from dialog_core.wording import Wording, worded

if TYPE_CHECKING:
    from dialog_core.cascade import Stage

MAX_ACTION_STEPS = 10  # of one turn; more is a flow going round in circles
FALLBACK = "fallback"
GUARD = "guard"  # who has said what an input guard answers


@dataclass(slots=True)
class Notes:
    """What is noted down in the course of one turn, for its trace."""

    started: float
    policies: list[PolicyReport] = field(default_factory=list)
    parts: list[PartReport] = field(default_factory=list)
    remembered: list[Remembered] = field(default_factory=list)
    ranked: Sequence[Ranked] = ()
    stages: list["Stage"] = field(default_factory=list)
    chosen: int | None = None
    reason: str = ""
    explored: bool = False
    propensity: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that wins, as the output guards leave it, with its probability."""

    winner: Candidate
    probability: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the turn came to: the messages to say, and the events that happen with them."""

    messages: tuple[BotSaid, ...]
    effects: tuple[Event, ...] = ()


class DecisionStage:
    """Takes the best candidate that is above the floor and passes the output guards, and runs its action."""

    def __init__(
        self,
        *,
        runners: Mapping[str, PolicyRunner],
        guards: Guards,
        actions: ActionRunner,
        fallback: Wording,
        accept_at: float,
        answer_at: float,
        exploration: Exploration,
    ) -> None:
        self._runners = runners
        self._guards = guards
        self._actions = actions
        self._wording = fallback
        self._accept_at = accept_at
        self._answer_at = answer_at
        self._exploration = exploration

    def guarded_by(self, guards: Guards) -> "DecisionStage":
        """Return the same stage with other guards."""
        stage = copy.copy(self)
        stage._guards = guards
        return stage

    async def decide(self, turn: Turn, notes: Notes) -> Decision:
        """Return what to say to this message and what happens with it."""
        choice = await self.choose(turn, notes)
        if choice is not None:
            return await self._act(turn, choice.winner, choice.probability, notes)
        return await self._with_follow_ups(turn, Decision((self._say(turn, self.fallback(turn)),)), FALLBACK, notes)

    async def choose(self, turn: Turn, notes: Notes) -> Choice | None:
        """Return the best candidate that may be said, without doing anything yet; None: the fallback answers."""
        order = list(range(len(notes.ranked)))
        if notes.explored:
            first = self._exploration.draw(turn, notes.ranked, self._usual(notes))
            order.sort(key=lambda place: place != first)
        for tried, place in enumerate(order):
            ranked = notes.ranked[place]
            if ranked.probability < self._answer_at:
                notes.reason = notes.reason or f"the best candidate is below answer_at {self._answer_at:g}"
                break
            winner: Candidate | None = ranked.candidate
            if ranked.candidate.text.strip():  # otherwise its action has to give it a text first
                winner = await self._guards.check_output(turn, ranked.candidate, notes.parts)
            if winner is None or not self._is_storable(turn, winner, notes):
                notes.reason = "what was better was refused"
                continue
            notes.chosen = place
            notes.propensity = self._exploration.propensity(turn, notes.ranked, place, self._usual(notes))
            drawn = notes.explored and notes.propensity is not None and notes.propensity < 1
            notes.reason = self._why(ranked, tried, drawn=drawn)
            return Choice(winner, ranked.probability)
        notes.reason = notes.reason or "no policy proposed anything"
        return None

    def _usual(self, notes: Notes) -> int:
        """Return which candidate is first where nothing is explored: a tier that is sure enough ends the asking."""
        sure = (stage.ranked[0].candidate for stage in notes.stages if stage.ranked and stage.best >= self._accept_at)
        first = next(sure, None)
        return next((place for place, ranked in enumerate(notes.ranked) if ranked.candidate is first), 0)

    async def _act(self, turn: Turn, winner: Candidate, probability: float, notes: Notes) -> Decision:
        """Run the winner's action, if it carries one, and let its policy go on from the result."""
        effects = list(winner.effects)
        runner = self._runners[winner.policy]
        for step in range(MAX_ACTION_STEPS):
            if winner.action is None:
                break
            result = await self._actions.run(turn, winner.action, step, notes.parts)
            happened = (*notes.remembered, *effects)
            so_far = turn.after(happened)
            resumed = await self._resume(runner, so_far, result, notes)
            if resumed is None:
                break
            checked = await self._guards.check_output(turn, resumed, notes.parts) if resumed.text.strip() else resumed
            if checked is None or not self._is_storable(turn, checked, notes):
                checked = Candidate(self.fallback(turn), score=0.0, policy=runner.name, kind=runner.kind)
            winner = checked
            effects.extend(winner.effects)
        said = self._say(turn, winner.text if winner.text.strip() else self.fallback(turn), winner, probability)
        return await self._with_follow_ups(turn, Decision((said,), tuple(effects)), winner.policy, notes)

    async def _resume(self, runner: PolicyRunner, turn: Turn, result: ActionResult, notes: Notes) -> Candidate | None:
        """Ask the winner's policy how it goes on; None when it has nothing to add.

        Where nobody says what to make of a failed action, the fallback is said and not the winner's text, which may
        claim that it succeeded.
        """
        excuse = None if result.ok else Candidate(self.fallback(turn), score=0.0, policy=runner.name, kind=runner.kind)
        if runner.resume is None:
            return excuse
        started = time.monotonic()
        try:
            turn = replace(turn, deadline=started + runner.resume.timeout)  # the action may have taken all there was
            sound = sound_proposal(await runner.resume(turn, result), runner.name, runner.kind)
        except Exception as error:
            sound = SoundProposal(failure=describe_error(error))
        if sound.remembered is not None:
            notes.remembered.append(sound.remembered)
        if sound.error or sound.notes:
            told = f"resume failed: {sound.error}" if sound.failure else sound.complaint or "went on from the result"
            notes.parts.append(PartReport(f"policy {runner.name}", told, time.monotonic() - started, sound.notes))
        return sound.candidates[0] if sound.candidates else excuse if sound.failure else None

    async def _with_follow_ups(self, turn: Turn, decision: Decision, answered_by: str, notes: Notes) -> Decision:
        """Append the question of a flow that is under way, or what can wait, when another policy has answered."""
        question = await self.follow_up(turn, answered_by, decision.effects, notes)
        if question is None:
            return decision
        return replace(decision, messages=(*decision.messages, self._say(turn, question.text, question)))

    async def follow_up(self, turn: Turn, answered_by: str, effects: Sequence[Event], notes: Notes) -> Candidate | None:
        """Return the question that a flow under way asks again after somebody else's answer; None: it asks nothing.

        Where there is no flow, and none begins, it is what somebody has to say beside an answer that was found.
        """
        flow = turn.conversation.active_flow
        if any(isinstance(effect, HandedOver) for effect in effects):
            return None
        if flow is None and (answered_by == FALLBACK or any(isinstance(effect, FlowStarted) for effect in effects)):
            return None
        for ranked in notes.ranked:
            candidate = ranked.candidate
            text = candidate.aside if flow is None else candidate.follow_up if candidate.policy == flow.policy else ""
            if text and candidate.policy != answered_by:
                question = replace(candidate, text=text, evidence=(), attachments=())
                return await self._guards.check_output(turn, question, notes.parts)
        return None

    def refuse(self, turn: Turn, refusal: Refuse, notes: Notes) -> Decision:
        """Answer at once in place of an input guard."""
        said = self._say(turn, refusal.reply if refusal.reply.strip() else self.fallback(turn), policy=GUARD)
        said = replace(said, quick_replies=refusal.quick_replies)
        effects = refusal.effects
        try:
            for event in effects:
                encode_event(event)
        except (TypeError, ValueError) as error:  # what it has to say must be said all the same
            notes.parts.append(PartReport(GUARD, f"its effects cannot be stored and are left out: {error}"))
            effects = ()
        return Decision((said,), effects)

    def broken(self, turn: Turn, decision: Decision, notes: Notes) -> Decision:
        """Say the fallback instead of a promise that could not be kept: to remember the user, or to forget them."""
        notes.reason = f"{notes.reason}; what the user said to being remembered could not be kept"
        return replace(decision, messages=(self._say(turn, self.fallback(turn)),))

    def fallback(self, turn: Turn) -> str:
        """Return what is said when nobody knows."""
        return worded(self._wording, turn.language)

    def _say(
        self,
        turn: Turn,
        text: str,
        winner: Candidate | None = None,
        probability: float | None = None,
        policy: str = FALLBACK,
    ) -> BotSaid:
        said = BotSaid(text, turn.now, turn.message.client_id, winner.policy if winner else policy, probability)
        if winner is None:
            return said
        return replace(
            said,
            evidence=winner.evidence,
            quick_replies=winner.quick_replies,
            attachments=tuple(winner.attachments),
        )

    def _is_storable(self, turn: Turn, winner: Candidate, notes: Notes) -> bool:
        """Whether JSON can hold what the candidate carries; found out before it wins, not when it is too late."""
        try:
            for event in (*winner.effects, self._say(turn, winner.text, winner)):
                encode_event(event)
        except (TypeError, ValueError) as error:
            notes.parts.append(PartReport(f"policy {winner.policy}", f"its candidate cannot be stored: {error}"))
            return False
        return True

    def _why(self, ranked: Ranked, refused: int, *, drawn: bool) -> str:
        if drawn:
            return f"{ranked.candidate.policy}: drawn at {ranked.probability:.2f}, to learn from it"
        sure = "accepted" if ranked.probability >= self._accept_at else "the best there is"
        after = f", after {refused} better ones were refused" if refused else ""
        return f"{ranked.candidate.policy}: {sure} at {ranked.probability:.2f}{after}"
