"""Courses as the tutor uses them: questions by key, units by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dialog_education.course.items import AnyItem, Wording

TO_ENGLISH, TO_CHINESE = "en", "zh"


def worded(wording: Wording, language: str) -> str:
    """Return a text in a language, or in the first it is in."""
    if isinstance(wording, str):
        return str(wording)
    primary = language.partition("-")[0].casefold()
    return str(wording.get(language) or wording.get(primary) or next(iter(wording.values())))


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be asked.

    Attributes:
        key: Under what its learning is kept: `course/item`, of a word `course/item>en` or `course/item>zh`.
        unit: The key of its unit.
        item: What the teacher wrote.
        direction: Of a word, what is asked for.
        then: The key of the question to practise after the solution; empty: none in particular.
    """

    key: str
    unit: str
    item: AnyItem
    direction: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its questions, the easy ones first."""

    key: str
    title: Wording
    about: tuple[str, ...]
    course: Wording
    course_about: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """All courses of a tutor."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "Library":
        """Put units together."""
        questions = {question.key: question for unit in units for question in unit.questions}
        return cls({unit.key: unit for unit in units}, questions)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units.values())
