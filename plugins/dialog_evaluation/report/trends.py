"""How a bot got on, run by run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_evaluation.report.changes import changes, same_rows
from dialog_evaluation.report.comparing import Side, compare
from dialog_evaluation.report.figures import WORDINGS, Figure
from dialog_evaluation.report.json_text import json_text
from dialog_evaluation.report.making import make_report
from dialog_evaluation.report.report import stored_figures
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.info import RunInfo
from dialog_evaluation.runs.store import RUN, Run, runs_of

VERSION = 1  # of the keys of trends
ROUNDS = 2_000  # of the test between two runs; a p-value of .05 is then known to within .01
USUAL = (  # the figures that are shown, unless others are asked for
    *("task_success", "joint_goal_accuracy", "recall_at_1", "unigram_f1", "bleu"),
    *("fallback", "failed", "seconds_p50"),
)
SHOWN = 6
REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Point:
    """A run.

    Attributes:
        path: Where it is kept.
        info: What was run.
        figures: The bot's figures.
        turns: How many messages were answered.
        changed: What changed since the run before, in words; empty: it is the first one.
        beside: The run it is compared with: the last one before with the same messages, a finished one if there is any;
            None: there is none.
        verdicts: Of figures that differ by more than chance from that run: `better`, `worse` or `differs`.
        p_values: How likely differences as large are, corrected for how many figures were tested.
    """

    path: Path
    info: RunInfo
    figures: Mapping[str, Figure]
    turns: int
    changed: Sequence[str] = ()
    beside: Path | None = None
    verdicts: Mapping[str, str] = field(default_factory=dict)
    p_values: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "path": str(self.path),
            "run": asdict(self.info),
            "turns": self.turns,
            "changed": list(self.changed),
            "compared_with": None if self.beside is None else str(self.beside),
            "figures": {name: figure.to_json() for name, figure in self.figures.items()},
            "verdicts": dict(self.verdicts),
            "p_corrected": dict(self.p_values),
        }


@dataclass(frozen=True, slots=True)
class Trends:
    """The runs of a bot.

    Attributes:
        name: What it is called.
        points: The runs, the oldest first.
        metrics: Which figures are shown.
        remarks: What one has to know first.
    """

    name: str
    points: Sequence[Point]
    metrics: Sequence[str]
    remarks: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "version": VERSION,
            "bot": self.name,
            "metrics": list(self.metrics),
            "remarks": list(self.remarks),
            "runs": [point.to_json() for point in self.points],
        }

    def to_text(self) -> str:
        """Return everything as JSON."""
        return json_text(self.to_json())


@dataclass(frozen=True, slots=True)
class Found:
    """The runs that are there.

    Attributes:
        path: Where they were looked for.
        runs: The runs, the oldest first.
        remarks: What could not be read, or was left out.
    """

    path: Path
    runs: Sequence[Run]
    remarks: Sequence[str]


def find(path: Path, runs_dir: Path | None = None, *, last: int = 0) -> Found:
    """Return the runs of a bot.

    Args:
        path: The bot file, or a directory with its runs.
        runs_dir: Where runs are kept; None: beside the bot file.
        last: How many runs, the last ones; 0: all.

    Raises:
        ConfigurationError: There are none.
    """
    remarks: list[str] = []
    runs = _runs(path, runs_dir, remarks)
    if last and len(runs) > last:
        remarks.append(f"The last {last} of {len(runs)} runs are shown.")
        runs = runs[-last:]
    return Found(path, runs, remarks)


def trends_of(
    found: Found, context: Context, *, metrics: Sequence[str] = (), advance: Callable[[], None] = lambda: None
) -> Trends:
    """Return how a bot got on.

    Args:
        found: Its runs.
        context: Makes metrics.
        metrics: Which figures to show; none: the usual ones.
        advance: Called after each run.

    Raises:
        ConfigurationError: No run has answers, or there are no such figures.
    """
    path, remarks = found.path, list(found.remarks)
    points: list[Point] = []
    kept: list[tuple[Run, Sequence[DialogueAnswers]]] = []
    for run in found.runs:
        advance()
        try:
            answers = run.answers()
        except ConfigurationError as error:
            remarks.append(_first_line(error))
            continue
        if not answers:
            remarks.append(f"{run.path.name} has no answers yet and is left out.")
            continue
        points.append(_point(run, answers, kept, context))
        kept.append((run, answers))
    if not points:
        raise ConfigurationError([Problem("has no run with answers", path, remedy=_REMEDY), *_problems(remarks, path)])
    chosen = _chosen(metrics, points, path)
    return Trends(points[-1].info.name, points, chosen, [*remarks, *_remarks(points)])


_REMEDY = "Run one: dialog-core evaluate BOT FILE"


def _point(
    run: Run,
    answers: Sequence[DialogueAnswers],
    before: Sequence[tuple[Run, Sequence[DialogueAnswers]]],
    context: Context,
) -> Point:
    figures = stored_figures(run.path / REPORT)
    if figures is None:  # never made, damaged, or of another version
        figures = dict(make_report(run.info, answers, [], None, context, encoder=None).bot.figures)
    turns = sum(len(one.turns) for one in answers)
    if not before:
        return Point(run.path, run.info, figures, turns)
    changed = changes(before[-1][0].info, run.info)
    alike = [pair for pair in reversed(before) if same_rows(pair[0].info, run.info)]
    beside = next((pair for pair in alike if pair[0].info.finished_at), alike[0] if alike else None)
    if beside is None:
        return Point(run.path, run.info, figures, turns, changed)
    found = compare(Side(beside[0].info, beside[1]), Side(run.info, answers), context, encoder=None, rounds=ROUNDS)
    verdicts = {name: one.verdict for name, one in found.differences.items() if one.verdict}
    p_values = {name: one.corrected for name, one in found.differences.items() if one.corrected is not None}
    return Point(run.path, run.info, figures, turns, changed, beside[0].path, verdicts, p_values)


def _runs(path: Path, runs_dir: Path | None, remarks: list[str]) -> list[Run]:
    """Return the runs there are, the oldest first; what cannot be read is told of."""
    directory = path if path.is_dir() else runs_of(path, runs_dir)
    if not path.exists() and not directory.is_dir():
        raise ConfigurationError([Problem("is not there", path)])
    found: list[Run] = []
    problems: list[Problem] = []
    for place in _directories(directory):
        try:
            found.append(Run.open(place))
        except ConfigurationError as error:
            problems += error.problems
            remarks.append(_first_line(error))
    bots = {run.info.bot for run in found}
    if len(bots) > 1:
        remarks.append(f"The directory has runs of {len(bots)} bots: {', '.join(sorted(bots))}.")
    if not found:
        problem = Problem(f"has no runs ({directory})" if path != directory else "has no runs", path, remedy=_REMEDY)
        raise ConfigurationError([problem, *problems])
    return sorted(found, key=lambda run: (run.info.started_at, run.path.name))


def _directories(directory: Path) -> Iterator[Path]:
    """Yield the directories of runs: this one, those in it, and those in its bots'."""
    if (directory / RUN).is_file():
        yield directory
        return
    try:
        inside = sorted(place for place in directory.iterdir() if place.is_dir())
    except OSError:
        return
    for place in inside:
        if (place / RUN).is_file():
            yield place
        else:
            yield from sorted(file.parent for file in place.glob(f"*/{RUN}"))


def _chosen(metrics: Sequence[str], points: Sequence[Point], path: Path) -> list[str]:
    there_are = [name for name in WORDINGS if any(name in point.figures for point in points)]
    unknown = [name for name in metrics if name not in there_are]
    if unknown:
        remedy = f"There are: {', '.join(there_are)}"
        raise ConfigurationError([Problem(f"has no figure {name!r}", path, remedy=remedy) for name in unknown])
    told = [name for name in USUAL if any(point.figures[name].value for point in points if name in point.figures)]
    return list(dict.fromkeys(metrics)) or told[:SHOWN] or there_are[:1]


def _remarks(points: Sequence[Point]) -> Iterator[str]:
    alone = [point for point in points[1:] if point.beside is None]
    if alone:
        count = "1 run is" if len(alone) == 1 else f"{len(alone)} runs are"
        yield (
            f"{count} of other data, or of other messages, than all before: figures beside each other are not "
            "comparable there."
        )
    cut = [point.path.name for point in points if not point.info.finished_at]
    if cut:
        yield f"Cut short, so that only some dialogues count: {', '.join(cut)}."


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _problems(remarks: Sequence[str], path: Path) -> list[Problem]:
    return [Problem(remark, path) for remark in remarks]
