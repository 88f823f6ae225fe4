"""Which steps of cleaning are taken where no file lists them, and in which order."""

from collections.abc import Sequence
from dataclasses import replace

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem

DEFAULT = ("html", "encoding", "control_characters", "unicode", "whitespace", "empty", "duplicates")
"""The steps that are taken where none are named: what they change or remove, nobody misses."""

ORDER = (
    *("html", "encoding", "control_characters", "unicode", "whitespace", "merged_turns", "pii", "toxic"),
    *("language", "repeated", "empty", "length", "duplicates", "near_duplicates"),
)
"""In which order steps are best taken: what is written comes right before it is judged, what is judged before it is
compared, and what repairs may bring to light is cleaned after them."""

_COMPARING = ("duplicates", "near_duplicates")


def chosen(names: Sequence[str], added: Sequence[str], without: Sequence[str]) -> list[str]:
    """Return the names of the steps to take: some, with others added in their best places, without some.

    Raises:
        ConfigurationError: A step is to be left out that would not be taken.
    """
    found = list(names)
    for name in added:
        if name not in found:
            later = ORDER[ORDER.index(name) :] if name in ORDER else _COMPARING
            found.insert(next((place for place, other in enumerate(found) if other in later), len(found)), name)
    unknown = [name for name in without if name not in found]
    if unknown:
        remedy = f"The steps are: {', '.join(found)}."
        raise ConfigurationError(
            [Problem(f"there is no step {name!r} to leave out", path="--without", remedy=remedy) for name in unknown]
        )
    return [name for name in found if name not in without]


def check_named(names: Sequence[str], context: Context) -> None:
    """See that steps that are named without options can do without.

    Raises:
        ConfigurationError: One cannot; with the mistakes of all of them.
        UnknownComponentError: There is no such step.
    """
    problems = []
    for name in names:
        try:
            context.find("cleaner", name)
        except ConfigurationError as error:
            option = "".join(problem.path.rpartition(".")[2] for problem in error.problems[:1])
            remedy = f"Write a file of steps, `steps: [{{use: {name}, {option}: ...}}]`, and name it with --steps."
            problems += [
                replace(
                    problem, message=f"`{problem.path.rpartition('.')[2]}` {problem.message}", path=name, remedy=remedy
                )
                for problem in error.problems
            ]
    if problems:
        raise ConfigurationError(problems)
