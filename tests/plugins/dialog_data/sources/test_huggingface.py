"""Data sets of the library `datasets`, as people have them on their disks."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import Dialogue, KnowledgeEntry, LabelledText
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.reading import problems_of, read, said

datasets = pytest.importorskip("datasets")


@pytest.fixture(scope="module")
def intents() -> Any:
    """Texts whose labels are stored as numbers, as they mostly are."""
    datasets.disable_progress_bars()
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["greet", "leave"])}
    )
    return datasets.Dataset.from_dict({"text": ["hi", "bye", "hm"], "label": [0, 1, -1]}, features=features)


def made(columns: dict[str, list[Any]], path: Path, features: Any = None) -> Path:
    """Write a Parquet file."""
    datasets.disable_progress_bars()
    datasets.Dataset.from_dict(columns, features=features).to_parquet(path)
    return path


def test_numbers_of_labels_become_their_names_and_unknown_ones_none(intents: Any, tmp_path: Path) -> None:
    intents.to_parquet(tmp_path / "x.parquet")
    found = read("huggingface", tmp_path / "x.parquet")
    assert found == [
        LabelledText("hi", "greet", {"line": 1}),
        LabelledText("bye", "leave", {"line": 2}),
        LabelledText("hm", "", {"line": 3}),
    ]


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.parquet", "x.arrow"])
def test_a_file_is_read_whatever_its_kind(name: str, intents: Any, tmp_path: Path) -> None:
    plain = intents.remove_columns("label").add_column("label", ["greet", "leave", "greet"])
    if name == "x.arrow":
        plain.save_to_disk(tmp_path / "saved")
        (made_file,) = (tmp_path / "saved").glob("*.arrow")
        made_file.rename(tmp_path / name)
    else:
        getattr(plain, {".csv": "to_csv", ".jsonl": "to_json", ".parquet": "to_parquet"}[Path(name).suffix])(
            tmp_path / name
        )
    assert [(item.text, item.label) for item in read("huggingface", tmp_path / name)] == [
        ("hi", "greet"),
        ("bye", "leave"),
        ("hm", "greet"),
    ]


def test_a_folder_that_was_saved_is_recognized_and_its_splits_are_told_apart(intents: Any, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    datasets.DatasetDict({"train": intents, "dev": intents.select([1])}).save_to_disk(saved)
    reader = make_context("data").create("reader", "auto")
    assert [item.metadata["split"] for item in reader.read(saved)] == ["train"] * 3 + ["validation"]
    assert reader.format == "huggingface"
    assert [item.text for item in read("huggingface", saved, split="dev")] == ["bye"]
    (told,) = problems_of("huggingface", saved, split="test")
    assert told.endswith("there is no split 'test'. Splits: train, dev.")


def test_a_folder_of_one_split_is_read_too(intents: Any, tmp_path: Path) -> None:
    intents.save_to_disk(tmp_path / "saved")
    assert len(read("auto", tmp_path / "saved")) == 3


def test_a_folder_of_files_is_read_too(intents: Any, tmp_path: Path) -> None:
    for split in ("train", "test"):
        intents.to_parquet(tmp_path / "files" / f"{split}.parquet")
    assert [item.metadata["split"] for item in read("auto", tmp_path / "files")] == ["train"] * 3 + ["test"] * 3


def test_utterances_in_turn_are_a_dialogue_with_what_is_said_of_each(tmp_path: Path) -> None:
    features = datasets.Features(
        {
            "dialog": datasets.List(datasets.Value("string")),
            "act": datasets.List(datasets.ClassLabel(names=["ask", "tell"])),
            "when": datasets.Value("timestamp[s]"),
        }
    )
    columns = {"dialog": [["Open?", "Yes.", "Good."]], "act": [[0, 1, 1]], "when": [datetime(2026, 3, 1)]}
    (found,) = read("huggingface", made(columns, tmp_path / "daily.parquet", features))
    assert said(found) == [("user", "Open?"), ("bot", "Yes."), ("user", "Good.")]
    assert [act.act for turn in found.turns for act in turn.acts] == ["ask", "tell", "tell"]
    assert found.metadata["when"] == "2026-03-01T00:00:00"


def test_messages_and_contexts_are_dialogues_and_questions_entries(tmp_path: Path) -> None:
    messages = {
        "messages": [[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Hello!"}]],
        "id": [7],
    }
    (chat,) = read("huggingface", made(messages, tmp_path / "m.parquet"))
    assert isinstance(chat, Dialogue)
    assert (chat.id, said(chat)) == ("7", [("user", "hi"), ("bot", "Hello!")])
    pairs = {"context": [["hi", "Hello!", "time?"]], "response": ["Ten."]}
    (pair,) = read("huggingface", made(pairs, tmp_path / "p.parquet"))
    assert said(pair) == [("user", "hi"), ("bot", "Hello!"), ("user", "time?"), ("bot", "Ten.")]
    (entry,) = read("huggingface", made({"question": ["Open?"], "answer": ["Yes."]}, tmp_path / "q.parquet"))
    assert isinstance(entry, KnowledgeEntry)
    assert (entry.questions, entry.answer) == (("Open?",), "Yes.")


def test_columns_are_what_somebody_says_they_are(tmp_path: Path) -> None:
    path = made({"text": ["not this"], "said": ["hi"], "about": ["greet"], "n": [3]}, tmp_path / "x.parquet")
    (item,) = read("huggingface", path, columns={"text": "said", "label": "about"})
    assert (item.text, item.label, item.metadata) == ("hi", "greet", {"line": 1, "text": "not this", "n": 3})
    (told,) = problems_of("huggingface", path, columns={"text": "sayd"})
    assert "there is no column 'sayd', which the option `columns.text` names" in told


def test_columns_that_say_nothing_are_told_with_a_way_out(tmp_path: Path) -> None:
    (told,) = problems_of("huggingface", made({"a": [1], "b": [2]}, tmp_path / "x.parquet"))
    assert "nobody can know what its columns are: a, b. Say which columns are what" in told


def test_a_row_that_is_not_as_the_others_is_told_or_passed_over(tmp_path: Path) -> None:
    messages = [[{"role": "user", "content": "hi"}], [{"role": "horse", "content": "hay"}], []]
    path = made({"messages": messages}, tmp_path / "m.parquet")
    assert problems_of("huggingface", path) == [
        "m.parquet:2:1: the role 'horse' is not known",
        "m.parquet:3:1: 'messages' is not a list of messages",
    ]
    reader = make_context("data").create("reader", {"use": "huggingface", "on_error": "skip"})
    assert len(list(reader.read(path))) == 1
    assert reader.skipped.count == 2


@pytest.mark.parametrize("content", [b"", b"PAR1 and then nothing of the kind"])
def test_a_file_that_is_no_parquet_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(content)
    (told,) = problems_of("huggingface", tmp_path / "x.parquet")
    assert told.startswith("x.parquet: cannot be read")


def test_a_file_that_is_not_there_is_no_name_on_the_hub(tmp_path: Path) -> None:
    (told,) = problems_of("huggingface", tmp_path / "x.parquet")
    assert "there is no such file" in told


def test_without_a_network_a_name_is_answered_with_what_to_do() -> None:
    code = (
        "from pathlib import Path\n"
        "from dialog_core.testing import make_context\n"
        "from dialog_core.configuration import ConfigurationError\n"
        "try:\n"
        "    list(make_context('data').create('reader', 'auto').read(Path('hf:no-one/nothing')))\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    assert "the data set 'no-one/nothing' is not in the cache, and the hub cannot be reached" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_large_file_is_read_row_by_row(tmp_path: Path) -> None:
    path = made({"text": [f"text {n}" for n in range(5_000)], "label": ["x"] * 5_000}, tmp_path / "x.parquet")
    rows = make_context("data").create("reader", "huggingface").read(path)
    assert next(iter(rows)).text == "text 0"
