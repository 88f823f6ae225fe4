"""The check on held-out conversations that decides whether a new ranker is taken, or the default stays."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice
from dialog_ranking_training.judging import Said, Verdicts, probabilities, rank_all, said
from dialog_ranking_training.measuring import loss
from dialog_ranking_training.splitting import connected, folds, split_by_time
from dialog_ranking_training.weighing import PREPARED

FEWEST_CONVERSATIONS = 8  # with fewer, nobody can tell how much they differ, and so what is chance
FEW = 20  # labels: with so many, two standard errors are asked for, with ten times as many hardly more than one
NEWEST_ERRORS = 2  # standard errors by which the newest conversations have to speak against what the others say
LOST_BY_CHANCE = 0.0025  # of the accuracy: so much less is none, where it is within one standard error as well

Learn = Callable[[Sequence[int]], Callable[[int], Verdicts]]
"""Learns from the choices at some places; what it returns ranks the choice at another."""


@dataclass(frozen=True, slots=True)
class Paired:
    """A difference between two rankers on the same turns: above 0, the new one is better.

    Attributes:
        mean: The difference, by weight.
        error: Its standard error, with what one person had to say taken together, and the turns of a conversation.
        people: Of how many; conversations where nobody is known.
    """

    mean: float = 0.0
    error: float = 0.0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check came to.

    Attributes:
        taken: Whether the new ranker is taken.
        reason: Why, in a sentence for the person who trains.
        before: What the default makes of each choice.
        after: What the new ranker makes of it, each choice judged by what was learnt from other conversations; the
            default's where nothing could be held out.
        log_loss: By how much that of judged candidates is smaller.
        brier: By how much their Brier score is smaller.
        accuracy: By how much the right thing is said more often; see `_turns` for what nobody has judged.
        labels: How many labels there are.
    """

    taken: bool
    reason: str
    before: list[Verdicts]
    after: list[Verdicts]
    log_loss: Paired = field(default_factory=Paired)
    brier: Paired = field(default_factory=Paired)
    accuracy: Paired = field(default_factory=Paired)
    labels: int = 0


def check(
    choices: Sequence[Choice],
    learn: Learn,
    *,
    answer_at: float,
    held_out: float,
    seed: int,
    leading: bool = False,
) -> Checked:
    """Return whether what is learnt does better than the default on conversations it was not learnt from.

    The whole of what `learn` does is repeated for each fold. The new ranker is taken if the likelihood of held-out
    labels rises by more than its standard error, with few labels by up to twice as much, the Brier score is no worse,
    and the accuracy is not lower; and if what older conversations teach does not fail on the newest. All of these are
    paired differences, which chance moves less than either figure.

    Args:
        choices: With the final weights of labels.
        learn: What is checked.
        answer_at: The probability below which nothing is said.
        held_out: The share of conversations that is held out at a time.
        seed: For the folds.
        leading: Whether only candidates count that one of the two holds for the best: where only of those the
            probabilities are fitted.
    """
    before = rank_all(CalibratedModel(), choices)
    labels = sum(label is not None for choice in choices for label in choice.labels)
    if not labels:
        return Checked(False, "There are no labels to learn from: the default stays.", before, before)
    splits = folds(choices, max(2, round(1 / max(held_out, 0.05))), seed)
    if not splits:
        return Checked(False, f"{_count(labels)} of a single conversation: the default stays.", before, before)
    after = list(before)
    for learnt, held in splits:
        rank = learn(learnt)
        for place in held:
            after[place] = rank(place)
    found = _decided(choices, before, after, answer_at, labels, leading)
    if found.taken and _worse_on_the_newest(choices, learn, before, held_out, seed, leading):
        why = "What older conversations teach is worse than the default on the newest ones: it stays."
        return replace(found, taken=False, reason=why)
    return found


def _worse_on_the_newest(
    choices: Sequence[Choice], learn: Learn, before: Sequence[Verdicts], held_out: float, seed: int, leading: bool
) -> bool:
    """Return whether the past teaches what does not hold any more, by more than chance."""
    if len({choice.turn.now for choice in choices}) < 2:
        return False
    learnt, held = split_by_time(choices, held_out, seed)
    rank = learn(learnt)
    newest = [choices[place] for place in held]
    rows = _candidates(newest, [before[place] for place in held], [rank(place) for place in held], loss, leading)
    difference = _paired(rows)
    return difference.mean < -NEWEST_ERRORS * difference.error


