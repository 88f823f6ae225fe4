"""The policy `flows`: tasks of several steps, exactly as their file says."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialog_core import ActionResult, Candidate, Component, Context, Evidence, FlowEnded, Turn
from dialog_rules.facts import Facts
from dialog_rules.flow import LOST, Flow
from dialog_rules.flow_file import read_flows
from dialog_rules.flow_heard import Heard
from dialog_rules.flow_options import FlowsOptions
from dialog_rules.flow_state import Frame, active_flows, frames_of
from dialog_rules.flow_talk import Talk
from dialog_rules.flow_walk import Walk
from dialog_rules.patterns import Patterns
from dialog_rules.templates import Scope, TemplateFailure
from dialog_rules.triggers import Fired, Trigger, Triggers

if TYPE_CHECKING:
    from dialog_rules.http_action import HttpAction

REMINDER = 0.1  # the score of the open question alone; it is there to be appended to what others say
CLEAR_START = 0.7  # the score from which on the start of another flow is asked about

NOTHING_TO_SAY = "…"  # where the file's own words come out empty: a flow must not stop for that

logger = logging.getLogger(__name__)


class FlowsPolicy(Component[FlowsOptions]):
    """Proposes to begin a flow, or how the flow under way goes on. Where it stands is in the conversation's events.

    Attributes:
        inline: Whether `propose` surely takes about a millisecond at most.
        actions: The actions its files declare; the kernel runs them.
    """

    def __init__(self, options: FlowsOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(options.path)
        self._book = read_flows(options.path, actions=context.actions, facts=context.facts)
        self.inline = self._book.quick
        self.actions: Mapping[str, HttpAction] = self._book.actions
        self._started = [flow for flow in self._book.flows.values() if flow.trigger is not None]
        nothing = Trigger(Patterns(()))
        self._triggers = Triggers([flow.trigger or nothing for flow in self._started])
        self._warned: set[object] = set()

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return how the flow under way goes on, or the flows that may begin."""
        facts = self._facts(turn)
        active = active_flows(turn, self._name)
        frames = frames_of(active, self._book)
        if active and frames:
            return self._go_on(facts, frames)
        lost = [] if frames is not None else [FlowEnded(one.name, LOST) for one in reversed(active)]
        fired = sorted(self._fired(facts), key=lambda one: -one[1].score)
        candidates = []
        for flow, one in fired[: self.options.candidates]:
            heard = self._heard(turn.text, facts, one.captures)
            walk = self._walk(facts, [])
            walk.effects.extend(lost)
            Talk(self._book, walk, heard).begin(flow)
            candidates.append(self._candidate(walk, one.score, flow, one.found))
        return candidates

    def resume(self, turn: Turn, result: ActionResult) -> Candidate | None:
        """Return how the flow goes on now that its action has run."""
        frames = frames_of(active_flows(turn, self._name), self._book)
        if not frames:
            return None
        facts = self._facts(turn)
        flow = frames[0].flow
        walk = self._walk(facts, frames)
        Talk(self._book, walk, self._heard(turn.text, facts)).resume(result)
        return self._candidate(walk, 1.0, flow, f"action: {result.call.name}")

    @property
    def _name(self) -> str:
        return self.context.name or "flows"

    def _go_on(self, facts: Facts, frames: list[Frame]) -> list[Candidate]:
        turn = facts.turn
        flow = frames[-1].flow
        ask = frames[-1].asked
        walk = self._walk(facts, frames)
        question, offers = walk.open_question()
        names = [frame.flow.name for frame in frames]

        def switch() -> tuple[Flow, float] | None:
            others = [(other, one.score) for other, one in self._fired(facts) if other.name not in names]
            best = max(others, key=lambda other: other[1], default=None)
            return best if best is not None and best[1] >= CLEAR_START else None

        talk = Talk(self._book, walk, self._heard(turn.text, facts))
        score = talk.hear(switch, lambda text: self._heard(text, facts, annotated=False))
        found = f"{flow.name}: {ask.slot.name}" if ask is not None else flow.name
        candidate = self._candidate(walk, score, flow, found)
        if not question:
            return [candidate]
        reminder = Candidate(question, min(score, REMINDER), follow_up=question, quick_replies=offers)
        return [candidate, reminder]

    def _fired(self, facts: Facts) -> list[tuple[Flow, Fired]]:
        """Return the flows a message would begin."""
        turn = facts.turn
        scan = self._heard(turn.text, facts).scan
        found = [(self._started[one.number], one) for one in self._triggers.find(turn, scan, facts)]
        return [(flow, one) for flow, one in found if self._may_begin(flow, one, facts)]

    def _may_begin(self, flow: Flow, fired: Fired, facts: Facts) -> bool:
        if flow.condition is None or flow.trigger is None:
            return True
        names = frozenset[str]().union(*(pattern.names for pattern in flow.trigger.patterns.any_of))
        try:
            return flow.condition.holds(Scope(facts.turn.slots, fired.captures, names, facts.names()))
        except TemplateFailure as error:
            self._warn(flow.name, f"the flow {flow.name!r} ({flow.file}:{flow.line}) does not begin: {error}")
            return False

    def _candidate(self, walk: Walk, score: float, flow: Flow, found: str) -> Candidate:
        if not walk.said and walk.action is None:
            walk.say_message("done")
        about: dict[str, Any] = {"flow": flow.name, "cite": False}
        if walk.failure:
            about["error"] = walk.failure
            self._warn(walk.failure, f"the flow {flow.name!r} ({flow.file}:{flow.line}): {walk.failure}")
        text = "\n\n".join(text for text in walk.said if text)
        return Candidate(
            text or ("" if walk.action is not None else NOTHING_TO_SAY),
            score,
            evidence=(Evidence(found, f"{flow.file}:{flow.line}", score, about),),
            effects=tuple(walk.effects),
            action=walk.action,
            quick_replies=walk.quick_replies,
        )

    def _facts(self, turn: Turn) -> Facts:
        options = self.options
        return Facts(turn, intents=options.intents, entities=options.entities)

    def _heard(
        self, text: str, facts: Facts, captures: Mapping[str, str] | None = None, *, annotated: bool = True
    ) -> Heard:
        limit = self.options.pattern_timeout
        return Heard(text, facts, self._book.words, limit=limit, captures=captures, annotated=annotated)

    def _walk(self, facts: Facts, frames: list[Frame]) -> Walk:
        return Walk(self._book, self._name, facts, frames, self._warn)

    def _warn(self, about: object, message: str) -> None:
        """Log a warning, one about each thing."""
        if about not in self._warned:
            self._warned.add(about)
            logger.warning("%s: %s", self._name, message)
