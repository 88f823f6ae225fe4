"""Pieces of Markdown that every reference page has."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

MADE = "<!-- Made by docs/generate_reference.py. Change the code's docstrings and descriptions, not this page. -->"
_SECTION = re.compile(r"^(Attributes|Args|Returns|Raises|Yields|Example|Examples):\s*$", re.MULTILINE)
_CROSS_REFERENCE = re.compile(r"\[(`[^`]+`)\]\[[^\]]*\]")
_TAGS = re.compile(r"<(?=[A-Za-z/!])")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; bars within cells are escaped."""
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in (header, ["---"] * len(header), *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def prose(text: str) -> str:
    """Return a docstring's text as Markdown: without cross-references and without anything that reads as a tag."""
    return _TAGS.sub("&lt;", _CROSS_REFERENCE.sub(r"\1", text))


def paragraphs(thing: Any) -> list[str]:
    """Return the paragraphs of a docstring before its first section (`Args:`, `Attributes:`, ...)."""
    text = _SECTION.split(inspect.getdoc(thing) or "")[0]
    return [prose(paragraph.strip("\n")) for paragraph in text.split("\n\n") if paragraph.strip()]


def first_paragraph(thing: Any) -> str:
    """Return the first paragraph of a docstring on one line, or an empty text."""
    found = paragraphs(thing)
    return " ".join(found[0].split()) if found else ""


def section_entries(thing: Any, section: str) -> dict[str, str]:
    """Return what a section of a docstring says of each name: `Attributes:` or `Args:` in Google's style."""
    parts = _SECTION.split(inspect.getdoc(thing) or "")
    found = dict(zip(parts[1::2], parts[2::2], strict=True)).get(section, "")
    entries: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(found).splitlines():
        match = re.match(r"(\w+): (.*)", line)
        if match:
            name = match[1]
            entries[name] = match[2]
        elif name and line.strip():
            entries[name] += f" {line.strip()}"
    return {key: prose(value) for key, value in entries.items()}


def join(*parts: str) -> str:
    """Return a page of these parts, each a paragraph, a heading, a table or a block."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"
