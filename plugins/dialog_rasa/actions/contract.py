"""Custom actions: what one is told, and what it answers with, wherever it runs.

Both are the JSON of Rasa's action server. https://rasa.com/docs/rasa/action-server is the protocol's description; a
server answers `{"events": [...], "responses": [...]}`, or with the status 400 where the action cannot go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from dialog_core import JsonValue


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """How a custom action went.

    Attributes:
        events: What it wants to happen, as the protocol has it: `{"event": "slot", "name": ..., "value": ...}`.
        responses: What it wants to say: `{"text": ...}`, `{"response": "utter_x"}`, with buttons, images, ...
        rejected: Whether it could not go on with this message, so that somebody else may answer.
        error: In words, why it did not run; empty if it did. Then nothing else is filled in.
    """

    events: tuple[Mapping[str, JsonValue], ...] = ()
    responses: tuple[Mapping[str, JsonValue], ...] = ()
    rejected: bool = False
    error: str = ""


class ActionHost(Protocol):
    """Where custom actions run."""

    async def run(self, call: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Run one.

        Args:
            call: `{"next_action", "sender_id", "tracker", "domain", "version"}`, see `call_json`.

        Returns:
            `{"events": [...], "responses": [...]}`, or `{"rejected": "why"}`.

        Raises:
            Exception: It did not run, or failed; the message says why and what to do.
        """
        ...
