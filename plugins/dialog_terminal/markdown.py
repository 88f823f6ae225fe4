"""Markdown on a terminal: parsed by markdown-it, laid out as lines.

Chat replies are not web pages, and untrusted. Line ends stay line ends, HTML is shown as it was written, nothing
becomes a terminal hyperlink (where a link leads is written out), and code comes without a highlighter.
"""

import re
from collections.abc import Iterable
from io import StringIO

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialog_terminal import palette
from dialog_terminal.layout import Lines, clean, indented, joined, lines_of
from dialog_terminal.wrap import wrap

# Without `reference`, which would make lines such as `[1]: https://...` vanish.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("reference")
_STYLES = {"strong": palette.STRONG, "em": palette.EMPHASIS, "s": palette.STRUCK}
_RULE_WIDTH = 24
_NARROWEST = 16  # however deeply lists are nested, their text keeps this many columns


def render_markdown(source: str, width: int) -> Lines:
    """Lay out `source` in `width` columns."""
    return _blocks(SyntaxTreeNode(_PARSER.parse(source)).children, width)


def last_block(source: str) -> int:
    """Return where in a text that is still growing its last block begins: what stands before it will not change."""
    # Only by lines that are complete: `#` is a heading, `#1` is not.
    lines = re.findall(r".*\n", source)
    starts = [token.map[0] for token in _PARSER.parse("".join(lines)) if token.level == 0 and token.map]
    return sum(map(len, lines[: starts[-1]])) if starts else 0


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int, *, tight: bool = False) -> Lines:
    blocks = [_block(node, max(width, _NARROWEST)) for node in nodes]
    return [line for block in blocks for line in block] if tight else joined(blocks)


def _block(node: SyntaxTreeNode, width: int) -> Lines:
    match node.type:
        case "paragraph":
            return wrap(_inline(node.children), width)
        case "heading":
            text = _inline(node.children)
            text.stylize(palette.HEADING)
            return wrap(text, width)
        case "bullet_list" | "ordered_list":
            return _list(node, width)
        case "blockquote":
            bar = Text("│ ", palette.MUTED)
            return indented(_blocks(node.children, width - 2), bar, bar)
        case "fence" | "code_block":
            return indented(wrap(Text(clean(node.content), palette.CODE), width - 2), "  ")
        case "hr":
            return [Text("─" * min(width, _RULE_WIDTH), palette.MUTED)]
        case "table":
            return _table(node, width)
        case _:  # a block of a kind to come: its words at least
            return wrap(Text(clean(node.content)), width) if not node.children else _blocks(node.children, width)


def _list(node: SyntaxTreeNode, width: int) -> Lines:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    last = None if number is None else number + len(node.children) - 1
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    items: list[Lines] = []
    for item in node.children:
        marker = Text("• " if number is None else f"{number}. ".rjust(len(f"{last}. ")), palette.MUTED)
        lines = _blocks(item.children, width - marker.cell_len, tight=tight)
        items.append(indented(lines or [Text()], marker))
        number = None if number is None else number + 1
    return [line for lines in items for line in lines] if tight else joined(items)


def _table(node: SyntaxTreeNode, width: int) -> Lines:
    rows = [row for part in node.children for row in part.children]
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, border_style=palette.MUTED)
    for index, row in enumerate(rows):
        cells = [_inline(cell.children) for cell in row.children]
        if index:
            table.add_row(*cells)
            continue
        for cell, text in zip(row.children, cells, strict=True):
            text.stylize(palette.HEADING)
            right = "text-align:right" in str(cell.attrs.get("style", ""))
            table.add_column(text, justify="right" if right else "left", overflow="fold")
    return lines_of(table, Console(file=StringIO(), width=width), width)


def _inline(nodes: Iterable[SyntaxTreeNode], style: str = "") -> Text:
    text = Text()
    for node in nodes:
        match node.type:
            case "inline":
                text.append_text(_inline(node.children, style))
            case "softbreak" | "hardbreak":
                text.append("\n")
            case "code_inline":
                text.append(clean(node.content), f"{style} {palette.CODE}")
            case "strong" | "em" | "s":
                text.append_text(_inline(node.children, f"{style} {_STYLES[node.type]}"))
            case "link":
                text.append_text(_link(_inline(node.children, style), str(node.attrs.get("href", ""))))
            case "image":
                text.append_text(_link(Text(clean(node.content), style), str(node.attrs.get("src", ""))))
            case _:  # `text`. It is cleaned here, once more, because `&#x202e;` has only now become a character.
                text.append(clean(node.content), style)
    return text


def _link(label: Text, target: str) -> Text:
    """Show where a link leads, unless its own text says just that."""
    target = clean(target)
    if not label.plain.strip():
        return Text(target, palette.URL)
    if label.plain in (target, target.removeprefix("mailto:")):
        label.stylize(palette.URL)
        return label
    return Text.assemble(label, " (", (target, palette.URL), ")")
