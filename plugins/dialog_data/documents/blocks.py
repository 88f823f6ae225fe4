"""What every kind of document is taken apart into: headings, and the blocks of text below them."""

from dataclasses import dataclass
from typing import Literal

LONGEST_HEADING = 300  # characters; what is longer is text that somebody marked as a heading

BlockKind = Literal["prose", "list", "table", "code"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        text: What it says, without markup.
        level: 1 for the highest.
        anchor: What leads to it in its document; empty: nothing does.
        page: Its page, counted from 1; 0: the document has none.
    """

    text: str
    level: int
    anchor: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list, a table or a piece of code.

    Attributes:
        kind: Where it may be cut: prose between sentences, a list and a table between their parts, code nowhere.
        parts: The items of a list, the rows of a table, of anything else the text itself.
        lead: The head of a table, repeated where the table is cut.
        page: The page it begins on, counted from 1; 0: the document has none.
    """

    kind: BlockKind
    parts: tuple[str, ...]
    lead: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document taken apart.

    Attributes:
        title: What it says it is called; empty: nothing.
        content: Its headings and blocks, in order.
    """

    title: str
    content: tuple[Heading | Block, ...]
