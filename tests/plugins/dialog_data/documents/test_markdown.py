from collections.abc import Callable
from typing import Any

GUIDE = """---
title: not this, the page has a heading of its own
---
# The *Guide*

Welcome.

## Returns {#sending-back}

Within 30 days.
Keep the receipt.

### From abroad

- Ask for a label.
- Send it.

  It is free.

```sh
# not a heading
track AF123
```

## Prices

| size | price |
|------|------:|
| S    | 3     |

<!-- a comment -->

Examples
--------
One.

## Prices
Other prices.
"""


def test_a_passage_has_its_headings_as_the_question_and_what_stands_below_as_the_answer(
    read: Callable[..., Any],
) -> None:
    entries = read("guide.md", GUIDE)
    assert [(entry.questions[0], entry.answer) for entry in entries] == [
        ("The Guide", "Welcome."),
        ("The Guide > Returns", "Within 30 days.\nKeep the receipt."),
        (
            "The Guide > Returns > From abroad",
            "- Ask for a label.\n- Send it.\n\n  It is free.\n\n```sh\n# not a heading\ntrack AF123\n```",
        ),
        ("The Guide > Prices", "| size | price |\n|------|------:|\n| S    | 3     |"),
        ("The Guide > Examples", "One."),
        ("The Guide > Prices", "Other prices."),
    ]


def test_a_passage_says_where_it_stands(read: Callable[..., Any]) -> None:
    entries = read("guide.md", GUIDE)
    assert [(entry.id, entry.source) for entry in entries] == [
        ("guide.md#the-guide", "guide.md#the-guide"),
        ("guide.md#the-guide/returns", "guide.md#sending-back"),
        ("guide.md#the-guide/returns/from-abroad", "guide.md#from-abroad"),
        ("guide.md#the-guide/prices", "guide.md#prices"),
        ("guide.md#the-guide/examples", "guide.md#examples"),
        ("guide.md#the-guide/prices~2", "guide.md#prices-1"),
    ]
    assert entries[2].metadata == {
        "headings": ["The Guide", "Returns", "From abroad"],
        "document": "guide.md",
        "part": 1,
    }


def test_a_change_in_one_section_leaves_the_ids_of_the_others(read: Callable[..., Any]) -> None:
    before = {entry.id for entry in read("guide.md", GUIDE)}
    longer = GUIDE.replace("Within 30 days.", "It is possible to return what you bought. " * 100)
    after = {entry.id for entry in read("guide.md", longer)}
    assert before < after
    assert {id.partition("~")[0] for id in after - before} == {"guide.md#the-guide/returns"}


def test_a_document_without_a_title_is_called_by_its_file(read: Callable[..., Any]) -> None:
    entries = read("notes.md", "Before.\n# One\nFirst.\n# Two\nSecond.\n")
    assert [(entry.questions[0], entry.id) for entry in entries] == [
        ("notes", "notes.md"),
        ("notes > One", "notes.md#one"),
        ("notes > Two", "notes.md#two"),
    ]


def test_front_matter_gives_the_title_where_there_is_no_heading_above_all(read: Callable[..., Any]) -> None:
    entries = read("notes.md", "---\ntitle: 'Our notes'\n---\n# One\nFirst.\n# Two\nSecond.\n")
    assert [entry.questions[0] for entry in entries] == ["Our notes > One", "Our notes > Two"]


def test_headings_without_text_are_text_of_the_section_above(read: Callable[..., Any]) -> None:
    entries = read("help.md", "# Help\n## Call 0800 123\n## Write to us\n## Opening hours\nAlways.\n## Holidays\n")
    assert [(entry.questions[0], entry.answer) for entry in entries] == [
        ("Help", "Call 0800 123\n\nWrite to us"),
        ("Help > Opening hours", "Always."),
        ("Help", "Holidays"),
    ]


def test_a_code_block_is_never_cut(read: Callable[..., Any]) -> None:
    code = "```\n" + "one two three four five\n" * 20 + "```"
    entries = read("code.md", f"# Code\n\nBefore it.\n\n{code}\n\nAfter it.\n", passage_length=10)
    assert [entry.answer for entry in entries] == ["Before it.", code, "After it."]


def test_a_long_table_is_cut_between_rows_and_repeats_its_head(read: Callable[..., Any]) -> None:
    rows = [f"| size {number} | costs {number} euros |" for number in range(9)]
    entries = read("table.md", "# Prices\n| a | b |\n|---|---|\n" + "\n".join(rows), passage_length=18)
    assert [row for entry in entries for row in entry.answer.split("\n")[2:]] == rows
    assert all(entry.answer.startswith("| a | b |\n|---|---|\n| size") for entry in entries)
    assert len(entries) == 3


def test_what_ends_with_a_colon_stays_with_what_it_introduces(read: Callable[..., Any]) -> None:
    text = "# Tea\n\nTea is made of leaves and of water.\n\nYou need:\n\n- a pot\n- a cup and a spoon\n"
    entries = read("tea.md", text, passage_length=12)
    assert [entry.answer for entry in entries] == [
        "Tea is made of leaves and of water.",
        "You need:\n\n- a pot\n- a cup and a spoon",
    ]


def test_an_enormous_heading_is_text(read: Callable[..., Any]) -> None:
    entries = read("odd.md", "# Odd\n## " + "long " * 100 + "\nText.\n")
    assert {entry.questions for entry in entries} == {("Odd",)}
    assert sum(entry.answer.count("long") for entry in entries) == 100


def test_a_line_of_dashes_is_no_text(read: Callable[..., Any]) -> None:
    entries = read("help.md", "# Help\n## Empty\n\n- - -\n\n## Full\n\nText.\n\n~ ~\n\nMore.\n")
    assert [entry.answer for entry in entries] == ["Empty", "Text.\n\n~ ~\n\nMore."]
