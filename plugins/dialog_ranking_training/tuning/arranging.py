"""Choices as the bot would have them: its tiers, its order of policies, and no policy it does not have."""

from collections.abc import Sequence
from dataclasses import replace

from dialog_ranking.choices import Choice


def arrange(choices: Sequence[Choice], tiers: Sequence[Sequence[str]], order: Sequence[str]) -> list[Choice]:
    """Return choices whose policies stand in these tiers, whichever they stood in when they were asked.

    Of a choice that does not say whom it asked, everybody counts as asked.

    Args:
        choices: As they were gathered.
        tiers: The names of the bot's policies, by tier.
        order: The same in the order of the bot file, which decides between candidates that are equally probable.
    """
    tier_of = {policy: number for number, tier in enumerate(tiers) for policy in tier}
    place_of = {policy: place for place, policy in enumerate(order)}
    return [_arranged(choice, tier_of, place_of) for choice in choices]


def _arranged(choice: Choice, tier_of: dict[str, int], place_of: dict[str, int]) -> Choice:
    asked = {*choice.tiers, *(candidate.policy for candidate in choice.candidates)} if choice.tiers else set(tier_of)
    kept = [place for place, candidate in enumerate(choice.candidates) if candidate.policy in tier_of]
    kept.sort(key=lambda place: place_of[choice.candidates[place].policy])
    return replace(
        choice,
        candidates=tuple(choice.candidates[place] for place in kept),
        labels=tuple(choice.labels[place] for place in kept),
        chosen=kept.index(choice.chosen) if choice.chosen in kept else None,
        tiers={policy: tier for policy, tier in tier_of.items() if policy in asked},
    )
