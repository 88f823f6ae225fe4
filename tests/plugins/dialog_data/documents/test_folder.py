import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dialog_core import Bot

FOLDER = {
    "b.txt": "Text of b.",
    "a.md": "# A\nText of a.",
    "sub/c.html": "<h1>C</h1>Text of c.",
    "sub/.hidden.md": "# Hidden\nText.",
    ".git/d.md": "# Hidden\nText.",
    "picture.png": b"\x89PNG",
}


def test_a_folder_is_read_in_the_order_of_its_names(read: Callable[..., Any]) -> None:
    entries = read("manual", FOLDER, language="en", tags=["manual"])
    assert [(entry.id, entry.source, entry.metadata["document"]) for entry in entries] == [
        ("a.md#a", "a.md#a", "a.md"),
        ("b.txt", "b.txt", "b.txt"),
        ("sub/c.html#c", "sub/c.html", "sub/c.html"),
    ]
    assert {(entry.language, entry.tags) for entry in entries} == {("en", ("manual",))}


def test_files_can_be_left_out(read: Callable[..., Any]) -> None:
    entries = read("manual", FOLDER, exclude=["sub/*", "b.txt"])
    assert [entry.id for entry in entries] == ["a.md#a"]


def test_all_problems_of_a_folder_are_told_at_once(problems: Callable[..., Any]) -> None:
    wrong = {"a.md": "", "b.txt": b"x\n\xff", "c.pdf": "x", "d.html": "<p>", "e.md": "# Good\nText.", "f.md": b"a\0"}
    assert [problem.partition(". ")[0] for problem in problems("manual", wrong)] == [
        "manual/a.md: the file is empty",
        "manual/b.txt:2:1: this is not UTF-8 text",
        "manual/c.pdf: is no PDF file",
        "manual/d.html: there are no words in the document",
        "manual/f.md:1:2: is a binary file, not text",
    ]


def test_a_folder_without_documents_is_a_mistake(problems: Callable[..., Any]) -> None:
    (problem,) = problems("manual", {"picture.png": b"\x89PNG"})
    assert problem.startswith("manual: there is no document in this folder. Name a folder with files that end with .md")


def test_a_file_of_another_kind_is_a_mistake(problems: Callable[..., Any]) -> None:
    (problem,) = problems("manual.docx", b"PK")
    assert problem.startswith("manual.docx: the ending '.docx' does not say what is in it. Known endings: .md")


def test_a_bot_answers_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "returns.md").write_text("# Help\n## Returning things\nSend it back within 30 days.\n")
    bot = tmp_path / "bot.yaml"
    for knowledge in ("{path: manual}", "{path: manual/}", "{use: documents, path: manual}"):
        bot.write_text(
            "version: 1\nbot: {name: Robin, language: en}\n"
            f"knowledge: {{manual: {knowledge}}}\npolicies: [{{use: bm25, name: search, knowledge: manual}}]\n"
        )
        hit = Bot.load(bot).search("how does returning things work", top_k=1)[0]
        assert hit.entry.answer == "Send it back within 30 days."


def test_a_folder_of_markdown_needs_no_other_package(tmp_path: Path) -> None:
    for name, text in {"a.md": "# A\nText.", "b.pdf": "x", "c.html": "x", "d.pdf": "x"}.items():
        (tmp_path / name).write_text(text)
    program = f"""
import sys
sys.modules["pypdf"] = sys.modules["selectolax"] = None  # as if they were not installed
from pathlib import Path
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context
from dialog_data.documents.reader import DocumentsReader
from dialog_data.options import DocumentsOptions
folder = Path({str(tmp_path)!r})
reader = DocumentsReader(DocumentsOptions(exclude=["*.pdf", "*.html"]), make_context("manual"))
print([entry.id for entry in reader.read(folder)])
try:
    list(DocumentsReader(DocumentsOptions(), make_context("manual")).read(folder))
except ConfigurationError as error:
    print(str(error).replace(f"{{folder}}/", ""))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "['a.md#a']",
        "b.pdf: .pdf files need the package 'pypdf', which is not installed. Run: pip install 'dialog-core[data]'",
        "c.html: .html files need the package 'selectolax', which is not installed. "
        "Run: pip install 'dialog-core[data]'",
    ]
