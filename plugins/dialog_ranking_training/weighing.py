"""How much a label counts: more where chance seldom shows such a reply, less where one user gives very many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from dialog_ranking.choices import Choice, Label

# What is said once in 50 turns would count as 50 labels, and a few such labels as most of all there are. Models look at
# what the choice was made by, so that they need no more than a push towards what is seldom said: with weights of up to
# 20 the rankings learnt from the same labels were right less often.
MOST_IMPORTANCE = 3.0
PREPARED = frozenset({"reference", "test", "rating"})
"""Sources of labels that somebody prepared, or was asked for: they depend on no chance, and are no user's opinion."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Choices whose labels count as much as they should.

    Attributes:
        choices: With the final weights; their `propensity` is 1.
        capped: How many users gave more labels than count.
    """

    choices: list[Choice]
    capped: int = 0


def weigh(choices: Sequence[Choice], max_per_user: int | None = None) -> Weighed:
    """Return choices whose labels have their final weights. Doing it twice changes nothing.

    A label given to what was said weighs 1 / (the probability that it would be said), as in inverse propensity scoring
    (Horvitz and Thompson 1952), cut off at `MOST_IMPORTANCE` (Ionides 2008). After that the labels of one user weigh at
    most `max_per_user` together; where the user is not known, those of a conversation do. Prepared labels stay as they
    are.

    Args:
        choices: As gathered.
        max_per_user: The cap; None: there is none.
    """
    important = [_important(choice) for choice in choices]
    if max_per_user is None:
        return Weighed(important)
    totals: dict[str, float] = defaultdict(float)
    for choice in important:
        totals[user_of(choice)] += sum(label.weight for label in (*choice.labels, choice.nobody) if _counts(label))
    share = {user: max_per_user / total for user, total in totals.items() if total > max_per_user * (1 + 1e-9)}
    capped = [_scaled(choice, share.get(user_of(choice), 1.0)) for choice in important]
    return Weighed(capped, len(share))


def user_of(choice: Choice) -> str:
    """Return whose labels are capped together."""
    return choice.user or choice.conversation


def _important(choice: Choice) -> Choice:
    if choice.propensity >= 1.0:
        return choice
    factor = min(MOST_IMPORTANCE, 1.0 / choice.propensity) if choice.propensity > 0 else MOST_IMPORTANCE
    labels = list(choice.labels)
    nobody = choice.nobody
    if choice.chosen is not None:
        labels[choice.chosen] = _times(labels[choice.chosen], factor)
    else:
        nobody = _times(nobody, factor)
    return replace(choice, labels=tuple(labels), nobody=nobody, propensity=1.0)


def _times(label: Label | None, factor: float) -> Label | None:
    if label is None or label.source in PREPARED:
        return label
    return replace(label, weight=label.weight * factor)


def _scaled(choice: Choice, factor: float) -> Choice:
    if factor == 1.0:
        return choice

    def scaled(label: Label | None) -> Label | None:
        return replace(label, weight=label.weight * factor) if _counts(label) else label

    return replace(choice, labels=tuple(map(scaled, choice.labels)), nobody=scaled(choice.nobody))


def _counts(label: Label | None) -> TypeGuard[Label]:
    """Whether a label is a user's, of which too many are capped."""
    return label is not None and label.source not in PREPARED
