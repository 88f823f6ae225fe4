"""Which thresholds do what is aimed at, as far as data can tell."""

from dataclasses import replace

import numpy as np

from dialog_ranking_training.tuning.aims import Aim, AimError, Chosen
from dialog_ranking_training.tuning.searching import TINY, Search, between
from dialog_ranking_training.tuning.simulating import Simulated

CONFIDENCE = 0.95
GIVE_UP = 0.005
MOST_FLOORS = 200  # values of `answer_at` that are tried where the bot file states none


def choose(
    simulated: Simulated,
    aim: Aim,
    *,
    answer_at: float | None = None,
    confidence: float = CONFIDENCE,
    give_up: float = GIVE_UP,
) -> Chosen:
    """Return the thresholds that do best what is aimed at.

    What is limited has to stay within the limit by its upper bound, not by what was found alone. Among the thresholds
    for which it does, those that handle the most messages as they should be are taken; of equals those with the fewest
    wrong answers, then the fewest calls, then the higher `accept_at` and an `answer_at` in the middle of those that do
    the same.

    For `max_wrong`, `give_up` of the accuracy that is within reach is given up for fewer calls of the last tier; that
    is what may be lost with one standard error added. A candidate that is good enough to stop at is then also said:
    `accept_at` is never below `answer_at`. Where calls are limited it may be: they go to messages that nobody has a
    good candidate for, and some for which nobody's is good enough are not answered.

    Args:
        simulated: The data.
        aim: What is aimed at.
        answer_at: Where it is given, only `accept_at` is chosen.
        confidence: How sure it has to be that the limit is kept.
        give_up: How much accuracy may be given up.

    Raises:
        AimError: There are none; it says which come nearest.
    """
    if not len(simulated):
        raise AimError("there are no messages with known answers to choose thresholds by", aim)
    floors = floors_of(simulated) if answer_at is None else [answer_at]
    search = Search(simulated, aim, confidence)
    chosen = search.choose(floors, give_up)
    if chosen is not None:
        return chosen
    # What would be chosen if as much was allowed as cannot be avoided.
    least = search.least(floors) * (1 + TINY) + TINY
    nearest = Search(simulated, replace(aim, limit=least), confidence).choose(floors, give_up)
    needed = None if nearest is None else search.needed(nearest)
    raise AimError(f"no thresholds keep {aim.kind} at {aim.limit:g}", aim, nearest, needed)


def floors_of(simulated: Simulated) -> list[float]:
    """Return the values of `answer_at` to try: between any two probabilities there are, or some of them."""
    levels = np.unique(simulated.probability[np.isfinite(simulated.probability)])
    if not len(levels):
        return [0.0]
    if len(levels) > MOST_FLOORS:
        levels = np.unique(np.quantile(levels, np.linspace(0, 1, MOST_FLOORS), method="nearest"))
    below = [0.0, *map(float, levels[:-1])]
    return [between(low, float(high)) if high > low else float(low) for low, high in zip(below, levels, strict=True)]
