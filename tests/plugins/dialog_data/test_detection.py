"""Formats recognized by what stands in a file."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.errors import PluginError
from dialog_data.detection import detect
from dialog_data.files.samples import first_value
from dialog_data.files.unpacking import Unpacker
from tests.third_party import installed

CONTEXT = Context(name="data")
DIALOGUE = '{"id": "a", "turns": [{"role": "user", "text": "hi"}, {"role": "bot", "text": "hello"}]}'


def found(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return detect(path, CONTEXT)


FORMATS = [
    ("a.jsonl", f"\ufeff\n{DIALOGUE}\n", "dialogues"),
    ("a.jsonl", '{"turns": [{"user": "hi", "bot": "hello"}]}\n', "dialogues"),
    ("a.json", f"[\n{DIALOGUE}]", "dialogues"),
    ("a.json", f'{{"x": {DIALOGUE}}}', "dialogues"),
    ("a.yaml", "- turns:\n    - user: hi\n    - bot: hello\n", "dialogues"),
    ("a.yaml", "dialogues:\n  - id: x\n    turns: [{role: user, text: hi}]\n", "dialogues"),
    ("a.jsonl", '{"question": "Where?", "answer": "Here."}\n', "jsonl"),
    ("a.jsonl", '{"questions": ["Where?"], "answer": "Here."}\r\n{"x": 1}', "jsonl"),
    ("a.yaml", "- question: Where?\n  answer: Here.\n", "yaml"),
    ("a.yml", "# FAQ\nentries:\n  - {question: Where?, answer: Here.}\n", "yaml"),
    ("a.csv", "id,Question,Answer\n1,Where?,Here.\n", "csv"),
    ("a.tsv", "question\tanswer\nWhere?\tHere.\n", "csv"),
    ("a.md", "# Orders\n\n## Where is it?\n\nHere.\n", "markdown"),
    ("a.csv", "text,intent\nhi,greet\n", "labelled"),
    ("a.jsonl", '{"text": "hi", "label": "greet"}\n', "labelled"),
    ("a.yaml", "intents:\n  greet: [hi, hello]\n", "labelled"),
    ("a.yaml", "- {text: hi, intent: greet}\n", "labelled"),
    ("a.html", "<h1>Orders</h1>", "documents"),
    ("a.yaml", "tests:\n  - name: a\n    steps:\n      - user: hi\n        bot: hello\n", "conversation_tests"),
]


@pytest.mark.parametrize(("name", "content", "format"), FORMATS)
def test_every_form_of_our_own_is_recognized(tmp_path: Path, name: str, content: str, format: str) -> None:
    assert found(tmp_path / name, content) == format


NONE = [
    ("a.json", '{"goal": 1, "log": 2}', "JSON whose first object has the keys 'goal', 'log'"),
    ("a.bin", bytes(range(256)), "a file that begins with"),
    ("a.csv", "a,b,c\n1,2,3\n", "a table with the columns 'a', 'b', 'c'"),
    ("a.json", "[" * 100_000, "a file that begins with '[[["),
    ("a.json", '{"a":' * 100_000, "a file that begins with"),
    ("a.jsonl", '{"turns": [{"role": "user"', "JSON whose first object has the keys"),
    ("a.yaml", "bot: {name: Aria}\nfallback: Sorry.\n", "a file that begins with 'bot: {name: Aria}'"),
]


@pytest.mark.parametrize(("name", "content", "looked_at"), NONE, ids=range(len(NONE)))
def test_where_nothing_is_recognized_it_is_said_what_was_looked_at(
    tmp_path: Path, name: str, content: str | bytes, looked_at: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        found(tmp_path / name, content)
    (problem,) = raised.value.problems
    assert problem.message.startswith(f"no format is recognized in {looked_at}")
    assert "Say which format it has: --format NAME, one of " in problem.remedy
    assert problem.remedy.startswith("Its header row would name text,intent") == name.endswith(".csv")
    assert "multiwoz" in problem.remedy


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl"])
@pytest.mark.parametrize("content", ["", " \n\n", b"\xef\xbb\xbf"])
def test_of_an_empty_file_no_format_is_asked_for(tmp_path: Path, name: str, content: str | bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"in an empty file\. There is nothing to read") as raised:
        found(tmp_path / name, content)
    assert "--format" not in str(raised.value)


def test_an_empty_folder_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"in an empty folder\. There is nothing to read"):
        detect(tmp_path, CONTEXT)


def test_of_a_folder_with_files_that_are_read_one_by_one_it_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "README.md").write_text("# Read me\n\nPlease.\n")
    (tmp_path / "data" / "test.csv").write_text("text;intent\nhi;greet\n")
    (tmp_path / "data" / "train.csv").write_text("text;intent\nhello;greet\n")
    with pytest.raises(
        ConfigurationError, match=r"'labelled' is read from single files: name one, such as 'test\.csv'"
    ):
        detect(tmp_path / "data", CONTEXT)


def test_a_table_with_semicolons_is_recognized(tmp_path: Path) -> None:
    assert found(tmp_path / "a.csv", "\ufefftext;intent\r\nhi;greet\r\n") == "labelled"
    assert found(tmp_path / "b.csv", "question;answer\r\nhi, you;hello\r\n") == "csv"
    assert found(tmp_path / "c.csv", "context;response\r\nhi, you;hello\r\n") == "context_response"


def test_the_beginning_of_a_huge_value_is_enough() -> None:
    turns = [{"role": "user", "text": f'"quoted", [brackets] {{and}} \\ {number}'} for number in range(2000)]
    text = json.dumps([{"id": "a", "turns": turns}, 5])
    for end in range(60, 400):
        first = first_value(text[:end])
        assert isinstance(first, dict), end
        assert first["id"] == "a"
        *whole, last = first["turns"] or [{}]
        assert whole == turns[: len(whole)]
        assert last.items() <= turns[len(whole)].items()


def test_a_dialogue_of_half_a_megabyte_is_recognized(tmp_path: Path) -> None:
    turns = [{"role": "user", "text": "x" * 100}, {"role": "bot", "text": "y" * 100}] * 2000
    row = {"id": "a", "metadata": {"x": "z" * 70_000}, "turns": turns}
    assert found(tmp_path / "a.json", json.dumps([row])) == "dialogues"
    assert found(tmp_path / "a.jsonl", json.dumps(row) + "\n") == "dialogues"


def test_files_of_a_folder_and_an_archive_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "README.md").write_text("# Read me\n\nPlease.\n")
    (folder / "train.jsonl").write_text(DIALOGUE)
    assert detect(folder, CONTEXT) == "dialogues"
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.write(folder / "train.jsonl", "in/train.jsonl")
    assert detect(tmp_path / "data.zip", CONTEXT) == "dialogues"
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(DIALOGUE.encode()))
    reader = CONTEXT.create("reader", "auto")
    (one,) = reader.read(tmp_path / "a.jsonl.gz")
    assert (one.id, reader.format) == ("a", "dialogues")


def test_what_could_be_two_formats_is_for_people_to_say(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"messages": [{"role": "user", "content": "hi"}]}\n')
    (folder / "b.jsonl").write_text('{"conversations": [{"from": "human", "value": "hi"}]}\n')
    with pytest.raises(ConfigurationError, match=r"several formats: .* --format openai_chat or --format share"):
        detect(folder, CONTEXT)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        list(CONTEXT.create("reader", "auto").read(tmp_path / "a.jsonl"))


def test_the_reader_auto_passes_its_options_on_and_tells_what_was_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,intent\nhi,greet\n,x\né,y\n".encode("cp1252"))
    reader = CONTEXT.create("reader", {"use": "auto", "on_error": "skip", "encoding": "cp1252"})
    assert [item.text for item in reader.read(path)] == ["hi", "é"]
    assert (reader.format, reader.skipped.count) == ("labelled", 1)
    assert [problem.line for problem in reader.skipped.problems] == [3]


def test_a_reader_that_cannot_pass_anything_over_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("tests:\n  - name: a\n    steps: [{user: hi, bot: hello}]\n")
    with pytest.raises(ConfigurationError, match="'conversation_tests' cannot pass over mistakes"):
        list(CONTEXT.create("reader", {"use": "auto", "on_error": "skip"}).read(path))


THIRD_PARTY = """
from dialog_core import Component, hookimpl
from dialog_core.datasets import LabelledText

