"""The observer `audit_log`: who said what to whom and why, in a file that shows whether it was changed afterwards."""

import hashlib
from typing import Any

from dialog_core import Component, Context, Reply, Turn
from dialog_guards.audit.file import ChainFile
from dialog_guards.audit.options import AuditLogOptions


class AuditLog(Component[AuditLogOptions]):
    """Appends a line for each turn."""

    def __init__(self, options: AuditLogOptions, context: Context) -> None:
        super().__init__(options, context)
        self._file = ChainFile(options.path, synchronous=options.synchronous)

    def turn_finished(self, turn: Turn, reply: Reply) -> None:
        """Write down a turn whose reply has been stored."""
        trace = reply.trace or {}
        self._file.add(
            {
                "at": turn.now.isoformat(),
                "conversation": reply.conversation_id,
                "user": turn.user.id,
                "message_id": reply.message_id,
                **self._said("message", turn.message.text),
                **self._said("reply", "\n\n".join(message.text for message in reply.messages)),
                "policy": reply.policy,
                "probability": reply.probability,
                "reason": self._told(trace.get("reason", "")),
                "sources": [evidence.source for message in reply.messages for evidence in message.evidence],
                "parts": [f"{part['part']}: {self._told(part['verdict'])}" for part in trace.get("parts", ())],
            }
        )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _told(self, why: str) -> str:
        """Return what a part of the bot gave as its reason; it may quote, so that of a text left out little is told."""
        return why if self.options.texts == "full" else why.partition(":")[0]

    def _said(self, who: str, text: str) -> dict[str, Any]:
        if self.options.texts == "none":
            return {}
        if self.options.texts == "full":
            return {who: text}
        return {f"{who}_sha256": hashlib.sha256(text.encode()).hexdigest()}
