"""What a source says is found again: in texts, acts, states or metadata, and after writing and reading it too."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import Dialogue
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.formats import TALKS, Format
from tests.plugins.dialog_data.sources.reading import read, read_text

JSON_FORMATS = [format for format in TALKS if format.name.endswith((".json", ".jsonl"))]
NOTHING = {
    "",
    "none",
    "not mentioned",
    "NONE",  # no detail, an unfilled slot, no intent
    *("user", "system", "USER", "SYSTEM", "usr", "sys", "human", "gpt", "assistant"),  # roles, which are turns' own
    *("slot", "text"),  # in CamRest, what is asked for follows; in chats, the kind of a part
}


def leaves(value: Any) -> Iterator[str]:
    """Yield the texts in JSON, and the keys they stand under."""
    if isinstance(value, dict):
        for child in value.values():
            yield from leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child)
    elif isinstance(value, str):
        yield value.strip()


def of_dialogue(dialogue: Dialogue) -> set[str]:
    """Return everything that a dialogue says."""
    found = {dialogue.id, *leaves(dict(dialogue.metadata))}
    for turn in dialogue.turns:
        found |= {turn.text.strip(), turn.text, *leaves(dict(turn.metadata)), *leaves(dict(turn.state))}
        found |= {part for act in turn.acts for part in (act.act, act.domain, act.slot, act.value)}
    return found


@pytest.mark.parametrize("format", JSON_FORMATS, ids=lambda format: f"{format.reader}-{format.name}")
def test_every_text_of_a_source_is_found_again(format: Format, tmp_path: Path) -> None:
    found = read_text(format.reader, tmp_path / format.name, format.text(format.items))
    for item, dialogue in zip(format.items, found, strict=True):
        value = json.loads(f"{{{item}}}" if format.before.rstrip().endswith("{") else item)
        marks = {"True", "False", "0", "1"}  # of acts in CIMA, and the places of turns in MultiWOZ 2.2
        assert set(leaves(value)) - NOTHING - of_dialogue(dialogue) <= marks


@pytest.mark.parametrize("format", TALKS, ids=lambda format: f"{format.reader}-{format.name}")
def test_written_as_our_own_lines_and_read_again_it_is_the_same(format: Format, tmp_path: Path) -> None:
    found = read_text(format.reader, tmp_path / format.name, format.text(format.items))
    own = tmp_path / "own.jsonl"
    with own.open("w", encoding="utf-8") as file:
        make_context("data").create("writer", "dialogues").write(found, file)
    again = read("dialogues", own)
    assert [one.id for one in again] == [one.id for one in found]
    for before, after in zip(found, again, strict=True):
        for turn, same in zip(before.turns, after.turns, strict=True):
            assert (turn.role, turn.text.strip()) == (same.role, same.text.strip())
            assert (turn.acts, dict(turn.state), dict(turn.metadata)) == (same.acts, dict(same.state), same.metadata)
        assert {**before.metadata, "line": 0} == {**after.metadata, "line": 0}
