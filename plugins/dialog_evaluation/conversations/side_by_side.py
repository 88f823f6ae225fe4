"""Our figures beside those of `rasa test`: stories passed, actions and intents right, and each label's F1."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dialog_core.interfaces import CheckedStep
from dialog_evaluation.conversations.foreign import AnyOutcome, ForeignOutcome
from dialog_evaluation.conversations.rasa_report import LabelFigures, RasaReport, story_name

SAME = 0.005  # figures that are the same when they are shown


@dataclass(frozen=True, slots=True)
class Total:
    """So many of so many, on both sides; None: that side does not say."""

    what: str
    ours: tuple[int, int] | None
    rasas: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One label on both sides; None: that side does not have it."""

    kind: str
    label: str
    ours: LabelFigures | None
    rasas: LabelFigures | None

    @property
    def differs(self) -> bool:
        """Whether its figures are not the same, or are not of as many cases."""
        if self.ours is None or self.rasas is None:
            return True
        return abs(self.ours.f1 - self.rasas.f1) >= SAME or self.ours.support != self.rasas.support


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both sides.

    Attributes:
        totals: Stories, actions, intents.
        labels: The actions and intents of the stories.
        examples: Intents and entities as `rasa test nlu` measures them, on other messages than those of the stories.
        only_rasa_failed: Stories that failed in Rasa and pass here; None: its report does not name those that failed.
        only_we_failed: The other way round.
    """

    totals: tuple[Total, ...]
    labels: tuple[Compared, ...]
    examples: tuple[Compared, ...] = ()
    only_rasa_failed: tuple[str, ...] | None = None
    only_we_failed: tuple[str, ...] | None = None


def compare(outcomes: Iterable[AnyOutcome], report: RasaReport) -> SideBySide:
    """Compare how our tests went with what Rasa's report says."""
    ran = [one for one in outcomes if isinstance(one, ForeignOutcome) and one.verdict != "not run"]
    steps = [step for one in ran for step in one.outcome.steps]
    ours = {kind: figures_of(step for step in steps if step.what == kind) for kind in ("action", "intent")}
    kinds = {label: _kind(label, ours) for label in report.labels}
    passed = (sum(one.verdict == "passed" for one in ran), len(ran))
    totals = [Total("stories", passed, None if report.passed is None else (report.passed, report.stories))]
    labels: list[Compared] = []
    for kind in ("action", "intent"):
        rasas = {label: figures for label, figures in report.labels.items() if kinds[label] == kind}
        right = [step.passed for step in steps if step.what == kind]
        totals.append(Total(f"{kind}s", (sum(right), len(right)) if right else None, _right(rasas.values())))
        # What one side never had to predict and did is in the precision of what it should have been: no row of its own.
        named = sorted(label for label in {**ours[kind], **rasas} if _asked(label, ours[kind]) or _asked(label, rasas))
        labels.extend(Compared(kind, label, ours[kind].get(label), rasas.get(label)) for label in named)
    examples = [Compared("intent", label, ours["intent"].get(label), one) for label, one in report.intents.items()]
    examples += [Compared("entity", label, None, one) for label, one in report.entities.items()]
    only_rasa, only_we = _failures(ran, report.failed)
    return SideBySide(tuple(totals), tuple(labels), tuple(examples), only_rasa, only_we)


def figures_of(steps: Iterable[CheckedStep]) -> dict[str, LabelFigures]:
    """Return precision, recall and F1 of what was expected and predicted, by label."""
    pairs = [(step.expected, step.got) for step in steps]
    expected, got = Counter(one for one, _ in pairs), Counter(one for _, one in pairs)
    right = Counter(one for one, other in pairs if one == other)
    return {
        label: LabelFigures(
            precision=right[label] / max(got[label], 1),
            recall=right[label] / max(expected[label], 1),
            f1=2 * right[label] / max(expected[label] + got[label], 1),
            support=expected[label],
        )
        for label in sorted({*expected, *got})
    }


def _kind(label: str, ours: Mapping[str, Mapping[str, LabelFigures]]) -> str:
    """Return what a label of Rasa's report of stories is, which has all kinds in one."""
    if label.startswith("[") or label == "None":
        return "entity"  # written as it is marked, `[Rome](city)`; `None` stands for one that is not there
    if label in ours["action"] or label.startswith(("utter_", "action_")):
        return "action"
    return "intent" if label in ours["intent"] or not label.endswith("_form") else "action"


def _asked(label: str, figures: Mapping[str, LabelFigures]) -> bool:
    return label in figures and figures[label].support > 0


def _right(figures: Iterable[LabelFigures]) -> tuple[int, int] | None:
    found = list(figures)
    return (sum(one.right for one in found), sum(one.support for one in found)) if found else None


def _failures(
    ran: Sequence[ForeignOutcome], failed: tuple[str, ...] | None
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    if failed is None:
        return None, None
    passed = {story_name(one.test.name): one.verdict == "passed" for one in ran}
    only_rasa = tuple(name for name in dict.fromkeys(failed) if passed.get(name, False))
    only_we = tuple(name for name, good in passed.items() if not good and name not in failed)
    return only_rasa, only_we


def told(sides: SideBySide) -> Iterator[str]:
    """Yield in words what the figures do not show by themselves."""
    for names, where in ((sides.only_rasa_failed, "in Rasa, not here"), (sides.only_we_failed, "here, not in Rasa")):
        if names:
            yield f"Failed {where}: {', '.join(map(repr, names))}"
    other = [
        one.label
        for one in sides.labels
        if one.rasas is not None and (one.ours.support if one.ours else 0) != one.rasas.support
    ]
    counts = [one for one in sides.totals if one.ours and one.rasas and one.ours[1] != one.rasas[1]]
    if other or counts:
        some = ", ".join(map(repr, other[:5])) + (f" and {len(other) - 5} more" if len(other) > 5 else "")
        where = f" (not as often on both sides: {some})" if other else ""
        yield f"These are not quite the tests that Rasa's report is of{where}: figures can be compared only roughly."
