"""Comments of a file, by the lines they belong to."""

import pytest

from dialog_core.configuration import parse_yaml
from dialog_core.configuration.node import Plain
from dialog_rasa.project.comments import Comments
from tests.plugins.dialog_rasa.bots import BOTS, TEN, needs_bots

TEXT = """\
# This bot sells pizza.
# It is closed on Mondays.

intents:
# What people say first.
# All of it.
- hi  # also in the morning
- bye

# Far away.

- "a # b"
- 'it''s # quoted'  # beside a quote
nlu:
- intent: hi # beside
  examples: |
    - # not a comment
    - order #5

    # nor is this
  # above metadata
  metadata: {a: "#", b: 'x'} # beside braces
- text: don't # an apostrophe
- url: http://example.org/#part
# the end
"""


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(TEXT.splitlines(), start=1) if words in line)


def test_the_head_of_a_file_belongs_to_the_file() -> None:
    comments = Comments(TEXT)
    assert comments.head == ("This bot sells pizza.", "It is closed on Mondays.")
    assert comments.above(line_of("intents:")) == ()


def test_what_stands_above_the_version_is_about_the_file_too() -> None:
    comments = Comments('# Ask Karl first.\nversion: "3.1"\nnlu:\n')
    assert comments.head == ("Ask Karl first.",)
    assert comments.above(2) == ()
    assert Comments("# About greetings.\nnlu:\n").head == ()


def test_comments_directly_above_a_line_belong_to_it_and_a_blank_line_ends_them() -> None:
    comments = Comments(TEXT)
    assert comments.above(line_of("- hi")) == ("What people say first.", "All of it.")
    assert comments.above(line_of('- "a # b"')) == ()
    assert comments.above(line_of("metadata")) == () or "above metadata"
    assert comments.above(line_of("  metadata: {")) == ("above metadata",)


def test_a_comment_beside_a_line_is_none_within_quotes_or_blocks() -> None:
    comments = Comments(TEXT)
    assert comments.beside(line_of("- hi")) == "also in the morning"
    assert comments.beside(line_of("- bye")) == ""
    assert comments.beside(line_of('- "a # b"')) == ""
    assert comments.beside(line_of("it''s")) == "beside a quote"
    assert comments.beside(line_of("- intent: hi")) == "beside"
    assert comments.beside(line_of("not a comment")) == ""
    assert comments.beside(line_of("order #5")) == ""
    assert comments.beside(line_of("nor is this")) == ""
    assert comments.beside(line_of("  metadata: {")) == "beside braces"
    assert comments.beside(line_of("don't")) == "an apostrophe"
    assert comments.beside(line_of("#part")) == ""


def test_a_comment_above_the_first_line_without_a_blank_line_belongs_to_that_line() -> None:
    comments = Comments("# about the language\nlanguage: en\n")
    assert comments.head == ()
    assert comments.above(2) == ("about the language",)


def test_a_block_in_a_list_ends_where_the_list_goes_on() -> None:
    comments = Comments("- text: |\n    hi # said\n  metadata: x # beside\n- |\n  # said\n# above\n- b # too\n")
    assert [comments.beside(line) for line in range(1, 8)] == ["", "", "beside", "", "", "", "too"]
    assert comments.above(7) == ("above",)


def test_lines_that_are_not_there_have_no_comments() -> None:
    comments = Comments("")
    assert (comments.above(0), comments.above(9), comments.beside(0), comments.beside(9), comments.head) == (
        (), (), "", "", ()
    )  # fmt: skip


def without(text: str) -> str:
    """Return a text without the comments that were found in it."""
    comments = Comments(text)
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        beside = comments.beside(number)
        lines.append(line[: line.rindex(beside)].rstrip().removesuffix("#") if beside else line)
    return "\n".join([*lines, ""]) if text.endswith("\n") else "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "a: 'x # y'  # z\nb: |- # block\n  text # of it\nc: >\n   more # of it\n\n   and # more\nd: x#y # z\n",
        "- - |\n    in # it\n  - out # side\n- k: [a, 'b # c', \"d # e\"] # f\n  l: {m: n} # o\n",
        'a: "one\n  two # still\n  three" # done\nb: it\'s # now\n',
    ],
)
def test_a_file_says_the_same_without_the_comments_that_were_found(text: str) -> None:
    assert values(without(text)) == values(text)


@needs_bots
@pytest.mark.parametrize("name", TEN)
def test_a_bots_files_say_the_same_without_the_comments_that_were_found(name: str) -> None:
    for file in sorted((BOTS / name).rglob("*.yml")):
        text = file.read_text(encoding="utf-8")
        if any(line.strip() and not line.strip().startswith("#") for line in text.splitlines()):
            assert values(without(text)) == values(text), file


def values(text: str) -> Plain:
    """Return what a YAML text says."""
    return parse_yaml(text).plain()
