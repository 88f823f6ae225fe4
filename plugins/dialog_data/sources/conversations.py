"""What a bot has stored: the conversations in a database of the store `sqlite`, one at a time."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from dialog_core import (
    Attachment,
    BotSaid,
    Conversation,
    Event,
    Evidence,
    FeedbackGiven,
    HandedBack,
    HandedOver,
    HumanSaid,
    ReplyEdited,
    SessionStarted,
    StoreError,
    TrainingError,
    UserSaid,
)
from dialog_core.configuration import ConfigurationError, Problem, missing_file
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.interfaces import Sample
from dialog_core.training import snapshot
from dialog_data.files.problems import FileProblems
from dialog_data.files.skipping import SkippingReader
from dialog_data.sources.set_options import ConversationsOptions

_SQLITE = "SQLite format 3\0"


class ConversationsReader(SkippingReader[ConversationsOptions]):
    """Reads stored conversations as dialogues, while the bot may go on talking.

    A turn's state are the slots: of a user's turn with what it made known. Metadata of a turn say `at`, of the bot's
    also `policy`, `probability`, `flow` and `step`; a person who took over is the `speaker`. Where somebody corrected a
    reply, the correction is what was said, and `original` what the bot had said; `feedback` is what people thought of
    it. Metadata of a dialogue say `user`, `at`, and how many `sessions` it has.
    """

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a database of SQLite."""
        if sample.names or not sample.path.is_file():
            return False
        with sample.path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE.encode()

    def read(self, path: Path) -> Iterator[Dialogue]:
        """Yield the conversations, the most recent first.

        Raises:
            ConfigurationError: It is no database of conversations, or one of them cannot be read.
        """
        self.context.files.add(path)
        if not path.exists():
            raise ConfigurationError([missing_file(path)])
        problems = FileProblems(path, self.begin())
        empty = True
        for id, found in _conversations(path):
            if isinstance(found, StoreError):
                problems.problem(f"the conversation {id!r} cannot be read: {found}", 1)
                problems.item_skipped()
                continue
            dialogue = _dialogue(found)
            if dialogue.turns and self.options.user in ("", dialogue.metadata.get("user")) and problems.fit:
                empty = False
                yield dialogue
        problems.finish()
        if empty:
            of = f" of the user {self.options.user!r}" if self.options.user else ""
            problems.refuse(f"there are no conversations{of} in it")


def _conversations(path: Path) -> Iterator[tuple[str, Conversation | StoreError]]:
    """Yield each conversation as it is at this moment, or why it cannot be read."""
    stack = AsyncExitStack()
    # A loop of its own in a thread of its own: one may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        runner = asyncio.Runner()

        def run(what: Any) -> Any:
            return thread.submit(runner.run, what).result()

        try:
            store = run(stack.enter_async_context(snapshot(path)))
            for summary in run(store.list()):
                try:
                    yield summary.id, run(store.load(summary.id))
                except StoreError as error:
                    yield summary.id, error
        except (StoreError, TrainingError) as error:
            raise ConfigurationError([Problem(str(error), path)]) from error
        finally:
            run(stack.aclose())
            thread.submit(runner.close).result()


def _dialogue(conversation: Conversation) -> Dialogue:
    telling = _Telling(conversation)
    for event in conversation.events:
        telling.tell(event)
    return telling.told()


