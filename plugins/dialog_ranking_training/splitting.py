"""Honest splits: what is measured on was not learnt from, nor were other turns of the same conversation or user."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from dialog_ranking.choices import Choice

Places = list[int]
Split = tuple[Places, Places]


def folds(choices: Sequence[Choice], count: int, seed: int) -> list[Split]:
    """Return splits into what to learn from and what to hold out; every choice is held out just once.

    Choices of one conversation stay together, and so do those of one user, unless that leaves too few groups to make
    `count` folds of. There are fewer folds where there are fewer conversations, and none where there is but one.

    Args:
        choices: To be split.
        count: How many folds are wanted.
        seed: Which of the possible splits.

    Returns:
        For each fold the places of the choices to learn from and of those held out, in order.
    """
    if count < 2:
        raise ValueError(f"{count} folds are no split")
    group_of = _groups(choices, count)
    return _split_groups(group_of, min(count, len(set(group_of))), seed)


def split_by_time(choices: Sequence[Choice], share: float, seed: int = 0) -> Split:
    """Return what to learn from, and the newest conversations to hold out: the future tells nothing about the past.

    Where the conversations have no dates, or all the same, it is a split by chance. Both sides have at least one
    conversation if there are two.

    Args:
        choices: To be split.
        share: How much is held out, about: of the labels as they weigh, so that it is not all one user's.
        seed: For the split by chance.
    """
    last: dict[str, datetime] = {}
    for choice in choices:
        at = choice.turn.now
        last[choice.conversation] = max(at, last.get(choice.conversation, at))
    if len(set(last.values())) > 1:
        order = sorted(last, key=lambda conversation: (last[conversation], conversation), reverse=True)
    else:
        order = random.Random(seed).sample(sorted(last), len(last))
    sizes: dict[str, float] = defaultdict(float)
    for choice in choices:
        sizes[choice.conversation] += _size(choice)
    wanted = share * sum(sizes.values())
    held: set[str] = set()
    taken = 0.0
    for conversation in order[: len(order) - 1]:
        if held and taken >= wanted:
            break
        held.add(conversation)
        taken += sizes[conversation]
    learnt: Places = []
    kept: Places = []
    for place, choice in enumerate(choices):
        (kept if choice.conversation in held else learnt).append(place)
    return learnt, kept


def _size(choice: Choice) -> float:
    """Return how much a choice says; one that says nothing is not quite nothing."""
    return 1e-3 + sum(label.weight for label in (*choice.labels, choice.nobody) if label is not None)


def _groups(choices: Sequence[Choice], count: int) -> list[str]:
    """Return for each choice what must not be torn apart: its user's conversations, or just its own."""
    by_user = connected(choices)
    if len(set(by_user)) >= count and max(Counter(by_user).values(), default=0) <= len(choices) / 2:
        return by_user
    return [choice.conversation for choice in choices]


def connected(choices: Sequence[Choice]) -> list[str]:
    """Return for each choice one conversation that stands for all that share a user with it, however far round."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = parent.setdefault(above, above)  # halves the way
            name = above
        return name

    for choice in choices:
        mine = root(f"conversation {choice.conversation}")
        if choice.user:
            parent[root(f"user {choice.user}")] = mine
    return [root(f"conversation {choice.conversation}") for choice in choices]


def _split_groups(group_of: Sequence[str], count: int, seed: int) -> list[Split]:
    """Deal out groups, the largest first, each to the fold that has the least so far."""
    if count < 2:
        return []
    members: dict[str, Places] = defaultdict(list)
    for place, group in enumerate(group_of):
        members[group].append(place)
    dealt = random.Random(seed).sample(sorted(members), len(members))
    dealt.sort(key=lambda group: -len(members[group]))
    held: list[Places] = [[] for _ in range(count)]
    for group in dealt:
        min(held, key=len).extend(members[group])
    everything = range(len(group_of))
    return [([place for place in everything if place not in own], sorted(own)) for own in map(set, held)]
