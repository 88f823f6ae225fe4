"""The writer `label_studio`: a JSON list of tasks that Label Studio imports, and that the reader of that name reads.

The labelling interface of the project has these controls, whose names are options:

    <View>
      <Text name="text" value="$text"/>
      <Choices name="intent" toName="text"> <Choice value="book"/> ... </Choices>
      <Labels name="entities" toName="text"> <Label value="city"/> ... </Labels>
    </View>
"""

from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from dialog_core import Component
from dialog_core.datasets import DataItem, EntitySpan, LabelledText
from dialog_data.labelling.details import details_of
from dialog_data.labelling.options import LabelStudioWriterOptions
from dialog_data.labelling.suggested import suggested_in
from dialog_data.writers.json_rows import json_line, without

_OURS = ("line", "task", "annotator", "at", "labels", "results", "predictions", "suggested")
# What Label Studio says of a task itself; everything else belongs to the data.
_TASK = (
    "allow_skip",
    "cancelled_annotations",
    "comment_authors",
    "comment_count",
    "created_at",
    "file_upload",
    "inner_id",
    "last_comment_updated_at",
    "meta",
    "project",
    "total_annotations",
    "total_predictions",
    "unresolved_comment_count",
    "updated_at",
    "updated_by",
)


class LabelStudioWriter(Component[LabelStudioWriterOptions]):
    """Writes a task for each text: what people have said as an annotation, what a bot suggests as a prediction.

    Offsets count code points, as Label Studio does since version 1.4.
    """

    accepts = (LabelledText,)
    suffix = ".json"

    def write(self, items: Iterable[DataItem], file: TextIO) -> None:
        """Write the tasks, one a line."""
        before = "[\n"
        for item in items:
            assert isinstance(item, LabelledText), "accepts"
            file.write(before + json_line(self._task(item), f"the text {item.text[:40]!r}").rstrip("\n"))
            before = ",\n"
        file.write("\n]\n" if before != "[\n" else "[]\n")

    def _task(self, item: LabelledText) -> dict[str, Any]:
        told = item.metadata
        of_task = {key: told[key] for key in _TASK if key in told}
        data = {"text": item.text, **details_of(item.entities), **without(told, *_OURS, *_TASK)}
        task: dict[str, Any] = {"id": told["task"]} if "task" in told else {}
        task["data"] = data
        listed = told.get("labels")
        labels = [str(one) for one in listed] if isinstance(listed, list) else [item.label] if item.label else []
        result = self._result(item.text, labels, item.entities)
        results = told.get("results")
        result += [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []
        if result or told.get("annotator"):
            task["annotations"] = [_annotation(item, result)]
        if (suggested := suggested_in(item)) is not None:
            found = self._result(item.text, [suggested.label] if suggested.label else [], suggested.entities)
            task["predictions"] = [{"model_version": suggested.by, "score": suggested.score, "result": found}]
        elif isinstance(told.get("predictions"), list):
            task["predictions"] = told["predictions"]
        return task | of_task

    def _result(self, text: str, labels: Sequence[str], entities: Sequence[EntitySpan]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if labels:
            found.append(self._one("choices", self.options.label_control, "c1", {"choices": list(labels)}))
        for number, span in enumerate(entities, 1):
            value = {"start": span.start, "end": span.end, "text": text[span.start : span.end], "labels": [span.entity]}
            found.append(self._one("labels", self.options.entity_control, f"e{number}", value))
        return found

    def _one(self, kind: str, control: str, id: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"id": id, "from_name": control, "to_name": self.options.text_object, "type": kind, "value": value}


def _annotation(item: LabelledText, result: list[dict[str, Any]]) -> dict[str, Any]:
    annotation: dict[str, Any] = {"result": result}
    who, at = item.metadata.get("annotator"), item.metadata.get("at")
    if isinstance(who, str) and who:
        annotation["completed_by"] = int(who) if who.isascii() and who.isdigit() else {"email": who}
    if isinstance(at, str) and at:
        annotation["created_at"] = at
    return annotation