class Reader(Component):
    @classmethod
    def recognizes(cls, sample):
        return sample.head.startswith("%ACME") or 1 / len(sample.head) > 1
    def read(self, path):
        yield LabelledText(path.read_text(), "acme")

@hookimpl
def dialog_register(registry):
    registry.reader("acme", "dialog_acme:Reader")
"""


def test_formats_of_third_parties_are_recognized_where_their_plugin_is_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.acme"
    path.write_text("%ACME 1")
    site = tmp_path / "site"
    site.mkdir()
    with installed(site, "acme", THIRD_PARTY):
        context = Context(name="data", plugins=("acme",))
        reader: Any = context.create("reader", "auto")
        assert [(item.text, reader.format) for item in reader.read(path)] == [("%ACME 1", "acme")]
        with pytest.raises(ConfigurationError, match="no format is recognized"):
            detect(path, Context(name="data"))
        path.write_text("")
        with pytest.raises(PluginError, match=r"the reader 'acme' fails while it looks at .*ZeroDivisionError"):
            detect(path, context)


def test_an_archive_is_unpacked_once_for_finding_out_and_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jsonl", DIALOGUE)
    unpacked = []
    files = Unpacker.files
    monkeypatch.setattr(Unpacker, "files", lambda self: unpacked.append(self) or files(self))
    reader = CONTEXT.create("reader", "auto")
    assert len(list(reader.read(tmp_path / "a.zip"))) == 1
    assert len(unpacked) == 1
    assert len(list(reader.read(tmp_path / "a.zip"))) == 1
