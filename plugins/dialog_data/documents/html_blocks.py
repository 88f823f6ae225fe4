"""From the nodes of a page, as they are entered and left, to headings and blocks of simple Markdown."""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from dialog_data.documents.blocks import Block, BlockKind, Heading

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big button cite code data del dfn em font i ins kbd label mark math meter output
    progress q ruby rb rp rt rtc s samp small span strike strong sub sup time tt u var wbr img mi mn mo mrow""".split()
)
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_LINK = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")  # not the no-break space
_SPACES_WITHIN_LINES = re.compile(r"[ \t\r\f]+")
_OF_TABLES = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"))
_DEEPEST_LIST = 6  # levels; deeper ones are indented no further


@dataclass(slots=True)
class _List:
    """A list that is being written."""

    ordered: bool
    number: int = 0

    @property
    def marker(self) -> str:
        """What its current item begins with."""
        return f"{self.number}. " if self.ordered else "- "


@dataclass(slots=True)
class _Table:
    """A table that is being written; its cells are lines of text."""

    rows: list[list[str]] = field(default_factory=list)
    headed: bool = False


class BlockWriter:
    """Takes the nodes of a page in order and writes blocks."""

    def __init__(self) -> None:
        self._content: list[Heading | Block] = []
        self._buffer: list[str] = []
        self._lists: list[_List] = []
        self._items: list[list[str]] = []  # of the outermost list that is open, each with its lines
        self._begun = False  # whether an item has begun and has no text yet
        self._tables: list[_Table | None] = []  # None: one for layout, whose cells are like paragraphs
        self._links: list[tuple[int, str]] = []  # where in the buffer each open link begins, and where it leads
        self._heading = 0
        self._anchor = ""
        self._pending_anchor = ""  # of a section whose heading has not come yet
        self._pre = 0

    def text(self, text: str) -> None:
        """Take a text node."""
        self._buffer.append(text if self._pre else _SPACES.sub(" ", text))

    def enter(self, node: LexborNode) -> None:
        """Take the beginning of an element."""
        tag = node.tag or ""
        if tag == "br":
            self._buffer.append("\n")
        elif tag in _INLINE:
            self._enter_inline(tag, node)
        elif self._table is not None and tag not in _OF_TABLES:
            self._buffer.append(" ")
        elif tag == "pre":
            self._flush()
            self._pre += 1
        elif tag in _HEADINGS:
            self._flush()
            self._heading = _HEADINGS[tag]
            self._anchor = node.attributes.get("id") or self._pending_anchor
            self._pending_anchor = ""
        elif tag in ("ul", "ol", "menu"):
            self._flush()
            self._lists.append(_List(tag == "ol"))
        elif tag == "li":
            self._begin_item()
        elif tag == "table":
            self._flush()
            self._tables.append(None if self._lists or self._table or _for_layout(node) else _Table())
        elif tag == "tr" and self._table is not None:
            self._flush()
            self._table.rows.append([])
        elif tag in ("td", "th") and self._table is not None:
            self._buffer.clear()
            self._table.headed |= tag == "th" and len(self._table.rows) <= 1
        else:
            self._flush()
            if tag in ("section", "article", "div"):
                self._pending_anchor = node.attributes.get("id") or self._pending_anchor

    def leave(self, node: LexborNode) -> None:
        """Take the end of an element."""
        tag = node.tag or ""
        if tag == "br":
            pass
        elif tag in _INLINE:
            self._leave_inline(tag)
        elif self._table is not None and tag not in _OF_TABLES:
            self._buffer.append(" ")
        elif tag in _HEADINGS:
            self._finish_heading()
        elif tag == "pre":
            self._finish_code()
        elif tag in ("ul", "ol", "menu"):
            self._flush()
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self._write("list", *("\n".join(lines) for lines in self._items))
                self._items = []
        elif tag == "li":
            self._flush()
            self._begun = False
        elif tag == "table":
            self._finish_table()
        elif tag in ("td", "th") and self._table is not None:
            if not self._table.rows:
                self._table.rows.append([])
            self._table.rows[-1].append(self._line().replace("|", "\\|"))
        elif tag == "caption" and self._table is not None:
            text = self._line()
            self._write("prose", *((f"{text.rstrip(':')}:",) if text else ()))
        elif tag in ("dt", "summary"):
            term = self._line()
            self._buffer = [f"**{term}**" if term else ""]
            self._flush()
        else:
            self._flush()

    def finish(self) -> list[Heading | Block]:
        """Return everything that was written."""
        self._flush()
        return self._content

    @property
    def _table(self) -> _Table | None:
        return self._tables[-1] if self._tables else None

    def _enter_inline(self, tag: str, node: LexborNode) -> None:
        if tag == "a":
            target = (node.attributes.get("href") or "").strip()
            self._links.append((len(self._buffer), target))
            if self._heading and not self._anchor:
                self._anchor = node.attributes.get("id") or node.attributes.get("name") or ""
        elif tag in _CODE and not self._pre:
            self._buffer.append("`")
        elif tag == "img":
            self._buffer.append(_SPACES.sub(" ", node.attributes.get("alt") or ""))

    def _leave_inline(self, tag: str) -> None:
        if tag in _CODE and not self._pre:
            self._buffer.append("`")
        elif tag == "a" and self._links:
            start, target = self._links.pop()
            text = "".join(self._buffer[start:])
            if self._heading:
                if not any(character.isalnum() for character in text):  # a link to the heading itself, such as ¶
                    del self._buffer[start:]
                    self._anchor = self._anchor or target.partition("#")[2]
            elif _LINK.match(target) and text.strip() and text.strip() != target and not self._pre:
                label = text.strip().replace("\n", " ")
                address = target.replace(" ", "%20").replace(")", "%29")
                before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
                self._buffer[start:] = [f"{before}[{label}]({address}){after}"]

    def _begin_item(self) -> None:
        self._flush()
        if not self._lists:
            self._lists.append(_List(False))  # an item outside of any list: the page ends it
        self._lists[-1].number += 1
        self._begun = True

    def _line(self) -> str:
        """Take what has been gathered as one line."""
        text = " ".join("".join(self._buffer).split())
        self._buffer.clear()
        return text

    def _flush(self) -> None:
        """Write what has been gathered as a paragraph."""
        if self._table is not None or self._pre:
            return
        lines = [line.strip(" \t\f") for line in _SPACES_WITHIN_LINES.sub(" ", "".join(self._buffer)).split("\n")]
        self._buffer.clear()
        self._links.clear()
        text = "\n".join(lines).strip()
        if not text:
            return
        if self._lists:
            self._add_to_item(text)
            return
        for paragraph in re.split(r"\n{2,}", text):
            self._write("prose", paragraph)

    def _add_to_item(self, text: str) -> None:
        """Write text into the item that is open, indented as Markdown wants it."""
        above = " " * sum(len(each.marker) for each in self._lists[-_DEEPEST_LIST:-1])
        within = above + " " * len(self._lists[-1].marker)
        lines = [line for line in text.split("\n") if line]
        if self._begun or not self._items:
            self._items.append([above + self._lists[-1].marker + lines.pop(0)])
        self._items[-1].extend(within + line for line in lines)
        self._begun = False

    def _finish_heading(self) -> None:
        level, self._heading = self._heading, 0
        text = self._line().replace("`", "")
        self._links.clear()
        if not text or not level:
            return
        if self._lists:  # a heading within a list divides nothing
            self._buffer.append(f"**{text}**")
            self._flush()
        else:
            self._content.append(Heading(text, level, self._anchor))

    def _finish_code(self) -> None:
        self._pre = max(self._pre - 1, 0)
        if self._pre:
            return
        text = "".join(self._buffer).strip("\n")
        self._buffer.clear()
        if not text.strip():
            return
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        code = f"{fence}\n{text}\n{fence}"
        if self._lists:
            self._add_to_item(code)
        else:
            self._write("code", code)

    def _finish_table(self) -> None:
        table = self._tables.pop() if self._tables else None
        if table is None:
            self._flush()
            return
        self._buffer.clear()
        rows = [row for row in table.rows if any(row)]
        if not rows:
            return
        head = rows.pop(0) if table.headed else [""] * max(len(row) for row in rows)
        lead = (_row(head), "|" + "---|" * len(head))
        self._write("table", *lead, *(_row(row) for row in rows), lead="\n".join(lead))

    def _write(self, kind: BlockKind, *parts: str, lead: str = "") -> None:
        if parts:
            self._content.append(Block(kind, parts, lead))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _for_layout(table: LexborNode) -> bool:
    """Whether a table only puts things in their places: it holds headings or other tables, or has a single column."""
    columns = False
    part = table.first_child  # a search looks at the node it begins with too
    while part is not None:
        if part.css_first("table, h1, h2, h3, h4, h5, h6, pre, p + p") is not None:
            return True
        columns = columns or part.css_first("td + td, td + th, th + td, th + th") is not None
        part = part.next
    return not columns
