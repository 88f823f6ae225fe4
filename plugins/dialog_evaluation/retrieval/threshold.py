"""From which score on a bot answers."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

from dialog_core import BotSpec, Candidate, Context, Conversation, Message, Turn

STEPS = 1000  # of the scale of scores


def answers_from(spec: BotSpec, context: Context, retriever: str) -> float:
    """Return the least score with which a bot answers what a retriever finds.

    That is `dispatch.answer_at`, where the score is what the ranking takes for the probability of being right. The
    kernel's own ranking maps scores through a table: then it is the score whose probability is that.
    """
    floor = spec.file.dispatch.answer_at
    policy = next((policy for policy in spec.policies if policy.name == retriever.partition(".")[0]), None)
    if spec.ranker.registration.name != "table" or policy is None:
        return floor
    rank = context.create("ranker", "table").rank
    turn = Turn(Conversation("threshold"), Message(""), context.language, math.inf, datetime.now(UTC), 0)

    def answers(step: int) -> bool:
        candidate = Candidate("-", score=step / STEPS, kind=policy.registration.category)
        return bool(rank(turn, [candidate])[0].probability >= floor)

    return _first(answers) / STEPS


def _first(holds: Callable[[int], bool]) -> int:
    """Return the first step at which something holds, which then holds for all after it."""
    low, high = 0, STEPS
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
