"""A bot to talk to: loaded from one file, asked from plain or async code."""

import asyncio
import concurrent.futures
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dialog_core.bot_file import BotSpec
from dialog_core.bot_reader import read_bot_file
from dialog_core.builder import Builder
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.conversation import DEFAULT_CONVERSATION, Conversation
from dialog_core.dispatch import Answer
from dialog_core.events import Event, Message
from dialog_core.interfaces import ConversationStore, ConversationSummary, ProfileStore, Retriever, Verdict, Warmable
from dialog_core.loop_thread import LoopThread
from dialog_core.manager import DialogueManager
from dialog_core.plugins import PluginSet
from dialog_core.rehearsal import Rehearsed
from dialog_core.reply import Reply, StreamItem
from dialog_core.retrieval import Hit
from dialog_core.stores.memory_profiles import MemoryProfileStore
from dialog_core.stream_relay import relay, relay_sync
from dialog_core.turn import Turn
from dialog_core.user import Profile, User
from dialog_core.values import EMPTY, JsonValue

logger = logging.getLogger(__name__)

STORE, PROFILES = "store", "profiles"


class Bot:
    """A bot, ready to be asked.

        with Bot.load("bot.yaml") as bot:
            print(bot.reply("hi").text)

    The plain methods may be called from anywhere, also where an event loop is running; each has an async twin. Turns
    run on a loop thread of the bot's own.

    Attributes:
        name: What the bot is called.
        language: The language it speaks (a BCP 47 tag).
        path: The file it was loaded from; None if it was put together in code.
        files: Every file that went into it; `chat --watch` reloads when one of them changes.
        remarks: What is optional in its file and was left out, each in words: which, where, why. They stand in every
            trace too.
    """

    def __init__(
        self,
        manager: DialogueManager,
        *,
        name: str = "Bot",
        path: Path | None = None,
        files: Sequence[Path] = (),
    ) -> None:
        self.name = name
        self.language = manager.rules.language
        self.path = path
        self.files = tuple(files)
        self.remarks: tuple[str, ...] = ()
        self._manager = manager
        self._loop = LoopThread(f"bot-{name}")
        self._owned = {STORE, PROFILES}  # what is this bot's to close
        self._closed = False
        self._observed = True
        self._warmable: tuple[Warmable, ...] = ()
        self._plugins: PluginSet | None = None

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        plugins: PluginSet | None = None,
        store: ConversationStore | None = None,
        profiles: ProfileStore | None = None,
        default_ranking: bool = False,
        default_thresholds: bool = False,
    ) -> "Bot":
        """Load a bot from its file.

        Args:
            path: The bot file.
            plugins: Plugins that are loaded already; default: the built-in ones. Those the file names are added.
            store: Where to keep conversations instead of the store the file names; it stays the caller's to close.
            profiles: Where to keep facts about users instead of what the file names, if it names anything; likewise.
                Where only `store` is given it is memory: who keeps conversations apart is trying the bot out, and that
                must not change what is known about people.
            default_ranking: Whether the default ranker is to rank instead of the one the file names.
            default_thresholds: Whether to do without the thresholds that were tuned for what the file aims at.

        Raises:
            ConfigurationError: With every mistake of the file, each with its place and a remedy.
            ArtefactError: Components have to be trained first; all of them are named.
            PluginError: A plugin or component could not be used.
            StoreError: The store could not be opened.
        """
        spec = read_bot_file(Path(path), plugins=plugins, training=False)
        bot = cls.of(
            spec,
            store=store,
            profiles=profiles,
            default_ranking=default_ranking,
            default_thresholds=default_thresholds,
        )
        bot._plugins = plugins
        return bot

    @classmethod
    def of(
        cls,
        spec: BotSpec,
        *,
        store: ConversationStore | None = None,
        profiles: ProfileStore | None = None,
        default_ranking: bool = False,
        default_thresholds: bool = False,
        only_look_ups: bool = False,
        clock: Callable[[], datetime] | None = None,
        observed: bool | None = None,
    ) -> "Bot":
        """Make a bot from a bot file that has been read; errors are those of `load`.

        Args:
            spec: The bot file.
            store: As in `load`.
            profiles: As in `load`.
            default_ranking: As in `load`.
            default_thresholds: As in `load`.
            only_look_ups: Whether actions that may change something fail without being run: for trying out a bot.
            clock: Tells the time of turns; default: what time it is.
            observed: Whether the observers that the file names are told of turns; default: unless `store` is given, for
                an audit log of what was only tried out would be wrong.
        """
        observed = store is None if observed is None else observed
        if store is not None and profiles is None:
            profiles = MemoryProfileStore(Options(), Context())
        builder = Builder(spec)
        manager = builder.manager(
            store,
            default_ranking=default_ranking,
            default_thresholds=default_thresholds,
            only_look_ups=only_look_ups,
            clock=clock,
            profiles=profiles,
            observed=observed,
        )
        bot = cls(manager, name=spec.file.bot.name, path=spec.path, files=sorted(builder.context.files))
        bot._observed = observed
        bot._owned = {name for name, given in ((STORE, store), (PROFILES, profiles)) if given is None}
        bot._warmable = tuple(builder.warmable)
        bot.remarks = tuple(map(str, builder.left_out))
        return bot

    def warm(self) -> None:
        """Have the parts do now, in threads of their own, what their first call would have to: build an index, say."""
        for part in self._warmable:
            threading.Thread(target=_warm, args=(part,), name=f"warming {self.name}", daemon=True).start()

    def reload(self) -> "Bot":
        """Load the file again and return the new bot, which goes on with this one's conversations.

        This bot stays usable if the file is wrong; close it once the new one is there.
        """
        if self.path is None:
            raise ValueError("this bot was not loaded from a file")
        spec = read_bot_file(self.path, plugins=self._plugins, training=False)
        profiles = kept = self._manager.profiles.store
        if kept is None and STORE in self._owned:
            profiles = Builder(spec).profile_store()
        try:
            bot = Bot.of(spec, store=self._manager.store, profiles=profiles, observed=self._observed)
        except BaseException:
            if profiles is not None and profiles is not kept:
                self._loop.call(profiles.close())
            raise
        bot._plugins = self._plugins
        bot._owned, self._owned = self._owned, set()
        if bot._manager.profiles.store is not kept:  # the file has begun or ceased to keep them: each closes its own
            self._owned = bot._owned & {PROFILES}
            bot._owned.add(PROFILES)
        return bot

    def reply(
        self, text: str, *, conversation: str = DEFAULT_CONVERSATION, client_id: str = "", user: str = ""
    ) -> Reply:
        """Answer a message and wait for the reply.

        Args:
            text: What the user says.
            conversation: In which conversation.
            client_id: Names the message, so that sending it again gets the same reply.
            user: Who the user is.
        """
        return self._loop.call(self._manager.take(conversation, Message(text, user_id=user, client_id=client_id)))

    def send(self, conversation: str, message: Message) -> Reply:
        """Answer a message with attachments, metadata or a time of its own, and wait for the reply."""
        return self._loop.call(self._manager.take(conversation, message))

    def submit(
        self, text: str, *, conversation: str = DEFAULT_CONVERSATION, client_id: str = "", user: str = ""
    ) -> concurrent.futures.Future[Reply]:
        """Start answering a message; the future has the reply. Messages of one conversation keep their order."""
        return self._loop.submit(self._manager.take(conversation, Message(text, user_id=user, client_id=client_id)))

    async def areply(
        self, text: str, *, conversation: str = DEFAULT_CONVERSATION, client_id: str = "", user: str = ""
    ) -> Reply:
        """Answer a message; see `reply`."""
        return await self._loop.wait(self._manager.take(conversation, Message(text, user_id=user, client_id=client_id)))

    async def asend(self, conversation: str, message: Message) -> Reply:
        """Answer a message with attachments and metadata, as channels need it."""
        return await self._loop.wait(self._manager.take(conversation, message))

    def stream(
        self, text: str, *, conversation: str = DEFAULT_CONVERSATION, client_id: str = "", user: str = ""
    ) -> AsyncIterator[StreamItem]:
        """Answer a message in pieces; the last item is always the `Reply`. Leaving early stops the turn."""
        message = Message(text, user_id=user, client_id=client_id)
        return relay(self._loop, lambda watch: self._manager.take(conversation, message, watch))

    def stream_sync(
        self, text: str, *, conversation: str = DEFAULT_CONVERSATION, client_id: str = "", user: str = ""
    ) -> Iterator[StreamItem]:
        """Answer a message in pieces, from plain code; see `stream`."""
        message = Message(text, user_id=user, client_id=client_id)
        return relay_sync(self._loop, lambda watch: self._manager.take(conversation, message, watch))

    def annotate(self, text: str, conversation: Conversation | str | None = None) -> Mapping[str, JsonValue]:
        """Return what the bot's annotators find in a text, by their names; nothing is stored and nobody answers.

        Unlike in a turn, where an annotator that fails is only missing from the trace, its failure is raised here.

        Args:
            text: What a user might say.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.

        Raises:
            DialogError: An annotator failed.
        """
        return self._loop.call(self._manager.rehearsal.annotate(text, conversation))

    async def aannotate(self, text: str, conversation: Conversation | str | None = None) -> Mapping[str, JsonValue]:
        """Return what the bot's annotators find in a text; see `annotate`."""
        return await self._loop.wait(self._manager.rehearsal.annotate(text, conversation))

    @property
    def retrievers(self) -> Mapping[str, Retriever]:
        """The policies that search knowledge, by name; what one puts together follows it as `<policy>.<part>`."""
        return self._manager.rehearsal.retrievers

    def search(
        self, text: str, retriever: str = "", *, top_k: int = 10, conversation: Conversation | str | None = None
    ) -> Sequence[Hit]:
        """Return what a retriever finds for a text, best first; nothing is stored and nobody answers.

        Args:
            text: What a user might say.
            retriever: One of `retrievers`; default: the first.
            top_k: How many entries at most.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.

        Raises:
            UnknownComponentError: There is no such retriever.
            DialogError: An annotator failed.
        """
        found = self._manager.rehearsal.retriever(retriever)
        return found.search(self._loop.call(self._manager.rehearsal.turn_of(text, conversation)), top_k)

    @property
    def policies(self) -> Mapping[str, Any]:
        """The policies by name, in the order of the file."""
        return self._manager.rehearsal.policies

    @property
    def guards(self) -> Sequence[str]:
        """The names of the guards, in the order of the file."""
        return tuple(self._manager.rehearsal.guarding)

    def judge(
        self,
        text: str,
        guard: str,
        conversation: Conversation | str | None = None,
        *,
        reply: bool = False,
        seconds: float | None = None,
    ) -> Verdict:
        """Return what one guard says to a text: `Allow`, `Rewrite` or `Refuse`; nothing is stored.

        Args:
            text: What a user might say.
            guard: Which.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.
            reply: Whether the text is a reply of the bot's instead.
            seconds: How long it may take; default: as the bot file says.

        Raises:
            UnknownComponentError: There is no such guard.
            DialogError: The guard does not look at such texts, or failed.
        """
        return self._loop.call(self._manager.rehearsal.judge(guard, text, conversation, reply=reply, seconds=seconds))

    def turn_for(self, text: str, policy: str, conversation: Conversation | str | None = None) -> Turn:
        """Return the turn a policy would be given for a text, with what the tiers before it find; nothing is stored.

        Args:
            text: What a user might say.
            policy: The policy's name.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.

        Raises:
            UnknownComponentError: There is no such policy.
            DialogError: An annotator failed.
        """
        return self._loop.call(self._manager.rehearsal.turn_for(policy, text, conversation))

    def propose(
        self,
        text: str,
        policy: str,
        conversation: Conversation | str | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """Return what one policy answers to a text, grounded in what the tiers before it find; nothing is stored.

        Args:
            text: What a user might say.
            policy: The policy's name.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.
            seconds: How long it may take; default: as the bot file says.

        Raises:
            UnknownComponentError: There is no such policy.
            DialogError: An annotator failed.
        """
        return self._loop.call(self._manager.rehearsal.ask(policy, text, conversation, seconds))

    async def apropose(
        self,
        text: str,
        policy: str,
        conversation: Conversation | str | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """Return what one policy answers to a text; see `propose`."""
        return await self._loop.wait(self._manager.rehearsal.ask(policy, text, conversation, seconds))

    def rehearse(self, message: str | Message, conversation: Conversation | str | None = None, **how: Any) -> Rehearsed:
        """Return what the bot would do with a message: every candidate, how they rank, which would be chosen.

        Nothing is stored, no action runs, and how a policy fares has no bearing on turns.

        Args:
            message: What a user might say.
            conversation: In which conversation, or the id of a stored one; default: one that just begins.
            how: `everybody=True` asks all tiers, also where an earlier one has a good candidate; `explore=True` leaves
                the choice to chance where a turn would; `now` is the time of the turn; `seconds` how long each
                component may take; `recorded` has answers, by name, of policies that are not asked again.
        """
        return self._loop.call(self._rehearse(message, conversation, **how))

    async def arehearse(
        self, message: str | Message, conversation: Conversation | str | None = None, **how: Any
    ) -> Rehearsed:
        """Return what the bot would do with a message; see `rehearse`."""
        return await self._loop.wait(self._rehearse(message, conversation, **how))

    async def _rehearse(self, message: str | Message, conversation: Conversation | str | None, **how: Any) -> Rehearsed:
        said = Message(message) if isinstance(message, str) else message
        return await self._manager.rehearsal.rehearse(said, conversation, **how)

    def greet(self, conversation: str = DEFAULT_CONVERSATION) -> Reply | None:
        """Say the greeting if a session begins now; None if there is none to say or one is under way."""
        return self._loop.call(self._manager.greet(conversation))

    async def agreet(self, conversation: str = DEFAULT_CONVERSATION) -> Reply | None:
        """Say the greeting; see `greet`."""
        return await self._loop.wait(self._manager.greet(conversation))

    def conversation(self, conversation: str = DEFAULT_CONVERSATION) -> Conversation:
        """Return a conversation as it is stored; an empty one if it is not known."""
        return self._loop.call(self._manager.store.load(conversation))

    def trace(self, conversation: str, message_id: str) -> Mapping[str, Any] | None:
        """Return the explanation of the reply to a message (`Trace.to_json`), or None if there is none."""
        return self._loop.call(self._manager.store.load_trace(conversation, message_id))

    def record(self, conversation: str, events: Sequence[Event]) -> Conversation:
        """Append events that are nobody's reply: feedback, an edit, a person taking over."""
        return self._loop.call(self._manager.record(conversation, events))

    async def arecord(self, conversation: str, events: Sequence[Event]) -> Conversation:
        """Append events that are nobody's reply; see `record`."""
        return await self._loop.wait(self._manager.record(conversation, events))

    @property
    def facts(self) -> Mapping[str, str] | None:
        """What may be kept about users across conversations, each with its description; None: nothing is kept."""
        profiles = self._manager.profiles
        if profiles.store is None:
            return None
        return {name: rule.description for name, rule in (profiles.declared or EMPTY).items()}

    def user(self, user: str = "", conversation: str = DEFAULT_CONVERSATION) -> User:
        """Return what is known about a user in a conversation, kept or only said in its session."""
        return self._loop.call(self._manager.known(user, conversation))

    def profile(self, user: str) -> Profile:
        """Return what is kept about a user across conversations, expired facts included; empty if nothing is.

        Raises:
            StoreError: It cannot be read.
        """
        store = self._manager.profiles.store
        return Profile(user) if store is None else self._loop.call(store.get(user))

    def forget(self, user: str, conversation: str = DEFAULT_CONVERSATION) -> int:
        """Forget all facts about a user, kept or said in the session of a conversation, and their consent.

        Returns:
            How many facts.

        Raises:
            StoreError: They cannot be forgotten.
        """
        return self._loop.call(self._manager.forget(user, conversation))

    def conversations(self) -> Sequence[ConversationSummary]:
        """Return a summary of every stored conversation, the most recent first."""
        return self._loop.call(self._manager.store.list())

    def close(self) -> None:
        """Stop what is under way and let go of the stores. Idempotent; never waits long."""
        if self._closed:
            return
        self._closed = True
        try:
            self._loop.call(self._manager.close(store=STORE in self._owned, profiles=PROFILES in self._owned))
        finally:
            self._loop.stop()

    async def aclose(self) -> None:
        """Close the bot; see `close`."""
        await asyncio.to_thread(self.close)

    def __enter__(self) -> "Bot":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> "Bot":
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()


def _warm(part: Warmable) -> None:
    try:
        part.warm()
    except Exception as error:  # its first call will fail in the same way, where it can be told
        logger.info("%s could not be warmed: %s", type(part).__name__, error)


def new_conversation_id() -> str:
    """Return an id for a conversation nobody has named."""
    return secrets.token_hex(6)
