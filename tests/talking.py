"""Short ways to talk to a dialogue manager in tests."""

from typing import Any

from dialog_core.events import Message
from dialog_core.manager import DialogueManager
from dialog_core.reply import Reply
from dialog_core.streaming import Watch


async def say(
    manager: DialogueManager,
    text: str,
    *,
    conversation: str = "c",
    client_id: str = "",
    watch: Watch | None = None,
    **message: Any,
) -> Reply:
    """Say something and return the reply."""
    return await manager.take(conversation, Message(text, client_id=client_id, **message), watch)


def trace_of(reply: Reply) -> dict[str, Any]:
    """Return the explanation of a reply."""
    assert reply.trace is not None
    return dict(reply.trace)


def reports_of(reply: Reply) -> dict[str, dict[str, Any]]:
    """Return what became of each policy, by name."""
    return {report["policy"]: report for report in trace_of(reply)["policies"]}


def statuses_of(reply: Reply) -> dict[str, str]:
    """Return the status of each policy, by name."""
    return {name: report["status"] for name, report in reports_of(reply).items()}


def verdict_on(reply: Reply, part: str) -> str:
    """Return what was told about a guard, annotator, ranker or action, in the order it happened."""
    return "; ".join(report["verdict"] for report in trace_of(reply)["parts"] if report["part"] == part)
