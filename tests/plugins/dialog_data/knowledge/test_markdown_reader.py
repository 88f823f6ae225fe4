from collections.abc import Callable
from typing import Any

PAGE = """---
title: Help
# not a heading: front matter
---
Welcome. This text belongs to no question.

# Help
## Delivery

### How long does delivery take? {#delivery_time}

Also asked:

- When will my parcel come?
- How many days until it is here?

**Two to three** days:

- by post
- by courier

```sh
# not a heading: code
track AF123
```

### Do you deliver to France? ###
Yes.

Returns
-------

Within 30 days.

--- 

Free of charge.
"""


def test_headings_with_text_are_questions_and_the_text_is_the_answer(read: Callable[..., Any]) -> None:
    entries = read("help.md", PAGE)
    assert [(entry.id, entry.questions) for entry in entries] == [
        (
            "delivery_time",
            ("How long does delivery take?", "When will my parcel come?", "How many days until it is here?"),
        ),
        ("do-you-deliver-to-france", ("Do you deliver to France?",)),
        ("returns", ("Returns",)),
    ]
    assert entries[0].answer == (
        "**Two to three** days:\n\n- by post\n- by courier\n\n```sh\n# not a heading: code\ntrack AF123\n```"
    )
    assert [entry.answer for entry in entries[1:]] == ["Yes.", "Within 30 days.\n\n--- \n\nFree of charge."]


def test_headings_above_are_remembered(read: Callable[..., Any]) -> None:
    entries = read("help.md", PAGE)
    assert [entry.metadata for entry in entries] == [
        {"headings": ["Help", "Delivery"]},
        {"headings": ["Help", "Delivery"]},
        {"headings": ["Help"]},
    ]
    assert entries[0].source == "help.md#delivery_time"
    assert entries[1].source == "help.md#do-you-deliver-to-france"


def test_chinese_pages_read_the_same(read: Callable[..., Any]) -> None:
    (entry,) = read("帮助.md", "# 多久能送到？\n\n相似问法：\n\n* 几天到货\n\n三到五天。\n")
    assert (entry.id, entry.questions, entry.answer) == ("多久能送到", ("多久能送到？", "几天到货"), "三到五天。")


def test_what_introduces_phrasings_can_be_named(read: Callable[..., Any]) -> None:
    text = "# Wo?\n**Auch gefragt:**\n- In welcher Stadt?\n\nHier.\n"
    (entry,) = read("hilfe.md", text, also_asked="Auch gefragt")
    assert (entry.questions, entry.answer) == (("Wo?", "In welcher Stadt?"), "Hier.")


def test_a_list_without_that_introduction_is_part_of_the_answer(read: Callable[..., Any]) -> None:
    (entry,) = read("help.md", "# Where?\n- Here\n- There\n")
    assert entry.answer == "- Here\n- There"


def test_front_matter_that_never_ends_is_text(read: Callable[..., Any]) -> None:
    (entry,) = read("help.md", "---\n# Where?\nHere.\n")
    assert (entry.questions, entry.answer) == (("Where?",), "Here.")


def test_underlined_headings_are_headings(read: Callable[..., Any]) -> None:
    entries = read("help.md", "Where?\n======\nHere.\n\nWhen?\n---\nNow.\nOr later.\n---\n")
    assert [(entry.questions[0], entry.answer) for entry in entries] == [
        ("Where?", "Here."),
        ("When?", "Now.\nOr later.\n---"),
    ]


def test_phrasings_without_an_answer_are_a_mistake(problems: Callable[..., Any]) -> None:
    text = "# Where?\nAlso asked:\n- In which town?\n\n# When?\nNow.\n"
    assert problems("help.md", text) == ["help.md:1:1: answer: is missing. Add `answer:` (The answer)."]


def test_a_page_without_questions_is_a_mistake(problems: Callable[..., Any]) -> None:
    for text in ("", "Just text.\n", "# Only\n## Headings\n"):
        assert problems("help.md", text)[0].startswith("help.md:1:1: no heading has text under it.")


def test_an_anchor_used_twice_is_a_mistake(problems: Callable[..., Any]) -> None:
    (problem,) = problems("help.md", "# Where? {#a}\nHere.\n# When? {#a}\nNow.\n")
    assert problem.startswith("help.md:3:1: id: the id 'a' is taken by the entry on line 1.")
