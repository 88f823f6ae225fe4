"""Rules: which of them holds at a moment, and what it says.

After Rasa's RulePolicy (https://rasa.com/docs/rasa/rules). A rule is turned into moments: a sequence of patterns, each
of which a state has to fit, the last one the present state, and the action that comes then. A pattern says nothing of
what the rule does not mention. What a rule's first action is, if no message leads to it, is not the rule's to say: it
only says what comes after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dialog_rasa.dialogue.values import (
    ANY,
    LISTEN,
    REQUESTED_SLOT,
    ActionStep,
    Dialogue,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotsStep,
    Step,
    UserStep,
)
from dialog_rasa.tracker.features import Features, feature_of
from dialog_rasa.tracker.state import State, Tracker

_UNSET: Final = ""  # of a slot: it has no value


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule says of one state. None: nothing.

    Attributes:
        action: What was done last.
        user: The latest message.
        entities: Which of its entities count, no more and no fewer.
        slots: What counts of slots: `_UNSET` for none, ANY for something.
        loop: The loop under way; empty: none.
        requested: Which slot the loop has asked for; empty: none, ANY: some.
    """

    action: str | None = None
    user: str | None = None
    entities: frozenset[str] | None = None
    slots: tuple[tuple[str, str], ...] = ()
    loop: str | None = None
    requested: str | None = None

    def fits(self, state: State) -> bool:
        """Whether a state is as the pattern says."""
        if self.action is not None and self.action != state.action:
            return False
        if self.user is not None and self.user not in (state.user, state.intent):
            return False
        if self.loop is not None and self.loop != state.loop:
            return False
        if self.entities is not None and self.entities != state.entities:
            return False
        if self.requested is not None and not _same(self.requested, state.requested):
            return False
        if not self.slots:
            return True
        known = dict(state.slots)
        return all(_same(value, known.get(name, _UNSET)) for name, value in self.slots)

    @property
    def weight(self) -> int:
        """How much it says."""
        said = (self.action, self.user, self.loop, self.requested)
        return sum(one is not None for one in said) + len(self.entities or ()) + len(self.slots)


@dataclass(frozen=True, slots=True)
class RuleMoment:
    """What a rule says of one moment.

    Attributes:
        patterns: What the latest states are to be, the present one last.
        action: What comes then.
        rule: Which rule says so.
        place: Where.
        number: Of all rules' moments.
        implied: Whether it is only that the bot listens after the rule's first action, which no message led to. Rules
            imply it where nobody says otherwise.
    """

    patterns: tuple[Pattern, ...]
    action: str
    rule: Rule
    place: Place
    number: int = 0
    implied: bool = False

    @property
    def general(self) -> bool:
        """Whether it holds whatever loop is under way."""
        return self.patterns[-1].loop is None

    @property
    def weight(self) -> int:
        """How much it says: of several rules that hold, the one that says most is the one for this very case."""
        if self.implied:
            return 0
        return sum(pattern.weight for pattern in self.patterns) + self.rule.at_start

    def holds(self, tracker: Tracker, present: State) -> bool:
        """Whether it is what a conversation has come to."""
        patterns, states = self.patterns, tracker.whole.states
        before = len(patterns) - 1
        if self.rule.at_start and tracker.whole.moments != before:
            return False
        if before > len(states) or not patterns[-1].fits(present):
            return False
        return all(patterns[-1 - back].fits(states[-back]) for back in range(1, before + 1))


