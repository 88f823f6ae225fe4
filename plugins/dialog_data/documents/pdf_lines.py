"""From the lines of a PDF's pages to paragraphs.

A PDF knows letters and their places, no paragraphs. What a page repeats at its top and bottom is dropped, headings of
the outline are looked for in the lines, and lines are joined to paragraphs: a line that is shorter than the others or
ends a sentence before the margin ends a paragraph.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialog_data.documents.blocks import Block, Heading

_EDGE = 2  # lines at the top and the bottom of a page that may be repeated ones
_REPEATED_AT_LEAST = 3  # pages
_REPEATED_SHARE = 0.3  # of the pages; left and right pages, and chapters, have headers of their own
_FULL_LINE = 0.85  # of the usual length: a shorter line that ends a sentence ends a paragraph
_SHORT_LINE = 0.6  # of the usual length: a shorter line ends a paragraph whatever it ends with
_USUAL_LENGTH = 0.9  # the quantile of the lengths of lines that is taken as the width of the text

_MOST_SEARCHED = 100  # headings of a page that are looked for in its lines
_LONGEST_NUMBER = 12  # letters before a title in the text that the outline leaves out: "2.1", "Chapter 3:"

_LONGEST_EDGE = 15  # words of a header or footer that holds the page's number
_LONGEST_PAGE_NUMBER = 5  # digits

_CONTENTS = re.compile(r"(?:\.\s?){5,}\s*(?:\d+|[ivxlc]+)?$")  # a line of the table of contents: the outline has it
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
_ITEM = re.compile(r"(?:[•●▪■◦‣∙·*–—-]|\(?(?:\d{1,3}|[a-z])[.)])\s+\S")
_BULLET = re.compile(r"^[•●▪■◦‣∙·]\s*")
_SENTENCE_END = re.compile(r"[.!?…:。！？：]['\"”’」』)）\]]*$")
_HYPHEN = re.compile(r"[^\W\d_][-\u00ad\u2010]$")
_WORD_BEGUN = re.compile(r"(?<![^\W\d_])[^\W\d_]+-$")
_WORD_ENDED = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_UNSPACED = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_NOT_IN_TITLE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text with the page it stands on."""

    text: str
    page: int


def content(pages: Sequence[str], headings: Sequence[Heading]) -> Iterator[Heading | Block]:
    """Yield headings and paragraphs.

    Args:
        pages: The text of each page.
        headings: What the outline names, in its order.
    """
    lines = _without_repeated([_lines(page) for page in pages])
    compounds = {match[0].lower() for page in lines for line in page for match in _HYPHENATED.finditer(line)}
    lengths = sorted(len(line) for page in lines for line in page)
    usual = lengths[int(_USUAL_LENGTH * (len(lengths) - 1))] if lengths else 0
    run: list[_Line] = []
    for part in _with_headings(lines, headings):
        if isinstance(part, _Line):
            run.append(part)
            continue
        yield from _paragraphs(run, usual, compounds)
        run = []
        yield part
    yield from _paragraphs(run, usual, compounds)


def _lines(page: str) -> list[str]:
    lines = (_SPACES.sub(" ", line.replace("\0", "")).strip() for line in page.splitlines())
    return [line for line in lines if line and not _CONTENTS.search(line)]


def _without_repeated(pages: Sequence[list[str]]) -> list[list[str]]:
    """Drop headers and footers: lines at the edge of a page that many pages have, or that hold its number."""
    distances: Counter[int] = Counter()  # of a number at the edge of a page from the page's place in the file
    same: Counter[str] = Counter()
    alike: Counter[str] = Counter()  # but for their numbers
    for place, page in enumerate(pages):
        edge = {*page[:_EDGE], *page[-_EDGE:]}
        distances.update({number - place for line in edge for number in _numbers(line)})
        same.update(edge)
        alike.update({_DIGITS.sub("#", line) for line in edge})
    enough = max(_REPEATED_AT_LEAST, _REPEATED_SHARE * len(pages))
    distance = next((distance for distance, count in distances.most_common(1) if count >= enough), None)

    def is_repeated(line: str, place: int) -> bool:
        if same[line] >= enough:
            return True
        if distance is None or place + distance not in _numbers(line):
            return False
        words = line.split(" ")
        return str(place + distance) in (words[0], words[-1]) or alike[_DIGITS.sub("#", line)] >= enough

    def kept(page: Sequence[str], place: int) -> Iterator[str]:
        for position, line in enumerate(page):
            if _EDGE <= position < len(page) - _EDGE or not is_repeated(line, place):
                yield line

    return [list(kept(page, place)) for place, page in enumerate(pages)]


