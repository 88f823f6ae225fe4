"""CLINC150, Banking77, MultiDoGO and the corpora of Braun et al."""

from pathlib import Path

import pytest

from dialog_core.datasets import OUT_OF_SCOPE, LabelledText
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text

MULTIDOGO = "conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent\n"


def marked(item: LabelledText) -> list[tuple[str, str]]:
    """Return what is marked in a text."""
    return [(item.text[span.start : span.end], span.entity) for span in item.entities]


def test_what_is_out_of_scope_has_that_label_whatever_its_source_calls_it(tmp_path: Path) -> None:
    clinc = read_text("clinc150", tmp_path / "data_full.json", '{"oos_val": [["a show on broadway", "oos"]]}')
    assert (clinc[0].label, clinc[0].metadata["intent"], clinc[0].metadata["split"]) == (
        OUT_OF_SCOPE,
        "oos",
        "validation",
    )
    dogo = read_text("multidogo", tmp_path / "test.tsv", f"{MULTIDOGO}c\t1\tu\tnice rain\tO O\toutofdomain\n")
    assert (dogo[0].label, dogo[0].metadata["intents"]) == (OUT_OF_SCOPE, ["outofdomain"])


def test_of_a_folder_only_the_wanted_variant_is_read_and_intents_have_their_domains(tmp_path: Path) -> None:
    (tmp_path / "data_full.json").write_text('{"train": [["pay it", "pay_bill"]]}')
    (tmp_path / "data_small.json").write_text('{"train": [["pay", "pay_bill"], ["hello", "greeting"]]}')
    (tmp_path / "domains.json").write_text('{"banking": ["pay_bill"], "small_talk": ["greeting"]}')
    (full,) = read("clinc150", tmp_path)
    assert (full.text, full.metadata["domain"]) == ("pay it", "banking")
    assert [item.metadata["domain"] for item in read("clinc150", tmp_path, variant="small")] == [
        "banking",
        "small_talk",
    ]


def test_a_part_that_is_not_known_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "data_full.json"
    path.write_text('{"train": [["hi", "greeting"]],\n"trian": [["hi", "greeting"], ["ho", "greeting"]]}')
    (told,) = problems_of("clinc150", path)
    assert told.startswith("data_full.json:2:1: the part 'trian' is not known")


def test_tokens_are_what_single_blanks_part_as_the_source_counts_them(tmp_path: Path) -> None:
    content = f'{MULTIDOGO}c\t4\tu\t"ada  lovelace\n paid 3"\tname O name O cost\tcontentonly\n'
    (item,) = read_text("multidogo", tmp_path / "x.tsv", content)
    assert item.text == "ada  lovelace\n paid 3"
    assert marked(item) == [("ada", "name"), ("lovelace\n", "name"), ("3", "cost")]


def test_neighbouring_tokens_with_one_label_are_one_entity(tmp_path: Path) -> None:
    content = f"{MULTIDOGO}c\t4\tu\ti am ada lovelace\tO O name name\tcontentonly\n"
    (item,) = read_text("multidogo", tmp_path / "x.tsv", content)
    assert marked(item) == [("ada lovelace", "name")]


def test_several_intents_are_one_label_and_a_list(tmp_path: Path) -> None:
    content = f"{MULTIDOGO}c\t4.0\tu\tlost it\tO O\treplacecard<div>reportlostcard\n"
    (item,) = read_text("multidogo", tmp_path / "finance" / "dev.tsv", content)
    assert item.label == "replacecard+reportlostcard"
    assert item.metadata["intents"] == ["replacecard", "reportlostcard"]
    assert {"split": "validation", "domain": "finance", "turnNumber": 4}.items() <= item.metadata.items()


def test_an_entity_whose_tokens_are_counted_otherwise_is_found_by_its_words(tmp_path: Path) -> None:
    content = (
        '{"name": "c", "desc": "", "lang": "en", "sentences": [{"text": "from a.b to a.b", "intent": "x", '
        '"training": true, "author": "Ada", "entities": [{"entity": "stop", "start": 9, "stop": 9, "text": "a.b"}]}]}'
    )
    (item,) = read_text("braun_nlu", tmp_path / "c.json", content)
    (span,) = item.entities
    assert (span.start, span.end) == (12, 15)
    assert {"split": "train", "author": "Ada"}.items() <= item.metadata.items()


def test_an_entity_that_is_nowhere_in_its_text_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(
        '{"name": "c", "desc": "", "lang": "en", "sentences": [\n{"text": "to b", "intent": "x", "training": true,'
        '"entities": [{"entity": "stop", "start": 1, "stop": 1, "text": "c"}]}]}'
    )
    assert problems_of("braun_nlu", path) == ["c.json:2:1: entities: the entity 'c' is not in the text"]


@pytest.mark.parametrize(
    ("name", "split"), [("train.csv", "train"), ("test.csv", "test"), ("valid.csv", "validation"), ("mine.csv", None)]
)
def test_the_name_of_a_file_says_which_split_it_is(name: str, split: str | None, tmp_path: Path) -> None:
    (item,) = read_text("banking77", tmp_path / name, "text,category\nhi,greeting\n")
    assert item.metadata.get("split") == split
