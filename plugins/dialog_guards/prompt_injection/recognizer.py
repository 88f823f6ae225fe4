"""Finding an attempt to take over a language model in a text, however it is written."""

from dialog_guards.prompt_injection.signals import Suspicion, suspicion
from dialog_guards.prompt_injection.signals_en import SIGNALS as ENGLISH
from dialog_guards.prompt_injection.signals_zh import SIGNALS as CHINESE
from dialog_guards.readings.hidden import apart, decoded, leet, plainly

SIGNALS = (*ENGLISH, *CHINESE)
HIDDEN = 0.5  # nobody writes such a thing in code by chance
HIDDEN_FROM = 0.3  # how suspicious what was hidden has to be for that


def warm() -> None:
    """Compile every pattern now."""
    for one in SIGNALS:
        one.stands_in("", compact=False)


def judge(text: str) -> Suspicion:
    """Return how suspicious a text is, in the reading in which it is the most."""
    plain = plainly(text)
    found = [suspicion(plain, SIGNALS)]
    if (reading := leet(plain)) is not None:
        found.append(_hidden(suspicion(reading, SIGNALS), "digits for letters", found[0]))
        if (joined := apart(reading)) is not None:
            found.append(_hidden(suspicion(joined, SIGNALS, compact=True), "letters apart", found[0]))
    if (joined := apart(plain)) is not None:
        found.append(_hidden(suspicion(joined, SIGNALS, compact=True), "letters apart", found[0]))
    for how, said in decoded(text):
        found.append(_hidden(suspicion(plainly(said), SIGNALS), how, found[0]))
    return max(found, key=lambda one: one.score)


def _hidden(one: Suspicion, how: str, openly: Suspicion) -> Suspicion:
    """Return a suspicion with the one that it was hidden at all; what is said openly as well was not."""
    if one.score < HIDDEN_FROM or set(one.names) <= set(openly.names):
        return one
    return Suspicion(1 - (1 - one.score) * (1 - HIDDEN), (*one.names, how))
