"""From the moments of stories and rules to what a model is fitted to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dialog_rasa.dialogue.values import LISTEN
from dialog_rasa.prediction.contract import Moment
from dialog_rasa.prediction.learned import NOTHING
from dialog_rasa.prediction.state_features import SPOKEN, UNKNOWN, features_of, spoken
from dialog_rasa.tracker.state import State

ALONE = 0.5  # how much a turn counts without what was before it, beside itself with that


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment as the model sees it.

    Attributes:
        states: The last states.
        begun: Whether the first of them is the first of the session.
        action: What is done.
        story: Whose moment it is; empty: a rule's.
    """

    states: tuple[State, ...]
    begun: bool
    action: str
    story: str

    @property
    def words(self) -> str:
        """The words of the latest message, where the story goes by them."""
        return spoken(self.states[-1])


@dataclass(frozen=True, slots=True)
class Row:
    """What is fitted to: features, the action, and how much it counts."""

    features: dict[str, float]
    action: str
    weight: float


def seen(moments: Iterable[Moment], window: int) -> list[Seen]:
    """Return moments as the model sees them, each distinct one of a story once.

    What a rule says holds whatever was before it: its first state is never the beginning of a session.
    """
    found: dict[Seen, Seen] = {}
    for moment in moments:
        states = (*moment.tracker.states, moment.tracker.state)[-window:]
        begun = not moment.rule and len(states) == moment.tracker.moments + 1
        one = Seen(states, begun, moment.action, "" if moment.rule else moment.name)
        found.setdefault(one, one)
    return list(found)


def users_of(examples: Iterable[Seen]) -> frozenset[str]:
    """Return what messages mean in them, SPOKEN among it where stories go by words."""
    found = {state.user for example in examples for state in example.states if state.user}
    return frozenset(found | {SPOKEN for user in found if user.startswith('"')})


def rows(examples: Iterable[Seen]) -> list[Row]:
    """Return what to fit to, equal rows made one."""
    found: dict[tuple[tuple[tuple[str, float], ...], str], float] = {}
    for example in examples:
        for row in _rows(example):
            key = (tuple(row.features.items()), row.action)
            found[key] = found.get(key, 0.0) + row.weight
    return [Row(dict(features), action, weight) for (features, action), weight in found.items()]


def _rows(example: Seen) -> Iterator[Row]:
    """Yield an example as it is, alone, with a message nobody knows, and with its words in the place of all of them.

    A turn without its history teaches what a message means wherever it is said: in the manner of the shuffled stories
    that Rasa learns from too, with fewer examples and better figures. That a message means what no story has is the
    one thing stories never show; without it the model would take its history for a reason to say something.
    """
    views = [(example.states, example.begun, 1.0)]
    if example.story:
        views.append((_turn(example.states), False, ALONE))
    for states, begun, weight in views:
        yield Row(features_of(states, begun=begun, words=example.words), example.action, weight)
        past, now = states[:-1], states[-1]
        if now.action != LISTEN:
            continue
        nobody = (*past, replace(now, user=UNKNOWN, entities=frozenset()))
        yield Row(features_of(nobody, begun=begun), NOTHING, weight)
        if example.words:
            yield Row(features_of(_spoken(states), begun=begun, words=example.words), example.action, weight)
            yield Row(features_of(_spoken(states), begun=begun), NOTHING, weight)


def _spoken(states: tuple[State, ...]) -> tuple[State, ...]:
    return (*states[:-1], replace(states[-1], user=SPOKEN))


def _turn(states: tuple[State, ...]) -> tuple[State, ...]:
    """Return the states from the latest message on."""
    for place in range(len(states) - 1, -1, -1):
        if states[place].action == LISTEN:
            return states[place:]
    return states
