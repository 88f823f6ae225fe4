"""Reading knowledge and labelled questions: mistakes are told with their place."""

import json
from pathlib import Path

import pytest

from dialog_core import TrainingError
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import KnowledgeEntry
from dialog_retrieval_training import reading
from dialog_retrieval_training.options import BM25Training
from dialog_retrieval_training.reading import (
    Knowledge,
    questions_of,
    read_rows,
    read_texts,
    read_validation,
    without_leaks,
)
from tests.plugins.dialog_retrieval_training.shop import ENTRIES, Rows, context_of, write_rows


def read(tmp_path: Path, rows: Rows) -> list[reading.Question]:
    context = context_of(tmp_path)
    found = read_rows([write_rows(tmp_path / "asked.jsonl", rows)], context)
    return questions_of(found, Knowledge(["faq"], context, found))


def test_an_entry_there_is_none_of_is_told_with_its_line_and_the_likely_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(tmp_path, [("how much", "lamp"), ("what price", "lmap"), ("what", "zzzzzzzz")])
    told = [str(problem) for problem in error.value.problems]
    assert "asked.jsonl:2: the knowledge has no entry 'lmap'. Did you mean 'lamp'?" in told[0]
    assert "asked.jsonl:3: the knowledge has no entry 'zzzzzzzz'. Give the id of an entry, or 'out_of_scope'" in told[1]


def test_the_same_text_in_several_rows_has_several_right_answers(tmp_path: Path) -> None:
    (question,) = read(tmp_path, [("What  to sit on?", "chair"), ("what to sit on?", "sofa")])
    assert question.answers == {2, 4}


def test_a_text_cannot_have_an_answer_and_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"asked\.jsonl:2: 'what' is 'out_of_scope' here, and answered by"):
        read(tmp_path, [("what", "lamp"), ("what", "out_of_scope")])


def test_what_is_out_of_scope_has_no_answer(tmp_path: Path) -> None:
    (question,) = read(tmp_path, [("who won the war", "out_of_scope")])
    assert question.answers == frozenset()


def test_a_file_that_is_broken_is_told_as_the_reader_tells_it(tmp_path: Path) -> None:
    file = tmp_path / "broken.jsonl"
    file.write_text('{"question": "a", "entry": "lamp"}\n{"question":\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"broken\.jsonl:2"):
        read_rows([file], context_of(tmp_path))


def test_nothing_can_be_learnt_from_no_entries(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="a knowledge without entries: 'faq'"):
        Knowledge(["faq"], context_of(tmp_path, []))


def test_of_very_many_entries_those_that_are_asked_for_and_a_sample_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ENTRIES", 10)
    entries = [KnowledgeEntry(f"e{number}", (f"question {number}",), "answer") for number in range(100)]
    context = context_of(tmp_path, entries)
    rows = read_rows([write_rows(tmp_path / "asked.jsonl", [("what", "e77"), ("who", "e3")])], context)
    knowledge = Knowledge(["faq"], context, rows)
    assert len(knowledge) == 12
    assert [item.number for item in knowledge.entries] == list(range(12))
    assert all(knowledge.numbers(id) for id in ("e3", "e77"))
    assert knowledge.remarks == ["Of the 100 entries, 12 were looked at: those that are asked for, and a sample."]


def test_what_is_trained_with_is_not_measured_on() -> None:
    questions = [reading.Question("How much?", frozenset({1})), reading.Question("what", frozenset({2}))]
    kept, remarks = without_leaks(questions, ["how  MUCH?"])
    assert [question.text for question in kept] == ["what"]
    assert "'How much?'" in remarks[0]


def test_an_id_may_be_the_same_in_two_sources() -> None:
    from dialog_core.testing import make_context

    context = make_context(knowledge={"one": ENTRIES[:2], "two": ENTRIES[:2]})
    knowledge = Knowledge(["one", "two"], context)
    assert knowledge.numbers("lamp") == [0, 2]
    assert knowledge.labelled("two:lamp") == [2]
    assert knowledge.labelled("three:lamp") == []


def test_a_question_nobody_asked_says_so_unless_somebody_did(tmp_path: Path) -> None:
    file = tmp_path / "asked.jsonl"
    made = '"metadata": {"augmented": {"by": "typos", "of": "how much is it"}}'
    file.write_text(
        f'{{"text": "how muhc is it", "label": "lamp", {made}}}\n'
        f'{{"text": "how much", "label": "lamp", {made}}}\n'
        '{"text": "how much", "label": "lamp"}\n',
        encoding="utf-8",
    )
    context = context_of(tmp_path)
    found = read_rows([file], context)
    assert [question.origin for question in questions_of(found, Knowledge(["faq"], context, found))] == [
        "how much is it",
        None,
    ]


def with_parts(file: Path) -> Path:
    rows = [("how much", "lamp", "train"), ("what price", "lamp", "validation"), ("how dear", "lamp", "test")]
    lines = [{"question": text, "entry": entry, "split": part} for text, entry, part in rows]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


def test_of_questions_in_several_parts_one_part_is_learnt_from_and_another_measured_on(tmp_path: Path) -> None:
    file, context = with_parts(tmp_path / "asked.jsonl"), context_of(tmp_path)
    with pytest.raises(ConfigurationError, match=r"has several parts: train \(1\), validation \(1\), test \(1\)"):
        read_rows([file], context)
    assert [row.text for row in read_rows([file], context, split=["train"])] == ["how much"]
    options = BM25Training(data=(file,), split=("train",), validation_split=("validation",))
    assert [(row.text, row.line) for row in read_validation(options, context)] == [("what price", 2)]
    assert read_validation(BM25Training(data=(file,)), context) == []


def test_texts_to_learn_words_from_are_of_that_part_too_and_plain_ones_have_none(tmp_path: Path) -> None:
    file, context = with_parts(tmp_path / "asked.jsonl"), context_of(tmp_path)
    plain = tmp_path / "plain.txt"
    plain.write_text("a text\n", encoding="utf-8")
    assert read_texts([file, plain], context, split=["train"], untold="whole") == ["how much", "a text"]
    assert read_texts([plain], context, split=["train"], untold="whole") == ["a text"]


def test_knowledge_in_the_place_of_questions_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "squad.json"
    asked = {"id": "1", "question": "When?", "answers": [{"text": "ten", "answer_start": 3}]}
    paragraph = {"context": "At ten.", "qas": [asked]}
    file.write_text(json.dumps({"version": "1.1", "data": [{"title": "t", "paragraphs": [paragraph]}]}))
    with pytest.raises(ConfigurationError, match=r"has questions with their answers; labelled texts are wanted"):
        read_rows([file], context_of(tmp_path))
