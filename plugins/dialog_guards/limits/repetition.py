"""The guard `repetition`: no reply that has just been given, and none that goes round in circles."""

import re
from collections import Counter

from dialog_core import Allow, BotSaid, Candidate, Component, Refuse, Turn
from dialog_guards.limits.options import RepetitionOptions
from dialog_guards.readings.scripts import HAN

PIECE = 3  # words, or characters of a script without spaces
LOOK_BACK = 20  # messages for each reply that is looked for: what a person said in between does not count
_CHINESE = re.compile(HAN)
_WORDS = re.compile(rf"{HAN}|\w+")


class Repetition(Component[RepetitionOptions]):
    """Compares a reply by its pieces of three words with the last ones of the conversation, and with itself."""

    inline = True
    streams = True

    def check_output(self, turn: Turn, candidate: Candidate) -> Allow | Refuse:
        """Judge a reply."""
        options, text = self.options, candidate.text.strip()
        if (options.kinds and candidate.kind not in options.kinds) or _length(text) < options.shortest:
            return Allow()
        pieces = _pieces(text)
        if not pieces:
            return Allow()
        again = sum(count - 1 for count in pieces.values()) / pieces.total()
        if again > options.within:
            return Refuse(f"goes round in circles: {again:.0%} of it has been said in the same reply")
        for said in self._said(turn):
            alike = _alike(pieces, _pieces(said))
            if alike >= options.alike:
                return Refuse(f"has just been said: {alike:.0%} of it is the same")
        return Allow()

    def _said(self, turn: Turn) -> list[str]:
        """Return the bot's last replies, the latest first."""
        said: list[str] = []
        messages = turn.conversation.messages
        oldest = max(len(messages) - LOOK_BACK * self.options.last, 0)
        for place in range(len(messages) - 1, oldest - 1, -1):
            event = messages[place]
            if len(said) == self.options.last:
                break
            if isinstance(event, BotSaid):
                said.append(event.text)
        return said


def _length(text: str) -> int:
    """Return how long a text is in letters; a Chinese character says as much as two."""
    return len(text) + len(_CHINESE.findall(text))


def _pieces(text: str) -> Counter[tuple[str, ...]]:
    words = _WORDS.findall(text.casefold())
    size = min(PIECE, len(words)) or 1
    return Counter(tuple(words[place : place + size]) for place in range(len(words) - size + 1))


def _alike(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    """Return the smaller of the shares of pieces that each has from the other."""
    common = (one & other).total()
    return common / max(one.total(), other.total(), 1)
