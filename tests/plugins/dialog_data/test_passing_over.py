"""Every reader of ours either tells what is wrong or passes over it, as it is told."""

import gc
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import texts_of

CONTEXT = Context(name="data")


def read(path: Path, reader: str, **options: Any) -> tuple[list[str], Any]:
    """Return what is said first in each item, and the reader."""
    made = CONTEXT.create("reader", {"use": reader, **options})
    return [texts_of(item)[0] for item in made.read(path)], made


FILES = {
    "a.jsonl": ("jsonl", '{"question": "a", "answer": "x"}\n{"question": "b"}\n{"question": "c", "answer": "x"}\n'),
    "a.csv": ("csv", "question,answer\na,x\nb,\nc,x\n"),
    "b.csv": ("csv", "question,answer\na,x\nb,x,y\nc,x\n"),
    "a.yaml": ("yaml", "- {question: a, answer: x}\n- {question: b}\n- {question: c, answer: x}\n"),
    "a.md": ("markdown", "# a\n\nx\n\n# b\n\nAlso asked:\n- y\n\n# c\n\nx\n"),
    "c.csv": ("labelled", "text,intent\na,x\nb,\nc,x\n"),
    "c.jsonl": ("labelled", '{"text": "a", "intent": "x"}\n{"text": "b"}\n{"text": "c", "label": "x"}\n'),
    "c.yaml": ("labelled", "- {text: a, intent: x}\n- {text: b}\n- {text: c, intent: x}\n"),
    "d.jsonl": ("dialogues", '{"turns": [{"user": "a"}]}\n{"turns": [{"bot": 5}]}\n{"turns": [{"user": "c"}]}\n'),
}


@pytest.mark.parametrize(("name", "reader", "content"), [(name, *rest) for name, rest in FILES.items()], ids=FILES)
def test_one_bad_item_is_told_or_passed_over(tmp_path: Path, name: str, reader: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    line = content[: content.index("b")].count("\n") + 1
    with pytest.raises(ConfigurationError) as raised:
        read(path, reader)
    (problem,) = raised.value.problems
    assert problem.line == line
    said, made = read(path, reader, on_error="skip")
    assert said == ["a", "c"]
    assert made.skipped.count == 1
    assert made.skipped.problems == [problem]


@pytest.mark.parametrize("way", ["byte order mark", "CRLF", "CR", "utf-16", "cp1252"])
@pytest.mark.parametrize(("name", "reader", "content"), [(name, *rest) for name, rest in FILES.items()], ids=FILES)
def test_the_same_is_read_however_it_was_saved(tmp_path: Path, name: str, reader: str, content: str, way: str) -> None:
    content = content.replace('"c"', '"é"').replace("c,x", "é,x").replace("# c", "# é").replace(": c,", ": é,")
    breaks = {"CRLF": "\r\n", "CR": "\r"}.get(way, "\n")
    encoding = {"byte order mark": "utf-8-sig", "CRLF": "utf-8", "CR": "utf-8"}.get(way, way)
    path = tmp_path / name
    path.write_bytes(content.replace("\n", breaks).encode(encoding))
    options = {"encoding": "cp1252"} if way == "cp1252" else {}
    said, made = read(path, reader, on_error="skip", **options)
    assert said == ["a", "é"]
    assert made.skipped.count == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.md", "c.csv", "c.jsonl", "d.jsonl"])
def test_a_file_with_nothing_in_it_is_refused_even_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("")
    with pytest.raises(ConfigurationError):
        read(path, FILES[name][0], on_error="skip")


def test_many_mistakes_are_counted_and_the_first_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,intent\nok,x\n" + ",x\n" * 1000 + "ok,x\n")
    said, made = read(path, "labelled", on_error="skip")
    assert said == ["ok", "ok"]
    assert made.skipped.count == 1000
    assert [problem.line for problem in made.skipped.problems] == list(range(3, 53))


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,intent\na,x\n"b,x\n' + "c,x\n" * 50_000)
    said, made = read(path, "labelled", on_error="skip")
    assert len(said) == 50_001
    assert made.skipped.count == 1


def test_a_document_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Orders\n\nThey come by post.\n")
    (tmp_path / "b.md").write_bytes(b"# \xff\n")
    (tmp_path / "c.txt").write_text("")
    with pytest.raises(ConfigurationError):
        read(tmp_path, "documents")
    said, made = read(tmp_path, "documents", on_error="skip")
    assert len(said) == 1
    assert made.skipped.count == 2
    (tmp_path / "a.md").unlink()
    with pytest.raises(ConfigurationError, match="the file is empty"):
        read(tmp_path, "documents", on_error="skip")


def test_reading_can_be_given_up_without_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(FILES["d.jsonl"][1])
    reading = CONTEXT.create("reader", "auto").read(path)
    next(iter(reading))
    del reading
    gc.collect()  # a file left open would be a warning, and so a failure
