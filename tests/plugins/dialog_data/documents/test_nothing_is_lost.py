"""Whatever a document holds: its words come back in order, in short passages that have ids of their own."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import make_context
from dialog_data.documents.reader import DocumentsReader
from dialog_data.documents.text_size import WORD, sentences, size
from dialog_data.options import DocumentsOptions

Write = Callable[[str, str], str]

LIMIT = 10
word = st.text("abcXYZ09é", min_size=1, max_size=6) | st.text("图书可以续借", min_size=1, max_size=40)
mark = st.sampled_from([" ", ". ", ", ", "! ", "。", "，", "…", '." '])
paragraph = st.lists(st.tuples(word, mark).map("".join), min_size=1, max_size=40).map("".join)
block = st.tuples(st.sampled_from(["heading1", "heading2", "heading3", "paragraph", "list"]), paragraph)
blocks = st.lists(block, min_size=1, max_size=12)


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9é]+|[\u4e00-\u9fff]", text)


def as_markdown(kind: str, text: str) -> str:
    if kind.startswith("heading"):
        return "#" * int(kind[-1]) + f" {text}\n"
    return f"- {text}\n\n<!-- -->\n" if kind == "list" else f"{text}\n"


def as_html(kind: str, text: str) -> str:
    tag = {"paragraph": "p", "list": "li"}.get(kind, f"h{kind[-1]}")
    written = f"<{tag}>{html.escape(text)}</{tag}>"
    return f"<ul>{written}</ul>" if kind == "list" else written


def read(name: str, text: str, **options: int) -> list[KnowledgeEntry]:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, encoding="utf-8")
        return list(DocumentsReader(DocumentsOptions(**options), make_context("manual")).read(path))


@pytest.mark.parametrize(("name", "write"), [("a.md", as_markdown), ("a.html", as_html)])
@given(content=blocks)
def test_every_word_comes_back(name: str, write: Write, content: list[tuple[str, str]]) -> None:
    written = [("paragraph", "begin"), *content]
    entries = read(name, "\n".join(write(kind, text) for kind, text in written), passage_length=LIMIT)
    told = words(" ".join(entry.answer for entry in entries))
    headings = {each for entry in entries for each in words(entry.questions[0])}
    # The text below headings comes back word by word in order, the words of the headings there or above it.
    below = words(" ".join(text for kind, text in written if not kind.startswith("heading")))
    rest = iter(told)
    assert all(each in rest for each in below)
    assert headings.union(told) >= set(words(" ".join(text for _, text in written)))
    assert len({entry.id for entry in entries}) == len(entries)


@given(content=st.lists(paragraph, min_size=1, max_size=12), overlap=st.integers(0, 3))
def test_words_keep_their_order_and_passages_are_short_enough(content: list[str], overlap: int) -> None:
    text = "\n\n".join(content)
    plain = read("a.txt", text, passage_length=LIMIT)
    assert words(" ".join(entry.answer for entry in plain)) == words(text)
    assert all(size(entry.answer) <= LIMIT * WORD for entry in plain)
    overlapping = read("a.txt", text, passage_length=LIMIT, overlap=overlap)
    assert all(size(entry.answer) <= LIMIT * WORD * 1.5 for entry in overlapping)
    for before, after in zip(plain, overlapping, strict=True):
        assert after.answer.endswith(before.answer.lstrip())
    assert len({entry.id for entry in overlapping}) == len(overlapping)


@given(st.text())
def test_sentences_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), st.sampled_from(["md", "txt", "html", "pdf"]))
def test_whatever_stands_in_a_file_it_is_read_or_refused(content: bytes, ending: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"a.{ending}")
        path.write_bytes(content)
        try:
            entries = list(DocumentsReader(DocumentsOptions(), make_context("manual")).read(path))
            assert entries
        except ConfigurationError as error:
            refused = {problem.file for problem in error.problems}
        else:
            refused = {path}
    assert refused == {path}
