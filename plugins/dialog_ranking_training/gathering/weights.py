"""How much labels count: more where chance seldom shows such a reply, less where one user gives very many."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from dialog_ranking.choices import Choice, Label

PREPARED = frozenset({"reference", "test"})  # sources of labels that judge everything, whatever the bot said
MOST_INVERSE = 20.0  # a reply that was said by a chance of 1 in 1,000 does not count as a thousand others


def inverse_propensity(choices: Sequence[Choice], cap: float = MOST_INVERSE) -> list[Choice]:
    """Return the choices with what was said of the reply weighed by 1 / the probability that it would be said.

    What chance shows is judged more seldom than what is always said; weighed like this, the average over the judged
    turns is that over all of them (Horvitz and Thompson 1952, inverse propensity scoring). The greatest factors are
    cut off, which costs a little bias and saves much variance (Ionides 2008, truncated importance sampling). Labels
    that were prepared depend on no chance and stay as they are. Afterwards `propensity` is 1: doing it twice changes
    nothing.

    Args:
        choices: What was gathered.
        cap: The greatest factor.
    """
    return [choice if choice.propensity >= 1 else _weighed_up(choice, cap) for choice in choices]


def cap_users(choices: Sequence[Choice], most: float) -> list[Choice]:
    """Return the choices with the labels of each user scaled so that together they weigh at most `most`.

    A user is `Choice.user`, or else the conversation. Labels that were prepared (`reference`, `test`) are nobody's
    opinion and stay as they are.

    Args:
        choices: What was gathered.
        most: What one user's word counts at most: `max_per_user`.
    """
    factors = {user: most / weight for user, weight in weight_of_users(choices).items() if weight > most * (1 + 1e-9)}
    return [
        _scaled(choice, factors[user]) if (user := user_of(choice)) in factors else choice  # most are as they were
        for choice in choices
    ]


def weight_of_users(choices: Sequence[Choice]) -> dict[str, float]:
    """Return what the labels of each user weigh together, those left out that were prepared."""
    said: dict[str, float] = defaultdict(float)
    for choice in choices:
        for label in (*choice.labels, choice.nobody):
            if label is not None and label.source not in PREPARED:
                said[user_of(choice)] += label.weight
    return dict(said)


def user_of(choice: Choice) -> str:
    """Return whose labels are capped together."""
    return choice.user or choice.conversation


def _weighed_up(choice: Choice, cap: float) -> Choice:
    factor = min(cap, 1 / choice.propensity) if choice.propensity > 1 / cap else cap
    scale = _scaler(factor)
    labels = tuple(scale(label) if place == choice.chosen else label for place, label in enumerate(choice.labels))
    nobody = choice.nobody if choice.chosen is not None else scale(choice.nobody)
    return replace(choice, labels=labels, nobody=nobody, propensity=1.0)


def _scaled(choice: Choice, factor: float) -> Choice:
    scale = _scaler(factor)
    return replace(choice, labels=tuple(map(scale, choice.labels)), nobody=scale(choice.nobody))


def _scaler(factor: float) -> Callable[[Label | None], Label | None]:
    def scale(label: Label | None) -> Label | None:
        if label is None or label.source in PREPARED:
            return label
        return replace(label, weight=label.weight * factor)

    return scale