def _numbers(line: str) -> list[int]:
    """Return the numbers in a short line."""
    words = line.split(" ")
    if len(words) > _LONGEST_EDGE:
        return []
    return [int(word) for word in words if word.isdecimal() and len(word) <= _LONGEST_PAGE_NUMBER]


def _with_headings(pages: Sequence[Sequence[str]], headings: Sequence[Heading]) -> Iterator[Heading | _Line]:
    """Yield the lines, and each heading in the place of the lines that say it, or else where its page begins."""
    by_page: dict[int, list[Heading]] = defaultdict(list)
    for heading in headings:
        by_page[heading.page].append(heading)
    for number, lines in enumerate(pages, 1):
        done = 0
        bare = [_bare(line) for line in lines] if by_page[number] else []
        for position, heading in enumerate(by_page[number]):
            start, end = _find(_bare(heading.text), bare, done) if position < _MOST_SEARCHED else (done, done)
            yield from (_Line(line, number) for line in lines[done:start])
            yield heading
            done = end
        yield from (_Line(line, number) for line in lines[done:])


def _find(title: str, lines: Sequence[str], begin: int) -> tuple[int, int]:
    """Return where the lines that say a title begin and end; (begin, begin) where none do."""
    for start in range(begin, len(lines) if title else begin):
        said = ""
        for end in range(start, min(start + 3, len(lines))):  # a long title may take up three lines
            said += lines[end]
            before = said.removesuffix(title)
            if said.endswith(title) and (not before or (len(before) <= _LONGEST_NUMBER and before[-1].isdigit())):
                return start, end + 1
            if len(said) > len(title) + _LONGEST_NUMBER:
                break
    return begin, begin


def _bare(text: str) -> str:
    return _NOT_IN_TITLE.sub("", text).casefold()


def _paragraphs(lines: Sequence[_Line], usual: int, compounds: set[str]) -> Iterator[Block]:
    """Join lines to paragraphs, and paragraphs that are items to lists."""
    items: list[str] = []
    start = begun = 0
    for number, line in enumerate(lines):
        if number + 1 < len(lines) and not _ends(line, lines[number + 1], usual):
            continue
        text = _joined(lines[start : number + 1], compounds)
        if _ITEM.match(text):
            begun = begun if items else lines[start].page
            items.append(text)
        else:
            if items:
                yield Block("list", tuple(items), page=begun)
                items = []
            yield Block("prose", (text,), page=lines[start].page)
        start = number + 1
    if items:
        yield Block("list", tuple(items), page=begun)


def _ends(line: _Line, following: _Line, usual: int) -> bool:
    """Whether a paragraph ends with a line."""
    if _ITEM.match(following.text):
        return True
    if _HYPHEN.search(line.text):
        return False
    length = len(line.text) / usual
    if _SENTENCE_END.search(line.text):
        return length < _FULL_LINE or following.page != line.page
    return length < _SHORT_LINE and not following.text[0].islower()


def _joined(lines: Sequence[_Line], compounds: set[str]) -> str:
    """Return lines as one: words that were divided at the end of a line are put together again."""
    parts = [_BULLET.sub("- ", lines[0].text)]
    for line in lines[1:]:
        last, text = parts[-1], line.text
        if _HYPHEN.search(last) and text[0].islower():
            parts[-1] = last if _compound(last, text) in compounds else last[:-1]
        elif not (_UNSPACED.match(last[-1]) and _UNSPACED.match(text[0])):
            parts.append(" ")
        parts.append(text)
    return "".join(parts)


def _compound(before: str, after: str) -> str:
    """Return the word that is divided at the end of a line, with its hyphen."""
    begun, ended = _WORD_BEGUN.search(before), _WORD_ENDED.match(after)
    return f"{begun[0]}{ended[0]}".lower() if begun and ended else ""
