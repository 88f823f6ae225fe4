"""The sections of a document: what stands under each heading, with the headings above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dialog_data.documents.blocks import LONGEST_HEADING, Block, Document, Heading
from dialog_data.documents.text_size import has_words


@dataclass(slots=True)
class Section:
    """A heading with the text below it, up to the next heading.

    Attributes:
        headings: The headings it stands under, its own last; none before the first heading of a document.
        blocks: The text.
    """

    headings: tuple[Heading, ...]
    blocks: list[Block] = field(default_factory=list)


def title_of(document: Document, stem: str) -> str:
    """Return what a document is called.

    That is its first heading if it is the only one of the highest level, so that all others stand under it; else the
    title it gives itself beside its text; else the file's name.
    """
    headings = [part for part in document.content if isinstance(part, Heading)]
    highest = min((heading.level for heading in headings), default=0)
    if headings and headings[0].level == highest and sum(heading.level == highest for heading in headings) == 1:
        return headings[0].text
    return document.title or stem


def sections(content: Sequence[Heading | Block]) -> Iterator[Section]:
    """Yield the sections that have text, in order.

    A heading without any text under it is text of the section it stands in, so that nothing a document says is lost.
    """
    section = Section(())
    fresh: Heading | None = None  # the heading right before, when nothing has come after it yet
    for part in content:
        if isinstance(part, Heading) and len(part.text) > LONGEST_HEADING:
            part = _as_text(part)
        if isinstance(part, Block):
            if section.blocks or says_something(part):  # a line of dashes alone is no text
                section.blocks.append(part)
                fresh = None
            continue
        if fresh is not None and part.level <= fresh.level:
            section = Section(section.headings[:-1], [_as_text(fresh)])
        if section.blocks:
            yield section
        above = section.headings
        while above and above[-1].level >= part.level:
            above = above[:-1]
        section, fresh = Section((*above, part)), part
    if fresh is not None:
        section = Section(section.headings[:-1], [_as_text(fresh)])
    if section.blocks:
        yield section


def joined(found: Iterator[Section]) -> Iterator[Section]:
    """Join neighbours that stand under the same headings."""
    last: Section | None = None
    for section in found:
        if last is not None and last.headings == section.headings:
            last.blocks.extend(section.blocks)
            continue
        if last is not None:
            yield last
        last = section
    if last is not None:
        yield last


def says_something(part: Heading | Block) -> bool:
    """Whether there are words in it."""
    return has_words(part.text) if isinstance(part, Heading) else any(has_words(text) for text in part.parts)


def _as_text(heading: Heading) -> Block:
    return Block("prose", (heading.text,), page=heading.page)
