"""What is measured of annotators' decisions, from files to figures."""

import json
from pathlib import Path

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan
from dialog_data.labelling.agreement.gathering import gather
from dialog_data.labelling.agreement.measuring import Agreement, measure
from dialog_data.labelling.agreement.report import as_json
from tests.dialog_core.cli.command import run
from tests.plugins.dialog_data.labelling.logs import decision, written

CITY, PLACE, LATER = EntitySpan(0, 6, "city"), EntitySpan(0, 6, "place"), EntitySpan(0, 12, "city")


def agreement(*paths: Path) -> Agreement:
    return measure(gather(paths, "", Context(name="data")), 1)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(
        tmp_path / "labels.jsonl",
        *(decision(f"{name} {number}", label, who)
          for number in range(10)
          for name, ann, bob in (("same", "book", "book"), ("other", "book", "cancel"), ("third", "hours", "hours"))
          for who, label in (("ann", ann), ("bob", bob))),
        decision("alone", "hours", "ann"),
        decision("skipped", annotator="bob", skipped=True),
    )  # fmt: skip


def test_two_annotators_are_compared_on_the_texts_both_have_labelled(log: Path) -> None:
    found = agreement(log)

    assert found.annotators == {"ann": 31, "bob": 30}
    assert found.labels is not None
    assert found.labels.texts == 30
    assert found.labels.observed.value == pytest.approx(2 / 3)
    (pair,) = found.labels.pairs
    assert (pair.one, pair.other, pair.texts) == ("ann", "bob", 30)
    assert pair.kappa.value == pytest.approx(0.5)
    assert found.labels.needed > 100
    assert [name for name, *_ in found.labels.labels] == ["cancel", "book", "hours"]
    (confusion,) = found.labels.confusions
    assert (confusion.labels, confusion.count) == (("book", "cancel"), 10)
    assert confusion.examples[0] == ("other 0", "ann: book, bob: cancel")


def test_of_what_somebody_has_changed_their_mind_about_the_last_word_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl", decision("one", "book"), decision("one", "cancel"), decision("one", "cancel", "bob")
    )
    found = agreement(path)
    assert found.labels is not None
    assert found.labels.observed.value == 1.0
    (alone,) = found.selves
    assert (alone.annotator, alone.texts, alone.same) == ("ann", 1, 0.0)


def test_files_of_one_name_in_two_folders_are_two_annotators(tmp_path: Path) -> None:
    paths = [tmp_path / "ann" / "labels.csv", tmp_path / "bob" / "labels.csv", tmp_path / "bob" / "labels.jsonl"]
    for path, label in zip(paths, ("greet", "leave", "leave"), strict=True):
        path.parent.mkdir(exist_ok=True)
        row = f"text,label\nhello,{label}\n" if path.suffix == ".csv" else f'{{"text": "hello", "label": "{label}"}}'
        path.write_text(row)
    assert agreement(*paths[:2]).annotators == {"ann/labels": 1, "bob/labels": 1}
    found = agreement(*paths[1:])
    assert list(found.annotators.values()) == [1, 1]
    with pytest.raises(ConfigurationError, match="is named twice"):
        agreement(paths[1], tmp_path / "ann" / ".." / "bob" / "labels.csv")


