"""Remembers stories: the whole history of each of their moments, and the latest moments.

After the memoization of Rasa (https://rasa.com/docs/rasa/policies#augmented-memoization-policy). First the whole
history since the session began is looked up. Where no story has it, ever less of it is: the latest `max_history`
moments, then fewer. The shortest window holds the bot's latest action and the message after it; a message alone counts
only where a story begins with it, for then it may be the beginning of something new.

A window that stories go on from in different ways says nothing, and neither do shorter ones: whatever is in the long
window is in the short one as well, so that the short one knows no better, and choosing would be guessing.
"""

from collections.abc import Iterable, Sequence
from itertools import islice, product

from dialog_rasa.prediction.contract import Moment, Prediction
from dialog_rasa.tracker.state import Tracker

FORGETFUL_SCORE = 0.9  # of what only the latest moments say: the conversation as a whole is one nobody has told
_SHORTEST = 2  # states of a window: what the bot did last, and the message

_MOST_WAYS = 64  # of taking a window whose messages count by their words or by their meaning

_Known = Moment | None  # None: stories differ


class Memory:
    """The stories of a bot by their histories."""

    def __init__(self, moments: Iterable[Moment], max_history: int) -> None:
        """Take every moment of the stories (those of rules are passed over), and how long the longest window is."""
        self._max_history = max(max_history, 1)
        self._whole: dict[str, _Known] = {}
        self._windows: dict[str, _Known] = {}
        self._beginnings: dict[str, _Known] = {}
        for moment in moments:
            if not moment.rule:
                self._learn(moment)

    def predict(self, tracker: Tracker) -> Prediction | None:
        """Return what stories say comes next; None: they say nothing, or different things."""
        now = tracker.state.keys
        for key in now:
            whole = _key_of_whole(tracker, key)
            if whole in self._whole:
                return _prediction(self._whole[whole], "story")
        latest = self._max_history - 1
        keys = [*(state.keys for state in tracker.states[-latest:] if latest), now]
        for size in range(len(keys), _SHORTEST - 1, -1):
            for way in islice(product(*keys[-size:]), _MOST_WAYS):  # where nobody goes by words, there is one
                window = _key_of_window(way)
                if window in self._windows:
                    return _prediction(self._windows[window], "forgetful")
        return next((_prediction(self._beginnings[key], "forgetful") for key in now if key in self._beginnings), None)

    def _learn(self, moment: Moment) -> None:
        tracker = moment.tracker
        now = tracker.state.key
        _add(self._whole, _key_of_whole(tracker, now), moment)
        latest = self._max_history - 1
        keys = [*(state.key for state in tracker.states[-latest:] if latest), now]
        for size in range(_SHORTEST, len(keys) + 1):
            _add(self._windows, _key_of_window(keys[-size:]), moment)
        if tracker.moments == 0:
            _add(self._beginnings, now, moment)


def _key_of_whole(tracker: Tracker, now: str) -> str:
    return f"{tracker.seen}\n{now}"


def _key_of_window(keys: Sequence[str]) -> str:
    return "\n".join(keys)


def _add(known: dict[str, _Known], key: str, moment: Moment) -> None:
    first = known.setdefault(key, moment)
    if first is not None and first.action != moment.action:
        known[key] = None


def _prediction(moment: _Known, source: str) -> Prediction | None:
    if moment is None:
        return None
    if source == "story":
        return Prediction(moment.action, 1.0, "story", moment.name, moment.place)
    return Prediction(moment.action, FORGETFUL_SCORE, "forgetful", moment.name, moment.place)
