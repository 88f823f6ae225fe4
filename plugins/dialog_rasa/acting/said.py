"""From the messages of a turn to the parts of one reply."""

import mimetypes
from collections.abc import Mapping, Sequence

from dialog_core import Attachment, JsonValue
from dialog_rasa.acting.responses import AS_IT_IS, Said
from dialog_rasa.tracker.features import words_of

NOTHING_TO_SAY = "…"  # where a turn has come to its end without a word
_KINDS = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg"}
_OTHER = "application/octet-stream"


def text_of(messages: Sequence[Said]) -> str:
    """Return what messages say, with a blank line between them."""
    return "\n\n".join(text for message in messages if (text := _words(message)))


def titles_of(messages: Sequence[Said]) -> tuple[str, ...]:
    """Return what the user may pick."""
    return tuple(dict.fromkeys(button["title"] for message in messages for button in message.get("buttons", ())))


def offers_of(messages: Sequence[Said]) -> dict[str, str]:
    """Return what is meant by picking something, by the words on it."""
    buttons = (button for message in messages for button in message.get("buttons", ()))
    return {words_of(button["title"]): button["payload"] for button in buttons if button.get("payload")}


def attachments_of(messages: Sequence[Said]) -> tuple[Attachment, ...]:
    """Return images and files that go with messages."""
    found: list[Attachment] = []
    for message in messages:
        if image := message.get("image"):
            found.append(Attachment(_media_type(image, "image"), url=image))
        found.extend(_attached(message.get("attachment")))
    return tuple(found)


def as_said(response: Mapping[str, JsonValue]) -> Said:
    """Return a response that a custom action gave as a message: what messages have, in their shapes."""
    said: Said = {}
    text = response.get("text")
    if isinstance(text, str) and text.strip():
        said["text"] = text
    buttons = [
        {"title": str(button["title"]), "payload": str(button.get("payload") or button["title"])}
        for key in ("buttons", "quick_replies")
        for button in response.get(key) or ()
        if isinstance(button, Mapping) and button.get("title")
    ]
    if buttons:
        said["buttons"] = buttons
    if isinstance(response.get("image"), str) and response["image"]:
        said["image"] = response["image"]
    custom = response.get("custom") or response.get("json_message")
    others = ((key, response.get(key)) for key in ("attachment", *AS_IT_IS))
    for key, value in (*others, ("custom", custom)):
        if value not in (None, "", [], {}):
            said[key] = value
    return said


def _words(message: Said) -> str:
    text = message.get("text") or ""
    if text.strip():
        return str(text).strip()
    custom = message.get("custom")
    if isinstance(custom, Mapping) and isinstance(custom.get("text"), str):
        return str(custom["text"]).strip()
    return str(message.get("image") or "")


def _attached(value: JsonValue) -> list[Attachment]:
    """Return a file as responses name it: its address, or `{"type": "video", "payload": {"src": ...}}`."""
    if isinstance(value, str) and value:
        return [Attachment(_media_type(value, ""), url=value)]
    if isinstance(value, Mapping):
        payload = value.get("payload")
        holder = payload if isinstance(payload, Mapping) else value
        url = next((holder[key] for key in ("src", "url") if isinstance(holder.get(key), str)), None)
        if url:
            return [Attachment(_media_type(url, str(value.get("type", ""))), url=url, name=str(value.get("name", "")))]
    return []


def _media_type(url: str, kind: str) -> str:
    guessed = mimetypes.guess_type(url.partition("?")[0])[0]
    return guessed or _KINDS.get(kind, _OTHER)
