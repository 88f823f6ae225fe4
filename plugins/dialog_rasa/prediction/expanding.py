"""Plays stories through: at which moments which action is taken.

Stories with `or` and checkpoints stand for many conversations. They are played as a tree, so that what several have in
common is played once. Where checkpoints lead back to where they come from, a piece is played at most `MOST_PASSES`
times in one conversation. Where there are very many ways, one that looks like an earlier one at a checkpoint is not
followed any further: what is left out then are long histories, not situations. What begins a conversation is always
played, however many stories there are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dialog_rasa.dialogue.values import (
    ANY,
    LISTEN,
    NOWHERE,
    ActionStep,
    CheckpointStep,
    Dialogue,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotsStep,
    Step,
    Story,
    UserStep,
)
from dialog_rasa.prediction.blocks import Block, StoryGraph
from dialog_rasa.prediction.contract import Moment
from dialog_rasa.prediction.stepping import heard_of, initial_slots, slots_of_entities, with_slots_of
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Tracker

MOST_PASSES: Final = 2  # of one piece in one conversation
AMPLE: Final = 2_000  # moments; after so many, ways that look alike at a checkpoint are followed once
MOST_MOMENTS: Final = 20_000  # and after so many, none is followed past a checkpoint any more
MOST_WAYS: Final = 500  # through one story with `or`; beyond, the first choice stands for all
_ALIKE: Final = 1  # states before the present one that make ways look alike


def moments(dialogue: Dialogue, features: Features | None = None) -> Iterator[Moment]:
    """Yield every moment of the stories and of the rules at which an action is taken, each way once."""
    features = features or Features(dialogue)
    yield from Expansion(dialogue, features).moments()
    for rule in dialogue.rules:
        yield from _of_rule(rule, dialogue, features)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a story has come to.

    Attributes:
        tracker: What has happened.
        place: The latest step.
        unanswered: Whether the user has spoken and nothing was done since.
    """

    tracker: Tracker
    place: Place = NOWHERE
    unanswered: bool = False


class Expansion:
    """The stories of a dialogue, played through.

    Attributes:
        cut: Whether there were more ways than could be followed.
        graph: The pieces they are made of.
    """

    def __init__(self, dialogue: Dialogue, features: Features) -> None:
        self.cut = False
        self.graph = StoryGraph(dialogue.stories)
        self._dialogue = dialogue
        self._features = features
        self._count = 0
        self._met: set[tuple[int, str]] = set()

    def moments(self) -> Iterator[Moment]:
        """Yield every moment."""
        start = Walk(Tracker(self._features, initial_slots(self._dialogue)))
        # A stack instead of recursion: stories may be chained without end.
        waiting: list[tuple[Block, Walk, tuple[int, ...]]] = [(b, start, ()) for b in reversed(self.graph.beginnings)]
        while waiting:
            block, walk, passed = waiting.pop()
            if passed and self._count >= MOST_MOMENTS:
                self.cut = True
                continue
            ends: list[Walk] = []
            for moment in self._play(block, walk, ends):
                self._count += 1
                yield moment
            passed = (*passed, id(block))
            following = [
                (after, end, passed)
                for after, point in self.graph.after(block)
                if passed.count(id(after)) < MOST_PASSES
                for end in ends
                if _holds(point, end.tracker) and self._is_worth_it(after, end)
            ]
            waiting.extend(reversed(following))

    def _is_worth_it(self, block: Block, walk: Walk) -> bool:
        tracker = walk.tracker
        latest = (*tracker.states[-_ALIKE:], tracker.state)
        met = (id(block), "\n".join(state.key for state in latest))
        if met in self._met and self._count >= AMPLE:
            self.cut = True
            return False
        self._met.add(met)
        return True

    def _play(self, block: Block, walk: Walk, ends: list[Walk]) -> Iterator[Moment]:
        player = Player(self._dialogue, block.story)
        yield from player.play(block.steps, walk, ends.append)
        self.cut = self.cut or player.cut
        if not self.graph.after(block):
            for end in ends:
                yield from player.over(end)


