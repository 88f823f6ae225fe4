"""MedQuAD as it was published: pages of XML."""

import zipfile
from pathlib import Path

import pytest

from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text
from tests.plugins.dialog_data.sources.set_formats import MEDQUAD_XML

PAGE = MEDQUAD_XML.text(MEDQUAD_XML.items)


def test_what_is_annotated_about_the_focus_goes_with_every_pair(tmp_path: Path) -> None:
    first, *_ = read_text("medquad", tmp_path / "5_NIDDK_QA" / "0000001.xml", PAGE)
    assert (first.id, first.questions, first.source) == (
        "NIDDK-1-1",
        ("What causes gout 1?",),
        "https://example.org/1",
    )
    assert first.answer == "Uric acid & more, says 1 here."
    assert first.metadata == {
        "line": 6,
        "source": "NIDDK",
        "qid": "1-1",
        "qtype": "causes",
        "file": "0000001.xml",
        "doc_id": "1",
        "focus": "Gout",
        "cuis": ["C0018099"],
        "semantic_types": ["T047"],
        "semantic_group": "Disorders",
        "synonyms": ["podagra"],
    }


def test_answers_that_the_publisher_has_removed_are_counted_and_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "0000001.xml"
    path.write_text(PAGE.replace("<Answer>Uric acid &amp; more, says 2 here.</Answer>", "<Answer/>"))
    reader = make_context("data").create("reader", "medquad")
    assert len(list(reader.read(path))) == 2
    assert reader.skipped.count == 1
    assert str(reader.skipped.problems[0]).endswith("0000001.xml:10: the publisher has removed the answer")


def test_pages_of_a_folder_and_of_an_archive_are_read_alike(tmp_path: Path) -> None:
    folder = tmp_path / "MedQuAD"
    for name in ("1_CancerGov_QA", "5_NIDDK_QA"):
        (folder / name).mkdir(parents=True)
        (folder / name / "0000001.xml").write_text(PAGE.replace('source="NIDDK"', f'source="{name}"'))
    (folder / "readme.txt").write_text("Medical questions.")
    with zipfile.ZipFile(tmp_path / "MedQuAD.zip", "w") as archive:
        for file in sorted(folder.rglob("*.xml")):
            archive.write(file, file.relative_to(folder))
    found = read("auto", folder)
    assert [entry.metadata["file"] for entry in found[::3]] == [
        "1_CancerGov_QA/0000001.xml",
        "5_NIDDK_QA/0000001.xml",
    ]
    assert read("medquad", tmp_path / "MedQuAD.zip") == found


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "ha">\n'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">\n' for n in range(9))
    + ']>\n<Document id="1"><QAPairs><QAPair><Question>&j;</Question><Answer>&j;</Answer></QAPair></QAPairs></Document>'
)
FETCHES = (
    '<?xml version="1.0"?>\n<!DOCTYPE Document [<!ENTITY secret SYSTEM "file:///etc/passwd">]>\n'
    "<Document><QAPairs><QAPair><Question>who</Question><Answer>&secret;</Answer></QAPair></QAPairs></Document>"
)


@pytest.mark.parametrize("bomb", [LAUGHS, FETCHES], ids=["billion laughs", "a file of somebody else's"])
def test_a_page_that_declares_entities_is_refused_before_they_do_anything(bomb: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(bomb)
    told = problems_of("medquad", path)
    assert "declares the entity" in told[0]
    path.rename(tmp_path / "bad.xml")
    (tmp_path / "good.xml").write_text(PAGE)
    assert len(read("medquad", tmp_path, on_error="skip")) == 3


def test_elements_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    path.write_text("<Document><QAPairs>" + "<x>" * 200_000)
    assert "nested too deeply" in problems_of("medquad", path)[0]


def test_a_page_in_the_encoding_it_declares_is_read_so(tmp_path: Path) -> None:
    page = PAGE.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="ISO-8859-1"?>').replace("acid", "säure")
    first, *_ = read_text("medquad", tmp_path / "1.xml", page.encode("latin-1"))
    assert first.answer.startswith("Uric säure")


def test_an_answer_as_json_that_was_removed_is_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(
        '{"source": "s", "qid": "1", "qtype": "a", "focus": "f", "question": "q?", "answer": ""}\n'
        '{"source": "s", "qid": "2", "qtype": "a", "focus": "f", "question": "q?", "answer": "yes"}\n'
    )
    reader = make_context("data").create("reader", "medquad")
    assert [entry.id for entry in reader.read(path)] == ["s-2"]
    assert reader.skipped.count == 1
