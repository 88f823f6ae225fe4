"""The policy `stories`: does what stories and rules say comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from dialog_core import (
    ActionResult,
    Candidate,
    Component,
    Context,
    Conversation,
    DialogError,
    Evidence,
    FlowEnded,
    JsonValue,
    Proposal,
    SessionStarted,
    Turn,
)
from dialog_rasa.acting import two_stage
from dialog_rasa.acting.custom import outcome_of
from dialog_rasa.acting.heard import Listener
from dialog_rasa.acting.memory import Memories, Memory
from dialog_rasa.acting.parts import Parts
from dialog_rasa.acting.resetting import FALLBACK
from dialog_rasa.acting.responses import Responses
from dialog_rasa.acting.said import NOTHING_TO_SAY, attachments_of, offers_of, text_of, titles_of
from dialog_rasa.acting.waiting import taken_up, to_json
from dialog_rasa.acting.walk import Walk
from dialog_rasa.dialogue.reading import dialogue_files, read_dialogue
from dialog_rasa.options import StoriesOptions
from dialog_rasa.prediction.contract import LearnedModel
from dialog_rasa.prediction.predictor import Predictor
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, Tracker

REMINDER: Final = 0.1  # the score of the open question alone; it is there to be appended to what others say
LOST: Final = "lost"
LOOK_EVERY: Final = 200  # events, see `_looked`
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class StoriesPolicy(Component[StoriesOptions]):
    """Proposes what a bot's stories and rules say comes next. Where it stands is kept with the conversation.

    Attributes:
        inline: Whether there are only responses: then a turn takes well under a millisecond.
        dialogue: What the bot consists of.
        features: What counts in predictions.
        predictor: What says which action comes next.
        actions: The custom actions an action server runs; the kernel calls them.
    """

    def __init__(self, options: StoriesOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(dialogue_files(options.files, []))
        self.dialogue = read_dialogue(options.files)
        self.features = Features(self.dialogue)
        self._learned: LearnedModel | None = None
        if context.trained:
            from dialog_rasa.prediction.learned import VERSION, load_learned

            self._learned = load_learned(context.artefact(VERSION))
        self.predictor = Predictor(
            self.dialogue,
            max_history=options.max_history,
            learned=self._learned,
            core_threshold=options.core_threshold,
            features=self.features,
        )
        self._memories = Memories(self.features, context.name or "stories")
        self._listener = Listener(self.dialogue, self.features, options)
        self._parts = Parts(
            dialogue=self.dialogue,
            features=self.features,
            predictor=self.predictor,
            responses=Responses(self.dialogue, options.channel),
            likeliest=self._listener.likeliest,
            ranking=self._listener.ranking,
            parameters=self._parameters,
            policy=context.name or "stories",
            registered=context.actions,
            server=bool(options.action_server),
            channel=options.channel,
            fallback=options.fallback,
            timeout=options.action_timeout + 1,  # the action server's own limit comes first, and says more
        )
        self.inline = not (self._parts.responses.slow or self._parts.custom or context.actions)
        self.actions: Mapping[str, Callable[..., Awaitable[Mapping[str, JsonValue]]]] = self._server_actions()

    def warm(self) -> None:
        """Compile the templates of the responses, load the actions that are registered, and what was learned."""
        if self._learned is not None:
            self._learned.probabilities(Tracker(self.features).heard(Heard()))
        self._parts.responses.warm()
        for name in self._parts.custom:
            if name in self.context.actions:
                self._parameters(name)

    def heard(self, text: str, annotations: Mapping[str, object], offers: Mapping[str, str] = NOTHING) -> Heard:
        """Return what a message means, given what annotators say about it.

        Args:
            text: Its words.
            annotations: What the annotators found, by their names.
            offers: The payloads of the buttons that were just offered, by the words on them in small letters.
        """
        return self._listener.understand(text, annotations, offers).heard

    def propose(self, turn: Turn) -> Proposal:
        """Return what comes next."""
        memory = self._recalled(turn.conversation)
        walk, session = self._begun(turn, memory)
        question = dict(walk.asked) if walk.tracker.loop is not None else {}
        offers = memory.offers if memory is not None and not session else NOTHING
        understood = self._listener.understand(turn.text, turn.annotations, offers)
        walk.sure = understood.sure
        walk.remarks.extend(understood.remarks)
        walk.begin(understood.heard, session=session)
        candidates = self._candidates(walk)
        if question and (text := text_of([question])):
            titles = titles_of([question])
            candidates.append(Candidate(text, REMINDER, follow_up=text, quick_replies=titles))
        return Proposal(tuple(candidates), self._notes(walk), self._looked(memory, turn.conversation))

    def resume(self, turn: Turn, result: ActionResult) -> Proposal | None:
        """Return what comes next now that an action has run."""
        memory = self._recalled(turn.conversation)
        walk = taken_up(self._parts, turn, memory) if memory is not None else None
        if walk is None:
            return None
        walk.resume(outcome_of(walk, result))
        return Proposal(tuple(self._candidates(walk)), self._notes(walk))

    def _parameters(self, name: str) -> Sequence[str] | None:
        """Return what a registered action is called with; None: it cannot be loaded, which running it will tell."""
        try:
            fields = self.context.action_schema(name).model.model_fields
        except DialogError:
            return None
        return [field.alias or key for key, field in fields.items()]

    def _recalled(self, conversation: Conversation) -> Memory | None:
        memory = self._memories.recalled(conversation.memory.get(self._parts.policy, NOTHING))
        return memory if memory is not None and memory.since <= len(conversation.events) else None

    def _looked(self, memory: Memory | None, conversation: Conversation) -> Mapping[str, JsonValue]:
        """Return what to remember whoever answers: now and then, how far it was looked whether a session began.

        So a turn costs the same however long others have been answering.
        """
        length = len(conversation.events)
        if memory is None or length - memory.since < LOOK_EVERY:
            return NOTHING
        found = _next_session(conversation, memory.since)
        since = length if found is None else found
        return NOTHING if since == memory.since else self._memories.remembered(replace(memory, since=since)).values

    def _begun(self, turn: Turn, memory: Memory | None) -> tuple[Walk, bool]:
        """Return a walk that stands where the conversation does, and whether a session begins for it."""
        conversation = turn.conversation
        session = memory is None or _next_session(conversation, memory.since) is not None
        position = len(conversation.events)
        if session or memory is None:
            tracker = Tracker(self.features, slots=turn.slots)
            walk = Walk(self._parts, turn, tracker, tracker, at=position)
            self._first_slots(walk, memory)
            walk.begun = walk.tracker
            walk.undo.clear()
        else:
            tracker = replace(memory.tracker, slots=turn.slots)
            walk = Walk(
                self._parts,
                turn,
                tracker,
                tracker,
                at=position,
                previous=memory.at,
                asked=dict(memory.asked),
                doubts=memory.doubts,
                before=memory.before,
            )
        self._agree(walk)
        return walk, session

    def _first_slots(self, walk: Walk, memory: Memory | None) -> None:
        """Set what slots hold at first, or held in the session before if that is carried over."""
        session = self.dialogue.session
        carried = memory.slots if memory is not None and session.carries_slots else {}
        held = walk.tracker.slots
        for name, slot in self.dialogue.slots.items():
            value = carried.get(name, slot.initial)
            if name not in held and value is not None:
                walk.set({name: value})

    def _agree(self, walk: Walk) -> None:
        """Have the loop under way be the same here and in the conversation, and one that there is.

        A guard may have ended it, or another version of the bot have begun it.
        """
        flows = [flow.name for flow in walk.turn.conversation.flows if flow.policy == self._parts.policy]
        loop = walk.tracker.loop
        known = (*self.dialogue.forms, two_stage.NAME)
        if loop is not None and (loop.name not in flows or loop.name not in known):
            walk.tracker = walk.tracker.left()
            walk.asked, walk.doubts, walk.before = {}, (), None
        now = walk.tracker.loop
        for name in reversed(flows):
            if now is None or name != now.name:
                walk.effects.append(FlowEnded(name, LOST))
        walk.begun = walk.tracker

    def _candidates(self, walk: Walk) -> list[Candidate]:
        if walk.call is not None:
            effects = (*walk.effects, self._memories.remembered(self._memory(walk, to_json(walk))))
            return [Candidate("", walk.score, evidence=_evidence(walk), effects=effects, action=walk.call)]
        if not walk.messages and not _does_something(walk):
            return []
        text = text_of(walk.messages) or NOTHING_TO_SAY
        effects = (*walk.effects, self._memories.remembered(self._memory(walk)))
        return [
            Candidate(
                text,
                walk.score,
                evidence=_evidence(walk),
                effects=effects,
                quick_replies=titles_of(walk.messages),
                attachments=attachments_of(walk.messages),
            )
        ]

    def _memory(self, walk: Walk, turn: Mapping[str, JsonValue] | None = None) -> Memory:
        carried = {name: walk.tracker.slots[name] for name in self.dialogue.slots if name in walk.tracker.slots}
        return Memory(
            walk.tracker,
            slots=carried,
            at=walk.at,
            since=len(walk.turn.conversation.events),
            offers=offers_of(walk.messages),
            asked=walk.asked,
            doubts=walk.doubts,
            before=walk.before,
            turn=turn,
        )

    def _notes(self, walk: Walk) -> dict[str, JsonValue]:
        """Return what is to be told in the trace."""
        steps = [f"{text}, {source}" if source else text for text, source, _ in walk.evidence]
        told: dict[str, JsonValue] = {"intent": walk.meant}
        ranked = [] if walk.turn.text.startswith("/") else self._listener.ranking(walk.turn.annotations)
        if ranked:
            told["likeliest"] = [f"{intent} {probability:.2f}" for intent, probability in ranked[:2]]
        told["steps"] = [step[:300] for step in steps]
        if walk.filled:
            told["slots"] = [*walk.filled]
        if walk.remarks:
            told["remarks"] = [remark[:300] for remark in walk.remarks[:20]]
        return told

    def _server_actions(self) -> dict[str, Callable[..., Awaitable[Mapping[str, JsonValue]]]]:
        options = self.options
        if not options.action_server:
            return {}
        from dialog_rasa.actions.server import ActionServer

        server = ActionServer(options.action_server, options.action_timeout)

        async def run(call: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            """Run a custom action on the action server."""
            return await server.run(call)

        return {name: run for name in self._parts.custom if name not in self.context.actions}


def _next_session(conversation: Conversation, since: int) -> int | None:
    """Return where the first session began after so many events; None: none did."""
    events = conversation.events
    return next((at for at in range(since, len(events)) if isinstance(events[at], SessionStarted)), None)


def _does_something(walk: Walk) -> bool:
    """Whether something comes of a walk without a word."""
    return any(action != FALLBACK and not walk.parts.says(action) for action in walk.actions)


def _evidence(walk: Walk) -> tuple[Evidence, ...]:
    """Return what a reply rests on: who said what comes next; and for channels, what is said message by message."""
    hidden: dict[str, Any] = {"cite": False}
    steps = tuple(Evidence(text, source, score, hidden) for text, source, score in walk.evidence)
    said = {"cite": False, "actions": [*walk.actions], "messages": [dict(message) for message in walk.messages]}
    return (*steps, Evidence(", ".join(walk.actions) or "-", metadata=said))
