"""SQuAD, BEIR, GSM8K and the chatterbot corpus."""

import json
import zipfile
from pathlib import Path

import pytest

from dialog_core.datasets import OUT_OF_SCOPE
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text, said
from tests.plugins.dialog_data.sources.set_formats import SQUAD


def test_a_question_is_labelled_with_the_passage_that_answers_it(tmp_path: Path) -> None:
    path = tmp_path / "dev-v2.0.json"
    path.write_text(SQUAD.text(SQUAD.items))
    passages = {entry.id: entry for entry in read("squad", path)}
    questions = read("squad", path, items="questions")
    assert [item.label for item in questions] == ["Amber-1", "Basalt-1", OUT_OF_SCOPE]
    assert all(entry.passage for entry in passages.values())
    for item in questions[:2]:
        (answer,) = item.metadata["answers"]
        start = answer["answer_start"]
        assert passages[item.label].answer[start + 3 :].startswith(answer["text"])


def test_what_a_passage_does_not_answer_still_says_which_passage_that_is(tmp_path: Path) -> None:
    path = tmp_path / "dev-v2.0.json"
    path.write_text(SQUAD.text(SQUAD.items))
    last = read("squad", path, items="questions")[-1]
    assert {"passage": "Coal-1", "is_impossible": True, "split": "validation"}.items() <= last.metadata.items()


def test_parallel_files_of_one_folder_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    for language in ("en", "zh"):
        (tmp_path / f"xquad.{language}.json").write_text(SQUAD.text(SQUAD.items))
    found = read("squad", tmp_path)
    assert [entry.id for entry in found[::3]] == ["en:Amber-1", "zh:Amber-1"]
    assert {entry.language for entry in found} == {"en", "zh"}


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A folder as BEIR has them."""
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d1", "title": "Tea", "text": "A leaf."}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "what is tea", "metadata": {"by": "Ada"}}\n')
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n")
    return tmp_path


def test_a_query_comes_with_each_document_that_is_right(beir: Path) -> None:
    (entry,) = read("beir", beir)
    assert (entry.id, entry.questions, entry.answer, entry.passage) == ("d1", ("Tea",), "A leaf.", True)
    (item,) = read("beir", beir, items="questions")
    assert (item.text, item.label, item.metadata["split"], item.metadata["query"]) == (
        "what is tea",
        "d1",
        "test",
        "q1",
    )


def test_a_query_that_nobody_has_written_is_told_with_its_line(beir: Path) -> None:
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq9\td2\t1\nq1\td3\thigh\n")
    first, second = problems_of("beir", beir, items="questions")
    assert first.endswith("test.tsv:3:1: there is no query 'q9'. Add it to queries.jsonl.")
    assert second.endswith("test.tsv:4:1: the score 'high' is not a number")
    assert len(read("beir", beir, items="questions", on_error="skip")) == 1


def test_an_archive_is_read_like_its_folder(beir: Path, tmp_path: Path) -> None:
    expected = read("beir", beir, items="questions")
    with zipfile.ZipFile(tmp_path / "tea.zip", "w") as archive:
        for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
            archive.write(beir / name, f"tea/{name}")
    assert read("auto", tmp_path / "tea.zip")[0].id == "d1"
    assert read("beir", tmp_path / "tea.zip", items="questions") == expected


def test_without_queries_it_is_said_what_is_missing(beir: Path) -> None:
    (beir / "queries.jsonl").unlink()
    (told,) = problems_of("beir", beir, items="questions")
    assert "there is no queries.jsonl" in told


def test_a_solution_is_told_as_people_write_it_and_nothing_of_the_source_is_lost(tmp_path: Path) -> None:
    solution = "What is half? ** 8 / 2 = <<8/2=4>>4 it is.\nSo 4 + 1 = <<4+1=5>>5.\n#### 5"
    row = {"question": "Half of 8, and one?", "answer": solution}
    (entry,) = read_text("gsm8k", tmp_path / "test.jsonl", json.dumps(row))
    assert entry.answer == "8 / 2 = 4 it is.\nSo 4 + 1 = 5.\n5"
    steps = entry.metadata["steps"]
    again = [f"{step['question']} ** {step['text']}" if "question" in step else step["text"] for step in steps]
    assert "\n".join([*again, f"#### {entry.metadata['final']}"]) == solution


def test_a_list_is_a_dialogue_and_in_two_categories_replies_to_its_first_statement(tmp_path: Path) -> None:
    lists = "conversations:\n- - Are you sad?\n  - Never.\n  - At times.\n"
    (talk,) = read_text("chatterbot", tmp_path / "food.yml", f"categories:\n- food\n{lists}")
    assert said(talk) == [("user", "Are you sad?"), ("bot", "Never."), ("user", "At times.")]
    emotions = f"categories:\n- emotion\n{lists}"
    first, second = read_text("chatterbot", tmp_path / "emotion.yml", emotions)
    assert said(first) == [("user", "Are you sad?"), ("bot", "Never.")]
    assert said(second) == [("user", "Are you sad?"), ("bot", "At times.")]
    assert (first.id, second.id) == ("emotion:1.1", "emotion:1.2")
    assert len(read_text("chatterbot", tmp_path / "emotion.yml", emotions, alternatives=[])) == 1


def test_a_statement_may_have_fields_and_a_number_is_what_somebody_says(tmp_path: Path) -> None:
    content = (
        "categories: [years]\nconversations:\n- - {text: When, created_at: 2016-01-01}\n  - 007\n- - yes\n  - no\n"
    )
    first, second = read_text("chatterbot", tmp_path / "chinese" / "years.yml", content)
    assert said(first) == [("user", "When"), ("bot", "007")]
    assert first.turns[0].metadata == {"created_at": "2016-01-01"}
    assert first.metadata["language"] == "zh"
    assert said(second) == [("user", "yes"), ("bot", "no")]
