from collections.abc import Callable
from datetime import date
from typing import Any


def test_everything_an_entry_can_say_is_read(read: Callable[..., Any]) -> None:
    (entry,) = read(
        "faq.yaml",
        """
entries:
  - id: delivery_time
    question: How long does delivery take?
    questions: [When will my parcel come?, How long does delivery take?]
    answer: |
      Two to **three** days.
    language: en-GB
    source: https://example.com/delivery
    tags: [delivery, time]
    valid_from: 2026-01-01
    valid_until: 2026-12-31
    metadata: {owner: {team: logistics}, checked: 2026-03-01, version: 3}
""",
    )
    assert entry.id == "delivery_time"
    assert entry.questions == ("How long does delivery take?", "When will my parcel come?")
    assert entry.answer == "Two to **three** days."
    assert (entry.language, entry.source, entry.tags) == ("en-GB", "https://example.com/delivery", ("delivery", "time"))
    assert (entry.valid_from, entry.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert entry.metadata == {"owner": {"team": "logistics"}, "checked": "2026-03-01", "version": 3}


def test_a_bare_list_of_entries_will_do(read: Callable[..., Any]) -> None:
    entries = read("faq.yml", "- {question: Where are you?, answer: Here}\n- {questions: When?, answer: 9}\n")
    assert [(entry.id, entry.answer) for entry in entries] == [("where-are-you", "Here"), ("when", "9")]


def test_ids_made_from_questions_are_stable_and_differ(read: Callable[..., Any]) -> None:
    text = "- {question: Where?, answer: a}\n- {question: 'Where!', answer: b}\n- {question: 👍, answer: c}\n"
    assert [entry.id for entry in read("faq.yaml", text)] == ["where", "where-2", "entry"]
    assert [entry.id for entry in read("faq.yaml", text)] == ["where", "where-2", "entry"]


def test_an_empty_list_is_no_mistake(read: Callable[..., Any]) -> None:
    assert read("faq.yaml", "entries: []\n") == []


def test_all_mistakes_of_a_file_are_reported_at_once(problems: Callable[..., Any]) -> None:
    found = problems(
        "faq.yaml",
        """entries:
  - {id: a, qestion: Where?, answer: Here}
  - {id: b, question: When?}
  - {id: a, question: Why?, answer: "  "}
  - {id: c, questions: [], answer: x}
  - {id: b, question: Who?, answer: We, valid_from: tomorrow}
  - just text
""",
    )
    assert found == [
        "faq.yaml:2:13: entries[0].qestion: unknown key. Did you mean 'question'?",
        "faq.yaml:3:5: entries[1].answer: is missing. Add `answer:` (The answer).",
        "faq.yaml:4:37: entries[2].answer: must not be empty",
        "faq.yaml:5:5: entries[3]: has no question. Add `question:`, or `questions:` with a list.",
        "faq.yaml:6:53: entries[4].valid_from: needs a date such as 2026-01-31, not 'tomorrow'",
        "faq.yaml:7:5: entries[5]: needs a mapping (`key: value` lines), not 'just text'",
    ]


def test_an_id_that_stands_there_twice_is_a_mistake(problems: Callable[..., Any]) -> None:
    text = "- {id: a, question: Where?, answer: x}\n- {id: a, question: When?, answer: y}\n"
    assert problems("faq.yaml", text) == [
        "faq.yaml:2:8: [1].id: the id 'a' is taken by the entry on line 1. Change one of the two, or merge the entries."
    ]


def test_an_id_that_was_made_from_a_question_before_is_explained(problems: Callable[..., Any]) -> None:
    text = "- {question: Where?, answer: x}\n- {id: where, question: When?, answer: y}\n"
    (problem,) = problems("faq.yaml", text)
    assert "It was made from the question on line 1" in problem


def test_an_entry_that_ends_before_it_begins_is_a_mistake(problems: Callable[..., Any]) -> None:
    text = "- {question: Where?, answer: x, valid_from: 2026-02-01, valid_until: 2026-01-01}\n"
    (problem,) = problems("faq.yaml", text)
    assert "ends on 2026-01-01 before it begins on 2026-02-01" in problem


def test_half_a_character_is_refused_before_a_store_chokes_on_it(problems: Callable[..., Any]) -> None:
    (problem,) = problems("faq.yaml", '- {question: Where?, answer: "\\ud83d"}\n')
    assert problem.startswith("faq.yaml:1:")


def test_a_flood_of_problems_is_cut_short(problems: Callable[..., Any]) -> None:
    found = problems("faq.yaml", "- {question: Where?}\n" * 80)
    assert len(found) == 51
    assert found[-1] == (
        "faq.yaml:51:3: and 30 more problems, of which this is the first: is missing. Add `answer:` (The answer)."
    )


def test_a_mapping_without_entries_says_what_is_missing(problems: Callable[..., Any]) -> None:
    found = problems("faq.yaml", "entrys:\n  - {question: Where?, answer: x}\n")
    assert any("unknown key. Did you mean 'entries'?" in problem for problem in found)
