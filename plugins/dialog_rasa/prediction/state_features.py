"""What the learned model sees of a conversation: the parts of its last states, each with how long ago that was.

Training and serving both call `features_of`; that is what makes their features the same.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt

from dialog_rasa.dialogue.values import LISTEN
from dialog_rasa.tracker.features import words_of
from dialog_rasa.tracker.state import State

UNKNOWN = "?"
"""Instead of what a message means: no story has it."""
SPOKEN = '"..."'
"""Instead of the words of a story that goes by words: what its words are made of is what counts."""
WORDS_COUNT = 4.0  # as much as so many other features, all of a message's words together
_WORD = re.compile(r"\w+")
_SHORTEST, _LONGEST = 3, 4  # characters of a piece of a word
_AMPLE = 400  # characters of a message: the words of stories are few


def features_of(states: Sequence[State], *, begun: bool, words: str = "") -> dict[str, float]:
    """Return what the model sees of states, each feature with its weight.

    Args:
        states: The last ones, the present one at the end.
        begun: Whether the first of them is the first of the session.
        words: What the user has said, where that is to count.
    """
    found = dict.fromkeys(_by_distance(states, begun), 1.0)
    found.update(dict.fromkeys(_of_now(states, begun), 1.0))
    pieces = list(_pieces(words)) if words else []
    # All together weigh the same, however many they are: of a message with strange words the known ones weigh less.
    found.update(dict.fromkeys(pieces, WORDS_COUNT / sqrt(len(pieces) or 1)))
    return found


def spoken(state: State) -> str:
    """Return the words of the latest message, where a story goes by them."""
    return state.user[1:-1] if state.user.startswith('"') else ""


def _by_distance(states: Sequence[State], begun: bool) -> Iterator[str]:
    for distance, state in enumerate(reversed(states)):
        yield f"{distance} action {state.action}"
        yield f"{distance} user {state.user}"
        yield f"{distance} loop {state.loop}"
        yield from (f"{distance} entity {entity}" for entity in sorted(state.entities))
        yield from (f"{distance} slot {name}={value}" for name, value in state.slots)
    if begun:
        yield f"{len(states)} beginning"


def _of_now(states: Sequence[State], begun: bool) -> Iterator[str]:
    """Yield what belongs together of the present state: a linear model sees no more than it is shown as one thing."""
    now = states[-1]
    here = f"now {now.action} & {now.user}"
    before = states[-2].action if len(states) > 1 else "beginning" if begun else ""
    yield f"{here} & loop {now.loop}"
    if before:
        yield f"now {now.action} & before {before}"
        yield f"{here} & before {before}"
    if asked := _before_the_message(states):
        yield f"{here} & asked {asked}"
    yield from (f"{here} & entity {entity}" for entity in sorted(now.entities))
    for name, value in now.slots:
        yield f"{here} & slot {name}={value}"
        yield f"now {now.action} & slot {name}={value}"


def _before_the_message(states: Sequence[State]) -> str:
    """Return what the bot had done last when the latest message came."""
    for place in range(len(states) - 1, 0, -1):
        if states[place].action == LISTEN:
            return states[place - 1].action
    return ""


def _pieces(text: str) -> Iterator[str]:
    words = _WORD.findall(words_of(text[:_AMPLE]))
    for word in words:
        yield f"word {word}"
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            yield from (f"piece {padded[at : at + size]}" for at in range(len(padded) - size + 1))
    yield from (f"words {one} {other}" for one, other in pairwise(words))
