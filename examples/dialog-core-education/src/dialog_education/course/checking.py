"""What `dialog-core check` does with the courses of a tutor."""

from collections.abc import Iterable

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_education.course.reading import read_courses
from dialog_education.options import TutorOptions


def check_courses(options: TutorOptions, context: Context) -> Iterable[Problem]:
    """Return every mistake in the course files that `options` name."""
    context.files.update(options.courses.values())
    try:
        read_courses(options.courses)
    except ConfigurationError as error:
        return error.problems
    return ()
