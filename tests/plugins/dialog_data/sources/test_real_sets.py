"""The published sets themselves: as many items as their authors say, and what is written is read again as it was."""

import csv
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import OUT_OF_SCOPE, DataItem, LabelledText
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.reading import DATA_ENV, read

DATA = Path(os.environ.get(DATA_ENV, Path(__file__).parents[5] / "shared" / "data"))

# What to read and how, and how many there are: of the splits that are there, as SOURCE.md or the authors say.
COUNTS = [
    ("clinc150", "clinc150/data_full.json", {}, 15_000 + 3_000 + 4_500 + 1_200),
    ("clinc150", "clinc150/data_oos_plus.json", {}, 15_000 + 3_000 + 4_500 + 1_350),
    ("banking77", "banking77/train.csv", {}, 10_003),
    ("banking77", "banking77/test.csv", {}, 3_080),
    ("braun_nlu", "braun_nlu/AskUbuntuCorpus.json", {}, 162),
    ("braun_nlu", "braun_nlu/WebApplicationsCorpus.json", {}, 89),
    ("braun_nlu", "braun_nlu/ChatbotCorpus.json", {}, 206),
    ("squad", "xquad_zh_en/xquad.zh.json", {}, 240),
    ("squad", "xquad_zh_en/xquad.zh.json", {"items": "questions"}, 1_190),
    ("squad", "xquad_zh_en/xquad.en.json", {"items": "questions"}, 1_190),
    ("beir", "scifact_beir", {}, 5_183),
    ("beir", "scifact_beir", {"items": "questions"}, 919),
    ("gsm8k", "gsm8k/test_socratic.jsonl", {}, 1_319),
    ("medquad", "medquad", {}, 2_550),
    # One line of `trivia.yml` lacks a hyphen and is no conversation.
    ("chatterbot", "chatterbot_corpus/english", {"on_error": "skip", "alternatives": []}, 2_025),
    ("chatterbot", "chatterbot_corpus/chinese", {}, 467),
    ("chatterbot", "chatterbot_corpus/traditionalchinese", {}, 456),
]


def here(name: str) -> Path:
    """Return where a set lies; skip the test where it does not."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"there is no {path}; set {DATA_ENV} to where the data lies")
    return path


def plain(item: DataItem) -> DataItem:
    """Return an item without the line it stood on."""
    return replace(item, metadata={key: value for key, value in item.metadata.items() if key != "line"})


@pytest.mark.parametrize(("reader", "name", "options", "count"), COUNTS)
def test_there_are_as_many_as_the_authors_say(reader: str, name: str, options: dict[str, Any], count: int) -> None:
    assert len(read(reader, here(name), **options)) == count


@pytest.mark.parametrize("name", sorted({name for _, name, _, _ in COUNTS}))
def test_the_set_is_recognized(name: str) -> None:
    path = here(name)
    expected = next(reader for reader, other, _, _ in COUNTS if other == name)
    reader = make_context("data").create("reader", {"use": "auto", "on_error": "skip"})
    assert next(iter(reader.read(path)))
    assert reader.format == expected


def test_multidogo_has_every_row_and_every_marked_token() -> None:
    found = read("multidogo", here("multidogo"))
    rows = tokens = 0
    for table in sorted((DATA / "multidogo").rglob("*.tsv")):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                rows += 1
                # A line break between two words has a label of its own, and is not part of what is marked at an end.
                said = zip(row["utterance"].split(" "), row["slot-labels"].split(" "), strict=True)
                tokens += sum(slot != "O" and bool(token.strip()) for token, slot in said)
    assert len(found) == rows == 60_098
    assert sum(len(item.text[span.start : span.end].split()) for item in found for span in item.entities) == tokens


def test_the_parts_of_clinc_are_as_they_were_published() -> None:
    found = read("clinc150", here("clinc150"))
    assert Counter((item.metadata["split"], item.label == OUT_OF_SCOPE) for item in found) == {
        ("train", False): 15_000,
        ("validation", False): 3_000,
        ("test", False): 4_500,
        ("train", True): 100,
        ("validation", True): 100,
        ("test", True): 1_000,
    }
    assert len({item.label for item in found}) == 151
    assert len({item.metadata["domain"] for item in found if item.label != OUT_OF_SCOPE}) == 10


def test_every_entity_of_the_corpora_of_braun_stands_where_its_words_are() -> None:
    for name in ("AskUbuntu", "WebApplications", "Chatbot"):
        path = here(f"braun_nlu/{name}Corpus.json")
        sentences = json.loads(path.read_text("utf-8"))["sentences"]
        for sentence, item in zip(sentences, read("braun_nlu", path), strict=True):
            marked = sorted("".join(item.text[span.start : span.end].split()) for span in item.entities)
            assert marked == sorted("".join(entity["text"].split()) for entity in sentence["entities"])


SETS = [
    (reader, name, options)
    for reader, name, options, _ in COUNTS
    if name not in ("banking77/test.csv", "clinc150/data_oos_plus.json", "xquad_zh_en/xquad.en.json")
]


@pytest.mark.parametrize(("reader", "name", "options"), SETS)
def test_written_as_our_own_lines_and_read_again_it_is_the_same(
    reader: str, name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    found = read(reader, here(name), **options)
    kind = type(found[0]).__name__
    writer, back = {
        "LabelledText": ("labelled", {"use": "labelled", "entities": True}),
        "KnowledgeEntry": ("knowledge", {"use": "jsonl"}),
        "Dialogue": ("dialogues", {"use": "dialogues"}),
    }[kind]
    own = tmp_path / "own.jsonl"
    with own.open("w", encoding="utf-8") as file:
        make_context("data").create("writer", writer).write(found, file)
    again = make_context("data").create("reader", back).read(own)
    for before, after in zip(found, again, strict=True):
        assert plain(after) == plain(before)


@pytest.mark.parametrize(("reader", "name"), [("clinc150", "clinc150"), ("braun_nlu", "braun_nlu")])
def test_written_as_a_table_of_intents_and_read_again_texts_labels_and_entities_are_the_same(
    reader: str, name: str, tmp_path: Path
) -> None:
    found = read(reader, here(name))
    table = tmp_path / "intents.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        make_context("data").create("writer", "intents").write(found, file)
    again = make_context("data").create("reader", {"use": "labelled", "entities": True}).read(table)
    for before, after in zip(found, again, strict=True):
        assert isinstance(after, LabelledText)
        assert (after.text, after.label, after.entities) == (before.text, before.label, before.entities)


@pytest.mark.parametrize(("reader", "name"), [("medquad", "medquad"), ("gsm8k", "gsm8k/test_socratic.jsonl")])
def test_written_as_a_faq_and_read_again_it_is_the_same(reader: str, name: str, tmp_path: Path) -> None:
    found = read(reader, here(name))
    faq = tmp_path / "faq.yaml"
    with faq.open("w", encoding="utf-8") as file:
        make_context("data").create("writer", "faq").write(found, file)
    again = make_context("data").create("reader", "yaml").read(faq)
    for before, after in zip(found, again, strict=True):
        assert plain(after) == plain(before)
