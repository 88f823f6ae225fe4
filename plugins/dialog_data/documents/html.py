"""HTML: what a reader of the page sees, as simple Markdown: headings, paragraphs, lists, tables and code.

Scripts, navigation and what is hidden are left out; of a page with one `main`, everything beside it. The parser is
Lexbor's, which repairs a page as browsers do; the tree is walked without recursion, for pages may nest deeply.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dialog_data.documents.blocks import Document
from dialog_data.documents.html_blocks import BlockWriter

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=["']([\w.:-]+)"""
)
_DECLARATION_WITHIN = 1024  # bytes, as the HTML standard has it

_LEFT_OUT = frozenset(
    """script style noscript template svg canvas iframe object embed audio video map nav head select datalist textarea
    input dialog""".split()
)
_ROLES_LEFT_OUT = frozenset(("navigation", "banner", "contentinfo", "search", "menu", "menubar"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def declared_encoding(raw: bytes) -> str:
    """Return the encoding a page names; empty: none."""
    match = _DECLARED.search(raw[:_DECLARATION_WITHIN])
    name = (match[1] or match[2] or b"").decode("ascii", errors="replace") if match else ""
    return "" if name.lower().startswith("utf-16") else name  # it cannot be, as the name itself could be read


def parse(text: str) -> Document:
    """Take a page apart."""
    page = LexborHTMLParser(text)
    titles = page.head.css_first("title") if page.head is not None else None
    title = " ".join(titles.text().split()) if titles is not None else ""
    main = [node for node in page.css("main, [role=main]") if not _hidden(node)]
    root = main[0] if len(main) == 1 else page.body
    writer = BlockWriter()
    for node, entered in _visible(root) if root is not None else ():
        if node.is_text_node:
            writer.text(node.text_content or "")
        elif entered:
            writer.enter(node)
        else:
            writer.leave(node)
    return Document(title, tuple(writer.finish()))


def _visible(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield every node that is seen, when it is entered and, an element, when it is left."""
    node: LexborNode | None = root
    depth = 0
    while node is not None:
        descend = False
        if node.is_text_node:
            yield node, True
        elif node.is_element_node and (depth == 0 or not _left_out(node)):
            yield node, True
            descend = node.first_child is not None
            if not descend:
                yield node, False
        if descend:
            node, depth = node.first_child, depth + 1
            continue
        while node is not None and depth and node.next is None:
            node, depth = node.parent, depth - 1
            if node is not None:
                yield node, False
        if not depth:
            return
        node = node.next if node is not None else None


def _left_out(node: LexborNode) -> bool:
    if node.tag == "footer":  # of the page; an article may have one of its own
        return node.parent is not None and node.parent.tag == "body"
    return node.tag in _LEFT_OUT or _hidden(node)


def _hidden(node: LexborNode) -> bool:
    facts = node.attributes
    if not facts:
        return False
    return (
        ("hidden" in facts and facts["hidden"] != "until-found")
        or facts.get("aria-hidden") == "true"
        or facts.get("role") in _ROLES_LEFT_OUT
        or bool(_HIDDEN_STYLE.search(facts.get("style") or ""))
    )