def _decided(
    choices: Sequence[Choice],
    before: list[Verdicts],
    after: list[Verdicts],
    answer_at: float,
    labels: int,
    leading: bool,
) -> Checked:
    log_loss = _paired(_candidates(choices, before, after, loss, leading))
    brier = _paired(_candidates(choices, before, after, lambda p, right: (p - right) ** 2, leading))
    accuracy = _paired(_turns(choices, before, after, answer_at))
    allowed = min(LOST_BY_CHANCE, accuracy.error)
    few = len({choice.conversation for choice in choices if choice.labelled}) < FEWEST_CONVERSATIONS
    if few or not log_loss.mean > log_loss.error * (1 + FEW / labels):
        why = f"{_count(labels)} are not enough to do better than the default: it stays."
        if not few and log_loss.people == 1:
            why = f"{_count(labels)} of a single user, who may be alone with that: the default stays."
        elif not few and log_loss.mean < -log_loss.error:
            why = f"What {_count(labels)} teach is worse than the default on conversations held out: it stays."
    elif brier.mean < 0:
        why = "The new ranking is likelier and yet further off (Brier score) than the default: it stays."
    elif accuracy.mean < -allowed:
        why = (
            f"The new ranking says the right thing less often than the default ({accuracy.mean:+.1%} of the turns held "
            "out): it stays."
        )
    else:
        why = f"Learnt from {_count(labels)}: better than the default on conversations held out."
        return Checked(True, why, before, after, log_loss, brier, accuracy, labels)
    return Checked(False, why, before, after, log_loss, brier, accuracy, labels)


Row = tuple[str, float, float]  # who has judged, difference, weight


def _judges(choices: Sequence[Choice]) -> list[str]:
    """Return for each choice who stands behind its labels: a user with all their conversations, or a conversation.

    A thousand labels of one user are one opinion. Labels that somebody prepared are nobody's.
    """

    def is_opinion(choice: Choice) -> bool:
        labels = [label for label in (*choice.labels, choice.nobody) if label is not None]
        return any(label.source not in PREPARED for label in labels)

    return connected([choice if is_opinion(choice) else replace(choice, user="") for choice in choices])


def _candidates(
    choices: Sequence[Choice],
    before: Sequence[Verdicts],
    after: Sequence[Verdicts],
    cost: Callable[[float, float], float],
    leading: bool,
) -> Iterable[Row]:
    """Yield by how much each judged candidate costs less."""
    for choice, judge, was, now in zip(choices, _judges(choices), before, after, strict=True):
        best = {said(choice, was, 0.0).place, said(choice, now, 0.0).place}
        rows = zip(probabilities(choice, was), probabilities(choice, now), choice.labels, strict=True)
        for place, (old, new, label) in enumerate(rows):
            if label is not None and (place in best or not leading):
                yield judge, cost(old, label.right) - cost(new, label.right), label.weight


def _turns(
    choices: Sequence[Choice], before: Sequence[Verdicts], after: Sequence[Verdicts], answer_at: float
) -> Iterable[Row]:
    """Yield by how much more right each turn is, where something is known of what one of them says.

    Feedback judges only what was said, and whoever would say something else is never seen to be right, only to give up
    what was. So what the other one says counts for as much as the new ranker expects without having seen the
    conversation (the direct method of Dudík et al. 2011, section 2, with what is known in its place where it is known),
    and silence for what `answer_at` says it is worth.
    """
    for choice, judge, one, other in zip(choices, _judges(choices), before, after, strict=True):
        was, now = said(choice, one, answer_at), said(choice, other, answer_at)
        if was.right is None and now.right is None:
            continue
        expected = probabilities(choice, other)
        old, new = (_worth(turn, expected, answer_at) for turn in (was, now))
        yield judge, new - old, max(was.weight, now.weight)


def _worth(turn: Said, expected: Sequence[float], answer_at: float) -> float:
    if turn.right is not None:
        return turn.right
    return answer_at if turn.place is None else expected[turn.place]


def _paired(rows: Iterable[Row]) -> Paired:
    """Return the mean and its standard error over those who judged, as of a ratio (Cochran 1977, equation 6.13)."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for judge, difference, weight in rows:
        sums[judge][0] += difference * weight
        sums[judge][1] += weight
    total = sum(weight for _, weight in sums.values())
    count = len(sums)
    if total <= 0:
        return Paired()
    mean = sum(part for part, _ in sums.values()) / total
    if count < 2:
        return Paired(mean, math.inf, count)
    spread = sum((part - mean * weight) ** 2 for part, weight in sums.values())
    return Paired(mean, math.sqrt(spread * count / (count - 1)) / total, count)


def _count(labels: int) -> str:
    return "1 label" if labels == 1 else f"{labels:,} labels"
