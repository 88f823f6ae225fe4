"""Turns of public dialogues with near-duplicates planted among them."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._data import DATA, read_lines

FEWEST_WORDS = 8
FEWEST_CHARACTERS = 14  # of Chinese
WORDS_PER_EDIT = 10
CHARACTERS_PER_EDIT = 16
SEED = 20261
_WORD = re.compile(r"[a-z']+")
_NO_TURNS = ("goal", "task", "knowledge", "attrs", "span_info", "dialog_act")  # keys of what nobody says


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn; `original` is the number of the turn it was made from, None: nobody made it."""

    text: str
    original: int | None = None


def turns(count: int, planted: int, seed: int = SEED, *, invented: bool = False) -> list[Turn]:
    """Return so many turns, of which so many are near-duplicates of an earlier one, each behind its original.

    Where there is no data, and where that is asked for, they are of words drawn at random: no two are alike by nature.
    """
    rng = random.Random(seed)
    pool = [*dict.fromkeys(_public() if DATA.exists() and not invented else _invented(rng, count))]
    rng.shuffle(pool)
    base = pool[: count - planted]
    seen = set(base)
    while len(base) < count - planted:  # two turns in a row are one that nobody has said
        made = f"{rng.choice(pool)} {rng.choice(pool)}"
        if made not in seen:
            seen.add(made)
            base.append(made)
    long_enough = [number for number, text in enumerate(base) if _long_enough(text)]
    copies: dict[int, list[int]] = {}
    for original in rng.sample(long_enough, planted):
        copies.setdefault(rng.randrange(original, len(base)), []).append(original)
    found: list[Turn] = []
    places: dict[int, int] = {}
    for number, text in enumerate(base):
        places[number] = len(found)
        found.append(Turn(text))
        found += [Turn(noisy(base[original], rng), places[original]) for original in copies.get(number, ())]
    return found


def noisy(text: str, rng: random.Random) -> str:
    """Return a text as somebody else might have written it: other letters, words, case and punctuation."""
    if text.isascii() or text.count(" ") > len(text) / 12:
        words = text.split()
        for _ in range(max(len(words) // WORDS_PER_EDIT, 1)):
            _edit_word(words, rng)
        made = " ".join(words)
    else:
        characters = list(text)
        for _ in range(max(len(characters) // CHARACTERS_PER_EDIT, 1)):
            _edit_character(characters, rng)
        made = "".join(characters)
    return _styled(made, rng)


def _edit_word(words: list[str], rng: random.Random) -> None:
    place = rng.choice([number for number, word in enumerate(words) if word.isalpha()] or [0])
    kind = rng.choice(("typo", "typo", "other", "dropped", "added"))
    word = words[place]
    if kind == "typo" and len(word) > 3:
        at = rng.randrange(1, len(word) - 1)
        words[place] = rng.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at] + word[at:],
            )
        )
    elif kind == "dropped":
        del words[place]
    elif kind == "added":
        words.insert(place, rng.choice(("really", "just", "please", "also", "actually", "maybe")))
    else:
        words[place] = rng.choice(("something", "great", "thing", "certainly", "another", "nice"))


def _edit_character(characters: list[str], rng: random.Random) -> None:
    place = rng.choice([number for number, one in enumerate(characters) if one.isalpha()] or [0])
    kind = rng.choice(("other", "dropped", "added"))
    if kind == "dropped":
        del characters[place]
    elif kind == "added":
        characters.insert(place, rng.choice("的了呢啊吧就"))
    else:
        characters[place] = rng.choice("的了呢啊吧就很好")


def _styled(text: str, rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind == 0:
        return text.upper()
    if kind == 1:
        return text.lower()
    if kind == 2:
        return text.rstrip(".?!。？！") + rng.choice(("!", "...", "", " ?", "！"))
    return text.replace(",", "") if kind == 3 else text


def _long_enough(text: str) -> bool:
    if text.isascii():
        return len(set(_WORD.findall(text.lower()))) >= FEWEST_WORDS
    return sum(map(str.isalpha, text)) >= FEWEST_CHARACTERS


def _public() -> Iterator[str]:
    """Yield the turns of what lies there, training and validation parts alone."""
    for name in ("multiwoz21/val.compact.jsonl", "crosswoz/val.compact.jsonl", "camrest676/data/dialogues.json"):
        yield from _texts(DATA / name)
    for path in sorted(DATA.glob("kdconv/*/dev.json")):
        yield from _texts(path)
    for path in sorted(DATA.glob("multidogo/*/*/train.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.split("\t")
            yield from (cell for cell in cells[1:3] if " " in cell and not cell.isdigit() and "O O" not in cell)
    for row in json.loads((DATA / "clinc150" / "data_full.json").read_text(encoding="utf-8"))["train"]:
        yield row[0]


def _texts(path: Path) -> Iterator[str]:
    if path.exists():
        rows: Any = read_lines(path) if path.suffix == ".jsonl" else json.loads(path.read_text(encoding="utf-8"))
        for row in rows:
            yield from _said(row)


def _said(value: Any) -> Iterator[str]:
    """Yield the texts of a JSON value that are long enough to be something somebody said."""
    if isinstance(value, str):
        if len(value) > 12 and "_" not in value and "http" not in value:
            yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            if not any(name in key.lower() for name in _NO_TURNS):
                yield from _said(child)
    elif isinstance(value, list):
        for child in value:
            yield from _said(child)


def _invented(rng: random.Random, count: int) -> Iterator[str]:
    """Yield sentences of made-up words, where there is no data."""
    words = ["".join(rng.choice("aeioustrnlkmp") for _ in range(rng.randrange(2, 9))) for _ in range(5_000)]
    for _ in range(count):
        yield " ".join(rng.choice(words) for _ in range(rng.randrange(5, 22)))
