"""What people said in published dialogues, and what might have been said instead: pairs to measure."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("DIALOG_CORE_DATA", Path(__file__).parents[5] / "shared" / "data"))
PAIRS = 1_000


def pairs(name: str) -> tuple[list[str], list[str]]:
    """Return replies with references: people's next reply, one of the same topic, one with words left out, the same."""
    dice = random.Random(20_261)
    dialogues = [turns for turns in _dialogues(name) if len(turns) > 3]
    said: list[str] = []
    gold: list[str] = []
    while len(gold) < PAIRS:
        turns = dice.choice(dialogues)
        place = dice.randrange(1, len(turns))
        words = list(turns[place]) if name in ("kdconv", "crosswoz") else turns[place].split(" ")
        shorter = [word for word in words if dice.random() < 0.7]
        kept = ("" if name in ("kdconv", "crosswoz") else " ").join(shorter)
        said.append(dice.choice([turns[place - 1], dice.choice(turns), kept, kept, turns[place], ""]))
        gold.append(turns[place])
    return said, gold


def _dialogues(name: str) -> Iterator[list[str]]:
    if name in ("multiwoz21", "crosswoz"):
        with _file(name, "val.compact.jsonl").open(encoding="utf-8") as lines:
            yield from ([turn["text"] for turn in json.loads(line)["turns"]] for line in lines)
    elif name == "kdconv":
        for topic in ("film", "music", "travel"):
            yield from ([turn["message"] for turn in one["messages"]] for one in _json(name, topic, "dev.json"))
    else:
        for one in _json(name, "data", "dialogues.json"):
            if one["data_split"] == "validation":
                yield [turn["utterance"] for turn in one["turns"]]


def _json(*parts: str) -> Any:
    return json.loads(_file(*parts).read_text(encoding="utf-8"))


def _file(*parts: str) -> Path:
    file = DATA.joinpath(*parts)
    if not file.exists():
        pytest.skip(f"there is no {file}; set DIALOG_CORE_DATA to where the data lies")
    return file
