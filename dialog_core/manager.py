"""The turn: from a user's message to a stored reply. Read `_turn` first; everything else is one of its steps."""

import functools
import secrets
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from dialog_core.actions import ActionRunner
from dialog_core.annotating import AnnotatorRunner, annotate
from dialog_core.cascade import Cascade
from dialog_core.conversation import Conversation
from dialog_core.decision import Decision, DecisionStage, Notes
from dialog_core.dispatch import Answer, PolicyRunner, ask_tier
from dialog_core.errors import ConversationChanged
from dialog_core.events import BotSaid, Event, FactLearned, Message, SessionStarted, UserSaid
from dialog_core.exploration import Exploration
from dialog_core.guarding import Guards
from dialog_core.interfaces import ConversationStore
from dialog_core.locks import ConversationLocks
from dialog_core.observers import Observers
from dialog_core.profiles import LANGUAGE, Profiles, attributed
from dialog_core.ranking_stage import RankingStage
from dialog_core.rehearsal import Rehearsal
from dialog_core.reply import Asking, Reply
from dialog_core.streaming import Emitter, Watch, ask_streaming
from dialog_core.text import repair_text
from dialog_core.trace import PartReport, Trace
from dialog_core.turn import Turn, TurnRules
from dialog_core.user import User
from dialog_core.wording import spoken_of, worded

T = TypeVar("T")
MAX_CONFLICTS = 20  # appends lost in a row to other processes before giving up


