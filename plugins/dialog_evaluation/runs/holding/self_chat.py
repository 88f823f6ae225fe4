"""A bot, or another one, also plays the user: only the first message is one that somebody really said."""

import re

from dialog_core import Bot, BotSaid, Message, SessionStarted
from dialog_core.datasets import DialogueTurn
from dialog_evaluation.replies.words import folded
from dialog_evaluation.runs.answers import DialogueAnswers, TurnAnswer
from dialog_evaluation.runs.holding.clock import RECORDED, recorded_or_now
from dialog_evaluation.runs.holding.conversing import Conversing
from dialog_evaluation.runs.questions import Held, Question

FAILURE = "failure"
# How conversations are ended, in a sentence of its own at the end of what is said.
_FAREWELL = re.compile(
    r"(?:^|[.!?,;。！？，]\s*)(?:ok(?:ay)?,?\s+)?"
    r"(?:(?:good\s?)?bye(?:[- ]bye)?|see you(?: (?:later|soon|then|tomorrow))?|farewell|take care|"
    r"have an? (?:nice|good|great|lovely) (?:day|evening|night|weekend|time|stay|trip)|"
    r"再见|再會|再見|拜拜|回头见)[\s.!。！]*$",
    re.IGNORECASE,
)


class SelfChat:
    """Holds dialogues in which a bot is the user.

    A dialogue ends when either side says farewell or says again what it has said before, when the bot hands over, when
    the user's side has nothing to say, or after so many messages of the user.
    """

    def __init__(self, conversing: Conversing, user: Bot, turns: int) -> None:
        """Hold dialogues.

        Args:
            conversing: The bot.
            user: The bot that plays the user; may be the same.
            turns: How many messages of the user at most.
        """
        self._conversing = conversing
        self._user = user
        self._turns = turns

    async def hold(self, held: Held) -> DialogueAnswers:
        """Hold a dialogue."""
        id = f"{held.position}/{held.dialogue.id}"
        first = held.questions[0]
        RECORDED.set(first.at)
        await self._conversing.begin(id, first)
        now = recorded_or_now()
        await self._user.arecord(f"{id}/user", [SessionStarted(now), BotSaid(first.text, now)])
        turns: list[TurnAnswer] = []
        ended = "turns"
        said = first.text
        heard: set[tuple[str, str]] = {("user", folded(said))}
        while len(turns) < self._turns:
            turn = DialogueTurn("user", said)
            question = Question(2 * len(turns) + 1, turn, (), None, first.at)
            answer, conversation = await self._conversing.say(id, held, question)
            turns.append(answer)
            if conversation.handed_over:
                ended = "hand-over"
            elif says_farewell(said) or says_farewell(answer.text):
                ended = "farewell"
            elif not answer.text.strip():
                ended = FAILURE
            elif ("bot", folded(answer.text)) in heard:
                ended = "repetition"
            if ended != "turns" or len(turns) == self._turns:
                break
            heard.add(("bot", folded(answer.text)))
            try:
                said = await self._user_says(f"{id}/user", answer.text, f"{len(turns)}")
            except Exception as error:  # of the bot that is the user; what the other said until then is measured
                ended = f"{FAILURE}: {type(error).__name__}: {error}"
                break
            if not said.strip():
                ended = FAILURE
                break
            if ("user", folded(said)) in heard:
                ended = "repetition"
                break
            heard.add(("user", folded(said)))
        await self._conversing.end(id)
        return DialogueAnswers(held.dialogue.id, held.line, tuple(turns), held.position, ended)

    async def _user_says(self, conversation: str, text: str, client_id: str) -> str:
        """Return what the user answers; empty: nothing."""
        message = Message(text, client_id=client_id, at=recorded_or_now())
        return (await self._user.asend(conversation, message)).text


def says_farewell(text: str) -> bool:
    """Whether a text ends with a farewell, in English or Chinese."""
    return _FAREWELL.search(text.strip()[-100:]) is not None
