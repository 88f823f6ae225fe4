"""The public dialogues that benchmarks of language models read, and how they are split."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks._data import DATA, read_lines
from dialog_core.datasets import Dialogue, DialogueTurn

SEED = 20
HELD_OUT = 0.1  # of the dialogues of each data set, to measure on while something is tuned
_SPEAKERS: Mapping[str, Literal["user", "bot"]] = {"user": "user", "usr": "user", "system": "bot", "sys": "bot"}


@dataclass(frozen=True, slots=True)
class Split:
    """Dialogues to learn from and dialogues to measure on; no dialogue is in both."""

    train: tuple[Dialogue, ...]
    validation: tuple[Dialogue, ...]


def multiwoz(directory: Path = DATA / "multiwoz21") -> Iterator[Dialogue]:
    """Yield MultiWOZ 2.1's validation dialogues (its training part is not among the data): English, seven domains."""
    for row in read_lines(directory / "val.compact.jsonl"):
        yield _dialogue(f"multiwoz-{row['id']}", row["turns"], "text", {"domains": row["domains"], "language": "en"})


def camrest(directory: Path = DATA / "camrest676", part: str = "") -> Iterator[Dialogue]:
    """Yield CamRest676: English, restaurants.

    Args:
        directory: Where it lies.
        part: `train`, `validation` or `test`; empty: those that are not `test`.
    """
    for row in json.loads((directory / "data" / "dialogues.json").read_text("utf-8")):
        if row["data_split"] == part or (not part and row["data_split"] != "test"):
            metadata = {"domains": row["domains"], "language": "en"}
            yield _dialogue(row["dialogue_id"], row["turns"], "utterance", metadata)


def crosswoz(directory: Path = DATA / "crosswoz") -> Iterator[Dialogue]:
    """Yield CrossWOZ's validation dialogues: Chinese, travelling in Peking."""
    for row in read_lines(directory / "val.compact.jsonl"):
        yield _dialogue(f"crosswoz-{row['id']}", row["turns"], "text", {"domains": [row["type"]], "language": "zh"})


def kdconv(directory: Path = DATA / "kdconv") -> Iterator[Dialogue]:
    """Yield KdConv's development dialogues: Chinese, two people talk about films, music, travels; the first asks."""
    for domain in ("film", "music", "travel"):
        for number, row in enumerate(json.loads((directory / domain / "dev.json").read_text("utf-8"))):
            said = [
                {"speaker": ("user", "system")[place % 2], "text": message["message"]}
                for place, message in enumerate(row["messages"])
            ]
            metadata = {"domains": [domain], "language": "zh"}
            yield _dialogue(f"kdconv-{domain}-{number}", said, "text", metadata)


ENGLISH: Mapping[str, Callable[[], Iterator[Dialogue]]] = {"multiwoz21": multiwoz, "camrest676": camrest}
CHINESE: Mapping[str, Callable[[], Iterator[Dialogue]]] = {"crosswoz": crosswoz, "kdconv": kdconv}


def absent(names: Sequence[str]) -> list[Path]:
    """Return the folders of data sets that are not there."""
    return [DATA / name for name in names if not (DATA / name).exists()]


def split(dialogues: Sequence[Dialogue], held_out: float = HELD_OUT, seed: int = SEED) -> Split:
    """Split by dialogue, so that no turn to measure on has its neighbours among those learnt from.

    Args:
        dialogues: The dialogues.
        held_out: The share to measure on, at least one dialogue.
        seed: The same seed gives the same split, in whatever order the dialogues come.
    """
    ordered = sorted(dialogues, key=lambda dialogue: dialogue.id)
    random.Random(seed).shuffle(ordered)
    count = max(round(len(ordered) * held_out), 1)
    return Split(tuple(ordered[count:]), tuple(ordered[:count]))


def splits(sources: Mapping[str, Callable[[], Iterator[Dialogue]]], seed: int = SEED) -> Split:
    """Return the splits of several data sets, each split by itself, put together."""
    parts = [split(list(read()), seed=seed) for read in sources.values()]
    return Split(
        tuple(dialogue for part in parts for dialogue in part.train),
        tuple(dialogue for part in parts for dialogue in part.validation),
    )


def write(dialogues: Sequence[Dialogue], path: Path) -> Path:
    """Write dialogues as JSON lines, for the reader `dialogues`; return the file."""
    with open(path, "w", encoding="utf-8") as stream:
        for one in dialogues:
            turns = [{"role": turn.role, "text": turn.text} for turn in one.turns]
            stream.write(json.dumps({"id": one.id, "turns": turns, **one.metadata}, ensure_ascii=False) + "\n")
    return path


def _dialogue(id: str, said: Sequence[Mapping[str, Any]], text: str, metadata: Mapping[str, Any]) -> Dialogue:
    turns = tuple(DialogueTurn(_SPEAKERS[turn["speaker"]], turn[text].strip()) for turn in said)
    return Dialogue(id, turns, metadata)
