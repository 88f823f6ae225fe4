"""Dialogues that stand in a text file, several lines each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dialog_core.datasets import Dialogue
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.sources.records import Unfit


@dataclass(slots=True)
class LineGroup:
    """The lines of one dialogue.

    Attributes:
        lines: Number and text of each, without line breaks.
        sound: Whether all of them can be read.
    """

    lines: list[tuple[int, str]] = field(default_factory=list)
    sound: bool = True

    @property
    def line(self) -> int:
        """On which line it begins."""
        return self.lines[0][0]


def line_groups(
    problems: FileProblems,
    begins: Callable[[str], bool],
    dialogue: Callable[[LineGroup, int], Dialogue],
    *,
    blank_ends: bool = False,
) -> Iterator[Dialogue]:
    """Yield the dialogues of a text file; blank lines are passed over.

    Args:
        problems: The file.
        begins: Whether a dialogue begins with a line.
        dialogue: Makes a dialogue of the lines of a group and its number, or raises Unfit.
        blank_ends: Whether a blank line ends a dialogue.
    """
    for number, group in enumerate(_groups(problems, begins, blank_ends), 1):
        try:
            found = dialogue(group, number)
        except Unfit as reason:
            problems.problem(reason.message, reason.line or group.line, path=reason.path, remedy=reason.remedy)
            problems.item_skipped()
        else:
            if group.sound:
                yield found
            else:
                problems.item_skipped()


def _groups(problems: FileProblems, begins: Callable[[str], bool], blank_ends: bool) -> Iterator[LineGroup]:
    group = LineGroup()
    lines = read_lines(problems)
    while True:
        before = problems.count
        line = next(lines, None)
        sound = problems.count == before
        text = line[1].rstrip("\r\n") if line is not None else ""
        blank = not text.strip()
        if group.lines and (line is None or (blank_ends if blank else begins(text))):
            yield group
            group = LineGroup()
        if line is None:
            return
        if not blank:
            group.lines.append((line[0], text))
        group.sound &= sound
