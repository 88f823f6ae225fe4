"""The step `html`: of texts copied from pages, what a reader of the page saw."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dialog_core.text import repair_text
from dialog_data.cleaning.code_spans import outside_code
from dialog_data.cleaning.options import HtmlOptions
from dialog_data.cleaning.text_cleaner import TextCleaner

DEEPEST = 400  # elements in one another; the time to parse grows with the square of it
MOST_ROUNDS = 10  # how often something may be escaped; `&amp;amp;` is common

_BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary table tbody tfoot
    thead tr ul""".split()
)
_INLINE = frozenset(
    """a abbr acronym audio b bdi bdo big button canvas caption cite code col colgroup data del dfn em font head i
    iframe img input ins kbd label link mark meta meter noscript object picture q rp rt ruby s samp script select small
    source span strike strong style sub sup svg td textarea th time title tt u var video wbr br""".split()
)
_CELLS = frozenset(("td", "th"))
_DROPPED = frozenset("script style head title noscript svg object iframe".split())
_NAMES = _BLOCKS | _INLINE
_UNCLOSED = frozenset("br img hr input meta link wbr col p li tr td th dt dd option".split())
_AMBIGUOUS = frozenset("a b i p q s u em code data time var title label source select object option input".split())
"""Tags whose names are words or variables: they are tags only where they are closed as well, or have attributes."""

_ATTRIBUTE = (
    r"""\s+[A-Za-z_:@][\w:.@-]{0,60}\s{0,3}=\s{0,3}(?:"[^"<>]{0,2000}"|'[^'<>]{0,2000}'|[^\s"'<>=`&|]{1,500})"""
)
_BARE = r"\s+(?:hidden|disabled|checked|selected|readonly|required|nowrap|async|defer|controls|open)"
_TAG = re.compile(
    rf"<(?:(?P<close>/)(?P<closed>[A-Za-z][A-Za-z0-9]{{0,15}})\s{{0,3}}"
    rf"|(?P<name>[A-Za-z][A-Za-z0-9]{{0,15}})(?P<attributes>(?:{_ATTRIBUTE}|{_BARE}){{0,40}})\s{{0,3}}(?P<void>/?))>"
)
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|doctype)[^<>]{0,300}>")
_REFERENCE = re.compile(r"&(?:amp;)*(?:amp|(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30}));")
_MARKUP = re.compile(rf"{_DOCTYPE.pattern}|{_TAG.pattern}")
_LINES = re.compile(r"[ \t]*\n[ \t]*")


class HtmlCleaner(TextCleaner[HtmlOptions]):
    """Removes tags and resolves character references; `a < b`, `List<String>` and `x&y` are no HTML and stay.

    What is escaped several times is resolved to the end, so that a text is the same however often it is cleaned.
    """

    def change(self, text: str) -> str:
        """Return what a reader of the page saw."""
        if "<" not in text and "&" not in text:
            return text
        for _ in range(MOST_ROUNDS):
            before = text
            text = _plain(text) if self.options.code else outside_code(text, _plain)
            if text == before:
                break
        return text


def _plain(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(_resolved, text)
    if "<!--" in text:
        text = _without_comments(text)
    if "<" not in text or not _has_markup(text):
        return text
    page = LexborHTMLParser(f"<body>{_only_markup(repair_text(text))}</body>")
    written = _Writer()
    if page.body is not None:
        written.write(page.body)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{written.text()}{after}" if before != text else text


def _without_comments(text: str) -> str:
    """Return a text without comments; what is never closed is none."""
    pieces: list[str] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start + 4)) >= 0:
        pieces.append(text[end:start])
        end = close + 3
    return "".join((*pieces, text[end:]))


def _resolved(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&"
    if name[0] != "#" and f"{name};" not in html5:
        return match[0]
    return unescape(f"&{name};")


def _has_markup(text: str) -> bool:
    closed = _closed(text)
    return any(_is_markup(match, closed) for match in _MARKUP.finditer(text))


def _closed(text: str) -> frozenset[str]:
    return frozenset(match["closed"].lower() for match in _MARKUP.finditer(text) if match["close"])


def _is_markup(match: re.Match[str], closed: frozenset[str]) -> bool:
    name = (match["closed"] or match["name"] or "").lower()
    if not name:
        return True  # a document type
    if name not in _NAMES:
        return False
    if match["close"] or name not in _AMBIGUOUS or match["attributes"] or match["void"] or name in closed:
        return True
    before = match.string[match.start() - 1 : match.start()]
    return name == "p" and not (before.isalnum() or before == " ")


def _only_markup(text: str) -> str:
    """Return a page on which all is escaped that is no markup."""
    closed = _closed(text)
    pieces: list[str] = []
    end = depth = 0
    for match in _MARKUP.finditer(text):
        if _is_markup(match, closed):
            depth = max(depth + _deeper(match), 0)
            pieces += (_escaped(text[end : match.start()]), match[0] if depth < DEEPEST else "\n")
            end = match.end()
    pieces.append(_escaped(text[end:]))
    return "".join(pieces)


def _deeper(match: re.Match[str]) -> int:
    """Return by how many elements one is deeper behind a tag; those that need not be closed do not count."""
    if match["close"]:
        return -1
    return 1 if match["name"] and not match["void"] and match["name"].lower() not in _UNCLOSED else 0


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\0", "")


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


class _Writer:
    """Writes down what is seen: blocks on lines of their own, cells with a space between."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at_edge = False  # of a block: another edge makes no further line

    def write(self, root: LexborNode) -> None:
        """Write what stands below an element; without recursion, for pages nest deeply."""
        stack: list[LexborNode | str] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                self._edge(node)
            elif node.is_text_node:
                self._say(node.text_content or "")
            elif node.is_element_node and node.tag not in _DROPPED:
                around = "\n" if node.tag in _BLOCKS and node is not root else " " if node.tag in _CELLS else ""
                if node.tag == "br":
                    self._say("\n")
                if around:
                    self._edge(around)
                    stack.append(around)
                stack += reversed(list(_children(node)))

    def _say(self, text: str) -> None:
        self._pieces.append(text)
        if text and not text.isspace():
            self._at_edge = False

    def _edge(self, between: str) -> None:
        if not self._at_edge:
            self._pieces.append(between)
        self._at_edge = True

    def text(self) -> str:
        """Return it without empty lines that only blocks within blocks have made."""
        return re.sub(r"\n{3,}", "\n\n", _LINES.sub("\n", "".join(self._pieces))).strip()