class DialogueManager:
    """Takes users' messages to replies through the parts of one bot."""

    def __init__(
        self,
        *,
        rules: TurnRules,
        store: ConversationStore,
        tiers: Sequence[Sequence[PolicyRunner]],
        ranking: RankingStage,
        actions: ActionRunner,
        annotators: Sequence[AnnotatorRunner] = (),
        guards: Guards | None = None,
        observers: Observers | None = None,
        profiles: Profiles | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        fingerprints: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.rules = rules
        self.store = store
        runners = {runner.name: runner for tier in tiers for runner in tier}
        for runner in runners.values():
            actions.adopt(runner.name, runner.actions)
        self._cascade = Cascade(tiers, ranking, accept_at=rules.accept_at)
        self._exploration = Exploration(rules.explore, answer_at=rules.answer_at)
        self._annotators = annotators
        self._guards = guards or Guards()
        self._decisions = DecisionStage(
            runners=runners,
            guards=self._guards,
            actions=actions,
            fallback=rules.fallback,
            accept_at=rules.accept_at,
            answer_at=rules.answer_at,
            exploration=self._exploration,
        )
        self._observers = observers or Observers()
        self.profiles = profiles or Profiles()
        self._clock = clock
        self._fingerprints = functools.cache(fingerprints)
        self._locks = ConversationLocks()
        self.rehearsal = Rehearsal(
            self._would_begin,
            self._would_accept,
            store.load,
            annotators=annotators,
            cascade=self._cascade,
            guards=self._guards,
            decisions=self._decisions,
            exploration=self._exploration,
            rules=rules,
        )

    async def take(self, conversation_id: str, message: Message, watch: Watch | None = None) -> Reply:
        """Answer one message, exactly once per client id, and return the reply after it has been stored.

        Args:
            conversation_id: Whose conversation.
            message: What the user sent.
            watch: Is told what policies are asked and, where a policy streams, the pieces of the reply.
        """
        conversation_id = repair_text(conversation_id)
        message = self._admit(message)
        emitter = Emitter(watch) if watch else None
        reply = await self._exclusively(
            conversation_id, lambda conversation: self._turn(conversation, message, watch, emitter)
        )
        if emitter:
            emitter.finish(reply)
        return reply

    async def _turn(
        self, conversation: Conversation, message: Message, watch: Watch | None, emitter: Emitter | None
    ) -> Reply:
        """One turn, one direction: guards, store, annotators, policies by tier, ranker, guards, action, store."""
        if conversation.replies_to(message.client_id):
            return await self._stored_reply(conversation, message.client_id)
        notes = Notes(started=time.monotonic())
        turn = await self._introduce(self._begin(conversation, message), notes.parts)
        message, refusal = await self._guards.check_input(turn, notes.parts)
        turn = await self._accept(turn, message)
        if turn.conversation.handed_over and not (refusal and refusal.urgent):
            return Reply(conversation.id, message.client_id, ())
        self._observers.tell("dialog_turn_started", turn=turn)
        if refusal is None:
            turn = await annotate(self._annotators, turn, notes.parts, languages=self.rules.languages)
            turn = await self._ask_policies(turn, notes, watch, emitter)
            decision = await self._decisions.decide(turn, notes)
        else:
            notes.reason = f"an input guard answered: {refusal.reason}"
            decision = self._decisions.refuse(turn, refusal, notes)
        reply = await self._commit(turn, decision, notes)
        self._observers.tell("dialog_turn_finished", turn=turn, reply=reply)
        return reply

    async def greet(self, conversation_id: str) -> Reply | None:
        """Say the greeting if a session begins now; None if there is none to say or a session is under way."""

        async def say(conversation: Conversation) -> Reply | None:
            now = self._clock()
            if not self.rules.greeting or not self._session_is_over(conversation, now):
                return None
            text = worded(self.rules.greeting, conversation.locale or self.rules.language)
            greeting = BotSaid(text, now, policy="greeting")
            events = (SessionStarted(now), greeting)
            await self.store.append(conversation_id, events, expected_length=len(conversation))
            return Reply(conversation_id, "", (greeting,))

        return await self._exclusively(conversation_id, say)

    async def record(self, conversation_id: str, events: Sequence[Event]) -> Conversation:
        """Append events that are nobody's reply: feedback, an edit, a person taking over."""
        return await self._exclusively(
            conversation_id,
            lambda conversation: self.store.append(conversation_id, events, expected_length=len(conversation)),
        )

    async def known(self, user_id: str, conversation_id: str) -> User:
        """Return what is known about a user, in a conversation and across them."""
        conversation = await self.store.load(conversation_id)
        now = self._clock()
        begins = self._session_is_over(conversation, now)
        return await self.profiles.known(user_id, None if begins else conversation, now, [])

    async def forget(self, user_id: str, conversation_id: str) -> int:
        """Forget all facts about a user, kept or said in the session of a conversation; say how many."""

        async def say(conversation: Conversation) -> int:
            known = await self.profiles.known(user_id, conversation, self._clock(), [])
            kept = 0
            if self.profiles.store is not None:
                kept = len((await self.profiles.store.get(user_id)).facts)
                await self.profiles.store.forget(user_id)
            said = [FactLearned(name, None, user_id) for name in conversation.learned.get(user_id, ())]
            if said:
                await self.store.append(conversation_id, said, expected_length=len(conversation))
            return max(kept, len(known.facts))

        return await self._exclusively(conversation_id, say)

    async def close(self, *, store: bool = True, profiles: bool = True) -> None:
        """Let go of what is kept open: of observers, and of the stores unless they are somebody else's."""
        self._observers.close()
        try:
            if profiles and self.profiles.store is not None:
                await self.profiles.store.close()
        finally:
            if store:
                await self.store.close()

    async def _exclusively(self, conversation_id: str, step: Callable[[Conversation], Awaitable[T]]) -> T:
        """Take a step on a conversation that nobody else in this process touches meanwhile.

        When another process was first, the conversation is loaded again and the step taken anew; a turn then looks
        whether its message has been answered before it asks anybody.
        """
        async with self._locks.hold(conversation_id):
            for _ in range(MAX_CONFLICTS):
                try:
                    return await step(await self.store.load(conversation_id))
                except ConversationChanged as error:
                    lost = error
            raise lost

    def _admit(self, message: Message) -> Message:
        """Repair the text, cut what is longer than the bot accepts, and give the message an id if it has none."""
        text = repair_text(message.text)
        metadata = message.metadata
        if len(text) > self.rules.max_message:
            metadata = {**metadata, "cut_from": len(text)}
            text = text[: self.rules.max_message]
        client_id = repair_text(message.client_id) or secrets.token_hex(8)
        user_id = repair_text(message.user_id)
        return replace(message, text=text, user_id=user_id, client_id=client_id, metadata=metadata)

    def _begin(self, conversation: Conversation, message: Message, now: datetime | None = None) -> Turn:
        now = now or self._clock()
        position = conversation.position_of(message.client_id)
        if position is None:  # where it will stand: a turn that is taken up again has the same seed
            position = len(conversation) + self._session_is_over(conversation, now)
        return Turn(
            conversation=conversation,
            message=message,
            language=conversation.locale or self.rules.language,
            deadline=time.monotonic() + self.rules.deadline,
            now=now,
            seed=self._seed(conversation, position),
        )

    async def _introduce(self, turn: Turn, reports: list[PartReport], *, goes_on: bool = False) -> Turn:
        """Return the turn with whom it is with, in the language they want unless the conversation is set to one."""
        begins = not goes_on and self._session_is_over(turn.conversation, turn.now)
        user = await self.profiles.user(turn, reports, begins=begins)
        return replace(turn, user=user, language=self._language(turn.conversation, user))

    def _language(self, conversation: Conversation, user: User) -> str:
        wanted = user.facts.get(LANGUAGE)
        known = spoken_of((self.rules.language, *self.rules.languages), wanted) if isinstance(wanted, str) else None
        return conversation.locale or known or self.rules.language

    async def _would_begin(
        self, message: Message, conversation: Conversation, now: datetime | None, *, goes_on: bool
    ) -> Turn:
        return await self._introduce(self._begin(conversation, self._admit(message), now), [], goes_on=goes_on)

    async def _accept(self, turn: Turn, message: Message) -> Turn:
        """Store the message before anybody is asked about it, unless it is stored and was only never answered."""
        conversation = turn.conversation
        if arrival := self._arrival(turn, message):
            conversation = await self.store.append(conversation.id, arrival, expected_length=len(conversation))
        return self._accepted(turn, conversation, message)

    def _would_accept(self, turn: Turn, message: Message, *, goes_on: bool) -> Turn:
        arrival = self._arrival(turn, message)
        return self._accepted(turn, turn.conversation.append(arrival[-1:] if goes_on else arrival), message)

    def _arrival(self, turn: Turn, message: Message) -> tuple[Event, ...]:
        """Return what happens when a message arrives: nothing where it stands in the conversation already."""
        if turn.conversation.position_of(message.client_id) is not None:
            return ()
        begins = self._session_is_over(turn.conversation, turn.now)
        return (SessionStarted(turn.now), UserSaid(message)) if begins else (UserSaid(message),)

    def _accepted(self, turn: Turn, conversation: Conversation, message: Message) -> Turn:
        """Return the turn with the message in its conversation; a session that begins forgets in which language."""
        position = conversation.position_of(message.client_id) or 0
        said = conversation.events[position]
        return replace(
            turn,
            conversation=conversation,
            message=said.message if isinstance(said, UserSaid) else message,
            language=self._language(conversation, turn.user),
            seed=self._seed(conversation, position),
        )

    def _seed(self, conversation: Conversation, position: int) -> int:
        return zlib.crc32(f"{self.rules.seed}/{conversation.id}/{position}".encode())

    def _session_is_over(self, conversation: Conversation, now: datetime) -> bool:
        last_at = conversation.last_at
        if last_at is None:  # nothing said yet; what was recorded beforehand belongs to the session that begins
            return not len(conversation)
        return (now - last_at).total_seconds() > self.rules.session_expiry

    async def _ask_policies(self, turn: Turn, notes: Notes, watch: Watch | None, emitter: Emitter | None) -> Turn:
        """Ask tier after tier, telling who watches; whoever explores has to hear everybody."""

        async def ask(tier: Sequence[PolicyRunner], turn: Turn, number: int) -> list[Answer]:
            if watch and not all(runner.propose.inline for runner in tier):
                watch(Asking(tuple(runner.name for runner in tier)))
            if emitter and not notes.explored and self._may_stream(number):
                return [await ask_streaming(tier[0], turn, number, self._guards, emitter, notes.parts)]
            return await ask_tier(tier, turn, number)

        notes.explored = self._exploration.explores(turn)
        return await self._cascade.ask(turn, notes, ask=ask, everybody=notes.explored, observers=self._observers)

    def _may_stream(self, number: int) -> bool:
        tier = self._cascade.tiers[number]
        alone_and_last = number == len(self._cascade.tiers) - 1 and len(tier) == 1
        return alone_and_last and tier[0].streams and self._guards.stream

    async def _commit(self, turn: Turn, decision: Decision, notes: Notes) -> Reply:
        """Store the reply with its effects and its trace in one go; only then is there a reply."""
        effects = attributed(decision.effects, turn.message.user_id, turn.now)
        if not await self.profiles.keep(turn, effects, notes.parts):
            decision = self._decisions.broken(turn, decision, notes)
        trace = Trace(
            message_id=turn.message.client_id,
            policies=tuple(notes.policies),
            ranked=tuple(notes.ranked),
            chosen=notes.chosen,
            reason=notes.reason,
            ranker=self._cascade.ranking.description,
            scale=self._cascade.ranking.scale,
            parts=(*self.rules.remarks, *notes.parts),
            seconds=time.monotonic() - notes.started,
            at=turn.now,
            language=turn.language,
            annotations=turn.annotations,
            propensity=notes.propensity,
            explored=notes.explored,
            fingerprints=self._fingerprints(),
        ).to_json()
        conversation = turn.conversation
        events = (*notes.remembered, *effects, *decision.messages)
        await self.store.append(conversation.id, events, expected_length=len(conversation), trace=trace)
        return Reply(conversation.id, turn.message.client_id, decision.messages, trace)

    async def _stored_reply(self, conversation: Conversation, client_id: str) -> Reply:
        trace = await self.store.load_trace(conversation.id, client_id)
        return Reply(conversation.id, client_id, conversation.replies_to(client_id), trace, replayed=True)
