"""Long documents as knowledge: a file, or a folder of files, read as passages."""

import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dialog_core.configuration import ConfigurationError, Problem
from dialog_core.datasets import KnowledgeEntry
from dialog_core.interfaces import Sample
from dialog_data.documents.blocks import Document
from dialog_data.documents.sections import Section, joined, says_something, sections, title_of
from dialog_data.documents.splitting import Piece, pieces
from dialog_data.documents.text_file import decoded, read_bytes
from dialog_data.documents.text_size import WORD
from dialog_data.files.problems import MAX_PROBLEMS, FileProblems
from dialog_data.files.skipping import SkippingReader
from dialog_data.knowledge.entries import slug
from dialog_data.options import DocumentsOptions

MARKDOWN = (".md", ".markdown")
TEXT = (".txt",)
HTML = (".html", ".htm")
PDF = (".pdf",)
ENDINGS = (*MARKDOWN, *TEXT, *HTML, *PDF)

_EXTRA = "dialog-core[data]"
_FILL_OR_LEAVE_OUT = "Write something, or leave the file out with `exclude:`."
_PACKAGES = ("pypdf", "selectolax")


class DocumentsReader(SkippingReader[DocumentsOptions]):
    """Reads Markdown, plain text, HTML and PDF, a file or all of a folder, as passages.

    A document is cut along its headings, and what stands under one heading into passages of about the same length,
    between paragraphs where it can be, else between sentences. A passage's question is the headings it stands under,
    its answer what stands there. Its id is made of the document, its headings and, from the second on, its number under
    them, so that a change in one section leaves the ids of the others as they are. In a folder, hidden files and files
    of other kinds are passed over, and the order is that of the names.
    """

    general = True

    @classmethod
    def recognizes(cls, sample: Sample) -> bool:
        """Whether it is a web page, or a folder of documents and nothing else.

        A text file or a page of Markdown may be anything.
        """
        if sample.names:
            return all(name.lower().endswith(ENDINGS) for name in sample.names)
        return sample.path.suffix.lower() in (*HTML, *PDF)

    def read(self, path: Path) -> Iterator[KnowledgeEntry]:
        """Yield the passages; raise ConfigurationError with every problem of every file."""
        self.context.files.add(path)
        skipped = self.begin()
        problems: list[Problem] = []
        missing: set[str] = set()  # packages; each is reported once
        count = 0
        for file, name in self._documents(path):
            count += 1
            self.context.files.add(file)
            of_file = FileProblems(file)
            try:
                document = self._parsed(of_file)
                if document is not None and not problems:
                    yield from self._passages(document, file, name)
                of_file.finish()
            except ConfigurationError as error:
                if skipped is not None:
                    skipped.count += 1
                    skipped.problems += error.problems[: MAX_PROBLEMS - len(skipped.problems)]
                else:
                    problems.extend(error.problems)
            except ModuleNotFoundError as error:
                package = (error.name or "").partition(".")[0]
                if package not in _PACKAGES:
                    raise
                if package not in missing:
                    remedy = f"Run: pip install '{_EXTRA}'"
                    message = f"{file.suffix} files need the package {package!r}, which is not installed"
                    problems.append(Problem(message, file, remedy=remedy))
                missing.add(package)
        if self.skipped.count == count:  # nothing is left
            problems += self.skipped.problems
        if not count:
            remedy = f"Name a folder with files that end with {', '.join(ENDINGS)}."
            problems.append(Problem("there is no document in this folder", path, remedy=remedy))
        if problems:
            raise ConfigurationError(problems)

    def _documents(self, path: Path) -> Iterator[tuple[Path, str]]:
        """Yield the files with what each is called: its path within the folder."""
        if not path.is_dir():
            yield path, path.name
            return
        for parent, folders, names in os.walk(path):
            self.context.files.add(Path(parent))  # it changes when a file is added
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(parent, name)
                called = file.relative_to(path).as_posix()
                if name.startswith(".") or not name.lower().endswith(ENDINGS):
                    continue
                if not any(fnmatch.fnmatchcase(called, pattern) for pattern in self.options.exclude):
                    yield file, called

    def _parsed(self, problems: FileProblems) -> Document | None:
        """Return what stands in a file; None where it cannot be read, which is reported."""
        ending = problems.file.suffix.lower()
        if ending not in ENDINGS:
            message = f"the ending {ending!r} does not say what is in it"
            problems.report(Problem(message, problems.file, remedy=f"Known endings: {', '.join(ENDINGS)}."))
            return None
        raw = read_bytes(problems)
        if not raw.strip():
            problems.report(Problem("the file is empty", problems.file, remedy=_FILL_OR_LEAVE_OUT))
            return None
        document = self._taken_apart(raw, ending, problems)
        if document is not None and not any(says_something(part) for part in document.content):
            problems.report(Problem("there are no words in the document", problems.file, remedy=_FILL_OR_LEAVE_OUT))
            return None
        return document

    def _taken_apart(self, raw: bytes, ending: str, problems: FileProblems) -> Document | None:
        if ending in PDF:
            from dialog_data.documents import pdf

            return pdf.parse(raw, problems)
        if ending in HTML:
            from dialog_data.documents import html

            declared = html.declared_encoding(raw)
            text = decoded(raw, problems, encoding=self.options.encoding, declared=declared)
            return html.parse(text) if text is not None else None
        from dialog_data.documents import markdown, plain_text

        text = decoded(raw, problems, encoding=self.options.encoding)
        if text is None:
            return None
        return markdown.parse(text) if ending in MARKDOWN else plain_text.parse(text)

    def _passages(self, document: Document, file: Path, name: str) -> Iterator[KnowledgeEntry]:
        title = title_of(document, file.stem)
        limit = self.options.passage_length * WORD
        counts: dict[str, int] = {}  # how many passages have been made under the same headings
        for section in joined(sections(document.content)):
            headings = [heading.text for heading in section.headings]
            if headings[:1] != [title]:
                headings.insert(0, title)
            for piece in pieces(section.blocks, limit, self.options.overlap):
                place = "/".join(slug(heading.text) for heading in section.headings)
                if not place and piece.page:
                    place = f"page={piece.page}"
                called = f"{name}#{place}" if place else name
                part = counts[called] = counts.get(called, 0) + 1
                yield KnowledgeEntry(
                    id=f"{called}~{part}" if part > 1 else called,
                    questions=(" > ".join(headings),),
                    answer=piece.text,
                    language=self.options.language,
                    source=_source(name, section, piece),
                    tags=self.options.tags,
                    metadata=_metadata(headings, name, piece, part),
                    passage=True,
                )


def _source(name: str, section: Section, piece: Piece) -> str:
    anchor = next((heading.anchor for heading in reversed(section.headings) if heading.anchor), "")
    if piece.page:
        anchor = f"page={piece.page}"
    return f"{name}#{anchor}" if anchor else name


def _metadata(headings: list[str], name: str, piece: Piece, part: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"headings": [*headings], "document": name, "part": part}
    if piece.page:
        metadata["page"] = piece.page
    return metadata
