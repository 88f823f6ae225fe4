"""What is written is read again as it was."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import (
    AUGMENTED,
    DataItem,
    Dialogue,
    DialogueAct,
    DialogueTurn,
    EntitySpan,
    KnowledgeEntry,
    LabelledText,
)
from dialog_core.testing import NASTY_TEXTS
from dialog_core.text import repair_text
from dialog_data.writers.saving import save

CONTEXT = Context(name="data")


def written(items: Iterable[DataItem], folder: Path, to: str, reader: Any) -> list[Any]:
    """Write items, and read them; where they stand in the file is left out."""
    path = folder / "a.jsonl"
    save(items, path, to, CONTEXT)
    return [unplaced(item) for item in CONTEXT.create("reader", reader).read(path)]


def unplaced(item: Any) -> Any:
    return replace(item, metadata={name: value for name, value in item.metadata.items() if name != "line"})


def whole(value: Any) -> Any:
    """Return JSON values as a file can hold them."""
    if isinstance(value, dict):
        return {repair_text(name): whole(child) for name, child in value.items()}
    if isinstance(value, list):
        return [whole(child) for child in value]
    return repair_text(value) if isinstance(value, str) else value


# Half characters too, which hypothesis leaves out by itself.
texts = st.text(st.characters(exclude_categories=()), max_size=12)
said = texts.map(lambda text: repair_text(text).strip())
names = said.filter(bool)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=5,
).map(whole)
metadata = st.dictionaries(said.filter(lambda name: name != "line"), json_values, max_size=3)
acts = st.builds(DialogueAct, said, said, said, said)
turns = st.builds(
    DialogueTurn,
    st.sampled_from(["user", "bot", "system"]),
    said,
    metadata,
    st.lists(acts, max_size=2).map(tuple),
    st.dictionaries(said, json_values, max_size=2),
)
dialogues = st.builds(Dialogue, names, st.lists(turns, min_size=1, max_size=3).map(tuple), metadata)


@given(st.lists(dialogues, min_size=1, max_size=3, unique_by=lambda dialogue: dialogue.id))
def test_dialogues_come_back_with_acts_states_and_metadata(
    tmp_path_factory: pytest.TempPathFactory, items: list[Dialogue]
) -> None:
    assert written(items, tmp_path_factory.mktemp("a"), "dialogues", "dialogues") == items


entries = st.builds(
    KnowledgeEntry,
    id=names,
    questions=st.lists(names, min_size=1, max_size=3, unique=True).map(tuple),
    answer=names,
    language=st.sampled_from(["", "en", "zh-Hant"]),
    source=said,
    tags=st.lists(names, max_size=2).map(tuple),
    valid_from=st.none() | st.dates(max_value=date(2020, 1, 1)),
    valid_until=st.none() | st.dates(min_value=date(2020, 1, 1)),
    metadata=metadata,
    passage=st.booleans(),
)


@given(st.lists(entries, min_size=1, max_size=3, unique_by=lambda entry: entry.id))
def test_knowledge_comes_back_with_everything_an_entry_has(
    tmp_path_factory: pytest.TempPathFactory, items: list[KnowledgeEntry]
) -> None:
    assert written(items, tmp_path_factory.mktemp("a"), "knowledge", "jsonl") == items


@st.composite
def labelled(draw: Any) -> LabelledText:
    text = draw(names | st.sampled_from(["[Berlin](city)", "fly [to](x:y=z) [NYC]{", "[a](b)"]))
    spans = []
    at = 0
    while at < len(text) and draw(st.booleans()):
        start = draw(st.integers(at, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip():
            spans.append(EntitySpan(start, end, draw(names), draw(said), draw(said)))
        at = end
    return LabelledText(text, draw(said), draw(metadata), tuple(spans))


@given(st.lists(labelled(), min_size=1, max_size=3))
def test_labelled_texts_come_back_with_entities_and_metadata(
    tmp_path_factory: pytest.TempPathFactory, items: list[LabelledText]
) -> None:
    folder = tmp_path_factory.mktemp("a")
    assert written(items, folder, "labelled", {"use": "labelled", "labels": False}) == items
    assume(all(item.label for item in items))
    assert written(items, folder, "labelled", {"use": "labelled", "entities": True}) == items


@given(st.lists(texts, min_size=1, max_size=3), texts, st.dictionaries(texts, texts, max_size=2))
def test_whatever_a_text_holds_it_is_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, said: list[str], id: str, more: dict[str, str]
) -> None:
    item = Dialogue(id, tuple(DialogueTurn("user", text, more) for text in said), more)
    (found,) = written([item], tmp_path_factory.mktemp("a"), "dialogues", "dialogues")
    assert [turn.text for turn in found.turns] == [repair_text(text).strip() for text in said]
    if id.strip():
        assert found.id == repair_text(id.strip())


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_come_back(tmp_path: Path, text: str) -> None:
    clean = repair_text(text).strip()
    (found,) = written([Dialogue("a", (DialogueTurn("user", text),))], tmp_path, "dialogues", "dialogues")
    assert found.turns[0].text == clean
    if clean and len(clean) < 900_000:
        (row,) = written([LabelledText(text, "x")], tmp_path, "labelled", "labelled")
        assert row.text == clean
        (entry,) = written([KnowledgeEntry("a", (text,), text)], tmp_path, "knowledge", "jsonl")
        assert (entry.questions, entry.answer) == ((clean,), clean)


def test_entities_stay_on_their_words_where_two_halves_become_one_character(tmp_path: Path) -> None:
    text = "\ud83d\ude00 Berlin"
    item = LabelledText(text, "go", entities=(EntitySpan(3, 9, "city"),))
    (found,) = written([item], tmp_path, "labelled", "labelled")
    assert found.text == "😀 Berlin"
    assert [found.text[span.start : span.end] for span in found.entities] == ["Berlin"]


def test_what_nobody_ever_said_keeps_its_mark(tmp_path: Path) -> None:
    mark = {AUGMENTED: {"by": "typos"}}
    (text,) = written([LabelledText("helo", "greet", mark)], tmp_path, "labelled", "labelled")
    (dialogue,) = written([Dialogue("a", (DialogueTurn("user", "hi"),), mark)], tmp_path, "dialogues", "dialogues")
    (entry,) = written([KnowledgeEntry("a", ("q",), "a", metadata=mark)], tmp_path, "knowledge", "jsonl")
    assert text.metadata == dialogue.metadata == entry.metadata == mark


def test_written_keys_are_few(tmp_path: Path) -> None:
    turns = (DialogueTurn("user", "hi", acts=(DialogueAct("greet"),)), DialogueTurn("bot", "你好"))
    path = tmp_path / "a.jsonl"
    save([Dialogue("d", turns, {"line": 7})], path, "dialogues", CONTEXT)
    first, second = '{"role": "user", "text": "hi", "acts": [{"act": "greet"}]}', '{"role": "bot", "text": "你好"}'
    assert path.read_text(encoding="utf-8") == f'{{"id": "d", "turns": [{first}, {second}]}}\n'
    save([KnowledgeEntry("e", ("q",), "a")], path, "knowledge", CONTEXT)
    assert json.loads(path.read_text(encoding="utf-8")) == {"id": "e", "question": "q", "answer": "a"}


@pytest.mark.parametrize("value", [float("nan"), date(2026, 1, 1), {1, 2}])
def test_what_json_has_no_place_for_is_refused_and_there_is_no_file(tmp_path: Path, value: Any) -> None:
    item = Dialogue("d1", (DialogueTurn("user", "hi"),), {"x": {"y": value}})
    with pytest.raises(ConfigurationError, match="the dialogue 'd1' holds something that JSON cannot"):
        save([Dialogue("d0", (DialogueTurn("user", "hi"),)), item], tmp_path / "a.jsonl", "dialogues", CONTEXT)
    assert not list(tmp_path.iterdir())
