"""The writer `faq`, read again with the reader `yaml`."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import NASTY_TEXTS, make_context
from dialog_core.text import repair_text

LONG = "The parcel is sent again as soon as the carrier has told us that nobody was at home, which takes three days."


def written(entries: Sequence[KnowledgeEntry]) -> str:
    file = io.StringIO()
    make_context("data").create("writer", "faq").write(iter(entries), file)
    return file.getvalue()


def again(text: str, path: Path) -> list[KnowledgeEntry]:
    path.write_text(text, encoding="utf-8")
    return list(make_context("data").create("reader", "yaml").read(path))


def test_a_faq_reads_like_one_that_somebody_has_written() -> None:
    entries = [
        KnowledgeEntry(
            "open", ("When are you open?", "What are your hours?"), "From nine.\n\nNot on Sundays.", tags=("a",)
        ),
        KnowledgeEntry("lost", ("Where is my parcel?",), f"{LONG} {LONG}", metadata={"line": 7, "by": {"name": "Ada"}}),
    ]
    assert written(entries).splitlines() == [
        "- id: open",
        "  question: When are you open?",
        "  questions:",
        "    - What are your hours?",
        "  answer: |-",
        "    From nine.",
        "",
        "    Not on Sundays.",
        "  tags:",
        "    - a",
        "",
        "- id: lost",
        "  question: Where is my parcel?",
        "  answer: >-",
        f"    {LONG}",
        f"    {LONG}",
        "  metadata:",
        "    by:",
        "      name: Ada",
    ]


def test_everything_an_entry_has_comes_back(tmp_path: Path) -> None:
    entry = KnowledgeEntry(
        id="007",
        questions=("yes", "1e3", "~", "- a"),
        answer="# no comment\nkey: value",
        language="zh-Hant",
        source="https://example.org/#a",
        tags=("on", "2026-01-01"),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        metadata={"n": 1, "none": None, "list": [1.5, True, "x"], "deep": {"a": {"b": []}}},
    )
    assert again(written([entry, entry.__class__("b", ("b",), "b")]), tmp_path / "faq.yaml")[0] == entry


def test_nothing_is_an_empty_list(tmp_path: Path) -> None:
    assert written([]) == "[]\n"
    assert again("[]\n", tmp_path / "faq.yaml") == []


def test_a_passage_is_no_question_with_an_answer() -> None:
    with pytest.raises(ConfigurationError, match="'p1' is a passage of a document"):
        written([KnowledgeEntry("p1", ("Tea",), "A leaf.", passage=True)])


def usable(text: str) -> bool:
    """Whether a file can have the text at all: no control characters, blanks at its ends, or halves of characters."""
    return bool(text.strip()) and text == text.strip() and text == repair_text(text) and text.isprintable()


words = st.text(st.sampled_from("ab :#-'\"|>&*!%@`{}[],?.é中文😀\u00a0\u200b"), min_size=1).filter(usable)
lines = st.lists(words | st.sampled_from(["", "  indented", "- item", "#", "---", "..."]), min_size=1, max_size=6).map(
    "\n".join
)
answers = (
    words | lines | st.sampled_from([text for text in NASTY_TEXTS if usable(text)]) | words.map(lambda one: one * 40)
).filter(lambda text: bool(text.strip()) and text == text.strip())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=words, answer=answers, value=words)
def test_whatever_somebody_writes_comes_back(question: str, answer: str, value: str, tmp_path: Path) -> None:
    entry = KnowledgeEntry("an-id", (question,), answer, metadata={"value": value})
    assert again(written([entry]), tmp_path / "faq.yaml") == [entry]
