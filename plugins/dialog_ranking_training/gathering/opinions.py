"""What people thought of replies, as stored conversations tell it: judgements, corrections, and weak signs."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from dialog_core import (
    BotSaid,
    Conversation,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    SessionStarted,
    UserSaid,
)

SOON = timedelta(minutes=2)  # within which a question in other words is the same one asked again
WEIGHTS = {"feedback": 1.0, "edit": 1.0, "takeover": 0.5, "rephrased": 0.3}
"""How much each kind of sign counts. A person who takes over may have other reasons than the last reply, and who asks
again may want to know more."""

USER = "user"  # as whom feedback is given
NOT_A_POLICY = frozenset({"", "fallback", "guard", "greeting"})  # of replies that no candidate was

Source = Literal["feedback", "edit", "takeover", "rephrased"]
Alike = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person thought of a reply.

    Attributes:
        source: How they showed it.
        person: Who; the last word of each counts.
        good: Whether they were content.
        texts: What they said, or would have said, instead.
    """

    source: Source
    person: str
    good: bool = False
    texts: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        """How much it counts."""
        return WEIGHTS[self.source]

    @property
    def plain(self) -> bool:
        """Whether the reply itself was judged; other signs count only where nobody did."""
        return self.source in ("feedback", "edit")


def opinions_of(conversation: Conversation, alike: Alike) -> dict[str, list[Opinion]]:
    """Return what was thought of the replies of a conversation, by the client id of the message that was answered.

    Args:
        conversation: The conversation.
        alike: Says whether a question is another one in other words.
    """
    said: dict[str, dict[tuple[bool, str], Opinion]] = defaultdict(dict)
    for about, opinion in _signs(conversation, alike):
        if not conversation.replies_to(about):
            continue
        known = said[about].get((opinion.plain, opinion.person))
        if known is not None and not opinion.plain:
            opinion = replace(known, texts=(*known.texts, *opinion.texts))
        said[about][opinion.plain, opinion.person] = opinion
    return {about: _that_count(list(found.values())) for about, found in said.items()}


def _that_count(found: list[Opinion]) -> list[Opinion]:
    plain = [opinion for opinion in found if opinion.plain]
    return plain or found


def _signs(conversation: Conversation, alike: Alike) -> Iterator[tuple[str, Opinion]]:
    """Yield what was thought, in the order it was said, each with the client id of the message it is about."""
    asked: Message | None = None
    reply: BotSaid | None = None  # the first that was said to it
    announced = False  # whether the bot itself has handed over in this turn
    flows: list[str] = []
    was_in_flow = False
    for event in conversation.events:
        match event:
            case UserSaid(message):
                if asked is not None and reply is not None and not (flows or was_in_flow):
                    soon = timedelta(0) <= message.at - asked.at <= SOON
                    if soon and reply.policy not in NOT_A_POLICY and alike(asked.text, message.text):
                        yield asked.client_id, Opinion("rephrased", USER)
                asked, reply, announced, was_in_flow = message, None, False, bool(flows)
            case BotSaid():
                if asked is not None and event.in_reply_to == asked.client_id:
                    reply = reply or event
            case HandedOver():
                if reply is None:
                    announced = True
                elif asked is not None:
                    yield asked.client_id, Opinion("takeover", "")
            case HumanSaid():
                if asked is not None and reply is not None and not announced:
                    yield asked.client_id, Opinion("takeover", "", texts=(event.text,))
            case FeedbackGiven():
                yield event.in_reply_to, Opinion("feedback", USER, good=event.verdict == "good")
            case ReplyEdited() if event.text.strip():
                yield event.in_reply_to, Opinion("edit", event.author or "a person", texts=(event.text,))
            case SessionStarted():
                asked, reply, flows = None, None, []
            case FlowStarted():
                flows.append(event.flow)
            case FlowEnded() if event.flow in flows:
                del flows[flows.index(event.flow) :]
            case _:
                pass
