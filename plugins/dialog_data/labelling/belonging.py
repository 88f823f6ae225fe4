"""Whether a log is about a file, and what of the file is left to label."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialog_core.configuration import ConfigurationError, Problem
from dialog_data.labelling.decision import Decision
from dialog_data.labelling.log import History, LabelsOf
from dialog_data.labelling.units import Unit, checksum


@dataclass(frozen=True, slots=True)
class Belonging:
    """How a log and a file belong together.

    Attributes:
        texts: What the log's decisions are about from now on.
        changed: Whether the file is not what it was when the log was begun.
        gone: How many texts are labelled that the file does not have any more.
    """

    texts: LabelsOf
    changed: bool = False
    gone: int = 0


def belonging(history: History, log: Path, units: Sequence[Unit], file: Path) -> Belonging:
    """Compare a log with a file.

    Raises:
        ConfigurationError: None of the texts that are labelled is in the file.
    """
    texts = LabelsOf(file.name, len(units), checksum(units))
    labelled = {(id, text) for id, text, _ in history.decided()}
    if not history.heads or history.heads[-1].sha256 == texts.sha256:
        # The same texts under another name are the same texts.
        return Belonging(history.heads[-1] if history.heads else texts)
    gone = labelled - {(unit.id, unit.text) for unit in units}
    if labelled and len(gone) == len(labelled):
        message = f"these are labels of {history.heads[-1].file!r}; none of them is about a text of {file.name!r}"
        remedy = f"Name another file to write labels into: --out {file.stem}.labels.jsonl."
        raise ConfigurationError([Problem(message, log, remedy=remedy)])
    return Belonging(texts, changed=True, gone=len(gone))


def remaining(
    units: Iterable[Unit], history: History, annotator: str, *, divide: bool
) -> tuple[list[Unit], list[Unit]]:
    """Return the texts an annotator has not seen, and those they have skipped.

    Args:
        units: The texts of the file.
        history: What the log says.
        annotator: Whose turn it is.
        divide: Whether what others have labelled is done, too.
    """
    by_others = {key[:2] for key in history.decided() if key[2] != annotator and not _skipped(history.last(key))}
    new: list[Unit] = []
    skipped: list[Unit] = []
    for unit in units:
        decision = history.last((unit.id, unit.text, annotator))
        if divide and (unit.id, unit.text) in by_others:
            continue
        if decision is None:
            new.append(unit)
        elif decision.skipped:
            skipped.append(unit)
    return new, skipped


def labelled_once(units: Iterable[Unit], history: History, annotator: str) -> list[Unit]:
    """Return the texts that an annotator has labelled, and only once."""
    found = []
    for unit in units:
        said = [one for one in history.all_of((unit.id, unit.text, annotator)) if not one.skipped]
        if len(said) == 1:
            found.append(unit)
    return found


def labels_by_use(units: Iterable[Unit], history: History) -> list[str]:
    """Return the labels that the file and the log have, the most frequent first."""
    counts = Counter(unit.label for unit in units if unit.label)
    counts.update(one.label for one in history.decisions() if one.label)
    return [label for label, _ in counts.most_common()]


def kinds_by_use(units: Iterable[Unit], history: History) -> list[str]:
    """Return the kinds of entities that the file and the log have, the most frequent first."""
    counts = Counter(span.entity for unit in units for span in unit.entities)
    counts.update(span.entity for one in history.decisions() for span in one.entities or ())
    return [kind for kind, _ in counts.most_common()]


def _skipped(decision: Decision | None) -> bool:
    return decision is None or decision.skipped
