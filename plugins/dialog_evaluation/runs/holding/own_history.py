"""People's messages are put to the bot one after the other, and it remembers what it said itself."""

from dialog_evaluation.runs.answers import DialogueAnswers, TurnAnswer
from dialog_evaluation.runs.holding.conversing import Conversing
from dialog_evaluation.runs.questions import Held


class OwnHistory:
    """Holds dialogues in which the bot's own replies are the history; where it hands over, the dialogue ends."""

    def __init__(self, conversing: Conversing) -> None:
        self._conversing = conversing

    async def hold(self, held: Held) -> DialogueAnswers:
        """Hold a dialogue."""
        id = f"{held.position}/{held.dialogue.id}"
        turns: list[TurnAnswer] = []
        ended = ""
        await self._conversing.begin(id, held.questions[0])
        for question in held.questions:
            answer, conversation = await self._conversing.say(id, held, question)
            turns.append(answer)
            if conversation.handed_over:
                ended = "hand-over"
                break
        await self._conversing.end(id)
        return DialogueAnswers(held.dialogue.id, held.line, tuple(turns), held.position, ended)
