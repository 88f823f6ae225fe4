"""Choices made up for tests: policies that are right as often as one says."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dialog_core import Candidate, Conversation, Message, Turn, UserSaid
from dialog_core.ranking import default_probability
from dialog_ranking.choices import Choice, Label

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def make_choice(
    *candidates: tuple[str, float, float | None],
    id: str = "1",
    conversation: str = "",
    user: str = "",
    text: str = "when do you open?",
    day: int = 0,
    weight: float = 1.0,
    nobody: float | None = None,
    chosen: int | None = None,
    propensity: float = 1.0,
    source: str = "reference",
    kinds: dict[str, str] | None = None,
) -> Choice:
    """Return a choice between candidates: policy, score, whether it is right (None: nobody knows)."""
    at = LONG_AGO + timedelta(days=day)
    message = Message(text, client_id="message", at=at)
    turn = Turn(Conversation(conversation or id, [UserSaid(message)]), message, "en", math.inf, at, 0)
    return Choice(
        id=id,
        turn=turn,
        candidates=tuple(
            Candidate(f"reply {number} of {policy}", score, policy=policy, kind=(kinds or KINDS).get(policy, "other"))
            for number, (policy, score, _) in enumerate(candidates)
        ),
        labels=tuple(None if right is None else Label(right, weight, source) for _, _, right in candidates),
        nobody=None if nobody is None else Label(nobody, weight, source),
        chosen=chosen,
        propensity=propensity,
        user=user,
    )


KINDS = {"rules": "rules", "faq": "retrieval", "search": "retrieval", "llm": "generative"}


def made(count: int, seed: int, *, per_conversation: int = 4) -> list[Choice]:
    """Return choices in a world in which the default is wrong: rules are overrated, the language model underrated.

    A rule is right as often as its score to the power of three, the FAQ as often as its score, the language model as
    often as .3 + .7 of its score; each proposes in two turns of three.
    """
    chance = random.Random(seed)
    found = []
    for number in range(count):
        rows: list[tuple[str, float, float | None]] = []
        for policy, truth in TRUTHS.items():
            if chance.random() < 2 / 3:
                score = round(chance.uniform(0.2, 1.0), 3)
                rows.append((policy, score, float(chance.random() < truth(score))))
        day, conversation = number // per_conversation, f"c{number // per_conversation}"
        found.append(make_choice(*rows, id=f"{seed}-{number}", conversation=f"{seed}-{conversation}", day=day))
    return found


TRUTHS: dict[str, Callable[[float], float]] = {
    "rules": lambda score: score**3,
    "faq": lambda score: score,
    "llm": lambda score: 0.3 + 0.7 * score,
}


def only_chosen(choices: Sequence[Choice]) -> list[Choice]:
    """Return what is left when the default ranker has chosen and only what it said was judged."""
    found = []
    for choice in choices:
        if not choice.candidates:
            continue
        best = max(range(len(choice.candidates)), key=lambda place: default_probability(choice.candidates[place]))
        label = choice.labels[best]
        assert label is not None
        kept = [replace(label, source="feedback") if place == best else None for place in range(len(choice.labels))]
        found.append(replace(choice, labels=tuple(kept), chosen=best))
    return found
