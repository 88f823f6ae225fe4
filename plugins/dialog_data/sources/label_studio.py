"""Exports of Label Studio: a JSON list of tasks with the annotations of each.

    {"id": 1, "data": {"text": "fly to Berlin"},
     "annotations": [{"completed_by": 7, "result": [
        {"from_name": "intent", "to_name": "text", "type": "choices", "value": {"choices": ["book"]}},
        {"from_name": "entities", "to_name": "text", "type": "labels",
         "value": {"start": 7, "end": 13, "text": "Berlin", "labels": ["city"]}}]}],
     "predictions": [...]}

Label Studio's editor counts code points, as Python does, since version 1.4; before that it counted UTF-16 code units,
of which an emoji has two. The words it writes beside the offsets tell which of them is meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_core.interfaces import Sample
from dialog_core.text import repair_text
from dialog_data.files.archives import SourceFile
from dialog_data.files.offsets import Counting, Offsets
from dialog_data.files.problems import FileProblems
from dialog_data.labelling.details import DETAILS, with_details
from dialog_data.labelling.options import LabelStudioOptions
from dialog_data.labelling.resolving import settled
from dialog_data.labelling.words import without_overlaps
from dialog_data.sources.dialogue_source import elements_or_lines
from dialog_data.sources.source import SourceReader

ANNOTATIONS = ("annotations", "completions")  # the second before version 1.0
_OWN = ("annotations", "completions", "data", "predictions", "drafts")
_OURS = ("annotator", "labels", "line", "predictions", "results", "task")  # what we say of a text
_REMEDY = "Export the project as JSON."


class LabelStudioReader(SourceReader):
    """Reads labelled texts, one for each annotation; those that were cancelled are left out.

    A task that nobody has annotated is a text without a label. What was said of a text besides one choice and spans of
    it stands in the metadata `results`, as it is.
    """

    options: LabelStudioOptions
    suffixes: ClassVar = (".json", ".jsonl")

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether the first task has `data`, and annotations or predictions."""
        first = sample.first
        if not isinstance(first, Mapping) or not isinstance(first.get("data"), Mapping):
            return False
        return any(isinstance(first.get(name), list) for name in (*ANNOTATIONS, "predictions"))

    def read(self, path: Path) -> Iterator[DataItem]:
        """Yield the texts; those that several people have annotated, as `conflicts` says."""
        yield from settled(super().read(path), self.options.conflicts, path, "label_studio")

    def items(self, file: SourceFile, problems: FileProblems) -> Iterator[LabelledText]:
        """Yield the texts of one file."""
        for element in elements_or_lines(file, problems):
            found = list(self._of_task(element.value, element.line, problems))
            if problems.item_done():
                yield from found

    def _of_task(self, task: Any, line: int, problems: FileProblems) -> Iterator[LabelledText]:
        data = task.get("data") if isinstance(task, Mapping) else None
        if not isinstance(data, Mapping):
            problems.problem("is no task: it has no 'data'", line, remedy=_REMEDY)
            return
        text = self._text(data, line, problems)
        if not text:
            return
        key = next((key for key in ANNOTATIONS if isinstance(task.get(key), list)), "")
        about = _about(task, data, line)
        said = [one for one in task.get(key, ()) if isinstance(one, Mapping) and not one.get("was_cancelled")]
        for one in said:
            yield _annotated(text, one, about, data, problems)
        if not said:
            predictions = task.get("predictions")
            yield LabelledText(text, "", {**about, "predictions": predictions} if predictions else about)

    def _text(self, data: Mapping[str, Any], line: int, problems: FileProblems) -> str:
        wanted = self.options.text or "text"
        found = data.get(wanted)
        if found is None and not self.options.text:
            texts = [value for value in data.values() if isinstance(value, str)]
            found = texts[0] if len(texts) == 1 else None
        if isinstance(found, str) and found.strip():
            return repair_text(found)
        remedy = f"Say under which key the text stands, with `text`: {', '.join(map(str, data)) or 'there is none'}."
        problems.problem(f"has no text under {wanted!r}", line, path="data", remedy=remedy)
        return ""


