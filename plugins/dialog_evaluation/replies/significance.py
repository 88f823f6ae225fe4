"""Whether two bots differ, or whether it is chance: approximate randomisation.

If two bots were equally good, it would not matter which of the two held a dialogue: in each round it is left to chance
whose is whose, and a figure is computed anew. The p-value is how often the difference is then at least as large (Noreen
1989; Riezler & Maxwell 2005 for BLEU and the like; Dror et al. 2018, section 3, on when to take it). Dialogues are
swapped as a whole, since the replies of one are alike. Koehn 2004 proposed the paired bootstrap for the same question,
which is where the intervals of differences come from; as a test it is too quick to call (Riezler & Maxwell 2005).
"""

from collections.abc import Mapping

import numpy as np

from dialog_evaluation.replies.intervals import AT_ONCE, grouped
from dialog_evaluation.replies.statistics import Floats, Statistic
from dialog_evaluation.retrieval.significance import corrected

__all__ = ["ROUNDS", "corrected", "randomised"]

ROUNDS = 10_000  # a p-value of .05 is then known to within .004
_ROUNDING = 1e-9


def randomised(
    ours: Mapping[str, Statistic],
    theirs: Mapping[str, Statistic],
    groups: tuple[np.ndarray, int],
    seed: int,
    rounds: int = ROUNDS,
) -> dict[str, float]:
    """Return for each figure how likely a difference as large is where there is none; two-sided, not corrected.

    Args:
        ours: The figures of one bot.
        theirs: Those of another one, of the same replies; the same names.
        groups: For each reply, which dialogue it is of, and how many there are.
        seed: For what is left to chance.
        rounds: How often it is.
    """
    numbers, size = groups
    if not ours:
        return {}
    first = np.column_stack([grouped(one.rows, numbers, size) for one in ours.values()])
    second = np.column_stack([grouped(theirs[name].rows, numbers, size) for name in ours])
    other = np.flatnonzero((first != second).any(axis=1))  # swapping what is the same changes nothing
    swapped = (second - first)[other]
    totals, their_totals = first.sum(axis=0), second.sum(axis=0)
    observed = np.abs(_differences(ours, totals[None], their_totals[None]))[:, 0]
    as_large = np.zeros(len(ours))
    rng = np.random.default_rng(seed)
    left = rounds
    while left:
        now = min(left, max(AT_ONCE // max(len(other), 1), 1))
        moved = rng.integers(0, 2, size=(now, len(other)), dtype=np.int8).astype(np.float64) @ swapped
        drawn = np.abs(_differences(ours, totals + moved, their_totals - moved))
        as_large += (~(drawn < observed[:, None] - _ROUNDING)).sum(axis=1)  # what is no number is no evidence
        left -= now
    return dict(zip(ours, ((as_large + 1) / (rounds + 1)).tolist(), strict=True))


def _differences(statistics: Mapping[str, Statistic], ours: Floats, theirs: Floats) -> Floats:
    """Return a row for each figure: the difference in each round."""
    found, start = [], 0
    for one in statistics.values():
        width = one.rows.shape[1]
        found.append(one.figures(theirs[:, start : start + width]) - one.figures(ours[:, start : start + width]))
        start += width
    return np.array(found)
