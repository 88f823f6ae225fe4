"""Small files of the formats that tools for annotators export."""

from typing import Any

from tests.plugins.dialog_data.sources.formats import A_LIST, Format, as_json


def _task(number: int, text: str, label: str) -> dict[str, Any]:
    """A task of Label Studio with one annotation."""
    choice = {"from_name": "intent", "to_name": "text", "type": "choices", "value": {"choices": [label]}}
    span = {"from_name": "e", "to_name": "text", "type": "labels", "value": {"start": 0, "end": 2, "labels": ["x"]}}
    return {
        "id": number,
        "data": {"text": text},
        "annotations": [{"id": number, "completed_by": 7, "was_cancelled": False, "result": [choice, span]}],
        "predictions": [],
    }


DOCCANO_CLASSIFICATION = Format(
    "doccano",
    "project.jsonl",
    as_json(
        {"id": 1, "text": "a table for two", "label": ["book"], "Comments": []},
        {"id": 2, "text": "cancel it please", "label": ["cancel", "angry"], "Comments": ["sure?"]},
        {"id": 3, "text": "几点开门 of course", "label": [], "Comments": []},
    ),
    '{"id": 4, "text": "a table", "label": 7}',
    ids=False,
    whole=False,
)
DOCCANO_SPANS = Format(
    "doccano",
    "project.json",
    as_json(
        {"id": 1, "text": "fly to Berlin today", "label": [[7, 13, "city"], [14, 19, "date"]]},
        {"id": 2, "text": "to York then", "label": [[3, 7, "city"]]},
        {"id": 3, "text": "去北京 again", "label": [[1, 3, "city"]]},
        indent=1,
    ),
    '{"id": 4, "text": "a table", "label": [[0, 99, "city"]]}',
    ids=False,
    **A_LIST,
)
LABEL_STUDIO = Format(
    "label_studio",
    "project.json",
    as_json(
        _task(1, "a table for two", "book"),
        _task(2, "cancel it now please", "cancel"),
        _task(3, "几点 open", "x"),
        indent=1,
    ),
    '{"id": 4, "data": {"text": 7}, "annotations": []}',
    ids=False,
    **A_LIST,
)

ANNOTATED = (DOCCANO_CLASSIFICATION, DOCCANO_SPANS, LABEL_STUDIO)
