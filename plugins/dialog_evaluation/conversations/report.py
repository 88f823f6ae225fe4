"""What `dialog-core test` shows: progress, failures, and a summary; in colours where there is a terminal."""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from dialog_core.interfaces import CheckedStep
from dialog_evaluation.console import plain_table
from dialog_evaluation.conversations.counts import counts_of
from dialog_evaluation.conversations.foreign import AnyOutcome, ForeignOutcome
from dialog_evaluation.conversations.outcome import Mismatch, Verdict
from dialog_evaluation.conversations.plain_text import (
    INDENT,
    clean,
    mismatch_lines,
    spoken_lines,
    step_lines,
    summed_up,
    where,
)
from dialog_evaluation.conversations.rasa_report import LabelFigures
from dialog_evaluation.conversations.side_by_side import Compared, SideBySide, told

_STYLES = {"passed": "green", "failed": "bold red", "error": "bold red", "not run": "yellow"}
_SIGNS = {"passed": "ok", "failed": "FAILED", "error": "ERROR", "not run": "not run"}


class TestReport:
    """Writes to a console, which decides about colours.

    Args:
        console: Where to write.
        verbose: Whether to name tests that passed.
    """

    __test__ = False  # its name begins with Test, and it is no test

    def __init__(self, console: Console, *, verbose: bool) -> None:
        self._console = console
        self._verbose = verbose
        self._apart = False  # whether something is written that the summary is to stand apart from

    @contextmanager
    def progress(self, total: int) -> Iterator[Progress]:
        """Show how many tests have been held, on a terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal) as bar:
            bar.add_task("testing", total=total)
            yield bar

    def files(self, outcomes: Sequence[AnyOutcome]) -> None:
        """Write a line for each file, and in a verbose report one for each test, and for what it checks by itself."""
        for file in dict.fromkeys(outcome.test.file for outcome in outcomes):
            of_file = [outcome for outcome in outcomes if outcome.test.file == file]
            self._line(Text(f"{_shown(file)}  ", style="bold"), self._counts(of_file))
            for outcome in of_file if self._verbose else ():
                sign = Text(f"  {_SIGNS[outcome.verdict]:<8}", style=_STYLES[outcome.verdict])
                self._line(sign, Text(clean(outcome.test.name)))
                for step in outcome.outcome.steps if isinstance(outcome, ForeignOutcome) else ():
                    self._step(step)

    def failure(self, outcome: AnyOutcome) -> None:
        """Write what was expected and what happened, the conversation so far, and the bot's own reason."""
        self._apart = True
        if isinstance(outcome, ForeignOutcome):
            self._foreign_failure(outcome)
            return
        test, step = outcome.test, outcome.test.test.steps[outcome.step]
        self._line(Text())
        self._line(Text(f"{_SIGNS[outcome.verdict]}  ", style=_STYLES[outcome.verdict]), Text(clean(test.name), "bold"))
        said = f", user: {step.user}" if step.user is not None else ""
        self._line(Text(clean(f"{where(outcome)}: step {outcome.step + 1} of {len(test.test.steps)}{said}"), "dim"))
        for line in outcome.error.splitlines():
            self._line(Text(f"{INDENT}{clean(line)}", "red"))
        for wrong in outcome.mismatches:
            self._mismatch(wrong)
        if outcome.conversation:
            self._line(Text("  The conversation:", "dim"))
        for spoken in outcome.conversation:
            style = "cyan" if spoken.who == "user" else ""
            for text in spoken_lines(spoken):
                self._line(Text(clean(text), style))
        if outcome.why:
            self._line(Text("  Why: ", "dim"), Text(clean(outcome.why[0])))
        for text in outcome.why[1:]:
            self._line(Text(f"{INDENT}{clean(text)}", "dim"))

    def summary(self, outcomes: Sequence[AnyOutcome], seconds: float) -> None:
        """Write how much of what tests of other forms check was as they say, and the last line."""
        if self._apart:
            self._line(Text())
        if counts := counts_of(outcomes):
            self._line(Text(", ".join(map(str, counts))))
        self._line(self._counts(outcomes), Text(f" in {seconds:.1f} s"))

    def written_back(self, number: int, what: str, file: Path) -> None:
        """Write where the tests that failed are, to be run again."""
        self._apart = True
        told = f"{number} failed {what} are in {_shown(file)}" if number else f"No failed {what} for {_shown(file)}"
        self._line(Text())
        self._line(Text(told))

    def beside_rasa(self, sides: SideBySide, report: Path) -> None:
        """Write our figures beside those of Rasa's report."""
        self._apart = True
        self._line(Text())
        self._line(Text(f"Beside Rasa ({_shown(report)})", "bold"))
        totals = plain_table()
        for name in ("", "here", "Rasa"):
            totals.add_column(name)
        for total in sides.totals:
            totals.add_row(total.what, *(_of(pair) for pair in (total.ours, total.rasas)))
        self._console.print(totals)
        differing = [one for one in sides.labels if one.differs]
        if differing:
            self._labels("F1 of what differs, in so many cases:", differing)
        elif sides.labels:
            self._line(Text(f"F1 is the same for all {len(sides.labels)} actions and intents."))
        if sides.examples:
            self._labels("F1 of intents and entities; Rasa's in its examples, ours in these stories:", sides.examples)
        for text in told(sides):
            self._line(Text())
            self._line(Text(clean(text)))

    def _labels(self, heading: str, labels: Sequence[Compared]) -> None:
        self._line(Text())
        self._line(Text(heading))
        table = plain_table()
        for name in ("", "", "here", "of", "Rasa", "of"):
            table.add_column(name, justify="left" if not name else "right", overflow="fold")
        for one in labels:
            figures = [cell for side in (one.ours, one.rasas) for cell in _cells(side)]
            table.add_row(f"  {one.kind}", Text(clean(one.label)), *figures)
        self._console.print(table)

    def _foreign_failure(self, outcome: ForeignOutcome) -> None:
        self._line(Text())
        name = Text(clean(outcome.test.name), "bold")
        self._line(Text(f"{_SIGNS[outcome.verdict]}  ", style=_STYLES[outcome.verdict]), name)
        self._line(Text(clean(summed_up(outcome)), "dim"))
        for line in outcome.outcome.error.splitlines():
            self._line(Text(f"{INDENT}{clean(line)}", "red"))
        for step in outcome.wrong:
            for line, style in zip(step_lines(outcome, step), ("", "green", "red", "dim"), strict=False):
                self._line(Text(clean(line), style))

    def _step(self, step: CheckedStep) -> None:
        sign = Text("ok    " if step.passed else "FAILED", _STYLES["passed" if step.passed else "failed"])
        told = step.expected if step.passed else f"{step.expected}, got {step.got}"
        self._line(Text(f"{INDENT}{step.line:>4}  "), sign, Text(f"  {step.what:<8}  {clean(told)}"))

    def _mismatch(self, wrong: Mismatch) -> None:
        if wrong.texts is None or not self._console.color_system:
            for line in mismatch_lines(wrong):
                self._line(Text(clean(line)))
            return
        expected, got = _compared(*(clean(text) for text in wrong.texts))
        self._line(Text(f"  {wrong.what}"))
        self._line(Text(f"{INDENT}expected  ", "green"), expected)
        self._line(Text(f"{INDENT}got       ", "red"), got)

    def _counts(self, outcomes: Iterable[AnyOutcome]) -> Text:
        counts = Counter(outcome.verdict for outcome in outcomes)
        named: list[tuple[Verdict, str]] = [
            ("passed", "passed"),
            ("failed", "failed"),
            ("error", "could not be held"),
            ("not run", "not run"),
        ]
        parts = [Text(f"{counts[verdict]} {name}", _STYLES[verdict]) for verdict, name in named if counts[verdict]]
        return Text(", ").join(parts)

    def _line(self, *parts: Text) -> None:
        self._console.print(Text.assemble(*parts), soft_wrap=True)


def _of(pair: tuple[int, int] | None) -> str:
    return f"{pair[0]} of {pair[1]}" if pair else "-"


def _cells(figures: LabelFigures | None) -> tuple[str, str]:
    return (f"{figures.f1:.2f}", str(figures.support)) if figures else ("-", "-")


def _compared(expected: str, got: str) -> tuple[Text, Text]:
    """Return both texts with what only one of them has marked."""
    left, right = Text(), Text()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        left.append(expected[a:b], "" if kind == "equal" else "bold green reverse")
        right.append(got[c:d], "" if kind == "equal" else "bold red reverse")
    return left, right


def _shown(file: Path) -> str:
    return clean(str(file))
