"""Our readers and writers do what those of third parties have to."""

from pathlib import Path
from typing import Any, ClassVar

from dialog_core.interfaces import DatasetReader, DatasetWriter
from dialog_core.testing import ReaderContract, WriterContract, make_context


class _Reader(ReaderContract):
    spec: Any

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = make_context("data").create("reader", self.spec)
        return reader


class TestDialoguesReader(_Reader):
    spec = "dialogues"
    files: ClassVar = {
        "a.jsonl": '{"id": "a", "turns": [{"role": "user", "text": "hi", "acts": [{"act": "greet"}]}]}\n'
        '{"turns": [{"user": "你好", "bot": "hello"}], "system": "Be kind.", "more": [1, {"x": null}]}\n',
        "a.json": '[{"turns": [{"role": "user", "text": "hi"}]},\n{"turns": [{"role": "user", "text": "hi"}]}]',
        "a.yaml": "- id: x\n  turns:\n    - user: hi\n    - {role: bot, text: hello, state: {a: b}}\n",
    }


class TestLabelledReader(_Reader):
    spec = "labelled"
    files: ClassVar = {
        "a.csv": 'text,intent,more\n"fly to [Berlin](city), please",book,x\nhi,greet,\n',
        "a.jsonl": '{"text": "hi Ada", "intent": "greet", "entities": [{"start": 3, "end": 6, "entity": "name"}]}\n',
        "a.yaml": "intents:\n  greet: [hi, hello]\n  book:\n    - fly to [NYC](city=New York)\n",
    }


class TestJsonlReader(_Reader):
    spec = "jsonl"
    files: ClassVar = {"a.jsonl": '{"question": "Where?", "answer": "Here.", "valid_from": "2026-01-31"}\n'}


class TestCsvReader(_Reader):
    spec = "csv"
    files: ClassVar = {"a.csv": 'id,question,answer,tags\n1,Where?,"Here,\nor there.",x;y\n1,Where is it?,,\n'}


class TestYamlReader(_Reader):
    spec = "yaml"
    files: ClassVar = {"a.yaml": "entries:\n  - question: [Where?, Where is it?]\n    answer: |\n      Here.\n"}


class TestMarkdownReader(_Reader):
    spec = "markdown"
    files: ClassVar = {"a.md": "# Orders\n\n## Where is it? {#where}\n\nAlso asked:\n- Where?\n\nHere.\n"}


class TestAutoReader(_Reader):
    spec = "auto"
    files: ClassVar = {**TestDialoguesReader.files, "a.csv": TestCsvReader.files["a.csv"]}


class _Writer(WriterContract):
    writer: str
    reader: Any

    def make_writer(self, tmp_path: Path) -> DatasetWriter:
        writer: DatasetWriter = make_context("data").create("writer", self.writer)
        return writer

    def make_reader(self, tmp_path: Path) -> DatasetReader:
        reader: DatasetReader = make_context("data").create("reader", self.reader)
        return reader


class TestDialoguesWriter(_Writer):
    writer = reader = "dialogues"


class TestKnowledgeWriter(_Writer):
    writer, reader = "knowledge", "jsonl"


class TestLabelledWriter(_Writer):
    writer = reader = "labelled"


class TestFaqWriter(_Writer):
    writer, reader = "faq", "yaml"
    items = tuple(item for item in WriterContract.items if not getattr(item, "passage", False))


class TestIntentsWriter(_Writer):
    writer, reader = "intents", "labelled"


class TestOpenaiChatWriter(_Writer):
    writer = reader = "openai_chat"


class TestSharegptWriter(_Writer):
    writer = reader = "sharegpt"
