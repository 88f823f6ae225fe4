"""Markdown: headings, and blocks with their markup kept. How blocks are told apart is CommonMark's."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dialog_data.documents.blocks import LONGEST_HEADING, Block, Document, Heading
from dialog_data.knowledge.entries import slug

_SEGMENT = 100_000  # characters that are parsed at a time, so that a long file needs little memory
_LONGEST_SEGMENT = 1_000_000
_BLOCK_START = re.compile(r"#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]")  # a heading or an item that stands in nothing
_TABLE_HEAD = re.compile(r" {0,3}(?=[^\n]*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*$")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_ANCHOR = re.compile(r"[ \t]*\{#([^\s{}]+)[^{}]*\}[ \t]*$")
_TITLE = re.compile(r"title[ \t]*:[ \t]*(.+)$")
_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.DOTALL)


def parse(text: str) -> Document:
    """Take a text apart."""
    lines = text.split("\n")
    title, start = _front_matter(lines)
    blocks = MarkdownIt("commonmark").disable("reference")  # its tables would take gigabytes: see `_table_head`
    blocks.core.ruler.enableOnly(["normalize", "block"])
    anchors: dict[str, int] = {}
    content: list[Heading | Block] = []
    for segment in _segments(lines[start:]):
        content.extend(_parts(segment, blocks.parse("\n".join(segment)), anchors))
    return Document(title, tuple(content))


def _front_matter(lines: Sequence[str]) -> tuple[str, int]:
    """Return the title the front matter gives, and the number of lines it takes up."""
    if lines[0].rstrip() != "---":
        return "", 0
    title = ""
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() in ("---", "..."):
            return title, number
        if match := _TITLE.match(line):
            title = match[1].strip().strip("\"'").strip()
    return "", 0


def _segments(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a long text where a new block begins, at any line if none ever does, but never within code or a table."""
    start = length = 0
    fence = ""
    for number, line in enumerate(lines):
        if length > _SEGMENT and not fence and _may_be_cut_before(line, length):
            yield lines[start:number]
            start, length = number, 0
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
        length += len(line) + 1
    yield lines[start:]


def _may_be_cut_before(line: str, length: int) -> bool:
    return _BLOCK_START.match(line) is not None or (length > _LONGEST_SEGMENT and "|" not in line)


def _parts(lines: Sequence[str], tokens: Sequence[Token], anchors: dict[str, int]) -> Iterator[Heading | Block]:
    """Yield the headings and blocks of the tokens, with the lines they were made from."""
    for number, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        own = lines[token.map[0] : token.map[1]]
        text = "\n".join(own).strip("\n").rstrip()
        if token.type == "heading_open":
            yield from _heading(token, tokens[number + 1].content, anchors)
        elif token.type in ("fence", "code_block"):
            yield Block("code", (text,))
        elif token.type == "paragraph_open" and (head := _table_head(own)) is not None:
            if head:
                yield Block("prose", ("\n".join(own[:head]),))
            yield Block("table", tuple(own[head:]), lead="\n".join(own[head : head + 2]))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield Block("list", tuple(_items(lines, tokens, number)))
        elif token.type == "html_block" and _COMMENT.fullmatch(text):
            continue
        elif token.type != "hr" and text.strip():
            yield Block("prose", (text,))


def _table_head(lines: Sequence[str]) -> int | None:
    """Return which line of a paragraph is the head of a table; None: none."""
    for number in range(1, len(lines)):
        if "|" in lines[number - 1] and len(lines[number]) <= _SEGMENT and _TABLE_HEAD.match(lines[number]):
            return number - 1
    return None


def _items(lines: Sequence[str], tokens: Sequence[Token], start: int) -> Iterator[str]:
    """Yield the items of the list that begins with a token."""
    for number in range(start + 1, len(tokens)):
        token = tokens[number]
        if token.level == 0:
            return
        if token.type == "list_item_open" and token.level == 1 and token.map is not None:
            yield "\n".join(lines[token.map[0] : token.map[1]]).strip("\n").rstrip()


def _heading(token: Token, text: str, anchors: dict[str, int]) -> Iterator[Heading]:
    named = _ANCHOR.search(text)
    text = _ANCHOR.sub("", text)
    plain = _plain(text) if len(text) <= LONGEST_HEADING else text
    if not plain:
        return
    anchor = named[1] if named else slug(plain)
    count = anchors.get(anchor, 0)
    anchors[anchor] = count + 1
    yield Heading(plain, int(token.tag[1]), f"{anchor}-{count}" if count else anchor)


def _plain(text: str) -> str:
    """Return the text of a heading without its markup."""
    inline = _inline().parseInline(text)[0].children or ()
    return " ".join("".join(" " if part.type.endswith("break") else part.content for part in inline).split())


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark")  # making one takes longer than parsing a heading
