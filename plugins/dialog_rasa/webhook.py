"""The JSON of Rasa's REST channel: what its clients send, as messages of ours, and replies as they expect them.

A client posts `{"sender": "anna", "message": "hi"}` to `/webhooks/rest/webhook` and gets a list of messages,
`[{"recipient_id": "anna", "text": "Hello!"}]`; see https://rasa.com/docs/reference/channels/your-own-website. These are
the conversions alone, for a channel that speaks HTTP. One of its requests is

    received = message_of(json.loads(body))
    reply = await bot.asend(received.conversation_id, received.message)
    answer = json.dumps(json_of(reply, received.conversation_id))

A client that asks for `?stream=true` gets the same objects, each on a line of its own.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dialog_core import Attachment, BotSaid, JsonValue, Message, Reply
from dialog_rasa.acting.said import NOTHING_TO_SAY, text_of
from dialog_rasa.json_words import kind_of

DEFAULT_SENDER: Final = "default"
"""Who writes where a client does not say."""
MOST_CHARACTERS: Final = 500  # of a sender's name
MOST_DEPTH: Final = 50  # of metadata
_PARTS: Final = ("text", "buttons", "image", "attachment", "custom", "quick_replies", "elements")


@dataclass(frozen=True, slots=True)
class Received:
    """A message with the conversation it belongs to: one for each sender."""

    conversation_id: str
    message: Message


def message_of(sent: JsonValue) -> Received:
    """Return the message a client has sent.

    Args:
        sent: `{"sender", "message", "metadata", "input_channel"}`, of which only `message` has to be there. What else
            is in it is kept for nobody, as Rasa does.

    Raises:
        ValueError: It is no such object; in words.
    """
    if not isinstance(sent, Mapping):
        raise ValueError(f'expected an object like {{"sender": "anna", "message": "hi"}}, and got {kind_of(sent)}')
    text = sent.get("message")
    if text is None:
        there = ", ".join(f'"{str(key)[:40]}"' for key in list(sent)[:5])
        raise ValueError(f'there is no "message", what the user wrote; there is {there or "nothing"}')
    if not isinstance(text, str):
        raise ValueError(f'"message" has to be a text, what the user wrote, and is {kind_of(text)}')
    sender = _sender(sent.get("sender"))
    return Received(sender, Message(text, user_id=sender, metadata=_metadata(sent)))


def json_of(reply: Reply, recipient: str) -> list[dict[str, JsonValue]]:
    """Return a reply as a client expects it: an object for each message.

    Each has `recipient_id`, and of `text`, `buttons`, `image`, `attachment`, `custom`, `quick_replies` what there is.
    Where stories answered, a message is what a response or an action has said; where others did, it is one of ours,
    whose quick replies are buttons that send what they say. Where a guard has rewritten what stories said, its text is
    told, and not theirs.

    Args:
        reply: What the bot says.
        recipient: To whom: the sender of the message.
    """
    return [{"recipient_id": recipient, **parts} for said in reply.messages for parts in _parts(said)]


def _sender(sender: JsonValue) -> str:
    if sender is None or sender == "":
        return DEFAULT_SENDER
    if isinstance(sender, bool) or not isinstance(sender, str | int):
        raise ValueError(f'"sender" has to be a text, who writes, and is {kind_of(sender)}')
    if len(str(sender)) > MOST_CHARACTERS:
        raise ValueError(f'"sender" has to be a text of no more than {MOST_CHARACTERS} characters')
    return str(sender)


def _metadata(sent: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    metadata, channel = sent.get("metadata"), sent.get("input_channel")
    if metadata is not None and not isinstance(metadata, Mapping):
        raise ValueError(f'"metadata" has to be an object, and is {kind_of(metadata)}')
    if channel is not None and not isinstance(channel, str):
        raise ValueError(f'"input_channel" has to be a text, and is {kind_of(channel)}')
    kept = dict(metadata or {})
    if not _is_json(kept):
        raise ValueError(f'"metadata" has to be JSON, no more than {MOST_DEPTH} objects and lists deep')
    return {**kept, "input_channel": channel} if channel else kept


def _parts(said: BotSaid) -> Iterator[dict[str, JsonValue]]:
    messages = _of_stories(said)
    if messages is None:
        buttons = [{"title": title, "payload": title} for title in said.quick_replies]
        messages = [{"text": said.text, "buttons": buttons}]
    elif said.text != (text_of(messages) or NOTHING_TO_SAY):  # a guard has rewritten it
        messages = [{"text": said.text}, *({**message, "text": ""} for message in messages)]
    told = [parts for message in messages if (parts := _told(message))]
    yield from told
    yield from _files(said.attachments, json.dumps(told, ensure_ascii=False, default=str))


def _of_stories(said: BotSaid) -> list[dict[str, JsonValue]] | None:
    """Return the messages that stories made the reply of; None: it is another policy's."""
    for evidence in said.evidence:
        messages = evidence.metadata.get("messages")
        if isinstance(messages, list | tuple) and "actions" in evidence.metadata:
            return [dict(message) for message in messages if isinstance(message, Mapping)]
    return None


def _told(message: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return what there is of a message."""
    return {name: message[name] for name in _PARTS if message.get(name) not in (None, "", [], (), {})}


def _files(attachments: tuple[Attachment, ...], told: str) -> Iterator[dict[str, JsonValue]]:
    """Return files as messages of their own, if they are not told yet; one without an address cannot be told."""
    for file in attachments:
        if not file.url or json.dumps(file.url, ensure_ascii=False)[1:-1] in told:
            continue
        if file.media_type.startswith("image/"):
            yield {"image": file.url}
        else:
            payload = {"src": file.url, **({"name": file.name} if file.name else {})}
            yield {"attachment": {"type": file.media_type.partition("/")[0], "payload": payload}}


def _is_json(value: Any, depth: int = MOST_DEPTH) -> bool:
    match value:
        case None | bool() | str() | int():
            return True
        case float():
            return math.isfinite(value)
        case list() | tuple():
            return depth > 0 and all(_is_json(one, depth - 1) for one in value)
        case Mapping():
            return depth > 0 and all(isinstance(key, str) and _is_json(one, depth - 1) for key, one in value.items())
    return False
