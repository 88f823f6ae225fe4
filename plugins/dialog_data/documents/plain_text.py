"""Plain text: paragraphs with blank lines between them."""

import re
from collections.abc import Iterator

from dialog_data.documents.blocks import Block, Document

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def parse(text: str) -> Document:
    """Take a text apart."""
    return Document("", tuple(paragraphs(text)))


def paragraphs(text: str) -> Iterator[Block]:
    """Yield what stands between blank lines."""
    for paragraph in _BLANK_LINES.split(text):
        if paragraph.strip():
            yield Block("prose", (paragraph.strip("\n").rstrip(),))