class RuleBook:
    """All rules, to be asked which holds."""

    def __init__(self, moments: Iterable[RuleMoment]) -> None:
        """Take the moments of all rules."""
        self.moments = tuple(moments)
        self._by_start: dict[tuple[str | None, str | None], list[RuleMoment]] = {}
        for moment in sorted(self.moments, key=lambda one: (-one.weight, -len(one.patterns), one.number)):
            last = moment.patterns[-1]
            self._by_start.setdefault((last.action, last.user), []).append(moment)

    def find(self, tracker: Tracker) -> RuleMoment | None:
        """Return the most specific moment that holds."""
        return next(self.all(tracker), None)

    def all(self, tracker: Tracker) -> Iterator[RuleMoment]:
        """Yield the moments that hold, the most specific first."""
        present = tracker.present
        found = [
            moment
            for user in dict.fromkeys((present.user, present.intent, None))
            for moment in self._by_start.get((present.action, user), ())
            if moment.holds(tracker, present)
        ]
        yield from sorted(found, key=lambda one: (-one.weight, -len(one.patterns), one.number))

    def without(self, numbers: frozenset[int]) -> "RuleBook":
        """Return the book without some of its moments."""
        return RuleBook(moment for moment in self.moments if moment.number not in numbers) if numbers else self


def rule_moments(dialogue: Dialogue, features: Features) -> tuple[RuleMoment, ...]:
    """Return what all rules say of all moments."""
    found = (moment for rule in dialogue.rules for moment in _Compiler(rule, dialogue, features).moments())
    return tuple(replace(moment, number=number) for number, moment in enumerate(found))


@dataclass(frozen=True, slots=True)
class _Way:
    """How far a rule is read: the states before, the present one, and the step it comes from."""

    before: tuple[Pattern, ...]
    now: Pattern
    place: Place
    spoken: bool = False


class _Compiler:
    def __init__(self, rule: Rule, dialogue: Dialogue, features: Features) -> None:
        self._rule = rule
        self._dialogue = dialogue
        self._features = features

    def moments(self) -> Iterator[RuleMoment]:
        way = _Way((), Pattern(), self._rule.place)
        for condition in self._rule.condition:
            way = self._set(condition, way)
        yield from self._read(self._rule.steps, way)

    def _read(self, steps: Sequence[Step], way: _Way) -> Iterator[RuleMoment]:
        for index, step in enumerate(steps):
            match step:
                case OrStep():
                    for choice in step.choices:
                        yield from self._read((choice, *steps[index + 1 :]), way)
                    return
                case UserStep():
                    if way.now.action is not None:
                        yield self._moment(way, LISTEN)
                        way = replace(way, before=(*way.before, way.now))
                    way = self._heard(step, way)
                case ActionStep():
                    if way.now.action is None:  # nothing leads to it
                        way = replace(way, now=replace(way.now, action=step.name), place=step.place)
                        continue
                    yield self._moment(replace(way, place=step.place), step.name)
                    now = replace(way.now, action=step.name)
                    way = replace(way, before=(*way.before, way.now), now=now, place=step.place)
                case SlotsStep() | LoopStep():
                    way = self._set(step, way)
        if self._rule.waits and way.now.action is not None:
            yield self._moment(way, LISTEN)

    def _moment(self, way: _Way, action: str) -> RuleMoment:
        implied = action == LISTEN and not way.before and not way.spoken
        return RuleMoment((*way.before, way.now), action, self._rule, way.place, implied=implied)

    def _heard(self, step: UserStep, way: _Way) -> _Way:
        intent = step.intent.partition("/")[0]
        user = self._features.user("" if step.intent else step.text, intent)
        entities = None
        if step.entities:
            named = ((entity.name, entity.role, entity.group) for entity in step.entities)
            entities = self._features.entities(intent, named)
        now = replace(way.now, action=LISTEN, user=user, entities=entities)
        return replace(way, now=now, place=step.place, spoken=True)

    def _set(self, step: SlotsStep | LoopStep, way: _Way) -> _Way:
        now = way.now
        if isinstance(step, LoopStep):
            return replace(way, now=replace(now, loop=step.loop or ""))
        slots = dict(now.slots)
        requested = now.requested
        for name, value in step.values:
            if name == REQUESTED_SLOT:
                requested = "" if value is None else str(value)
                continue
            slot = self._dialogue.slots.get(name)
            if slot is None or not slot.influences or slot.type == "any":
                continue  # no state says anything of it
            slots[name] = ANY if value == ANY else feature_of(slot, value)
        return replace(way, now=replace(now, slots=tuple(slots.items()), requested=requested))


def _same(said: str, known: str) -> bool:
    return bool(known) if said == ANY else said == known