def _about(task: Mapping[str, Any], data: Mapping[str, Any], line: int) -> dict[str, Any]:
    """Return what is told about a task: what was imported with its text, and what Label Studio says."""
    told = {key: value for key, value in task.items() if key not in (*_OWN, "id")}
    told |= {key: value for key, value in data.items() if key not in ("text", DETAILS, *_OURS)}
    return {**told, **({"task": task["id"]} if "id" in task else {}), "line": line}


def _annotated(
    text: str, annotation: Mapping[str, Any], about: Mapping[str, Any], data: Mapping[str, Any], problems: FileProblems
) -> LabelledText:
    line = about["line"]
    labels: list[str] = []
    spans: list[EntitySpan] = []
    others: list[Any] = []
    results = annotation.get("result")
    offsets = Offsets(text, _counting(text, results))
    for result in results if isinstance(results, list) else ():
        value = result.get("value") if isinstance(result, Mapping) else None
        kind = result.get("type") if isinstance(result, Mapping) else None
        if not isinstance(value, Mapping):
            problems.problem("a result has no 'value'", line, path="annotations", remedy=_REMEDY)
        elif kind == "choices" and "start" not in value and isinstance(value.get("choices"), list):
            labels += [repair_text(str(choice)) for choice in value["choices"]]
        elif kind == "labels" and isinstance(value.get("labels"), list) and type(value.get("start")) is int:
            spans += _spans(text, value, offsets, line, problems)
        else:
            others.append(result)
    kept = without_overlaps(spans)
    others += [[span.start, span.end, span.entity] for span in spans if span not in kept]
    metadata: dict[str, Any] = {**about}
    if who := _who(annotation.get("completed_by")):
        metadata["annotator"] = who
    if isinstance(annotation.get("created_at"), str):
        metadata["at"] = annotation["created_at"]
    if len(labels) > 1:
        metadata["labels"] = labels
    if others:
        metadata["results"] = others
    return LabelledText(text, labels[0] if labels else "", metadata, with_details(kept, data))


def _spans(
    text: str, value: Mapping[str, Any], offsets: Offsets, line: int, problems: FileProblems
) -> Iterator[EntitySpan]:
    start, end = value["start"], value.get("end")
    place = _placed(offsets, start, end)
    if place is None:
        message = f"a span from {start} to {end} is not in the text"
        problems.problem(message, line, path="annotations", remedy=_REMEDY)
        return
    words, there = value.get("text"), text[place[0] : place[1]]
    if isinstance(words, str) and not _same(words, there):
        message = f"a span from {start} to {end} says {words[:40]!r}, and there stands {there[:40]!r}"
        problems.problem(message, line, path="annotations", remedy="Was the text changed after it was annotated?")
        return
    for label in value["labels"]:
        yield EntitySpan(*place, repair_text(str(label)))


def _counting(text: str, results: Any) -> Counting:
    """Return what the offsets of an annotation count: characters, unless only as UTF-16 its words stand there."""
    values = [result.get("value") for result in results or () if isinstance(result, Mapping)]
    told = [
        (value["start"], value.get("end"), value["text"])
        for value in values
        if isinstance(value, Mapping) and isinstance(value.get("text"), str) and type(value.get("start")) is int
    ]
    if not told or _fit(text, told, "characters") or not _fit(text, told, "utf16"):
        return "characters"
    return "utf16"


def _fit(text: str, told: Sequence[tuple[int, Any, str]], counting: Counting) -> bool:
    offsets = Offsets(text, counting)
    for start, end, words in told:
        place = _placed(offsets, start, end)
        if place is None or not _same(words, text[place[0] : place[1]]):
            return False
    return True


def _placed(offsets: Offsets, start: int, end: Any) -> tuple[int, int] | None:
    if type(end) is not int or not 0 <= start < end:
        return None
    first, last = offsets.character(start), offsets.character(end)
    return None if first is None or last is None else (first, last)


def _same(words: str, there: str) -> bool:
    r"""Whether words are those of the text, which the editor writes with `\n` for line breaks and less white space."""
    return "".join(words.replace("\\n", "").split()) == "".join(there.replace("\\n", "").split())


def _who(completed_by: Any) -> str:
    if isinstance(completed_by, Mapping):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return str(completed_by) if isinstance(completed_by, str | int) else ""
