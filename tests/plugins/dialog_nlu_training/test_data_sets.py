"""Training on published data sets as they are: the same comes of it as of the same rows in our own form."""

import json
from pathlib import Path
from typing import Any

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context, make_job
from dialog_core.training import TrainingResult
from dialog_nlu.entity_options import EntitiesOptions
from dialog_nlu.options import IntentsOptions
from dialog_nlu_training.entity_options import EntityTrainingOptions
from dialog_nlu_training.entity_trainer import EntitiesTrainer
from dialog_nlu_training.label_trainers import IntentsTrainer
from dialog_nlu_training.labelled_data import read_examples
from dialog_nlu_training.options import IntentsTraining
from tests.plugins.dialog_nlu.labelling import SHOP
from tests.plugins.dialog_nlu_training.datasets import Rows, clinc, data_file

VALIDATION = [("please cancel the order", "cancel"), ("cancel it", "cancel"), ("money back please", "refund")]


def train(directory: Path, **options: Any) -> tuple[dict[str, bytes], TrainingResult]:
    job = make_job(directory, IntentsTraining(**options), IntentsOptions())
    result = IntentsTrainer(job.options, make_context("intents")).train(job)
    return {file.name: file.read_bytes() for file in job.directory.iterdir()}, result


def lines(file: Path, rows: Rows) -> Path:
    file.write_text("".join(json.dumps({"text": text, "intent": label}) + "\n" for text, label in rows), "utf-8")
    return file


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of ours as CLINC150 was published, its test part full of what must not be learnt."""
    file = tmp_path_factory.mktemp("set") / "data_full.json"
    test = [[text, "track"] for text, _ in VALIDATION]
    file.write_text(json.dumps({"train": list(map(list, SHOP)), "val": list(map(list, VALIDATION)), "test": test}))
    return file


def test_what_is_learnt_of_a_part_is_what_is_learnt_of_its_rows(published: Path, tmp_path: Path) -> None:
    found, result = train(tmp_path / "set", data=(published,), split=("train",))
    same, rows = train(tmp_path / "rows", data=(lines(tmp_path / "own.jsonl", SHOP),))
    assert found == same
    assert result.metrics == rows.metrics


def test_one_part_may_be_learnt_from_and_another_one_measured_on(published: Path, tmp_path: Path) -> None:
    own, more = lines(tmp_path / "own.jsonl", SHOP), lines(tmp_path / "more.jsonl", VALIDATION)
    same, rows = train(tmp_path / "rows", data=(own,), validation=more)
    parts = {"data": (published,), "split": ("train",), "validation_split": ("validation",)}
    for name, options in (("short", parts), ("long", {**parts, "validation": published})):
        found, result = train(tmp_path / name, **options)
        assert found == same
        assert result.metrics == rows.metrics
        assert result.details["measured_on"] == len(VALIDATION)


def test_the_whole_of_it_is_not_learnt_from_nor_measured_on(published: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has several parts: train \(\d+\).*`split: train`"):
        train(tmp_path, data=(published,))
    with pytest.raises(ConfigurationError, match=r"has several parts.*`validation_split: validation`"):
        train(tmp_path, data=(published,), split=("train",), validation=published)


def test_entities_are_learnt_from_the_part_that_is_named(tmp_path: Path) -> None:
    rows = []
    for number, city in enumerate(["Berlin", "Hamburg", "Paris", "Vienna", "Munich", "Rome"]):
        for text in (f"send it to {city}", f"ship to {city} please"):
            entity = {"start": text.index(city), "end": text.index(city) + len(city), "entity": "city"}
            rows.append({"text": text, "entities": [entity], "split": "validation" if number == 5 else "train"})
    file = tmp_path / "marked.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    options = EntityTrainingOptions(
        data=(file,), split=("train",), validation_split=("validation",), epochs=2, models=1
    )
    job = make_job(tmp_path, options, EntitiesOptions(trained=True))
    result = EntitiesTrainer(options, make_context()).train(job)
    assert result.details["examples"] == 10
    assert result.details["per_entity"]["city"]["count"] == 2
    with pytest.raises(ConfigurationError, match=r"has several parts"):
        EntitiesTrainer(EntityTrainingOptions(data=(file,)), make_context()).train(job)


def test_entities_are_found_where_another_tool_has_marked_them(tmp_path: Path) -> None:
    file = tmp_path / "doccano.jsonl"
    rows = [
        {"id": number, "text": f"to {city}", "label": [[3, 7, "city"]]} for number, city in enumerate(("Rome", "Bonn"))
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    found = read_examples([file], make_context(), labels=False, entities=True)
    assert [(one.text, one.entities[0].entity, one.entities[0].end) for one in found] == [
        ("to Rome", "city", 7),
        ("to Bonn", "city", 7),
    ]


# --- Real data


def test_clinc150_is_read_as_it_was_published() -> None:
    file = data_file("clinc150", "data_full.json")
    found = read_examples([file], make_context(), split=["train"])
    assert sorted((one.text, one.label) for one in found) == sorted(clinc("train") + clinc("oos_train"))
    with pytest.raises(ConfigurationError, match=r"validation \(3,100\), train \(15,100\), test \(5,500\)"):
        read_examples([file], make_context())


def test_banking77_is_read_from_its_folder_as_from_its_file() -> None:
    file = data_file("banking77", "train.csv")
    whole = [(one.text, one.label) for one in read_examples([file], make_context())]
    folder = read_examples([file.parent], make_context(), split=["train"])
    assert [(one.text, one.label) for one in folder] == whole
    assert len(whole) == 10_003


@pytest.mark.slow
def test_training_on_clinc150_gives_what_training_on_its_rows_gives(tmp_path: Path) -> None:
    file = data_file("clinc150", "data_full.json")
    order = [(one.text, one.label) for one in read_examples([file], make_context(), split=["train"])]
    measured = [(one.text, one.label) for one in read_examples([file], make_context(), split=["validation"])]
    own, more = lines(tmp_path / "own.jsonl", order), lines(tmp_path / "more.jsonl", measured)
    same, rows = train(tmp_path / "rows", data=(own,), validation=more, out_of_scope=False)
    parts: dict[str, Any] = {"split": ("train",), "validation_split": ("validation",)}
    found, result = train(tmp_path / "set", data=(file,), **parts, out_of_scope=False)
    assert found == same
    assert result.metrics == rows.metrics