def test_what_was_taken_back_or_skipped_is_no_opinion(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"), decision("one", annotator="bob", skipped=True))
    assert agreement(path).labels is None


def test_entities_are_compared_by_f1(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl",
        decision("Berlin today", "x", entities=(CITY,)),
        decision("Berlin today", "x", "bob", entities=(CITY,)),
        decision("Berlin later", "x", entities=(CITY,)),
        decision("Berlin later", "x", "bob", entities=(LATER,)),
        decision("Berlin again", "x", entities=(CITY,)),
        decision("Berlin again", "x", "bob", entities=(PLACE,)),
        decision("nothing", "x", entities=()),
        decision("nothing", "x", "bob", entities=()),
        decision("not asked", "x", entities=None),
        decision("not asked", "x", "bob", entities=(CITY,)),
    )
    entities = agreement(path).entities
    assert entities is not None
    assert entities.texts == 4
    assert entities.exact.value == pytest.approx(2 / 6)
    assert entities.touching == pytest.approx(4 / 6)
    assert entities.kinds == (("place", 0.0, 1), ("city", pytest.approx(0.4), 5))
    assert {one.labels for one in entities.differences} == {("city", "no entity"), ("city", "place")}


def test_yes_in_one_conversation_is_not_yes_in_another(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl",
        decision("yes", "confirm", id="d1#3"),
        decision("yes", "greet", "bob", id="d2#1"),
    )
    assert agreement(path).labels is None


def test_annotators_in_files_of_their_own_are_known_by_the_files_names(tmp_path: Path) -> None:
    ann, bob = tmp_path / "ann.csv", tmp_path / "bob.csv"
    ann.write_text("text,intent\nfly to [Berlin](city),fly\nhi,greet\n")
    bob.write_text("text,intent\nhi,chat\nfly to [Berlin](city),fly\n")
    found = agreement(ann, bob)
    assert found.annotators == {"ann": 2, "bob": 2}
    assert found.labels is not None
    assert found.labels.observed.value == 0.5
    assert found.entities is not None
    assert found.entities.exact.value == 1.0


def test_logs_exports_and_tables_are_compared_with_each_other(tmp_path: Path) -> None:
    log = written(tmp_path / "labels.jsonl", decision("hi", "greet"))
    tasks = tmp_path / "tasks.json"
    choice = {"from_name": "intent", "to_name": "text", "type": "choices", "value": {"choices": ["greet"]}}
    tasks.write_text(json.dumps([{"data": {"text": "hi"}, "annotations": [{"completed_by": 7, "result": [choice]}]}]))
    found = agreement(log, tasks)
    assert found.annotators == {"7": 1, "ann": 1}
    assert found.labels is not None
    assert found.labels.observed.value == 1.0


def test_where_everybody_gives_one_label_only_nothing_can_be_said_beyond_chance(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"), decision("one", annotator="bob"))
    told = as_json(agreement(path))
    assert told["labels"]["observed"]["value"] == 1.0
    assert told["labels"]["krippendorff_alpha"] == {"value": None, "low": None, "high": None}
    json.dumps(told, allow_nan=False)


def test_the_command_tells_it_and_writes_it(log: Path) -> None:
    done = run("data", "agreement", str(log), "--json", str(log.with_name("agreement.json")))
    assert done.returncode == 0
    assert "Cohen's kappa" in done.stdout
    assert "0.500" in done.stdout
    assert "book / cancel  10 times" in done.stdout
    written_figures = json.loads(log.with_name("agreement.json").read_text())
    assert written_figures["labels"]["pairs"][0]["cohen_kappa"]["value"] == pytest.approx(0.5)
    assert written_figures["annotators"] == {"ann": 31, "bob": 30}


def test_a_seed_gives_the_same_intervals_again(log: Path) -> None:
    file = log.with_name("agreement.json")

    def interval(seed: str) -> list[float]:
        assert run("data", "agreement", str(log), "--seed", seed, "--json", str(file)).returncode == 0
        told = json.loads(file.read_text())["labels"]["observed"]
        return [told["low"], told["high"]]

    assert interval("7") == interval("7")


def test_nothing_in_common_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"), decision("two", annotator="bob"))
    done = run("data", "agreement", str(path))
    assert done.returncode == 1
    assert "no text has been labelled twice" in done.stderr
    assert "ann, bob" in done.stderr


def test_a_file_without_labels_is_told(tmp_path: Path) -> None:
    talks = tmp_path / "talks.jsonl"
    talks.write_text('{"id": "1", "turns": [{"role": "user", "text": "hi"}]}\n')
    done = run("data", "agreement", str(talks))
    assert done.returncode == 2
    assert "holds something else than labelled texts" in done.stderr
