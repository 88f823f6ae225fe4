"""What there is to label, and whether a log belongs to it."""

from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueTurn, EntitySpan, KnowledgeEntry, LabelledText
from dialog_data.labelling.belonging import belonging, labelled_once, labels_by_use, remaining
from dialog_data.labelling.log import LabelLog
from dialog_data.labelling.units import Unit, units_of
from tests.plugins.dialog_data.labelling.logs import TEXTS, decision, written

UNITS = [Unit(f"id of {text}", text) for text in ("one", "two", "three")]


def test_users_turns_are_labelled_each_where_it_stands() -> None:
    turns = (
        DialogueTurn("user", " yes "),
        DialogueTurn("bot", "And now?"),
        DialogueTurn("user", "yes"),
        DialogueTurn("user", " "),
    )
    first, second = units_of([Dialogue("d1", turns)])

    assert (first.id, first.text, first.before) == ("d1#1", "yes", ())
    assert (second.id, second.text, second.before) == ("d1#3", "yes", turns[:2])


def test_a_text_that_stands_there_twice_is_labelled_once() -> None:
    units = list(
        units_of([LabelledText("hello", ""), LabelledText(" hello", ""), KnowledgeEntry("1", ("hello", "hi"), "x")])
    )
    assert [unit.text for unit in units] == ["hello", "hi"]


def test_entities_stay_at_their_words_without_the_blanks_around() -> None:
    (unit,) = units_of([LabelledText("  to Berlin ", "fly", entities=(EntitySpan(5, 11, "city"),))])
    assert unit.text[unit.entities[0].start : unit.entities[0].end] == "Berlin"


def test_a_new_log_is_about_the_file_and_nothing_has_changed(tmp_path: Path) -> None:
    log = LabelLog(tmp_path / "labels.jsonl")
    found = belonging(log.history, log.path, UNITS, Path("chats.txt"))
    assert (found.texts.file, found.texts.texts, found.changed) == ("chats.txt", 3, False)


def test_a_file_that_has_changed_is_told_with_what_is_gone(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"), decision("zero"))
    found = belonging(LabelLog(path).history, path, UNITS, Path("chats.txt"))
    assert (found.changed, found.gone) == (True, 1)


def test_labels_of_another_file_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("zero"))
    with pytest.raises(ConfigurationError, match=r"labels of 'chats.txt'; none of them is about a text of 'other.txt'"):
        belonging(LabelLog(path).history, path, UNITS, Path("other.txt"))


def test_each_annotator_has_texts_of_their_own_left_and_skipped_ones_come_last(tmp_path: Path) -> None:
    path = written(
        tmp_path / "labels.jsonl", decision("one"), decision("two", skipped=True), decision("three", annotator="bob")
    )
    history = LabelLog(path).history

    def left(name: str, **how: bool) -> list[list[str]]:
        return [
            [unit.text for unit in units] for units in remaining(UNITS, history, name, divide=how.get("divide", False))
        ]

    assert left("ann") == [["three"], ["two"]]
    assert left("ann", divide=True) == [[], ["two"]]
    assert left("bob", divide=True) == [["two"], []]
    assert left("cleo") == [["one", "two", "three"], []]


def test_a_text_whose_words_have_changed_is_to_be_labelled_again(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"))
    changed = [Unit("id of one", "One!")]
    assert remaining(changed, LabelLog(path).history, "ann", divide=False) == (changed, [])


def test_what_was_labelled_twice_already_is_not_labelled_a_third_time(tmp_path: Path) -> None:
    path = written(tmp_path / "labels.jsonl", decision("one"), decision("one", "cancel"), decision("two"))
    history = LabelLog(path).history
    assert [unit.text for unit in labelled_once(UNITS, history, "ann")] == ["two"]
    assert labelled_once(UNITS, history, "bob") == []
    assert labels_by_use([Unit("x", "x", (), "hours"), Unit("y", "y", (), "hours")], history) == [
        "hours",
        "cancel",
        "book",
    ]
    assert TEXTS in history.heads
