"""The default ranker: a fixed table from raw score to probability per kind of policy.

Its figures are the framework's prior, not fitted to a bot's own data; traces therefore call it uncalibrated.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from dialog_core.candidate import Candidate, Ranked
from dialog_core.component import Component
from dialog_core.configuration import Options
from dialog_core.turn import Turn

Table = tuple[tuple[float, float], ...]

TABLES: Mapping[str, Table] = {
    # A rule matches because somebody wrote it for these words: trusted even where it covers part of the message.
    "rules": ((0.0, 0.0), (0.7, 0.85), (1.0, 0.97)),
    # The same for flows; but whoever answers the question a flow has just asked means that, and not the rule for stray
    # numbers or a stray "yes".
    "flows": ((0.0, 0.0), (0.7, 0.85), (1.0, 0.98)),
    # A rule or story that says what comes next is as good as a rule; what a model learned from stories says itself how
    # sure it is, and is believed a little less than that.
    "stories": ((0.0, 0.0), (0.3, 0.25), (0.9, 0.85), (1.0, 0.97)),
    # Read off the shop's questions and MedQuAD's reworded ones, with retrieval scores that mean the share of a question
    # an entry covers.
    "retrieval": ((0.0, 0.0), (0.25, 0.08), (0.38, 0.3), (0.45, 0.6), (0.56, 0.8), (0.7, 0.92), (1.0, 0.98)),
    # A language model's own confidence says little; it answers when the others do not.
    "generative": ((0.0, 0.0), (1.0, 0.75)),
}
OTHER_KINDS: Table = ((0.0, 0.0), (1.0, 0.8))

REPETITION_FACTOR = 0.6
"""What a reply is worth that says word for word what the bot said last."""


class TableRanker(Component[Options]):
    """Maps scores piecewise linearly through `TABLES`, discounts repetition; ties keep the file's order."""

    inline = True
    calibrated = False

    def rank(self, turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
        """Return the candidates, most probable first."""
        last = turn.conversation.last_bot_message
        last_text = last.text if last is not None else None
        ranked = [_judge(candidate, last_text) for candidate in candidates]
        ranked.sort(key=lambda verdict: -verdict.probability)  # stable: ties stay in file order
        return ranked


def default_probability(candidate: Candidate) -> float:
    """Return what a candidate is worth by its kind and score alone, before anything was learnt from data."""
    return interpolate(TABLES.get(candidate.kind, OTHER_KINDS), candidate.score)


def _judge(candidate: Candidate, last_text: str | None) -> Ranked:
    probability = default_probability(candidate)
    contributions = {f"{candidate.kind or 'other'} score": probability}
    if candidate.text == last_text:
        discount = probability * (REPETITION_FACTOR - 1)
        contributions["repeats the last reply"] = discount
        probability += discount
    return Ranked(candidate, probability, contributions)


def interpolate(table: Table, score: float) -> float:
    """Return the probability for `score`, on straight lines between the points of `table`."""
    position = bisect_right(table, (score, 2.0))
    if position == 0:
        return table[0][1]
    if position == len(table):
        return table[-1][1]
    (x0, y0), (x1, y1) = table[position - 1], table[position]
    return y0 + (y1 - y0) * (score - x0) / (x1 - x0)
