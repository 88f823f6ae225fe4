"""The labelled messages the guard `emergencies` is measured and trained with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

MESSAGES = Path(__file__).parent / "data" / "emergencies"
NORMAL_95 = 1.959964  # the 97.5th percentile of the normal distribution


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message, whether it is an emergency, of which kind (or why it is none), and how it is written."""

    text: str
    emergency: bool
    kind: str
    form: str


def read_messages(part: str, language: str) -> list[Labelled]:
    """Return the messages of a set: `development`, `training`, ...; nothing if it is not there."""
    file = MESSAGES / f"{part}.{language}.jsonl"
    return read_file(file) if file.exists() else []


def read_file(file: Path) -> list[Labelled]:
    with open(file, encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream if line.strip()]
    return [
        Labelled(row["text"], row["label"] == "emergency", row.get("kind", ""), row.get("form", "")) for row in rows
    ]


def wilson(found: int, of: int) -> str:
    """Return a share with its 95 % interval (Wilson 1927)."""
    if not of:
        return "-"
    share, z = found / of, NORMAL_95
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.3f} [{max(middle - half, 0):.3f}, {min(middle + half, 1):.3f}]"


def counts(truth: Iterable[bool], taken: Iterable[bool]) -> tuple[str, str]:
    """Return recall and precision with their intervals."""
    both, emergencies, found = _counted(truth, taken)
    return wilson(both, emergencies), wilson(both, found)


def f1(truth: Iterable[bool], taken: Iterable[bool]) -> float:
    """Return the harmonic mean of recall and precision."""
    both, emergencies, found = _counted(truth, taken)
    return 2 * both / (emergencies + found) if emergencies + found else 0.0


def _counted(truth: Iterable[bool], taken: Iterable[bool]) -> tuple[int, int, int]:
    pairs = [(bool(is_one), bool(was)) for is_one, was in zip(truth, taken, strict=True)]
    return pairs.count((True, True)), sum(is_one for is_one, _ in pairs), sum(was for _, was in pairs)
