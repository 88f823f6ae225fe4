"""Finds where stories and rules contradict each other: the same has happened, and something else is to come.

A rule that is more specific than another is no contradiction, it is the exception the other has; nor is a story that
differs from a rule only in what a loop does by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core.configuration import Problem, Remark
from dialog_rasa.dialogue.values import LISTEN, Place
from dialog_rasa.prediction.contract import Moment
from dialog_rasa.prediction.predictor import Predictor
from dialog_rasa.prediction.rules import Pattern, RuleMoment

_APART = (
    "Add a step before it that tells the two apart, or a slot that influences predictions and has another value, "
    "or let both go on alike."
)
_AMONG_RULES = (
    "Let both say the same, or give one of them a `condition:` (a slot, `active_loop:`) or `conversation_start: true`; "
    "a rule after which something else may follow has `wait_for_user_input: false`."
)
_WITH_RULE = (
    "Rules are never overruled: let the story do the same, or give the rule a `condition:` that is not so there."
)


@dataclass(frozen=True, slots=True)
class _Teller:
    kind: str
    name: str
    place: Place
    action: str

    def __str__(self) -> str:
        does = "waits for the user" if self.action == LISTEN else f"goes on with {self.action!r}"
        return f"the {self.kind} {self.name!r} ({self.place}) {does}"


def contradictions(predictor: Predictor) -> Iterator[Problem]:
    """Yield a problem for each two rules, and each rule and story, that contradict each other.

    Of two stories it is a remark: where they differ the learned model decides, as in Rasa.
    """
    met: set[tuple[str, ...]] = set()
    for after, one, other, remedy in (*_of_stories(predictor), *_of_rules(predictor), *_of_both(predictor)):
        key = (one.kind, one.name, one.action, other.kind, other.name, other.action)
        if key not in met:
            met.add(key)
            message = f"{after}, {one}, and {other}"
            kind = Remark if one.kind == other.kind == "story" else Problem
            yield kind(message, other.place.file, other.place.line or None, remedy=remedy)


_Found = Iterator[tuple[str, _Teller, _Teller, str]]


def _of_stories(predictor: Predictor) -> _Found:
    first: dict[str, dict[str, Moment]] = {}
    for moment in predictor.stories:
        tracker = moment.tracker
        told = first.setdefault(f"{tracker.seen}\n{tracker.state.key}", {})
        other = next((one for action, one in told.items() if action != moment.action), None)
        if other is not None and moment.action not in told:
            yield f"after the same conversation, {_after(moment)}", _teller(other), _teller(moment), _APART
        told.setdefault(moment.action, moment)


def _of_rules(predictor: Predictor) -> _Found:
    first: dict[object, RuleMoment] = {}
    for moment in predictor.rules.moments:
        if moment.implied:
            continue
        key = (moment.rule.at_start, tuple(_plain(pattern) for pattern in moment.patterns))
        other = first.setdefault(key, moment)
        if other.action != moment.action:
            yield _after_pattern(moment.patterns[-1]), _of_rule(other), _of_rule(moment), _AMONG_RULES


def _of_both(predictor: Predictor) -> _Found:
    for moment in predictor.stories:
        tracker = moment.tracker
        loop = tracker.loop
        if loop is not None and not loop.rejected and tracker.action == loop.name:
            continue  # the loop decides
        if loop is None and moment.action == LISTEN and tracker.action in predictor.features.dialogue.forms:
            continue  # the story does not say whether the form goes on, so that it says nothing against its end
        found = predictor.by_rules(tracker)
        if found is None or found.action == moment.action:
            continue
        rule = _Teller("rule", found.name, found.place, found.action)
        yield _after(moment), rule, _teller(moment), _WITH_RULE


def _teller(moment: Moment) -> _Teller:
    return _Teller("story", moment.name, moment.place, moment.action)


def _of_rule(moment: RuleMoment) -> _Teller:
    return _Teller("rule", moment.rule.name, moment.place, moment.action)


def _plain(pattern: Pattern) -> Pattern:
    """Return a pattern that is equal to another whatever the order of its slots."""
    slots = tuple(sorted(pattern.slots))
    return Pattern(pattern.action, pattern.user, pattern.entities, slots, pattern.loop, pattern.requested)


def _after(moment: Moment) -> str:
    state = moment.tracker.present
    return _words(state.action, state.user, state.loop)


def _after_pattern(pattern: Pattern) -> str:
    return _words(pattern.action or "", pattern.user or "", pattern.loop or "")


def _words(action: str, user: str, loop: str) -> str:
    within = f" within {loop!r}" if loop else ""
    if action == LISTEN:
        return f"after the message {user!r}{within}"
    if not action:
        return f"at the beginning{within}"
    message = f", in answer to {user!r}" if user else ""
    return f"after {action!r}{message}{within}"
