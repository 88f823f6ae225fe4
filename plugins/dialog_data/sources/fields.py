"""What published files call things, and what they say about a field that is not as it should be."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from dialog_core.text import repair_text
from dialog_data.files.problems import FileProblems

_SPLITS: Mapping[str, str] = {
    "train": "train",
    "training": "train",
    "dev": "validation",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}


def split_name(word: str) -> str:
    """Return `train`, `validation` or `test` for what a source calls it; empty if it is none of them."""
    return _SPLITS.get(word.casefold(), "")


def split_of_file(name: str) -> dict[str, str]:
    """Return the metadata `split` of what stands in a file: `data/dev.tsv` and `queries_dev.jsonl` are validation."""
    words = PurePosixPath(name).name.split(".")[0].replace("-", "_").split("_")
    found = [split for split in map(split_name, words) if split]
    return {"split": found[0]} if found else {}


def text_at(row: Mapping[str, Any], key: str, line: int, problems: FileProblems, *, path: str = "") -> str | None:
    """Return a text that has to be there; report that it is not, or that it is empty or no text."""
    value = row.get(key)
    where = f"{path}.{key}" if path else key
    if value is None:
        problems.problem(f"has no {key!r}", line, path=where)
    elif not isinstance(value, str):
        problems.problem(f"{key!r} is {_kind(value)}, not a text", line, path=where)
    elif not value.strip():
        problems.problem(f"{key!r} is empty", line, path=where)
    else:
        return repair_text(value).strip()
    return None


def list_at(row: Mapping[str, Any], key: str, line: int, problems: FileProblems, *, path: str = "") -> list[Any] | None:
    """Return a list that has to be there; report that it is not."""
    value = row.get(key)
    where = f"{path}.{key}" if path else key
    if isinstance(value, list):
        return value
    problems.problem(f"has no {key!r}" if value is None else f"{key!r} is {_kind(value)}, not a list", line, path=where)
    return None


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
    }
    return names.get(type(value), "something else")
