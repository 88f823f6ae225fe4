"""PDF: the text of its pages, with the headings its outline names."""

import logging
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pypdf
from pypdf.errors import DependencyError

from dialog_core.configuration import Problem
from dialog_data.documents.blocks import Document, Heading
from dialog_data.documents.pdf_lines import content
from dialog_data.files.problems import FileProblems

_DEEPEST = 6  # levels of headings; as many as HTML has
_ENDINGS = (".doc", ".docx", ".indd", ".pdf", ".ppt", ".pptx", ".tex", ".dvi", ".odt", ".xls", ".xlsx")

# It reports in the log what it could put right; where nobody listens, that must not end up between a bot's replies.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


def parse(raw: bytes, problems: FileProblems) -> Document | None:
    """Take a file apart; None where it cannot be, which is reported."""
    try:
        return _parse(raw, problems)
    except Exception as error:  # a damaged file may raise anything, as pypdf.errors says
        reason = str(error) or type(error).__name__
        message = f"cannot be read as PDF: {reason[:200]}" if raw.startswith(b"%PDF") else "is no PDF file"
        remedy = "Open it in a PDF viewer and save it anew, or leave it out with `exclude:`."
        problems.report(Problem(message, problems.file, remedy=remedy))
        return None


def _parse(raw: bytes, problems: FileProblems) -> Document | None:
    reader = pypdf.PdfReader(BytesIO(raw))
    if reader.is_encrypted and not _opens_without_password(reader):
        remedy = "Save a copy without a password and name that (`qpdf --decrypt IN OUT` makes one)."
        problems.report(Problem("is encrypted", problems.file, remedy=remedy))
        return None
    pages = [page.extract_text() for page in reader.pages]
    if not any(page.strip() for page in pages):
        remedy = "If it was scanned, run text recognition first (`ocrmypdf IN OUT`), or leave it out with `exclude:`."
        problems.report(
            Problem("has no text, only pictures" if pages else "has no pages", problems.file, remedy=remedy)
        )
        return None
    title = " ".join(str((reader.metadata.title if reader.metadata else None) or "").split())
    if title.lower().endswith(_ENDINGS) or title.lower().startswith(("untitled", "microsoft word")):
        title = ""  # what programs write there by themselves
    return Document(title, tuple(content(pages, list(_headings(reader, reader.outline, 1)))))


def _opens_without_password(reader: pypdf.PdfReader) -> bool:
    try:
        return reader.decrypt("") != pypdf.PasswordType.NOT_DECRYPTED
    except DependencyError:  # AES, which pypdf leaves to another package
        return False


def _headings(reader: pypdf.PdfReader, outline: Sequence[Any], level: int) -> Iterator[Heading]:
    """Yield the entries of an outline that lead to a page."""
    for entry in outline:
        if isinstance(entry, list):
            yield from _headings(reader, entry, level + 1)
            continue
        text = " ".join(str(entry.title or "").split())
        number = reader.get_destination_page_number(entry)
        if text and number is not None and number >= 0:
            yield Heading(text, min(level, _DEEPEST), page=number + 1)