class Player:
    """Plays the steps of one story.

    Attributes:
        cut: Whether there were more ways through it than could be followed.
    """

    def __init__(self, dialogue: Dialogue, story: Story) -> None:
        self.cut = False
        self._dialogue = dialogue
        self._story = story

    def play(self, steps: Sequence[Step], walk: Walk, ended: Callable[[Walk], None]) -> Iterator[Moment]:
        """Yield the moments of some steps; where each way through them ends is handed over."""
        waiting = [(0, walk)]
        ways = 1
        while waiting:
            index, walk = waiting.pop()
            while index < len(steps):
                step = steps[index]
                index += 1
                if isinstance(step, OrStep):
                    others = step.choices[1:]
                    ways += len(others)
                    if ways <= MOST_WAYS:
                        waiting.extend((index, self._chosen(choice, walk)) for choice in reversed(others))
                    else:
                        self.cut = True
                    found, walk = self.step(step.choices[0], walk)
                    yield from found
                    # What is done before the user speaks is the same whatever is said.
                    continue
                found, walk = self.step(step, walk)
                yield from found
            ended(walk)

    def _chosen(self, choice: UserStep | SlotsStep, walk: Walk) -> Walk:
        return self.step(choice, walk)[1]

    def step(self, step: Step, walk: Walk) -> tuple[list[Moment], Walk]:
        """Return the moments of one step, and where it leads."""
        tracker = walk.tracker
        match step:
            case UserStep():
                found, walk = self.listens(walk)
                tracker = walk.tracker.heard(heard_of(step))
                tracker = tracker.with_slots(slots_of_entities(self._dialogue, step.entities))
                return found, Walk(tracker, step.place, True)
            case ActionStep():
                return self._acts(step, walk)
            case SlotsStep():
                return [], replace(walk, tracker=with_slots_of(tracker, step, self._dialogue.slots), place=step.place)
            case LoopStep(loop=None):
                walk = self._loop_runs(walk)
                return [], replace(walk, tracker=walk.tracker.left(), place=step.place)
            case LoopStep():
                return [], replace(walk, tracker=tracker.entered(str(step.loop)), place=step.place)
            case _:
                return [], walk

    def listens(self, walk: Walk) -> tuple[list[Moment], Walk]:
        """End a turn, if one is under way."""
        walk = self._loop_runs(walk)
        tracker = walk.tracker
        if not tracker.action or (tracker.action == LISTEN and not walk.unanswered):
            return [], walk
        moment = Moment(tracker, LISTEN, self._story.name, walk.place)
        return [moment], Walk(tracker.acted(LISTEN), walk.place)

    def over(self, walk: Walk) -> Iterator[Moment]:
        """Yield the last moment of a story: nothing more is done."""
        yield from self.listens(walk)[0]

    def _loop_runs(self, walk: Walk) -> Walk:
        """Run the loop under way where a story leaves that unsaid: the user has answered, and is to speak again."""
        loop = walk.tracker.loop
        if loop is None or not walk.unanswered:
            return walk
        return Walk(walk.tracker.acted(loop.name), walk.place)

    def _acts(self, step: ActionStep, walk: Walk) -> tuple[list[Moment], Walk]:
        tracker = walk.tracker
        loop = tracker.loop
        undisturbed = loop is not None and step.name == loop.name and not tracker.told.strayed
        if loop is not None and not undisturbed and walk.unanswered:
            tracker = tracker.rejected()
        found = [] if undisturbed else [Moment(tracker, step.name, self._story.name, step.place)]
        return found, Walk(tracker.acted(step.name), step.place)


def _holds(point: CheckpointStep, tracker: Tracker) -> bool:
    for name, value in point.slots:
        known = tracker.slots.get(name)
        if known is None if value == ANY else known != value:
            return False
    return True


def _of_rule(rule: Rule, dialogue: Dialogue, features: Features) -> Iterator[Moment]:
    """Yield the moments of a rule, as if its condition were all there is, from where it begins to say what comes."""
    player = Player(dialogue, Story(rule.name, rule.steps, rule.place))
    walk = Walk(Tracker(features, initial_slots(dialogue)))
    for condition in rule.condition:
        _, walk = player.step(condition, walk)
    steps = list(rule.steps)
    while steps and not isinstance(steps[0], UserStep | OrStep):
        _, walk = player.step(steps.pop(0), walk)
        if walk.tracker.action:
            break
    ends: list[Walk] = []
    for moment in player.play(steps, walk, ends.append):
        yield replace(moment, rule=True)
    for end in ends if rule.waits else ():
        yield from (replace(moment, rule=True) for moment in player.over(end))
