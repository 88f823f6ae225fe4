"""Which questions a round has: what is due first, then what is new, then what is known already."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, zip_longest

from dialog_education.course.questions import Library, Question, Unit
from dialog_education.schedule.progress import Progress


def chosen(units: Sequence[Unit], progress: Progress, now: datetime, count: int) -> list[str]:
    """Return the keys of the questions of a round; of several units, turn by turn."""
    keys = [[question.key for question in unit.questions] for unit in units]
    mixed = [key for key in chain.from_iterable(zip_longest(*keys)) if key is not None]
    due = progress.due(mixed, now)
    new = [key for key in mixed if key not in progress.items]
    rest = sorted(
        (key for key in mixed if key in progress.items and key not in due),
        key=lambda key: progress.items[key].last + progress.items[key].interval * 24 * 60,
    )
    return [*due, *new, *rest][:count]


def similar(question: Question, library: Library, progress: Progress, without: Sequence[str]) -> str:
    """Return the key of a question like one whose solution had to be told; empty: there is none."""
    if question.then and question.then not in without:
        return question.then
    unit = library.units[question.unit]
    alike = [
        other
        for other in unit.questions
        if other.key not in without
        and other.item.kind == question.item.kind
        and other.direction == question.direction
        and other.item.id != question.item.id
    ]
    alike.sort(key=lambda other: (other.key in progress.items, abs(other.item.level - question.item.level)))
    return alike[0].key if alike else ""
