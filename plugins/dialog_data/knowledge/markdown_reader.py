"""Knowledge in Markdown: questions as headings, answers as the text below them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialog_core import Context
from dialog_core.configuration import Node
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.files.lines import read_lines
from dialog_data.files.skipping import SkippingReader
from dialog_data.knowledge.entries import EntryBuilder, slug
from dialog_data.options import MarkdownOptions

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ANCHOR = re.compile(r"[ \t]*\{#([^\s{}]+)\}$")
_ITEM = re.compile(r" {0,3}[-*+][ \t]+(.*\S)")
_BLOCK = re.compile(r" {0,3}(?:[-*+>|]|\d{1,9}[.)])(?:\s|$)| {4}|\t")  # lists, quotes, tables, indented code


@dataclass(slots=True)
class _Section:
    """A heading with the lines below it."""

    heading: str
    level: int
    line: int
    anchor: str = ""
    lines: list[tuple[int, str]] = field(default_factory=list)


class MarkdownReader(SkippingReader[MarkdownOptions]):
    """Reads Markdown, one section at a time.

    Each heading with text under it is a question, and that text, Markdown kept, the answer. A list right under the
    heading that is introduced by `Also asked:` holds further phrasings. `## Question {#its-id}` gives an id. Headings
    above become metadata (`headings`), headings in code blocks are code, and front matter is passed over.
    """

    general = True

    def __init__(self, options: MarkdownOptions, context: Context) -> None:
        super().__init__(options, context)
        names = "|".join(re.escape(name.strip().rstrip(":：")) for name in options.also_asked)
        self._also = re.compile(rf"[*_]*(?:{names})\s*[:：][*_]*$", re.IGNORECASE)

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a page with headings."""
        is_markdown = sample.path.suffix.lower() in (".md", ".markdown")
        return is_markdown and any(_HEADING.match(line) for line in sample.head.splitlines())

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the entries; raise ConfigurationError with every problem of the file."""
        self.context.files.add(path)
        builder = EntryBuilder(path, self.begin(), encoding=self.options.encoding)
        above: list[_Section] = []
        found = False
        for section in _sections(builder):
            above = [*(other for other in above if other.level < section.level), section]
            node = self._node(section, above[:-1], builder)
            if node is not None:
                found = True
                yield from builder.built(builder.entry(node))
        if not found:
            remedy = "Write each question as a heading (## How long does delivery take?) with its answer below."
            builder.refuse("no heading has text under it", 1, remedy=remedy)
        builder.finish()

    def _node(self, section: _Section, above: Sequence[_Section], builder: EntryBuilder) -> Node | None:
        """Return the entry of a section; None if it only groups others."""
        phrasings, rest = self._take_phrasings(section.lines)
        answer = _without_blank_ends(rest)
        if not section.heading or not (answer or phrasings):
            return None
        file, line = builder.file, section.line
        fields = {
            "questions": Node(
                [Node(section.heading, file, line, 1), *(Node(text, file, at, 1) for at, text in phrasings)],
                file,
                line,
                1,
            ),
            "source": Node(f"{file.name}#{section.anchor or slug(section.heading)}", file, line, 1),
        }
        if answer:
            first = answer[0][0]
            fields["answer"] = Node("\n".join(text for _, text in answer), file, first, 1)
        if section.anchor:
            fields["id"] = Node(section.anchor, file, line, 1)
        if any(other.heading for other in above):
            headings = [Node(other.heading, file, other.line, 1) for other in above if other.heading]
            fields["metadata"] = Node({"headings": Node(headings, file, line, 1)}, file, line, 1)
        return Node(fields, file, line, 1)

    def _take_phrasings(self, lines: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """Take the list of further phrasings away from the beginning of a section."""
        rest = _without_blank_ends(lines)
        if not rest or not self._also.match(rest[0][1].strip()):
            return [], lines
        phrasings = []
        for position, (number, text) in enumerate(rest[1:], 1):
            item = _ITEM.match(text)
            if item is not None:
                phrasings.append((number, item[1]))
            elif text.strip():
                return phrasings, rest[position:]
        return phrasings, []


def _sections(builder: EntryBuilder) -> Iterator[_Section]:
    """Yield the headings of the file with what stands below them; text above the first is passed over."""
    section: _Section | None = None
    fence = ""
    for number, text in _without_front_matter(builder):
        marker = _FENCE.match(text)
        heading = None if fence else _HEADING.match(text)
        underline = None if fence or section is None else _UNDERLINE.match(text)
        if marker is not None:
            if not fence:
                fence = marker[1]
            elif marker[1].startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
        if heading is not None:
            if section is not None:
                yield section
            section = _section(heading[2] or "", len(heading[1]), number)
        elif underline is not None and section is not None and _is_title(section.lines):
            at, title = section.lines.pop()
            yield section
            section = _section(title.strip(), 1 if underline[1][0] == "=" else 2, at)
        elif section is not None:
            section.lines.append((number, text))
        elif not fence and text.strip():
            section = _Section("", 0, number, lines=[(number, text)])  # may turn out to be an underlined title
    if section is not None:
        yield section


def _section(heading: str, level: int, line: int) -> _Section:
    anchor = _ANCHOR.search(heading)
    return _Section(_ANCHOR.sub("", heading).strip(), level, line, anchor[1] if anchor else "")


def _is_title(lines: Sequence[tuple[int, str]]) -> bool:
    """Whether the last line, with an underline below it, is a heading: a paragraph of one line."""
    if not lines or not lines[-1][1].strip() or _BLOCK.match(lines[-1][1]):
        return False
    return len(lines) == 1 or not lines[-2][1].strip()


def _without_front_matter(builder: EntryBuilder) -> Iterator[tuple[int, str]]:
    """Yield the lines after the front matter, their line breaks removed."""
    held: list[tuple[int, str]] = []  # lines that are front matter if it ends, and text if it does not
    in_front_matter = False
    for number, raw in read_lines(builder):
        text = raw.rstrip("\r\n")
        if number == 1 and text.rstrip() == "---":
            in_front_matter = True
        elif in_front_matter and text.rstrip() in ("---", "..."):
            in_front_matter = False
            held.clear()
            continue
        if in_front_matter:
            held.append((number, text))
        else:
            yield number, text
    yield from held


def _without_blank_ends(lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    filled = [position for position, (_, text) in enumerate(lines) if text.strip()]
    return list(lines[filled[0] : filled[-1] + 1]) if filled else []
