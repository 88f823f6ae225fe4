"""What was asked, what the bot said, and what people thought of it: conversations as a row of exchanges."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dialog_core import (
    BotSaid,
    Conversation,
    FeedbackGiven,
    HandedBack,
    HandedOver,
    HumanSaid,
    Message,
    ReplyEdited,
    SessionStarted,
    UserSaid,
)

GUARD = "guard"  # what stands as the policy of a reply that a guard gave: nothing the knowledge could say
FALLBACK = ("", "fallback")  # and of what is said when nobody knows


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said, or would have said, instead of the bot.

    Attributes:
        text: Their words.
        author: Who; empty: not known.
        at: When.
        edited: Whether they put a reply right; otherwise they had taken over.
    """

    text: str
    author: str
    at: datetime
    edited: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of a user and what came of it.

    Attributes:
        conversation: Where it was asked.
        message: Its client id there.
        at: When it was asked.
        user: Who asked; the conversation's id where nobody knows.
        question: What was asked: the message, or what a policy made of it where it was a follow-up question.
        said: What the bot said; empty: nothing.
        policy: Who said that.
        generated: Whether that was a language model's, which has words for everything.
        nobody: Whether nobody knew, and the fallback was said.
        knowledge: The source of knowledge the reply came from.
        entry: The entry it came from.
        probability: How sure the bot was.
        verdict: `good`, `bad`, or empty: the last thing somebody said of the reply.
        correction: What a person said instead.
        judged_at: When the verdict or the correction was given.
    """

    conversation: str
    message: str
    at: datetime
    user: str
    question: str
    said: str = ""
    policy: str = ""
    generated: bool = False
    nobody: bool = False
    knowledge: str = ""
    entry: str = ""
    probability: float | None = None
    verdict: str = ""
    correction: Correction | None = None
    judged_at: datetime | None = None

    @property
    def last_at(self) -> datetime:
        """When something last happened to it."""
        return max(self.at, self.judged_at or self.at)

    @property
    def unanswered(self) -> bool:
        """Whether nobody knew an answer, or the answer was found bad."""
        return bool(self.said) and (self.nobody or self.verdict == "bad")


def exchanges_of(
    conversations: Iterable[Conversation], since: datetime | None = None, models: Collection[str] = ()
) -> list[Exchange]:
    """Return the exchanges of all conversations, in the order they were asked.

    Args:
        conversations: The conversations.
        since: Leave out those to which nothing has happened since then.
        models: The policies that are language models.
    """
    found = [exchange for conversation in conversations for exchange in _exchanges(conversation, models)]
    kept = [exchange for exchange in found if since is None or exchange.last_at >= since]
    return sorted(kept, key=lambda exchange: (exchange.at, exchange.conversation, exchange.message))


def _exchanges(conversation: Conversation, models: Collection[str]) -> Iterator[Exchange]:
    asked: dict[str, Exchange] = {}
    for event in conversation.events:
        if isinstance(event, UserSaid) and event.message.text.strip():
            message = event.message
            asked[message.client_id] = _exchange(conversation, message, models)
    for about, judgement in _last_judgements(conversation).items():
        if about not in asked:
            continue
        if isinstance(judgement, ReplyEdited):
            edit = Correction(judgement.text, judgement.author, judgement.at, edited=True)
            asked[about] = replace(asked[about], correction=edit, judged_at=edit.at)
        else:
            asked[about] = replace(asked[about], verdict=judgement.verdict, judged_at=judgement.at)
    for about, said in _taken_over(conversation, asked):
        if asked[about].correction is None:
            asked[about] = replace(asked[about], correction=said, judged_at=said.at)
    yield from asked.values()


def _exchange(conversation: Conversation, message: Message, models: Collection[str]) -> Exchange:
    user = message.user_id or conversation.id
    asked = Exchange(conversation.id, message.client_id, message.at, user, message.text)
    replies = conversation.replies_to(message.client_id)
    if not replies:
        return asked
    reply = replies[0]  # what comes after it was added to it, a flow's question for example
    cited = reply.evidence[0].metadata if reply.evidence else {}
    return replace(
        asked,
        question=str(cited.get("searched_for") or message.text),
        said=reply.text,
        policy=reply.policy,
        generated=reply.policy in models,
        nobody=reply.policy in FALLBACK and reply.probability is None,
        knowledge=str(cited.get("knowledge", "")),
        entry=str(cited.get("id", "")),
        probability=reply.probability,
    )


def _last_judgements(conversation: Conversation) -> dict[str, FeedbackGiven | ReplyEdited]:
    """Return the last judgement of each reply; what a person wrote instead outweighs verdicts."""
    last: dict[str, FeedbackGiven | ReplyEdited] = {}
    for event in conversation.events:
        if (isinstance(event, ReplyEdited) and event.text.strip()) or (
            isinstance(event, FeedbackGiven) and not isinstance(last.get(event.in_reply_to), ReplyEdited)
        ):
            last[event.in_reply_to] = event
    return last


def _taken_over(conversation: Conversation, asked: dict[str, Exchange]) -> Iterator[tuple[str, Correction]]:
    """Yield what a person who had taken over said to a question: their words up to the user's next message.

    The question is the user's last message; but where that one only asked for a person, which the bot understood and
    answered, it is the last one before it: the reply to that was not what the user needed.
    """
    over = False
    question, before = "", ""  # client ids
    said: list[HumanSaid] = []
    for event in (*conversation.events, None):
        if isinstance(event, HumanSaid):
            said.append(event)
            continue
        if said and over and question:
            yield question, _joined(said)
            question = ""
        match event:
            case UserSaid(message) if message.client_id in asked:
                question, said = message.client_id, []
                if not _only_asked_for_a_person(asked[question]):
                    before = question
            case HandedOver():
                over, said = True, []
                if question and _only_asked_for_a_person(asked[question]):
                    question = before
            case HandedBack():
                over, said = False, []
            case SessionStarted():
                question, before, said = "", "", []
            case BotSaid():
                said = []


def _only_asked_for_a_person(exchange: Exchange) -> bool:
    """Whether the bot knew what to say to it, and that came from no knowledge: it said that somebody would come.

    What a language model said shows nothing of the kind: it would have said something to any question.
    """
    return bool(exchange.said) and not (exchange.unanswered or exchange.entry or exchange.generated)


def _joined(said: Sequence[HumanSaid]) -> Correction:
    text = "\n\n".join(event.text.strip() for event in said)
    return Correction(text, said[-1].author, said[-1].at, edited=False)
