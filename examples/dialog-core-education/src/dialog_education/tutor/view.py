"""What a pupil, or a teacher, is shown of what is known."""

from dataclasses import dataclass
from datetime import datetime

from dialog_education.course.questions import Library, Unit, worded
from dialog_education.schedule.progress import Progress, days
from dialog_education.schedule.sm2 import day_of
from dialog_education.tutor.lines import line


@dataclass(frozen=True, slots=True)
class UnitView:
    """How far somebody is in a unit."""

    unit: Unit
    mastered: int
    learning: int
    new: int
    due: int


def views(progress: Progress, library: Library, now: datetime) -> list[UnitView]:
    """Return how far somebody is, for each unit of which anything is known."""
    found = []
    for unit in library:
        keys = [question.key for question in unit.questions]
        known = [progress.items[key] for key in keys if key in progress.items]
        if known:
            mastered = sum(one.mastered for one in known)
            due = len(progress.due(keys, now))
            found.append(UnitView(unit, mastered, len(known) - mastered, len(keys) - len(known), due))
    return found


def last_practice(progress: Progress, now: datetime, language: str) -> str:
    """Return when there was practice last, in words; empty: never."""
    if not progress.items:
        return ""
    last = max(progress.day, max((day_of(one.last) - day_of(0)).days for one in progress.items.values()))
    ago = max(0, days(now) - last)
    return line(language, "today" if ago == 0 else "yesterday" if ago == 1 else "days_ago", days=ago)


def table(progress: Progress, library: Library, now: datetime, language: str) -> str:
    """Return the progress of a pupil as text with a table."""
    shown = views(progress, library, now)
    if not shown:
        return line(language, "nothing_yet")
    rows = [line(language, "progress_head"), "|---|---|---|---|"]
    rows += [f"| {worded(one.unit.title, language)} | {one.mastered} | {one.learning} | {one.new} |" for one in shown]
    return line(
        language,
        "progress",
        table="\n".join(rows),
        due=sum(one.due for one in shown),
        streak=progress.streak_at(now),
        last=last_practice(progress, now, language),
    )
