"""What comes next: the order in which everybody is asked who may know.

After Rasa 3 (https://rasa.com/docs/rasa/policies and .../rules): what the bot always does, then the loop under way,
then rules, then stories, then what was learned from them. Rules are never overruled.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from dialog_rasa.dialogue.values import LISTEN, Dialogue
from dialog_rasa.prediction.contract import LearnedModel, Moment, Prediction
from dialog_rasa.prediction.expanding import Expansion
from dialog_rasa.prediction.memory import Memory
from dialog_rasa.prediction.rules import RuleBook, RuleMoment, rule_moments
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Loop, Tracker

DEFAULT_FALLBACK: Final = "action_default_fallback"
_BY_INTENT: Final = {
    "restart": "action_restart",
    "back": "action_back",
    "session_start": "action_session_start",
}
_LAST_WORDS: Final = (*_BY_INTENT.values(), DEFAULT_FALLBACK)  # after which there is nothing to go on from


class Predictor:
    """Says which action comes next in a conversation.

    Attributes:
        dialogue: What the bot consists of.
        features: What counts of messages and slots.
        rules: The rules, without what stories overrule.
        stories: Every moment of the stories.
        expansion: How they were played through.
    """

    def __init__(
        self,
        dialogue: Dialogue,
        *,
        max_history: int = 5,
        learned: LearnedModel | None = None,
        core_threshold: float = 0.3,
        features: Features | None = None,
    ) -> None:
        """Play the stories through.

        Args:
            dialogue: What the bot consists of.
            max_history: How many of the latest moments a conversation is recognized by that no story has as a whole.
            learned: What training has made of the stories.
            core_threshold: Below which probability its action is not taken.
            features: What counts, if somebody has that already.
        """
        self.dialogue = dialogue
        self.features = features or Features(dialogue)
        self.expansion = Expansion(dialogue, self.features)
        self.stories: Sequence[Moment] = tuple(self.expansion.moments())
        book = RuleBook(rule_moments(dialogue, self.features))
        used, overruled = use_in_stories(book, self.stories)
        self.rules = book.without(overruled)
        self._known_to_stories = used
        self._staying = _staying(self.stories, self.rules)
        self._memory = Memory(self.stories, max_history)
        self._learned = learned
        self._threshold = core_threshold

    def predict(self, tracker: Tracker, *, without: str = "") -> Prediction:
        """Return what comes next.

        Args:
            tracker: What has happened.
            without: An action that has just refused to go on: whoever wants something else is asked.
        """
        asked: tuple[Callable[[Tracker], Prediction | None], ...] = (
            _by_default,
            _by_loop,
            self.by_rules,
            self._memory.predict,
            lambda at: self._by_what_was_learned(at, without),
            _by_rejected_loop,
        )
        for ask in asked:
            found = ask(tracker)
            if found is not None and (not without or found.action != without):
                return _interrupting(found, tracker.loop)
        return _by_nobody(tracker)

    def by_rules(self, tracker: Tracker) -> Prediction | None:
        """Return what rules say comes next; None: none of them holds."""
        moment = self.rules.find(tracker)
        if moment is None:
            return None
        action = action_of(moment, tracker.loop)
        if action != moment.action and self._stays(tracker):
            return None
        hidden = moment.number not in self._known_to_stories
        rule = moment.rule
        return Prediction(
            action, 1.0, "rule", rule.name, moment.place, interrupts=_returns(action, tracker.loop), hidden=hidden
        )

    def _by_what_was_learned(self, tracker: Tracker, without: str) -> Prediction | None:
        if self._learned is None:
            return None
        ranked = [one for one in self._learned.probabilities(tracker) if not without or one[0] != without]
        if not ranked or ranked[0][1] < self._threshold:
            return None
        action, score = ranked[0]
        return Prediction(action, score, "learned")

    def _stays(self, tracker: Tracker) -> bool:
        """Whether stories or rules want the loop not to ask again after this, but the user to speak."""
        present = tracker.present
        return any((present.loop, present.action, user) in self._staying for user in (present.user, None))


def action_of(moment: RuleMoment, loop: Loop | None) -> str:
    """Return what a rule's moment comes to: where one that knows of no loop is over, the loop under way goes on."""
    return loop.name if loop is not None and moment.action == LISTEN and moment.general else moment.action


def use_in_stories(book: RuleBook, stories: Sequence[Moment]) -> tuple[frozenset[int], frozenset[int]]:
    """Return which moments of rules stories contain, and which they overrule.

    Overruled is only what a rule implies: that the bot listens after an action which the rule begins with.
    """
    used: set[int] = set()
    overruled: set[int] = set()
    for told in stories:
        for moment in book.all(told.tracker):
            if told.action in (moment.action, action_of(moment, told.tracker.loop)):
                used.add(moment.number)
            elif moment.implied:
                overruled.add(moment.number)
                continue
            break
    return frozenset(used), frozenset(overruled)


def _by_default(tracker: Tracker) -> Prediction | None:
    if tracker.action == LISTEN:
        action = _BY_INTENT.get(tracker.latest.intent)
        return Prediction(action, 1.0, "default") if action else None
    if tracker.action in _LAST_WORDS:
        return Prediction(LISTEN, 1.0, "default")
    return None


def _by_loop(tracker: Tracker) -> Prediction | None:
    loop = tracker.loop
    if loop is None or loop.rejected:
        return None
    if tracker.action == loop.name:
        return Prediction(LISTEN, 1.0, "loop", loop.name, hidden=tracker.hiding)
    return Prediction(loop.name, 1.0, "loop", loop.name, hidden=_is_hidden(tracker))


def _by_rejected_loop(tracker: Tracker) -> Prediction | None:
    """Offer a message that nobody knows to the loop which could do nothing with an earlier one.

    Rasa leaves that to what was learned, and a bot that has learned nothing is stuck in its loop.
    """
    loop = tracker.loop
    if loop is None or loop.refused or tracker.action != LISTEN:
        return None
    return Prediction(loop.name, 1.0, "loop", loop.name, hidden=_is_hidden(tracker))


def _is_hidden(tracker: Tracker) -> bool:
    # Stories see of a loop what they have seen of its beginning.
    ran = tracker.told.ran
    return ran is not None and ran.hidden


def _interrupting(found: Prediction, loop: Loop | None) -> Prediction:
    """Return a prediction; where stories come back to the loop under way, one that has it ask again only."""
    if found.source not in ("story", "forgetful", "learned") or not _returns(found.action, loop):
        return found
    return replace(found, interrupts=True)


def _by_nobody(tracker: Tracker) -> Prediction:
    # Once something was done, not to know what comes next is no reason to say that one has not understood.
    action = DEFAULT_FALLBACK if tracker.action in (LISTEN, "") else LISTEN
    return Prediction(action, 0.0, "fallback")


def _returns(action: str, loop: Loop | None) -> bool:
    return loop is not None and loop.name == action


def _staying(stories: Sequence[Moment], rules: RuleBook) -> frozenset[tuple[str, str | None, str | None]]:
    """Return after which actions in which loop something else is wanted than that the loop asks again."""
    found: set[tuple[str, str | None, str | None]] = set()
    for told in stories:
        state = told.tracker.present
        if state.loop and state.action not in (LISTEN, state.loop) and told.action != state.loop:
            found.add((state.loop, state.action, state.user))
    for moment in rules.moments:
        last = moment.patterns[-1]
        if last.loop and last.action not in (LISTEN, last.loop) and moment.action != last.loop:
            found.add((last.loop, last.action, last.user))
    return frozenset(found)