class _Telling:
    """Goes through the events of a conversation and tells what was said."""

    def __init__(self, conversation: Conversation) -> None:
        self._judgements = _judgements(conversation)
        self._conversation = conversation
        self._now = Conversation(conversation.id)
        self._turns: list[DialogueTurn] = []
        self._judged: set[str] = set()  # messages whose reply was told with what people thought of it
        self._users: dict[str, None] = {}
        self._sessions = 0
        self._between: dict[str, Any] = {}  # what happened since the last turn, and is told with the next one
        self._asked: tuple[UserSaid, Mapping[str, Any]] | None = None  # its turn waits for what it made known

    def tell(self, event: Event) -> None:
        """Take the next event."""
        if isinstance(event, UserSaid | BotSaid | HumanSaid | SessionStarted):
            self._tell_asked()
        self._now = self._now.append([event])
        match event:
            case SessionStarted():
                self._sessions += 1
                if self._turns:
                    self._between["session"] = self._sessions
            case UserSaid():
                if event.message.user_id:
                    self._users[event.message.user_id] = None
                self._asked = event, self._happened()
            case BotSaid():
                self._tell_reply(event)
            case HumanSaid():
                speaker = {"speaker": event.author} if event.author else {}
                metadata = {"at": event.at.isoformat(), "person": True, **speaker, **self._happened()}
                self._turns.append(DialogueTurn("bot", event.text, metadata, state=dict(self._now.slots)))
            case HandedOver():
                self._between["handed_over"] = {"at": event.at.isoformat(), "reason": event.reason}
            case HandedBack():
                self._between["handed_back"] = {"at": event.at.isoformat()}

    def told(self) -> Dialogue:
        """Return the whole."""
        self._tell_asked()
        metadata: dict[str, Any] = {"sessions": max(self._sessions, 1)}
        if self._turns:
            metadata["at"] = self._turns[0].metadata["at"]
        if self._users:
            metadata["user"] = next(iter(self._users))
        if len(self._users) > 1:
            metadata["users"] = list(self._users)
        if self._between:
            metadata["afterwards"] = self._happened()
        return Dialogue(self._conversation.id, tuple(self._turns), metadata)

    def _tell_asked(self) -> None:
        if self._asked is not None:
            said, between = self._asked
            self._turns.append(_user_turn(said, self._now, between))
            self._asked = None

    def _tell_reply(self, event: BotSaid) -> None:
        """Tell what the bot said. A correction stands for all that was said in reply to one message."""
        judged = self._judgements.get(event.in_reply_to, {}) if event.in_reply_to else {}
        if judged:
            if event.in_reply_to in self._judged:
                if "text" in judged:
                    return
                judged = {}
            elif "text" in judged:
                judged = {**judged, "original": [said.text for said in self._replies(event)]}
            self._judged.add(event.in_reply_to)
        self._turns.append(_bot_turn(event, self._now, judged, self._happened()))

    def _replies(self, event: BotSaid) -> Sequence[BotSaid]:
        return self._conversation.replies_to(event.in_reply_to)

    def _happened(self) -> dict[str, Any]:
        between, self._between = self._between, {}
        return between


def _user_turn(said: UserSaid, now: Conversation, more: Mapping[str, Any]) -> DialogueTurn:
    message = said.message
    metadata: dict[str, Any] = {"at": message.at.isoformat(), "message": message.client_id, **more}
    if message.attachments:
        metadata["attachments"] = [_attachment(one) for one in message.attachments]
    if message.metadata:
        metadata["channel"] = dict(message.metadata)
    return DialogueTurn("user", message.text, metadata, state=dict(now.slots))


def _bot_turn(said: BotSaid, now: Conversation, judged: Mapping[str, Any], more: Mapping[str, Any]) -> DialogueTurn:
    metadata: dict[str, Any] = {"at": said.at.isoformat()}
    text = judged.get("text", said.text)
    if "original" in judged:
        original = judged["original"]
        metadata |= {"original": original if len(original) > 1 else original[0], "edited": judged["edited"]}
    if "feedback" in judged:
        metadata["feedback"] = judged["feedback"]
    if said.policy:
        metadata["policy"] = said.policy
    if said.probability is not None:
        metadata["probability"] = said.probability
    if said.in_reply_to:
        metadata["in_reply_to"] = said.in_reply_to
    if now.active_flow is not None:
        metadata |= {"flow": now.active_flow.name, "step": now.active_flow.step}
    if said.evidence:
        metadata["evidence"] = [_evidence(one) for one in said.evidence]
    if said.quick_replies:
        metadata["quick_replies"] = list(said.quick_replies)
    if said.attachments:
        metadata["attachments"] = [_attachment(one) for one in said.attachments]
    return DialogueTurn("bot", text, {**metadata, **more}, state=dict(now.slots))


def _judgements(conversation: Conversation) -> dict[str, dict[str, Any]]:
    """Return what people did about replies, by the message they answer; the last correction is what counts."""
    found: dict[str, dict[str, Any]] = {}
    for event in conversation.events:
        if isinstance(event, ReplyEdited) and event.text.strip():
            author = {"author": event.author} if event.author else {}
            entry = {"text": event.text, "edited": {"at": event.at.isoformat(), **author}}
            found.setdefault(event.in_reply_to, {}).update(entry)
        elif isinstance(event, FeedbackGiven):
            comment = {"comment": event.comment} if event.comment else {}
            entry = {"verdict": event.verdict, "at": event.at.isoformat(), **comment}
            found.setdefault(event.in_reply_to, {})["feedback"] = entry
    return found


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"text": one.text, "source": one.source, "score": one.score}


def _attachment(one: Attachment) -> dict[str, Any]:
    return {"media_type": one.media_type, "url": one.url, "name": one.name, "bytes": len(one.data or b"")}
