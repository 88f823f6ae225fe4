"""The policy `tutor`."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dialog_core import Candidate, Component, Context, Turn
from dialog_education.course.items import Simplify, Solve
from dialog_education.course.reading import read_courses
from dialog_education.options import TutorOptions

if TYPE_CHECKING:
    from dialog_education.tutor.teacher import Teacher


class TutorPolicy(Component[TutorOptions]):
    """Reads the courses when a bot is loaded; whatever teaches is imported with the first message, or by `warm`."""

    def __init__(self, options: TutorOptions, context: Context) -> None:
        super().__init__(options, context)
        context.files.update(options.courses.values())
        self._library = read_courses(options.courses)

    def propose(self, turn: Turn) -> Sequence[Candidate]:
        """Return how the round goes on, or what begins one."""
        return self._teacher.propose(turn)

    def warm(self) -> None:
        """Load what teaches, and what checks the steps of algebra, if a course has any."""
        _ = self._teacher
        if any(isinstance(question.item, Solve | Simplify) for question in self._library.questions.values()):
            from dialog_education.algebra.symbolic import sympy

            sympy()

    @functools.cached_property
    def _teacher(self) -> "Teacher":
        from dialog_education.tutor.teacher import Teacher

        return Teacher(self.options, self.context, self._library)
