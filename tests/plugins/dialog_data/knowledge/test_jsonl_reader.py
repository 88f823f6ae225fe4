import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context
from dialog_data.knowledge.jsonl_reader import JsonlReader
from dialog_data.options import JsonlFields, JsonlOptions

DATA = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[5] / "shared" / "data"))
MEDQUAD = DATA / "medquad" / "dev_slice_NIDDK_NINDS_CDC.jsonl"


def test_our_own_keys_are_known_and_all_others_become_metadata(read: Callable[..., Any]) -> None:
    (entry,) = read(
        "faq.jsonl",
        '{"id": 7, "question": ["Where?", "In which town?"], "answer": "Here", "tags": ["shop"], '
        '"team": "sales", "metadata": {"checked": true}, "source": null}\n\n',
    )
    assert (entry.id, entry.questions, entry.answer) == ("7", ("Where?", "In which town?"), "Here")
    assert (entry.tags, entry.source) == (("shop",), "")
    assert entry.metadata == {"team": "sales", "checked": True}


def test_the_keys_of_a_foreign_file_are_mapped(read: Callable[..., Any]) -> None:
    (entry,) = read(
        "faq.ndjson",
        '{"qid": "1-2", "focus_question": "Where?", "ans": "Here", "url": "a.html", "source": "NIDDK"}',
        fields={"question": "focus_question", "answer": "ans", "id": "{source}/{qid}", "source": "url"},
    )
    assert (entry.id, entry.questions, entry.answer, entry.source) == ("NIDDK/1-2", ("Where?",), "Here", "a.html")
    assert entry.metadata == {"source": "NIDDK", "qid": "1-2"}


def test_lines_may_be_parts_of_documents(read: Callable[..., Any]) -> None:
    line = '{"title": "Opening hours", "text": "We are open from nine to five."}'
    (entry,) = read("docs.jsonl", line, fields={"question": "title", "answer": "text"}, passages=True)
    assert entry.passage
    assert (entry.questions, entry.answer) == (("Opening hours",), "We are open from nine to five.")


def test_every_broken_line_is_reported(problems: Callable[..., Any]) -> None:
    found = problems(
        "faq.jsonl",
        '{"question": "Where?", "answer": "Here"}\n'
        '{"question": "Where?", "answer": "Here"\n'
        '["question"]\n'
        '{"question": "Where?", "question": "When?", "answer": "x"}\n'
        '{"question": "Where?", "answer": NaN}\n'
        '{"question": "Where?"}\n'
        '{"question": "Where?", "answer": ""}\n'
        '{"question": "Where?", "answer": ["a"]}\n'
        '{"question": "Where?", "answer": "\\ud800"}\n' + "[" * 100_000 + "\n",
    )
    assert [problem.split(": ", 1)[0] for problem in found] == [
        "faq.jsonl:2:40",
        "faq.jsonl:3:1",
        "faq.jsonl:4:1",
        "faq.jsonl:5:1",
        "faq.jsonl:6:1",
        "faq.jsonl:7:24",
        "faq.jsonl:8:24",
        "faq.jsonl:9:24",
        "faq.jsonl:10:1",
    ]
    assert "this is not JSON: Expecting ',' delimiter" in found[0]
    assert "needs an object in braces, not '[\"question\"]'" in found[1]
    assert "the key 'question' stands there twice" in found[2]
    assert "NaN is not JSON" in found[3]
    assert "'answer' is missing. Add it, name its key in the option `fields.answer`" in found[4]
    assert "lone surrogate" in found[7]


def test_incomplete_lines_can_be_passed_over(read: Callable[..., Any]) -> None:
    text = (
        '{"question": "Where?"}\n{"answer": "x"}\n{"question": "When?", "answer": " "}\n{"question": 0, "answer": 0}\n'
    )
    assert [entry.questions for entry in read("faq.jsonl", text, skip_incomplete=True)] == [("0",)]


def test_a_wrong_key_in_the_options_is_explained(problems: Callable[..., Any]) -> None:
    text = '{"question": "Where?", "ans": "Here"}\n'
    (missing,) = problems("faq.jsonl", text, fields={"answer": "asn"})
    assert missing == "faq.jsonl:1:1: 'asn' is missing. Did you mean 'ans'?"
    (optional,) = problems("faq.jsonl", text, fields={"answer": "ans", "source": "url"})
    assert "no line has 'url', which the option `fields.source` names" in optional


def test_an_id_that_stands_there_twice_suggests_a_template(problems: Callable[..., Any]) -> None:
    line = '{"id": 1, "question": "Where?", "answer": "Here"}\n'
    (problem,) = problems("faq.jsonl", line * 2)
    assert problem.startswith("faq.jsonl:2:2: id: the id '1' is taken by the entry on line 1.")
    assert "{source}-{number}" in problem


def test_an_empty_file_is_a_mistake(problems: Callable[..., Any]) -> None:
    assert problems("faq.jsonl", "")[0].startswith("faq.jsonl:1:1: the file is empty")


def test_a_missing_file_suggests_its_likely_name(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text("")
    with pytest.raises(ConfigurationError, match=r"there is no such file. Did you mean 'faq.jsonl'\?"):
        list(JsonlReader(JsonlOptions(), make_context()).read(tmp_path / "fag.jsonl"))
    with pytest.raises(ConfigurationError, match="is a directory"):
        list(JsonlReader(JsonlOptions(), make_context()).read(tmp_path))


def test_entries_come_one_by_one_while_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    path.write_text('{"question": "Where?", "answer": "Here"}\n{broken\n')
    entries = JsonlReader(JsonlOptions(), make_context()).read(path)
    assert next(entries).answer == "Here"
    with pytest.raises(ConfigurationError):
        next(entries)


@given(data=st.binary(max_size=200))
def test_whatever_the_bytes_there_are_entries_or_problems(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "faq.jsonl"
    path.write_bytes(data)
    entries, problems = [], []
    try:
        entries = list(JsonlReader(JsonlOptions(), make_context()).read(path))
    except ConfigurationError as error:
        problems = list(error.problems)
    assert entries or problems
    assert all(entry.answer for entry in entries)
    assert all(problem.file == path for problem in problems)


@pytest.mark.skipif(not MEDQUAD.exists(), reason=f"MedQuAD is not there: set DIALOG_CORE_DATA ({DATA})")
def test_medquad_is_read_whole() -> None:
    fields = JsonlFields(id="{source}/{qid}", question="question", answer="answer", source="url")
    entries = list(JsonlReader(JsonlOptions(fields=fields), make_context()).read(MEDQUAD))
    assert len(entries) == 2550
    assert len({entry.id for entry in entries}) == 2550
    assert entries[0].questions == ("What is (are) Acromegaly ?",)
    assert entries[0].source.startswith("http://")
    assert entries[0].metadata["focus"] == "Acromegaly"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('{"id": "a", "turns": [{"role": "user", "text": "hi"}]}', "a dialogue"),
        ('{"messages": [{"role": "user", "content": "hi"}]}', "a dialogue"),
        ('{"text": "hi", "intent": "greet"}', "a text with its label"),
    ],
)
@pytest.mark.parametrize("on_error", ["stop", "skip"])
def test_a_file_of_something_else_is_told_once_and_not_for_each_line(
    problems: Callable[..., Any], row: str, what: str, on_error: str
) -> None:
    (problem,) = problems("faq.jsonl", f"\n{row}\n" * 60, on_error=on_error)
    assert problem.startswith(
        f"faq.jsonl:2:1: this is {what}, and no knowledge. Knowledge is what is asked and answered"
    )
