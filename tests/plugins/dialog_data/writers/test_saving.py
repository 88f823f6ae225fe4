"""A data set put into a file: whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, KnowledgeEntry, LabelledText
from dialog_core.errors import UnknownComponentError
from dialog_data.writers.saving import save

CONTEXT = Context(name="data")
DIALOGUE = Dialogue("d", (DialogueTurn("user", "hi"), DialogueTurn("bot", "hello")))
TEXT = LabelledText("hi", "greet")
ENTRY = KnowledgeEntry("e", ("Where?",), "Here.")


def test_it_says_how_much_was_written(tmp_path: Path) -> None:
    saved = save([DIALOGUE, DIALOGUE], tmp_path / "a.jsonl", "dialogues", CONTEXT)
    assert (saved.items, saved.turns, str(saved), saved.format) == (2, 4, "2 items, 4 turns", "dialogues")


def test_an_item_of_another_kind_is_named_with_the_formats_that_have_a_place_for_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        save([DIALOGUE, TEXT], tmp_path / "a.jsonl", "dialogues", CONTEXT)
    (problem,) = raised.value.problems
    assert problem.message == "the format 'dialogues' has no place for the labelled text 'hi'"
    assert "labelled" in problem.remedy
    assert "dialogues" not in problem.remedy
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("item", "name", "format"),
    [
        (DIALOGUE, "a.jsonl", "dialogues"),
        (TEXT, "a.jsonl", "labelled"),
        (ENTRY, "a.ndjson", "knowledge"),
        (ENTRY, "a.yaml", "faq"),
        (TEXT, "a.csv", "intents"),
        (DIALOGUE, "a", "dialogues"),
    ],
)
def test_the_format_is_the_one_that_keeps_everything(tmp_path: Path, item: DataItem, name: str, format: str) -> None:
    assert save([item], tmp_path / name, "", CONTEXT).format == format


@pytest.mark.parametrize(("item", "name"), [(DIALOGUE, "a.yaml"), (DIALOGUE, "a.csv"), (TEXT, "a.txt")])
def test_an_ending_that_says_nothing_is_refused(tmp_path: Path, item: DataItem, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"does not say in which format to write a .*Say it: --to NAME"):
        save([item], tmp_path / name, "", CONTEXT)


def test_a_name_without_an_ending_gets_the_usual_one(tmp_path: Path) -> None:
    assert save([ENTRY], tmp_path / "a", "faq", CONTEXT).path == tmp_path / "a.yaml"
    assert (tmp_path / "a.yaml").exists()


def test_what_fails_while_it_is_read_leaves_what_was_there(tmp_path: Path) -> None:
    def failing() -> Iterator[DataItem]:
        yield DIALOGUE
        raise KeyboardInterrupt

    path = tmp_path / "a.jsonl"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt):
        save(failing(), path, "dialogues", CONTEXT)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_format_nobody_knows_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownComponentError, match="dialogues"):
        save([DIALOGUE], tmp_path / "a.jsonl", "dialogue", CONTEXT)


def test_dialogues_without_turns_are_counted_and_not_written(tmp_path: Path) -> None:
    saved = save([Dialogue("a", ()), DIALOGUE], tmp_path / "a.jsonl", "dialogues", CONTEXT)
    assert saved.left_out == {"dialogue without turns": 1}
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 1
