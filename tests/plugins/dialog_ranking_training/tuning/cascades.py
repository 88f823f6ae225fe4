"""Choices of a cascade made up for tests, and the straightforward way to find out what comes of thresholds."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dialog_core import Candidate, Conversation, Message, Ranked, Turn, UserSaid
from dialog_ranking.choices import Choice, Label
from dialog_ranking_training.judging import right_of_nobody

AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICIES = ("rules", "faq", "llm")


def by_score(turn: Turn, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Rank candidates by their scores, which are taken for probabilities; of equals the first is the first."""
    return [Ranked(one, one.score) for one in sorted(candidates, key=lambda one: -one.score)]


def make_choice(
    *tiers: Sequence[tuple[float, float]],
    id: str = "1",
    conversation: str = "",
    nobody: float | None = None,
    weight: float = 1.0,
    seconds: Sequence[float] = (0.001, 0.01, 1.0),
    costs: Mapping[str, float] | None = None,
) -> Choice:
    """Return a choice: for each tier, with one policy each, the scores of its candidates and how right they are."""
    message = Message("when do you open?", client_id="message", at=AT)
    rows = [(POLICIES[tier], *row) for tier, found in enumerate(tiers) for row in found]
    return Choice(
        id=id,
        turn=Turn(Conversation(conversation or id, [UserSaid(message)]), message, "en", math.inf, AT, 0),
        candidates=tuple(Candidate(f"{policy} says {n}", score, policy) for n, (policy, score, _) in enumerate(rows)),
        labels=tuple(Label(right, weight) for _, _, right in rows),
        nobody=None if nobody is None else Label(nobody, weight),
        tiers={POLICIES[tier]: tier for tier in range(len(tiers))},
        seconds={POLICIES[tier]: seconds[tier] for tier in range(len(tiers))},
        costs=dict(costs or {}),
    )


def made(count: int, seed: int = 0, *, per_conversation: int = 2) -> list[Choice]:
    """Return choices of a calibrated world: a score is the probability of being right.

    The first tier knows a third of the messages well; the last is asked in vain one time in five.
    """
    chance = random.Random(seed)
    found = []
    for number in range(count):
        known = chance.random() < 0.4
        rule = chance.uniform(0.85, 1.0) if known else chance.uniform(0.0, 0.4)
        llm = chance.uniform(0.6, 0.95)
        rows = [[(rule, float(chance.random() < rule))], [(llm, float(chance.random() < llm))]]
        conversation = f"{seed}-{number // per_conversation}"
        found.append(make_choice(*rows, id=f"{seed}-{number}", conversation=conversation, costs={"faq": 0.01}))
    return found


@dataclass
class Tallied:
    """Sums over all choices, by weight."""

    accuracy: float = 0.0
    right: float = 0.0
    wrong: float = 0.0
    unanswered: float = 0.0
    calls: float = 0.0
    seconds: float = 0.0
    cost: float = 0.0


def one_by_one(choices: Sequence[Choice], accept_at: float, answer_at: float) -> Tallied:
    """Return what comes of thresholds, going through every choice as the kernel goes through a turn."""
    total, tally = 0.0, Tallied()
    for choice in choices:
        tiers = 1 + max(choice.tiers.values())
        weight = next(label.weight for label in (*choice.labels, choice.nobody) if label is not None)
        seconds = cost = 0.0
        for tier in range(tiers):
            ranked = by_score(choice.turn, choice.up_to(tier).candidates)
            asked = [policy for policy, place in choice.tiers.items() if place == tier]
            seconds += max(choice.seconds[policy] for policy in asked)
            cost += sum(choice.costs.get(policy, 0.0) for policy in asked)
            if ranked and ranked[0].probability >= accept_at:
                break
        total += weight
        tally.seconds += weight * seconds
        tally.cost += weight * cost
        tally.calls += weight * (tier == tiers - 1)
        if ranked and ranked[0].probability >= answer_at:
            label = choice.labels[[id(one) for one in choice.candidates].index(id(ranked[0].candidate))]
            assert label is not None
            tally.accuracy += weight * label.right
            tally.right += weight * label.right
            tally.wrong += weight * (1 - label.right)
        else:
            silence = right_of_nobody(choice)
            tally.accuracy += weight * (silence.right if silence else 0.0)
            tally.unanswered += weight
    return Tallied(**{name: value / total for name, value in vars(tally).items()})
