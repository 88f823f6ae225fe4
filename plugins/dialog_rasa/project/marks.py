"""Messages with entities marked in Rasa's way: `[Berlin](city)`, `[NYC](city:New York)`, `[NYC]{"entity": "city"}`.

A mark that gives several entities for the same words, `[NYC][{"entity": "city"}, {"entity": "state"}]`, counts as its
first one. Brackets that are meant as such have a backslash before them.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from dialog_core import JsonValue
from dialog_rasa.dialogue.marks import Marked
from dialog_rasa.dialogue.values import EntityGiven

_WORDS = re.compile(r"\[(?P<words>(?:\\.|[^\[\]\\\n]){1,500})\](?=[({\[])")
# Lengths are bounded so that a long line of openings without an end is not read again from each of them.
_SHORT = re.compile(r"\((?P<entity>[^:()\n]{1,200})(?::(?P<value>[^)\n]{1,2000}))?\)")
_SEVERAL = re.compile(r"\[\s{0,20}\{")
_ESCAPED = re.compile(r"\\([\[\]])")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message without its marks, what they mark, and what could not be read as it is written.

    `several` is how many marks give more than one entity; `broken` says what is wrong with a mark that was left out.
    """

    text: str
    entities: tuple[EntityGiven, ...] = ()
    several: int = 0
    broken: tuple[str, ...] = ()


def parse(message: str) -> Parsed:
    """Take a message apart; never fails."""
    if "[" not in message:
        return Parsed(message)
    pieces: list[str] = []
    length = 0
    entities: list[EntityGiven] = []
    broken: list[str] = []
    several = at = 0

    def add(written: str) -> int:
        nonlocal length
        plain = _unescaped(written)
        pieces.append(plain)
        length += len(plain)
        return length

    while (match := _next(message, at)) is not None:
        words, end = match["words"], match.end()
        found = _annotation(message, end, words)
        if found is None:  # brackets, and whatever stands behind them is no mark
            add(message[at:end])
            at = end
            continue
        start = add(message[at : match.start()])
        stop = add(words)
        if found.broken:
            broken.append(found.broken)
        if found.entity is not None:
            one = found.entity
            value = _unescaped(words) if one.value is None else one.value
            entities.append(EntityGiven(one.name, value, one.role, one.group, start, stop))
        several += found.several
        at = found.end
    add(message[at:])
    return Parsed("".join(pieces), tuple(entities), several, tuple(broken))


def parse_marks(message: str) -> Marked:
    """Take a message of a story apart.

    Raises:
        ValueError: A mark cannot be read.
    """
    parsed = parse(message)
    if parsed.broken:
        raise ValueError(parsed.broken[0])
    return Marked(parsed.text, parsed.entities)


@dataclass(frozen=True, slots=True)
class _Annotation:
    end: int
    entity: EntityGiven | None = None
    several: bool = False
    broken: str = ""


def _next(message: str, at: int) -> re.Match[str] | None:
    while (match := _WORDS.search(message, at)) is not None:
        before = match.start()
        backslashes = 0
        while before > backslashes and message[before - 1 - backslashes] == "\\":
            backslashes += 1
        if backslashes % 2 == 0:
            return match
        at = match.start() + 1
    return None


def _annotation(message: str, at: int, words: str) -> _Annotation | None:
    if message[at] == "(":
        short = _SHORT.match(message, at)
        if short is None or not short["entity"].strip():
            return None
        if (short["value"] or "").startswith("//") and short["entity"].strip() in ("http", "https"):
            return None  # a link
        value = short["value"]
        return _Annotation(short.end(), EntityGiven(short["entity"].strip(), value.strip() if value else None))
    if message[at] == "[" and not _SEVERAL.match(message, at):
        return None
    closing = "}" if message[at] == "{" else "]"
    try:
        given, end = _DECODER.raw_decode(message, at)
    except (ValueError, RecursionError):
        rough = message.find(closing, at)
        end = at if rough < 0 else rough + 1
        return _Annotation(end, broken=f"what stands behind [{words[:40]}] is not JSON: {message[at : at + 60]}")
    entries = given if isinstance(given, list) else [given]
    entity = _entity(entries[0]) if entries else None
    if entity is None:
        return _Annotation(end, broken=f'what stands behind [{words[:40]}] names no entity: write {{"entity": "..."}}')
    return _Annotation(end, entity, several=len(entries) > 1)


def _entity(fields: object) -> EntityGiven | None:
    if not isinstance(fields, dict) or not isinstance(fields.get("entity"), str) or not fields["entity"].strip():
        return None
    value: JsonValue = fields.get("value")
    role, group = (_text(fields.get(key)) for key in ("role", "group"))
    return EntityGiven(fields["entity"].strip(), None if value is None else _text(value), role, group)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
