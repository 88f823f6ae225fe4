"""What each annotator has said about each text, from logs and from exports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_data.detection import detect
from dialog_data.labelling.resolving import ALL, decisions_of
from dialog_data.labelling.units import text_id

LOG = "labels"
WITH_ANNOTATORS = (LOG, "doccano", "label_studio")

Spans = tuple[EntitySpan, ...]


@dataclass(slots=True)
class Opinions:
    """What one annotator has said about one text, the last word last."""

    labels: list[str] = field(default_factory=list)
    entities: list[Spans] = field(default_factory=list)


@dataclass(slots=True)
class Judged:
    """A text that somebody has labelled.

    Attributes:
        text: The text.
        by: What each annotator has said.
    """

    text: str
    by: dict[str, Opinions] = field(default_factory=dict)


def gather(paths: Sequence[Path], format: str, context: Context) -> list[Judged]:
    """Read what annotators have said.

    A text is known by its words; where all files are logs, also by where it stands, for "yes" has other labels in other
    conversations. Where a file does not say who has labelled it, its name does; with its folder where two share it.

    Args:
        paths: The files.
        format: The reader of all of them; empty: by their content.
        context: Makes the readers.

    Raises:
        ConfigurationError: A file cannot be read, or is named twice.
    """
    annotators = _names_of(paths)
    formats = [format or detect(path, context) for path in paths]
    all_logs = set(formats) == {LOG}
    texts: dict[str, Judged] = {}
    for path, name, annotator in zip(paths, formats, annotators, strict=True):
        items = list(_items(path, name, context))
        for item, decision in zip(items, decisions_of(items), strict=True):
            key = str(item.metadata.get("id")) + "\n" + item.text if all_logs else text_id(item.text.strip())
            judged = texts.setdefault(key, Judged(item.text))
            opinions = judged.by.setdefault(decision.annotator or annotator, Opinions())
            if decision.label is not None:
                opinions.labels.append(decision.label)
            if decision.entities is not None:
                opinions.entities.append(decision.entities)
    return list(texts.values())


def _names_of(paths: Sequence[Path]) -> list[str]:
    """Return what annotators are called after their files, each by another name: `labels`, or `ann/labels`."""
    places = [path.absolute().with_suffix("").parts for path in paths]
    names = []
    for number, (path, place) in enumerate(zip(paths, places, strict=True)):
        if path.resolve() in {other.resolve() for other in paths[:number]}:
            raise ConfigurationError(
                [Problem("is named twice", path, remedy="Nobody disagrees with a copy of oneself.")]
            )
        others = [other for other in places if other is not place]
        length = next((size for size in range(1, len(place)) if place[-size:] not in {o[-size:] for o in others}), 0)
        names.append("/".join(place[-length:]) if length else str(path))
    return names


def _items(path: Path, format: str, context: Context) -> Iterator[LabelledText]:
    spec = {"use": format, "conflicts": ALL} if format in WITH_ANNOTATORS else {"use": format}
    for item in context.create("reader", spec).read(path):
        if not isinstance(item, LabelledText):
            message = f"holds something else than labelled texts: it was read as {format!r}"
            raise ConfigurationError([Problem(message, path)])
        if item.label or item.entities or format == LOG:
            yield item
