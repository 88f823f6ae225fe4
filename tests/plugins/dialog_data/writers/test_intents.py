"""The writer `intents`, read again with the reader `labelled`."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import EntitySpan, LabelledText
from dialog_core.testing import make_context


def written(items: Sequence[LabelledText]) -> str:
    file = io.StringIO()
    make_context("data").create("writer", "intents").write(iter(items), file)
    return file.getvalue()


def again(text: str, path: Path) -> list[LabelledText]:
    path.write_text(text, encoding="utf-8", newline="")
    return list(make_context("data").create("reader", {"use": "labelled", "entities": True}).read(path))


def test_entities_are_marked_where_they_stand() -> None:
    text = "fly to Berlin, NYC"
    spans = (EntitySpan(7, 13, "city", "to"), EntitySpan(15, 18, "city", value="New York"))
    assert written([LabelledText(text, "book", entities=spans), LabelledText("hi", "greet")]) == (
        'text,intent\n"fly to [Berlin](city:to), [NYC](city=New York)",book\nhi,greet\n'
    )


def test_what_a_short_mark_cannot_say_stands_in_braces(tmp_path: Path) -> None:
    item = LabelledText("call Bo", "call", entities=(EntitySpan(5, 7, "first name", value="Bo (junior)"),))
    assert '[Bo]{""entity"": ""first name"", ""value"": ""Bo (junior)""}' in written([item])
    (found,) = again(written([item]), tmp_path / "x.csv")
    assert found.entities == item.entities


def test_a_text_that_would_be_read_otherwise_is_refused_and_not_changed() -> None:
    item = LabelledText("see [the page](link) now", "ask", {"line": 12})
    with pytest.raises(ConfigurationError, match=r"\(line 12\) cannot be written with marks"):
        written([item])


pieces = st.text(st.sampled_from("ab ,\"'中é[]().:=\n"), max_size=8)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(pieces, st.sampled_from(["", "city", "a b"]), pieces), max_size=4))
def test_what_is_written_comes_back_or_is_refused(parts: list[tuple[str, str, str]], tmp_path: Path) -> None:
    text, spans = "x", []
    for words, entity, value in parts:
        if entity and words.strip():
            start = len(text) + len(words) - len(words.lstrip())
            spans.append(EntitySpan(start, start + len(words.strip()), entity, value=value.strip()))
        text += f"{words}x"
    item = LabelledText(text, "label", entities=tuple(spans))
    try:
        table = written([item])
    except ConfigurationError:
        return
    (found,) = again(table, tmp_path / "x.csv")
    assert (found.text, found.label, found.entities) == (item.text, item.label, item.entities)


def test_a_text_with_brackets_that_mark_nothing_is_written_as_it_is() -> None:
    assert written([LabelledText("a [b] (c) [d]", "x")]).endswith("a [b] (c) [d],x\n")


def test_what_a_table_has_no_place_for_is_counted() -> None:
    writer = make_context("data").create("writer", "intents")
    writer.write([LabelledText("hi", "greet", {"line": 2, "split": "train"})], io.StringIO())
    assert dict(writer.left_out) == {"split of a text": 1}
