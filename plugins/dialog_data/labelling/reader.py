"""The reader `labels`: the log of `dialog-core data label`, as texts with what holds of each."""

from collections.abc import Iterator
from pathlib import Path

from dialog_core import Context, JsonValue
from dialog_core.datasets import LabelledText
from dialog_core.interfaces import Sample
from dialog_data.files.lines import read_lines
from dialog_data.files.problems import FileProblems
from dialog_data.files.skipping import SkippingReader
from dialog_data.labelling.decision import Decision, NotADecision
from dialog_data.labelling.log import History, is_head, parse_line
from dialog_data.labelling.options import LabelsOptions
from dialog_data.labelling.resolving import ALL, REFUSE, Disagreement, asked_for_entities, resolved
from dialog_data.options import LabelledOptions

_REMEDY = "Correct the line or remove it."


class LabelsReader(SkippingReader[LabelsOptions]):
    """Reads a log of labels: of each annotator's decisions about a text the last one, and what they make together.

    Attributes:
        left_out: The texts that are left out since their annotators disagree.
    """

    def __init__(self, options: LabelsOptions, context: Context) -> None:
        super().__init__(options, context)
        self.left_out: list[Disagreement] = []

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it begins as a log does."""
        return is_head(sample.first)

    def read(self, path: Path) -> Iterator[LabelledText]:
        """Yield the texts; raise ConfigurationError where lines are damaged or annotators disagree."""
        self.context.files.add(path)
        self.left_out = []
        problems = FileProblems(path, self.begin(), encoding=self.options.encoding)
        history = read_history(problems)
        if self.options.conflicts == ALL:
            problems.finish()
            yield from (_as_said(one) for one in history.everything() if not one.skipped)
            return
        decisions = history.decisions()
        items: list[LabelledText] = []
        for item in resolved(decisions, self.options.conflicts):
            if isinstance(item, Disagreement):
                self.left_out.append(item)
                if self.options.conflicts == REFUSE:
                    problems.report(item.problem(path, "labels"))
                    problems.item_skipped()
            else:
                items.append(item)
        problems.finish()
        yield from items


def read_history(problems: FileProblems) -> History:
    """Read a log; what is wrong with it is reported. A last line that is still being written is no mistake.

    Raises:
        ConfigurationError: It is no log, or cannot be read.
    """
    history = History()
    for number, text in read_lines(problems):
        row, complaint = parse_line(text)
        if number == 1 and not is_head(row):
            problems.refuse("is no log of labels", remedy="Such files are written by: dialog-core data label")
        if row is None and not text.endswith("\n"):
            break
        try:
            if row is not None:
                history.absorb(row, number)
        except NotADecision as error:
            complaint = str(error)
        if complaint:
            problems.problem(complaint, number, remedy=_REMEDY)
            problems.item_skipped()
    return history


def begins_a_log(path: Path) -> bool:
    """Whether a file begins as a log of labels does."""
    try:
        with path.open("rb") as file:
            row, _ = parse_line(file.readline(4096))
    except (OSError, ValueError):
        return False  # what is wrong with it, whoever reads it says
    return is_head(row)


def read_for_training(path: Path, context: Context, options: LabelledOptions) -> Iterator[LabelledText]:
    """Yield what a log has for those who learn labels, entities or both; what nobody was asked is left out.

    Raises:
        ConfigurationError: Lines are damaged, annotators disagree, or there is nothing of what is wanted.
    """
    empty = True
    strictly = LabelsOptions(on_error=options.on_error, encoding=options.encoding)
    for item in LabelsReader(strictly, context).read(path):
        if (item.label or not options.labels) and (not options.entities or asked_for_entities(item)):
            empty = False
            yield item
    if empty:
        what = "labels" if options.labels else "entities"
        remedy = f"Label texts: dialog-core data label FILE --out {path}"
        FileProblems(path).refuse(f"nobody has given any {what} yet", remedy=remedy)


def _as_said(decision: Decision) -> LabelledText:
    metadata: dict[str, JsonValue] = {"line": decision.line, "id": decision.id, "annotator": decision.annotator}
    metadata["at"] = decision.at
    if decision.note:
        metadata["notes"] = [decision.note]
    if decision.entities is None:
        metadata["entities_asked"] = False
    return LabelledText(decision.text, decision.label or "", metadata, decision.entities or ())
