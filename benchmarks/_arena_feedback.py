"""Feedback as users would give it: one verdict on what the default ranker said, turn by turn."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks._arena_cascade import ANSWER_AT
from dialog_ranking.choices import Choice, Label
from dialog_ranking_training.judging import Model, said

ACCEPT_AT = 0.8  # as in a bot file that does not say otherwise


def feedback(default: Model, choices: Sequence[Choice], count: int, seed: int) -> list[Choice]:
    """Return so many turns as a bot with the default ranker keeps them, each with a verdict on what it said.

    Later tiers are not asked where an earlier one is sure enough; where nothing is said there is no verdict.

    Args:
        default: The default ranker.
        choices: Turns to draw from, conversation by conversation.
        count: How many verdicts there are.
        seed: Which conversations.
    """
    talks: dict[str, list[Choice]] = defaultdict(list)
    for choice in choices:
        talks[choice.conversation].append(choice)
    drawn = random.Random(seed).sample(sorted(talks), len(talks))
    judged: list[Choice] = []
    for talk in drawn:
        judged += _judged(default, talks[talk])
        if len(judged) >= count:
            break
    return judged[:count]


def _judged(default: Model, choices: Sequence[Choice]) -> Iterator[Choice]:
    for choice in choices:
        for tier in range(max(choice.tiers.values()) + 1):
            stage = choice.up_to(tier)
            one = said(stage, default.rank(stage.turn, stage.candidates), ANSWER_AT)
            if one.probability >= ACCEPT_AT:
                break
        if one.place is not None and one.right is not None:
            labels: list[Label | None] = [None] * len(stage.candidates)
            labels[one.place] = Label(one.right, source="feedback")
            tiers = {policy: place for policy, place in choice.tiers.items() if place <= tier}
            yield replace(stage, labels=tuple(labels), nobody=None, chosen=one.place, tiers=tiers)
