"""Stories as a graph: pieces between checkpoints, and which piece may follow which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialog_rasa.dialogue.values import CheckpointStep, Step, Story


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a story without a checkpoint inside.

    Attributes:
        story: The story it is a piece of.
        steps: What happens in it.
        starts: The checkpoints it may begin at; empty: it begins a conversation.
        end: The checkpoints it ends at, where others go on; empty: the story ends there.
    """

    story: Story
    steps: tuple[Step, ...]
    starts: tuple[CheckpointStep, ...] = ()
    end: tuple[CheckpointStep, ...] = ()


class StoryGraph:
    """All pieces of all stories.

    Attributes:
        blocks: In the order they are written.
        beginnings: Those that begin a conversation.
    """

    def __init__(self, stories: Iterable[Story]) -> None:
        self.blocks = [block for story in stories for block in _blocks_of(story)]
        self.beginnings = [block for block in self.blocks if not block.starts]
        self._after: dict[str, list[tuple[Block, CheckpointStep]]] = {}
        for block in self.blocks:
            for start in block.starts:
                self._after.setdefault(start.name, []).append((block, start))

    def after(self, block: Block) -> Sequence[tuple[Block, CheckpointStep]]:
        """Return what may follow a piece, each with the checkpoint, whose slots have to have their values."""
        return [following for end in block.end for following in self._after.get(end.name, ())]

    def nowhere(self) -> list[tuple[Block, CheckpointStep]]:
        """Return the pieces that end at a checkpoint nobody goes on from."""
        return [(block, end) for block in self.blocks for end in block.end if end.name not in self._after]

    def unreached(self) -> list[tuple[Block, CheckpointStep]]:
        """Return the pieces that nothing leads to from the beginning of a conversation, each with its checkpoint."""
        reached = {id(block) for block in self.beginnings}
        waiting = list(self.beginnings)
        while waiting:
            for following, _ in self.after(waiting.pop()):
                if id(following) not in reached:
                    reached.add(id(following))
                    waiting.append(following)
        return [(block, block.starts[0]) for block in self.blocks if id(block) not in reached]

    def circles(self) -> list[Block]:
        """Return the pieces that checkpoints lead back to from their own end, the first of each circle."""
        found: list[Block] = []
        known: set[int] = set()
        for block in self.blocks:
            ahead: dict[int, Block] = {}
            waiting = [block]
            while waiting:
                for following, _ in self.after(waiting.pop()):
                    if id(following) not in ahead:
                        ahead[id(following)] = following
                        waiting.append(following)
            if id(block) in ahead and not known & ahead.keys():
                found.append(block)
                known.update(ahead)
        return found


def _blocks_of(story: Story) -> Iterable[Block]:
    """Split a story at its checkpoints; several in a row belong together."""
    starts: tuple[CheckpointStep, ...] = ()
    steps: list[Step] = []
    points: list[CheckpointStep] = []
    for step in story.steps:
        if isinstance(step, CheckpointStep):
            points.append(step)
            continue
        if points:
            if steps:
                yield Block(story, tuple(steps), starts, tuple(points))
            starts, steps, points = tuple(points), [], []
        steps.append(step)
    if steps:
        yield Block(story, tuple(steps), starts, tuple(points))
