"""Makes of stories with `or` and checkpoints such that can be followed from their first step to their last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialog_rasa.dialogue.values import CheckpointStep, OrStep, Step, Story


@dataclass(frozen=True, slots=True)
class Line:
    """A story without a fork.

    Attributes:
        name: What it is called; of several ways through one story, which it is.
        story: The story as it is written.
        steps: What happens, with what goes before it where it begins with a checkpoint.
        ends: Whether the bot waits for the user in the end; not where another story goes on from there.
        error: Why it cannot be followed; empty if it can.
    """

    name: str
    story: Story
    steps: tuple[Step, ...]
    ends: bool = True
    error: str = ""


def unrolled(stories: Sequence[Story]) -> list[Line]:
    """Return a line for each story, and for each further choice of an `or` in it.

    A story that begins with a checkpoint goes on where the first story that ends with it (and does not go in a circle)
    leaves off.
    """
    return [line for story in stories for line in _lines(story, stories)]


def _lines(story: Story, stories: Sequence[Story]) -> Iterator[Line]:
    before = _before(story, stories, frozenset({story.name}))
    if before is None:
        point = _first(story)
        told = f"it goes on from the checkpoint {point.name!r}, which no story of its file leads to" if point else ""
        yield Line(story.name, story, (), error=told)
        return
    steps = (*before, *story.steps)
    ways = max((len(step.choices) for step in steps if isinstance(step, OrStep)), default=1)
    for way in range(ways):
        name = story.name if ways == 1 else f"{story.name} ({way + 1} of {ways})"
        chosen = (step.choices[way % len(step.choices)] if isinstance(step, OrStep) else step for step in steps)
        plain = tuple(step for step in chosen if not isinstance(step, CheckpointStep))
        yield Line(name, story, plain, ends=not isinstance(story.steps[-1], CheckpointStep))


def _before(story: Story, stories: Sequence[Story], used: frozenset[str]) -> tuple[Step, ...] | None:
    """Return what happens before a story; None: it goes on from somewhere that nothing leads to."""
    point = _first(story)
    if point is None:
        return ()
    for other in stories:
        last = other.steps[-1] if other.steps else None
        if other.name not in used and isinstance(last, CheckpointStep) and last.name == point.name:
            earlier = _before(other, stories, used | {other.name})
            if earlier is not None:
                return (*earlier, *other.steps)
    return None


def _first(story: Story) -> CheckpointStep | None:
    return next((step for step in story.steps[:1] if isinstance(step, CheckpointStep)), None)
