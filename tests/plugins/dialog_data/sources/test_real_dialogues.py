"""The published files themselves, where they are there: every turn, act and state is counted in the raw JSON first."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import Dialogue
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.reading import read

DATA = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[5] / "shared" / "data"))


def there(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"there is no {path}; set DIALOG_CORE_DATA to where the data lies")
    return path


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def counted(dialogues: list[Dialogue]) -> Counter[str]:
    """Count what there is to lose."""
    counts: Counter[str] = Counter(dialogues=len(dialogues))
    for dialogue in dialogues:
        for turn in dialogue.turns:
            counts.update(turns=1, acts=len(turn.acts), slots=len(turn.state), letters=len(turn.text))
    return counts


def survives(dialogues: list[Dialogue], tmp_path: Path) -> bool:
    """Whether everything is the same after it was written as our own lines and read again."""
    own = tmp_path / "own.jsonl"
    with own.open("w", encoding="utf-8") as file:
        make_context("data").create("writer", "dialogues").write(dialogues, file)
    again = read("dialogues", own)
    assert counted(again) == counted(dialogues)
    return [(one.id, one.turns) for one in again] == [(one.id, one.turns) for one in dialogues]


def test_multiwoz_loses_no_turn_and_no_act(tmp_path: Path) -> None:
    path = there("multiwoz21/val.compact.jsonl")
    found = read("auto", path)
    acts = sum(len(pairs) for row in rows(path) for turn in row["turns"] for pairs in turn["dialog_act"].values())
    letters = sum(len(turn["text"].strip()) for row in rows(path) for turn in row["turns"])
    assert counted(found) == Counter(dialogues=999, turns=14_730, acts=acts, letters=letters, slots=0)
    assert acts == 30_231
    assert survives(found, tmp_path)


def test_crosswoz_loses_no_turn_and_no_act(tmp_path: Path) -> None:
    path = there("crosswoz/val.compact.jsonl")
    found = read("auto", path)
    acts = sum(len(turn["dialog_act"]) for row in rows(path) for turn in row["turns"])
    letters = sum(len(turn["text"].strip()) for row in rows(path) for turn in row["turns"])
    assert counted(found) == Counter(dialogues=500, turns=8_458, acts=acts, letters=letters, slots=0)
    assert survives(found, tmp_path)


def test_kdconv_loses_no_turn_and_no_fact(tmp_path: Path) -> None:
    path = there("kdconv")
    found = read("kdconv", path)
    raw = [row for topic in ("film", "music", "travel") for row in json.loads((path / topic / "dev.json").read_bytes())]
    turns = [message for row in raw for message in row["messages"]]
    assert (len(found), sum(len(one.turns) for one in found)) == (len(raw), len(turns)) == (450, 9_321)
    facts = sum(len(turn.metadata.get("attrs", ())) for one in found for turn in one.turns)  # type: ignore[arg-type]
    assert facts == sum(len(turn.get("attrs", ())) for turn in turns)
    assert survives(found, tmp_path)


@pytest.mark.parametrize("name", ["camrest676", "camrest676/data/dialogues.json"])
def test_camrest_loses_no_turn_no_act_and_no_state(tmp_path: Path, name: str) -> None:
    path = there(name)
    found = read("auto", path)
    raw = json.loads((DATA / "camrest676/data/dialogues.json").read_bytes())
    turns = [turn for row in raw for turn in row["turns"]]
    acts = sum(len(kind) for turn in turns for kind in turn["dialogue_acts"].values())
    slots = sum(bool(value) for turn in turns for values in turn.get("state", {}).values() for value in values.values())
    letters = sum(len(turn["utterance"].strip()) for turn in turns)
    assert counted(found) == Counter(dialogues=676, turns=5_488, acts=acts, slots=slots, letters=letters)
    assert Counter(one.metadata["split"] for one in found) == Counter(row["data_split"] for row in raw)
    assert survives(found, tmp_path)


def test_cima_loses_no_context_and_no_reply(tmp_path: Path) -> None:
    path = there("cima/dataset.json")
    found = read("auto", path)
    raw = list(json.loads(path.read_bytes())["prepDataset"].values())
    assert len(found) == len(raw) == 1_135
    for context, dialogue in zip(raw, found, strict=True):
        *past, last = dialogue.turns
        assert [turn.text for turn in past] == [text.strip() for text in context["past_convo"]]
        assert last.metadata["tutorResponses"] == context["tutorResponses"]
    assert survives(found, tmp_path)
