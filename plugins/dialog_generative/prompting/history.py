"""What was said in a conversation, as whole turns of a chat in which user and assistant alternate.

Models are trained on chats that begin with the user and in which nobody speaks twice in a row; some chat templates
refuse others. So what is said in a row becomes one message, messages of the user that nobody has answered go before
the one that is to be answered now, and what the bot said before the user said anything (a greeting) is not history but
`opening`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dialog_core import Attachment, BotSaid, Conversation, HumanSaid, Message, ReplyEdited, Turn, UserSaid
from dialog_generative.chat import ChatMessage
from dialog_generative.prompting.prompt import Turns
from dialog_generative.prompting.quoting import harmless

BETWEEN = "\n\n"  # messages said in a row


@dataclass(frozen=True, slots=True)
class History:
    """What comes before the reply that is wanted.

    Attributes:
        turns: What was said, oldest first: of each turn the user's message and the answer.
        question: What is to be answered.
        opening: What the bot said first, before the user said anything; empty where that is not told any more.
    """

    turns: Turns
    question: str
    opening: str = ""


def history_of(turn: Turn, since: int) -> History:
    """Return what came before a turn.

    Args:
        turn: The turn; its message is the last of its conversation.
        since: Where in `conversation.messages` to begin.
    """
    conversation = turn.conversation
    edits = _edits(conversation, since)
    opening: list[str] = []
    turns: list[tuple[ChatMessage, ...]] = []
    asked: list[str] = []
    answered: list[str] = []

    def close() -> None:
        if asked and answered:
            turns.append((ChatMessage("user", BETWEEN.join(asked)), ChatMessage("assistant", BETWEEN.join(answered))))
        elif not since:
            opening.extend(answered)  # and where the beginning is left out, half a turn is
        answered.clear()

    told: set[str] = set()  # messages whose reply was corrected and is told as corrected
    for said in conversation.messages[since:]:
        match said:
            case UserSaid(message):
                if answered:
                    close()
                    asked.clear()
                if message.client_id != turn.message.client_id:
                    asked.append(words_of(message))
            case BotSaid():
                text = edits.get(said.in_reply_to) if said.in_reply_to else None
                if text is None:
                    answered.append(_bot_words(said))
                elif said.in_reply_to not in told:  # a correction stands for all that was said in reply
                    told.add(said.in_reply_to)
                    answered.append(harmless(text))
            case HumanSaid():
                answered.append(harmless(said.text))
    if answered:
        # Nothing has been said after the message yet, unless an earlier try at this turn was cut: then it is answered
        # anew, and what was said before belongs to the turn before.
        close()
        asked.clear()
    question = BETWEEN.join((*asked, words_of(turn.message)))
    return History(tuple(turns), question, BETWEEN.join(filter(None, opening)))


def words_of(message: Message) -> str:
    """Return what a user said, and what came with it: a message may be nothing but a picture."""
    files = [f"[{_named(attachment)}]" for attachment in message.attachments]
    return harmless("\n".join(filter(None, (message.text, *files))))


def _bot_words(said: BotSaid) -> str:
    return harmless("\n".join(filter(None, (said.text, *(f"[{_named(file)}]" for file in said.attachments)))))


def _named(attachment: Attachment) -> str:
    return " ".join(f"{attachment.media_type} {attachment.name}".split())


def _edits(conversation: Conversation, since: int) -> Mapping[str, str]:
    """Return the corrections of what was said from `since` on, by the message it replied to; the last one counts."""
    beginning = 0
    if since:
        said = next((said for said in conversation.messages[since:] if isinstance(said, UserSaid)), None)
        beginning = conversation.position_of(said.message.client_id) or 0 if said else len(conversation.events)
    return {
        event.in_reply_to: event.text for event in conversation.events[beginning:] if isinstance(event, ReplyEdited)
    }
