"""What an action says goes through a dispatcher, which collects it."""

from typing import Any

from dialog_rasa.actions.in_process.sdk.interfaces import Action, Tracker

__all__ = ["Action", "CollectingDispatcher", "Tracker"]

Parts = dict[str, Any]


class CollectingDispatcher:
    """Collects what an action says.

    Attributes:
        messages: What it has said so far, in the form a server answers with.
    """

    def __init__(self) -> None:
        self.messages: list[Parts] = []
        self._pieces: list[Parts] | None = None

    def utter_message(
        self,
        text: str | None = None,
        image: str | None = None,
        json_message: Parts | None = None,
        template: str | None = None,
        response: str | None = None,
        attachment: Any = None,
        buttons: list[Parts] | None = None,
        elements: list[Parts] | None = None,
        **kwargs: Any,
    ) -> None:
        """Say something: a text, or the response of that name (`template` in older code) with `kwargs` to fill in."""
        named = response or template
        self.messages.append(
            {
                "text": text,
                "buttons": buttons or [],
                "elements": elements or [],
                "custom": json_message or {},
                "template": named,
                "response": named,
                "image": image,
                "attachment": attachment,
                **kwargs,
            }
        )

    # Saying something piece by piece: an answer goes back as a whole, so that pieces are messages.

    @property
    def is_streaming_active(self) -> bool:
        """Whether something is being said piece by piece."""
        return self._pieces is not None

    @property
    def is_streaming_cancelled(self) -> bool:
        """Whether the user has cut in, which nobody can here."""
        return False

    async def stream_start(self) -> None:
        """Begin to say something piece by piece."""
        self._pieces = []

    async def stream_chunk(self, *parts: Any, **named: Any) -> None:
        """Say the next piece; it may have what `utter_message` takes, but no response by its name."""
        if wrong := sorted({"template", "response"} & named.keys()):
            raise ValueError(f"stream_chunk() takes no {' or '.join(wrong)}: say it with utter_message()")
        if self._pieces is None:
            await self.stream_start()
        piece = CollectingDispatcher()
        names = ("text", "image", "json_message", "attachment", "buttons", "elements")
        piece.utter_message(**dict(zip(names, parts, strict=False)), **named)
        assert self._pieces is not None
        self._pieces += piece.messages

    async def stream_end(self) -> None:
        """Say that this was all of it."""
        self.messages += self._pieces or []
        self._pieces = None

    # As these were called before `utter_message` did it all.

    def utter_custom_message(self, *elements: Parts, **kwargs: Any) -> None:
        """Say something with elements."""
        self.utter_message(elements=list(elements), **kwargs)

    def utter_elements(self, *elements: Parts, **kwargs: Any) -> None:
        """Say something with elements."""
        self.utter_message(elements=list(elements), **kwargs)

    def utter_button_message(self, text: str, buttons: list[Parts], **kwargs: Any) -> None:
        """Say something with buttons."""
        self.utter_message(text=text, buttons=buttons, **kwargs)

    def utter_attachment(self, attachment: Any, **kwargs: Any) -> None:
        """Say something with an attachment."""
        self.utter_message(attachment=attachment, **kwargs)

    def utter_template(self, template: str, tracker: Any, silent_fail: bool = False, **kwargs: Any) -> None:
        """Say a response."""
        self.utter_message(response=template, **kwargs)

    def utter_button_template(
        self, template: str, buttons: list[Parts], tracker: Any, silent_fail: bool = False, **kwargs: Any
    ) -> None:
        """Say a response with buttons."""
        self.utter_message(response=template, buttons=buttons, **kwargs)

    def utter_custom_json(self, json_message: Parts, **kwargs: Any) -> None:
        """Send JSON of a channel's own."""
        self.utter_message(json_message=json_message, **kwargs)

    def utter_image_url(self, image: str, **kwargs: Any) -> None:
        """Show an image."""
        self.utter_message(image=image, **kwargs)
