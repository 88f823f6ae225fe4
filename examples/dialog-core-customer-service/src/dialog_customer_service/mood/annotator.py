"""The annotator `mood`: whether a customer is angry, losing patience or thankful, and how heated it has become."""

import re
from dataclasses import dataclass

from dialog_core import Component, Context, JsonValue, Turn, UserSaid
from dialog_customer_service.mood.words import ANGRY, FRUSTRATED, THANKFUL, finder, found, speaks_of_others
from dialog_customer_service.options import MoodOptions

HEAT = {"angry": 2, "frustrated": 1}
MAX_READ = 1_000  # characters of a message that are looked at
SURE, LIKELY = 0.9, 0.7
SHOUTED = 12  # capital letters without a small one among them


@dataclass(frozen=True)
class Feeling:
    """How a message sounds.

    Attributes:
        label: `angry`, `frustrated`, `thankful`, or None.
        probability: How sure that is.
        cues: The words that say so.
    """

    label: str | None
    probability: float
    cues: tuple[str, ...] = ()


class Mood(Component[MoodOptions]):
    """Goes by words, by what negates them, and by how they are written. Knows no irony but the commonest.

    What it says has the shape of a classifier's finding, with `cues` and `heat` beside it: the heat of the last
    messages together, an angry one counting 2 and an impatient one 1; thanks cool it down.
    """

    inline = True

    def __init__(self, options: MoodOptions, context: Context) -> None:
        super().__init__(options, context)
        self._angry = finder(ANGRY, options.angry)
        self._frustrated = finder(FRUSTRATED, options.frustrated)
        self._thankful = finder(THANKFUL, ())

    def annotate(self, turn: Turn) -> JsonValue:
        """Return how the message sounds, and how heated the conversation is."""
        feeling = self.feeling(turn.text)
        heat = 0
        for text in self._recent(turn):
            before = self.feeling(text)
            heat = 0 if before.label == "thankful" else heat + HEAT.get(before.label or "", 0)
        heat = 0 if feeling.label == "thankful" else heat + HEAT.get(feeling.label or "", 0)
        labels = [feeling.label] if feeling.label else []
        return {
            "label": feeling.label,
            "probability": feeling.probability,
            "ranked": [{"label": label, "probability": feeling.probability} for label in labels],
            "labels": labels,
            "cues": list(feeling.cues),
            "heat": heat,
        }

    def feeling(self, text: str) -> Feeling:
        """Return how a text sounds."""
        read = text[:MAX_READ]
        lowered = read.casefold().replace("’", "'")
        angry, not_angry = found(self._angry, lowered)
        frustrated, _ = found(self._frustrated, lowered)
        thankful, not_thankful = found(self._thankful, lowered, thanks=True)
        if angry and speaks_of_others(lowered):
            angry = []
        if any("happy" in word or "满意" in word for word in not_thankful):
            frustrated = [*frustrated, *not_thankful]
        if any(word.startswith("thanks for nothing") for word in frustrated):
            thankful = []
        if angry:
            return Feeling("angry", SURE, tuple(angry))
        if frustrated:
            loud = read.count("!") + read.count("！") >= 3 or _is_shouted(read)
            return Feeling("angry" if loud else "frustrated", LIKELY, tuple(frustrated))
        if thankful:
            return Feeling("thankful", SURE, tuple(thankful))
        if _is_shouted(read) and not not_angry:
            return Feeling("frustrated", LIKELY, ("capitals",))
        return Feeling(None, LIKELY)

    def _recent(self, turn: Turn) -> list[str]:
        """Return what the user said lately, oldest first, without the message itself."""
        texts: list[str] = []
        for said in reversed(turn.conversation.messages):
            if isinstance(said, UserSaid) and said.message.client_id != turn.message.client_id:
                texts.append(said.message.text)
                if len(texts) + 1 >= self.options.memory:
                    break
        return texts[::-1]


def _is_shouted(text: str) -> bool:
    letters = re.sub(r"AF\d+|[^A-Za-z]", "", text)
    return len(letters) >= SHOUTED and letters.isupper()
