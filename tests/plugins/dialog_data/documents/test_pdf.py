import random
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pypdf
import pytest

from dialog_core.configuration import ConfigurationError
from dialog_data.documents.pdf_lines import content
from tests.plugins.dialog_data.documents.pdf_files import Manual

LONG = "This sentence is here so that the line is filled up to the margin, and then it goes on. "


def manual() -> bytes:
    pdf = Manual("ACME Shop Manual")
    pdf.set_title("The manual")
    for number, name in enumerate(("Buying", "Returns", "Repairs")):
        pdf.add_page()
        pdf.heading(name)
        pdf.paragraph(f"{LONG}You may reach the well-known infor-\nmation desk of {name.lower()} by telephone.")
        pdf.paragraph(f"{LONG}Our number is {number}00.")
        pdf.heading(f"Details of {name.lower()}", level=1)
        pdf.paragraph(f"What we offer:\n- well-known brands\n- a smile when {name.lower()}")
    return pdf.made()


def test_bookmarks_are_headings_and_lines_are_joined_to_paragraphs(read: Callable[..., Any]) -> None:
    entries = read("manual.pdf", manual())
    assert [(entry.id, entry.questions[0]) for entry in entries] == [
        ("manual.pdf#buying", "The manual > Buying"),
        ("manual.pdf#buying/details-of-buying", "The manual > Buying > Details of buying"),
        ("manual.pdf#returns", "The manual > Returns"),
        ("manual.pdf#returns/details-of-returns", "The manual > Returns > Details of returns"),
        ("manual.pdf#repairs", "The manual > Repairs"),
        ("manual.pdf#repairs/details-of-repairs", "The manual > Repairs > Details of repairs"),
    ]
    assert entries[2].answer == (
        f"{LONG}You may reach the well-known information desk of returns by telephone.\n\n{LONG}Our number is 100."
    )
    assert entries[3].answer == "What we offer:\n\n- well-known brands\n- a smile when returns"


def test_a_passage_tells_its_page(read: Callable[..., Any]) -> None:
    entries = read("manual.pdf", manual())
    assert [entry.source for entry in entries[:3]] == ["manual.pdf#page=1", "manual.pdf#page=1", "manual.pdf#page=2"]
    assert entries[3].metadata == {
        "headings": ["The manual", "Returns", "Details of returns"],
        "document": "manual.pdf",
        "page": 2,
        "part": 1,
    }


def test_what_every_page_repeats_is_dropped_and_sentences_go_on_over_pages(read: Callable[..., Any]) -> None:
    pdf = Manual("ACME Shop Manual")
    pdf.add_page()
    pdf.paragraph(" ".join(f"Sentence number {number} of this story." for number in range(400)))
    entries = read("story.pdf", pdf.made(), passage_length=10)
    told = " ".join(" ".join(entry.answer.split()) for entry in entries)
    assert told == " ".join(f"Sentence number {number} of this story." for number in range(400))
    assert entries[-1].metadata["page"] == pdf.page_no() >= 3
    assert entries[0].questions == ("story",)
    assert entries[0].id == "story.pdf#page=1"


def test_chinese_lines_are_joined_without_spaces(read: Callable[..., Any]) -> None:
    (block,) = content(["图书可以续借两次，请在到期\n之前到服务台办理。", ""], [])
    assert block.parts == ("图书可以续借两次，请在到期之前到服务台办理。",)


def test_a_pdf_without_text_says_what_to_do(problems: Callable[..., Any]) -> None:
    pdf = Manual()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    (problem,) = problems("scan.pdf", pdf.made())
    assert problem.startswith("scan.pdf: has no text, only pictures. If it was scanned, run text recognition first")


@pytest.mark.parametrize("method", ["RC4-128", "AES-256"])
def test_an_encrypted_pdf_says_what_to_do(problems: Callable[..., Any], method: str) -> None:
    (problem,) = problems("secret.pdf", encrypted(method, "secret"))
    assert problem.startswith("secret.pdf: is encrypted. Save a copy without a password")


def test_a_pdf_that_opens_without_a_password_is_read(read: Callable[..., Any]) -> None:
    assert len(read("manual.pdf", encrypted("RC4-128", ""))) == 6


def encrypted(method: str, password: str) -> bytes:
    if method.startswith("AES"):
        pdf = Manual()
        pdf.set_encryption(owner_password="owner", user_password=password, encryption_method="AES-256")
        pdf.add_page()
        pdf.paragraph("Secret.")
        return pdf.made()
    writer = pypdf.PdfWriter(BytesIO(manual()))
    writer.encrypt(password, "owner", algorithm=method)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_what_is_no_pdf_is_a_mistake(problems: Callable[..., Any]) -> None:
    rubbish = random.Random(0).randbytes(5_000)
    for file in (rubbish, "just text", b"%PDF-1.7\n" + rubbish):
        (problem,) = problems("bad.pdf", file)
        assert problem.startswith(("bad.pdf: is no PDF file.", "bad.pdf: cannot be read as PDF: "))


def test_a_damaged_pdf_is_read_or_is_a_mistake(read: Callable[..., Any]) -> None:
    whole, chance = manual(), random.Random(1)
    outcomes = set()
    for _ in range(60):
        damaged = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            outcomes.add(len(read("bad.pdf", bytes(damaged))) > 0)
        except ConfigurationError as error:
            outcomes.add("refused" if str(error).strip() else "")
    assert outcomes == {True, "refused"}
