"""Everything there is to say about how well a guard does on a file of labelled messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError, Problem, did_you_mean
from dialog_core.datasets import LabelledText
from dialog_core.training import line_of
from dialog_evaluation.guards.counting import Counts
from dialog_evaluation.guards.judging import Judged, judge

HARMLESS = "harmless"
FIGURES = ("recall", "precision", "f1", "false_alarms")
FEWEST = 30  # messages; of fewer, a share says little


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that have something in common, and how a guard does on them."""

    name: str
    counts: Counts
    harmless: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """A message a guard was wrong about.

    Attributes:
        line: Where it stands.
        text: What it says.
        label: Its label.
        kind: Its kind, where the file says it.
        reason: What the guard said to it; empty: nothing.
        became: What was made of it, where something else was expected; else None.
        expected: What should have been made of it; else None.
    """

    line: int
    text: str
    label: str
    kind: str = ""
    reason: str = ""
    became: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a guard does on a file.

    Attributes:
        bot: What the bot is called.
        guard: The guard's name.
        file: The file.
        replies: Whether its texts are replies and not messages.
        harmless: The label of what it should let through.
        rows: How many messages.
        counts: How often it was right, in all.
        languages: For each language, where the rows say theirs.
        labels: For each label, the harmless one last.
        kinds: For each kind, where the rows say theirs, as in the file.
        missed: What it let through.
        alarms: What it objected to although it is harmless.
        rewritten: How many rows say what is to become of their text.
        written_otherwise: Of those, the ones of which something else became.
        failed: On how many it failed; they count as let through.
        median_ms: How long half of the messages took at most, in milliseconds, with the way there and back.
        remarks: What looks wrong about the file or the guard.
    """

    bot: str
    guard: str
    file: Path
    replies: bool
    harmless: str
    rows: int
    counts: Counts
    languages: Sequence[Group]
    labels: Sequence[Group]
    kinds: Sequence[Group]
    missed: Sequence[Mistake]
    alarms: Sequence[Mistake]
    rewritten: int
    written_otherwise: Sequence[Mistake]
    failed: int
    median_ms: float
    remarks: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "bot": self.bot,
            "guard": self.guard,
            "file": str(self.file),
            "texts": "replies" if self.replies else "messages",
            "harmless": self.harmless,
            "rows": self.rows,
            **_figures(self.counts),
            "languages": {group.name: _figures(group.counts) for group in self.languages},
            "labels": {group.name: _objected(group) for group in self.labels},
            "kinds": {group.name: _objected(group) for group in self.kinds},
            "missed": [asdict(mistake) for mistake in self.missed],
            "false_alarm_texts": [asdict(mistake) for mistake in self.alarms],
            "rewritten": {
                "rows": self.rewritten,
                "otherwise": [asdict(mistake) for mistake in self.written_otherwise],
            },
            "failed": self.failed,
            "median_ms": self.median_ms,
            "remarks": list(self.remarks),
        }


def evaluate(
    bot: Bot,
    guard: str,
    file: Path,
    rows: Sequence[LabelledText],
    *,
    harmless: str = HARMLESS,
    replies: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Have a bot's guard judge every row, and measure its verdicts.

    Args:
        bot: The bot.
        guard: Its guard's name.
        file: Where the rows stand.
        rows: Texts with what they are.
        harmless: The label of those it should let through.
        replies: Whether they are replies and not messages.
        advance: Called after each verdict.

    Raises:
        ConfigurationError: The label of what is harmless is written otherwise in the file.
    """
    labels = {row.label for row in rows}
    likely = "" if harmless in labels else did_you_mean(harmless, sorted(labels))
    if likely.startswith("Did you mean"):
        message = f"no row has the label {harmless!r}, which says that a text is harmless"
        raise ConfigurationError([Problem(message, file, remedy=f"{likely} Say so with --harmless.")])
    judged = judge(bot, guard, rows, replies=replies, advance=advance)
    missed = [one for one in judged if not one.objected and one.row.label != harmless]
    alarms = [one for one in judged if one.objected and one.row.label == harmless]
    expecting = [one for one in judged if one.expected is not None]
    return Evaluation(
        bot=bot.name,
        guard=guard,
        file=file,
        replies=replies,
        harmless=harmless,
        rows=len(rows),
        counts=_counts(judged, harmless),
        languages=_groups(judged, harmless, lambda one: one.language),
        labels=sorted(_groups(judged, harmless, lambda one: one.row.label), key=lambda group: group.harmless),
        kinds=_kinds(judged, harmless),
        missed=[_mistake(one) for one in missed],
        alarms=[_mistake(one) for one in alarms],
        rewritten=len(expecting),
        written_otherwise=[_mistake(one) for one in expecting if one.text != one.expected],
        failed=sum(bool(one.failure) for one in judged),
        median_ms=1000 * median(one.seconds for one in judged),
        remarks=_remarks(judged, harmless),
    )


def _counts(judged: Iterable[Judged], harmless: str) -> Counts:
    return Counts.of((one.row.label == harmless, one.objected) for one in judged)


def _groups(judged: Sequence[Judged], harmless: str, name: Callable[[Judged], str]) -> list[Group]:
    """Return the rows in groups by name, in the order of the file; those without a name are in none."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        if key := name(one):
            groups.setdefault(key, []).append(one)
    return [
        Group(key, _counts(some, harmless), all(one.row.label == harmless for one in some))
        for key, some in groups.items()
    ]


def _kinds(judged: Sequence[Judged], harmless: str) -> list[Group]:
    """Return a group for each kind; one that is harmless in some rows only is two."""
    objectionable = [one for one in judged if one.row.label != harmless]
    fine = [one for one in judged if one.row.label == harmless]
    return [group for some in (objectionable, fine) for group in _groups(some, harmless, lambda one: one.kind)]


def _mistake(one: Judged) -> Mistake:
    other = one.expected is not None and one.text != one.expected
    return Mistake(
        line=line_of(one.row),
        text=one.row.text,
        label=one.row.label,
        kind=one.kind,
        reason=one.reason or one.failure,
        became=one.text if other else None,
        expected=one.expected if other else None,
    )


def _remarks(judged: Sequence[Judged], harmless: str) -> list[str]:
    remarks = []
    failures = [one.failure for one in judged if one.failure]
    if failures:
        told = f"The guard failed on {len(failures)} of {len(judged)} texts, which count as let through."
        remarks.append(f"{told} {failures[0]}")
    good = sum(one.row.label == harmless for one in judged)
    if not good:
        told = f"No row is labelled {harmless}: false alarms are not measured, and precision says nothing."
        remarks.append(f"{told} If a label says that a text is harmless, name it with --harmless.")
    elif good == len(judged):
        remarks.append(f"Every row is labelled {harmless}: what the guard misses is not measured.")
    for count, what in ((good, "harmless"), (len(judged) - good, "other")):
        if 0 < count < FEWEST:
            texts = f"is only 1 {what} text" if count == 1 else f"are only {count} {what} texts"
            remarks.append(f"There {texts}: see how wide the intervals are.")
    return remarks


def _figures(counts: Counts) -> dict[str, Any]:
    found: Mapping[str, Any] = {name: asdict(getattr(counts, name)) for name in FIGURES}
    return {**found, "counts": asdict(counts)}


def _objected(group: Group) -> dict[str, Any]:
    return {"harmless": group.harmless, "objected": asdict(group.counts.objected)}
