"""Putting together what several sources say of the same choices."""

from collections.abc import Iterable
from dataclasses import replace

from dialog_ranking.choices import Choice


def merge(choices: Iterable[Choice]) -> tuple[list[Choice], int]:
    """Return the choices, each id once, and how many were there more than once.

    Where a choice comes again, what the first one says stands, and the others add what it does not know: a file that
    a person has corrected is read before the store it was made from.
    """
    found: dict[str, Choice] = {}
    again = 0
    for choice in choices:
        first = found.get(choice.id)
        again += first is not None
        found[choice.id] = choice if first is None else _completed(first, choice)
    return list(found.values()), again


def _completed(first: Choice, other: Choice) -> Choice:
    known = {
        (candidate.policy, candidate.text): label
        for candidate, label in zip(other.candidates, other.labels, strict=True)
        if label is not None
    }
    labels = tuple(
        label if label is not None else known.get((candidate.policy, candidate.text))
        for candidate, label in zip(first.candidates, first.labels, strict=True)
    )
    return replace(first, labels=labels, nobody=first.nobody or other.nobody)
