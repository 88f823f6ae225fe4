"""Texts with entities marked in them: `fly from [Berlin](city:from) to [NYC](city:to=New York)`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialog_core.datasets import EntitySpan

# What stands in parentheses begins with a name and not with an address, so that a link stays a link.
_MARK = re.compile(
    r"\[(?P<text>[^\[\]\n]+)\](?:"
    r"\((?!https?:)(?P<entity>\w[\w-]*)(?::(?P<role>\w[\w-]*))?(?:[=:](?P<value>[^()\n]*))?\)"
    r"|(?P<fields>\{[^{}\n]*\}))"
)
_ATTEMPT = re.compile(r"\[[^\[\]\n]+\](?:\((?!https?:|\w+:/|/|\.|#)[^()\n]{0,80}\)|\{)")
WAY = "Write [Berlin](city), [Berlin](city:from) or [NYC](city=New York)."


@dataclass(frozen=True, slots=True)
class Marked:
    """An example taken apart.

    Attributes:
        text: What was really said.
        entities: What is marked in it, in text order.
        attempts: What looks like a mark and is none.
    """

    text: str
    entities: tuple[EntitySpan, ...]
    attempts: tuple[str, ...] = ()


def parse_marks(example: str) -> Marked:
    """Take an example apart."""
    if "[" not in example:
        return Marked(example, ())
    pieces: list[str] = []
    entities: list[EntitySpan] = []
    attempts: list[str] = []
    at = length = 0
    for match in _MARK.finditer(example):
        fields = _fields(match)
        if fields is None:
            continue
        before = example[at : match.start()]
        start = length + len(before)
        written = match["text"]
        inner = written.strip()
        begin = start + written.index(inner) if inner else start
        if inner:
            entities.append(EntitySpan(begin, begin + len(inner), *fields))
        pieces += [before, written]
        length = start + len(written)
        at = match.end()
        attempts.extend(_attempts(before))
    rest = example[at:]
    attempts.extend(_attempts(rest))
    return Marked("".join([*pieces, rest]), tuple(entities), tuple(attempts))


def _fields(match: re.Match[str]) -> tuple[str, str, str] | None:
    """Return entity, role and value of a mark, or None if it says none."""
    if match["fields"] is None:
        return match["entity"], match["role"] or "", (match["value"] or "").strip()
    try:
        fields = json.loads(match["fields"])
    except (ValueError, RecursionError):
        return None
    entity = fields.get("entity")
    if not isinstance(entity, str) or not entity:
        return None
    return entity, str(fields.get("role") or ""), str(fields.get("value") or "")


def _attempts(text: str) -> Iterator[str]:
    for match in _ATTEMPT.finditer(text):
        yield match[0][:60]
