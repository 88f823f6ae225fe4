from collections.abc import Callable
from datetime import date
from typing import Any

import pytest


def test_a_table_is_read(read: Callable[..., Any]) -> None:
    (entry,) = read(
        "faq.csv",
        "Question,Answer,id,language,source,tags,valid_from,team\n"
        '"Where, please?","Here.\nOr ""there"".",where,en,a.html,"shop; place ;",2026-01-01,sales\n',
    )
    assert (entry.id, entry.questions, entry.answer) == ("where", ("Where, please?",), 'Here.\nOr "there".')
    assert (entry.language, entry.source, entry.tags) == ("en", "a.html", ("shop", "place"))
    assert (entry.valid_from, entry.metadata) == (date(2026, 1, 1), {"team": "sales"})


def test_rows_with_the_same_id_are_phrasings_wherever_they_stand(read: Callable[..., Any]) -> None:
    entries = read(
        "faq.csv", "id,question,answer\na,Where?,Here\nb,When?,Now\na,In which town?,\na,At what place?,Here\n"
    )
    assert [(entry.id, entry.questions) for entry in entries] == [
        ("a", ("Where?", "In which town?", "At what place?")),
        ("b", ("When?",)),
    ]


def test_a_tab_separates_cells_where_the_file_says_so_and_excel_may_have_written_it(read: Callable[..., Any]) -> None:
    (entry,) = read("FAQ.TSV", b"\xef\xbb\xbfquestion\tanswer\r\nWhere, now?\tHere\r\n\r\n\t\r\n")
    assert (entry.questions, entry.answer) == (("Where, now?",), "Here")


def test_another_delimiter_can_be_named(read: Callable[..., Any]) -> None:
    (entry,) = read("faq.csv", "question;answer\nWhere?;Here, or there\n", delimiter=";")
    assert entry.answer == "Here, or there"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_separates_cells_is_seen_by_the_header_row(read: Callable[..., Any], delimiter: str) -> None:
    rows = f'\r\nquestion{delimiter}answer\r\n"Where; when?"{delimiter}"Here, now"\r\n'
    for name in ("faq.csv", "faq.tsv"):
        (entry,) = read(name, b"\xef\xbb\xbf" + rows.encode())
        assert (entry.questions, entry.answer) == (("Where; when?",), "Here, now")


def test_without_its_columns_a_table_is_not_passed_over_in_silence(problems: Callable[..., Any]) -> None:
    (problem,) = problems("faq.csv", "Frage;Antwort\nWo?;Hier\n", on_error="skip")
    assert problem.startswith("faq.csv:1:1: the column 'question' is missing. Add it to the header row")


def test_a_header_row_alone_is_no_mistake(read: Callable[..., Any]) -> None:
    assert read("faq.csv", "question,answer\n") == []


def test_an_empty_file_is_a_mistake(problems: Callable[..., Any]) -> None:
    assert problems("faq.csv", "") == ["faq.csv:1:1: the file is empty. Write a header row such as question,answer."]


def test_a_missing_column_is_named_with_the_likely_cause(problems: Callable[..., Any]) -> None:
    assert problems("faq.csv", "question;answer\nWhere?;Here\n", delimiter=",") == [
        "faq.csv:1:1: the column 'question' is missing. If cells are separated by ';', set the option `delimiter: ';'`."
    ]
    assert problems("faq.csv", "question,anwser\nWhere?,Here\n") == [
        "faq.csv:1:10: unknown column 'anwser'. Did you mean 'answer'?"
    ]
    assert "the column 'answer' is missing" in problems("faq.csv", "question,text\nWhere?,Here\n")[0]


def test_a_column_that_stands_there_twice_is_a_mistake(problems: Callable[..., Any]) -> None:
    (problem,) = problems("faq.csv", "question,answer,Answer\nWhere?,Here,There\n")
    assert problem.startswith("faq.csv:1:17: the column 'answer' stands there twice")


def test_all_mistakes_of_a_table_are_reported_with_the_place_of_the_cell(problems: Callable[..., Any]) -> None:
    found = problems(
        "faq.csv",
        "id,question,answer,valid_until\n"
        'a,"Where,\nplease?",,\n'
        "b,When?,Now,31.12.2026\n"
        "c,Who?,We,,too,much\n"
        ",,Nobody asked,\n",
    )
    assert found == [
        "faq.csv:2:1: answer: is missing. Add `answer:` (The answer).",
        "faq.csv:4:13: valid_until: needs a date such as 2026-01-31, not '31.12.2026'",
        "faq.csv:5:1: the row has 6 cells, and the header has 4. Put cells that hold ',' in quotes: \"a, b\".",
        "faq.csv:6:1: has no question. Add `question:`, or `questions:` with a list.",
    ]


def test_two_answers_for_one_id_are_a_mistake(problems: Callable[..., Any]) -> None:
    text = 'id,question,answer\na,"Where,\nplease?",Here\na,In which town?,There\n'
    assert problems("faq.csv", text) == [
        "faq.csv:4:18: answer: differs from the first row of this id, on line 2. "
        "Leave the cell empty, or give the row another id."
    ]


def test_a_quote_that_is_never_closed_is_found_where_it_opens(problems: Callable[..., Any]) -> None:
    (problem,) = problems("faq.csv", 'question,answer\nWhere?,Here\nWhen?,"Now\nWho?,We\n')
    assert problem.startswith("faq.csv:3:1: this is no table row")


def test_bytes_that_are_not_utf8_are_found_with_their_place(problems: Callable[..., Any]) -> None:
    found = problems("faq.csv", "question,answer\nWhere?,Here\nCafé?,x\n,y\n".encode("latin-1"))
    remedy = "Save the file as UTF-8 text, or say with `encoding` what it is."
    assert found[0] == f"faq.csv:3:4: this is not UTF-8 text. {remedy}"
    assert len(found) == 2


def test_other_encodings_and_binary_files_are_named(problems: Callable[..., Any]) -> None:
    assert "UTF-16" in problems("faq.csv", "question,answer\na,b\n".encode("utf-16")[:-1])[0]
    assert "binary" in problems("faq.csv", b"PK\x03\x04\x00\x00")[0]


def test_a_huge_cell_is_a_mistake_and_no_crash(problems: Callable[..., Any]) -> None:
    found = problems("faq.csv", "question,answer\nWhere?," + "a" * 200_000 + "\n" + "b" * 3_000_000 + "\nWhen?,\n")
    assert [problem.split(": ")[1] for problem in found] == [
        "this is no table row",
        "the line is longer than 1,000,000 bytes. Break the file into lines, one entry each.",
        "answer",
    ]
