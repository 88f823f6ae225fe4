"""The labels there are, and which of them a few letters mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_data.labelling.known_labels import KnownLabels, match_of, read_labels

LABELS = ("book_table", "cancel_booking", "opening_hours", "tell_joke", "book", "预订餐桌")


@pytest.mark.parametrize(
    ("typed", "likeliest"),
    [
        ("book", "book"),
        ("boo", "book"),
        ("bt", "book_table"),
        ("hours", "opening_hours"),
        ("oh", "opening_hours"),
        ("CANB", "cancel_booking"),
        ("can boo", "cancel_booking"),
        ("jok", "tell_joke"),
        ("餐", "预订餐桌"),
        ("预餐", "预订餐桌"),
        ("out", OUT_OF_SCOPE),
    ],
)
def test_a_few_letters_find_a_label(typed: str, likeliest: str) -> None:
    assert KnownLabels(LABELS).matching(typed)[0].label == likeliest


def test_letters_that_stand_in_no_label_find_nothing() -> None:
    assert KnownLabels(LABELS).matching("xyz") == []


def test_numbers_keep_their_meaning_when_labels_come() -> None:
    known = KnownLabels(["a", "b"])
    known.know(["c", "a", "", OUT_OF_SCOPE])
    assert known.ordered() == ["a", "b", "c"]
    assert OUT_OF_SCOPE in known
    assert "d" not in known


@given(st.text(max_size=20), st.text(max_size=5))
def test_the_places_of_a_match_have_its_letters(label: str, typed: str) -> None:
    match = match_of(label, typed)
    if match is not None:
        assert list(match.places) == sorted(set(match.places))
        assert all(0 <= place < len(label) for place in match.places)


@given(st.text("abc_", min_size=1, max_size=8), st.data())
def test_whatever_letters_of_a_label_are_typed_in_order_it_is_found(label: str, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(label), max_size=len(label)))
    typed = "".join(letter for letter, keep in zip(label, kept, strict=True) if keep)
    assert match_of(label, typed) is not None


def test_labels_come_from_a_list_a_file_or_labelled_texts(tmp_path: Path) -> None:
    context = Context(name="label")
    listed, table = tmp_path / "labels.txt", tmp_path / "nlu.csv"
    listed.write_text("# ours\n- book\n\ncancel\nbook\n")
    table.write_text("text,intent\nhi,greet\nhello,greet\nbye,leave\n")

    assert read_labels(" book, cancel ,", context) == ["book", "cancel"]
    assert read_labels(str(listed), context) == ["book", "cancel"]
    assert read_labels(str(table), context) == ["greet", "leave"]


@pytest.mark.parametrize("content", ["", "# nothing\n"])
def test_a_file_without_labels_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.txt").write_text(content)
    with pytest.raises(ConfigurationError, match="no labels in it"):
        read_labels(str(tmp_path / "labels.txt"), Context(name="label"))


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        read_labels("lables.txt", Context(name="label"))
