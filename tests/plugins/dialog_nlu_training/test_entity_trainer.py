"""Learning entities from examples that are marked, and finding ones that were not in them."""

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dialog_core import ArtefactError
from dialog_core.configuration import ConfigurationError
from dialog_nlu.entities import EntitiesAnnotator
from tests.plugins.dialog_nlu.finding import FRIDAY
from tests.plugins.dialog_nlu_training.datasets import data_file
from tests.plugins.dialog_nlu_training.tagging import JOURNEYS, serve, train

CHINESE_CITIES = "北京 上海 广州 深圳 成都 重庆 杭州 南京 武汉 西安 苏州 青岛".split()
CHINESE = [
    *(f"我想从[{one}](city:from)去[{other}](city:to)" for one, other in pairwise(CHINESE_CITIES)),
    *(f"订一张到[{city}](city:to)的票" for city in CHINESE_CITIES),
    "谢谢你",
    "多少钱",
]


def found(annotator: EntitiesAnnotator, text: str) -> list[tuple[str, object, str | None]]:
    return [(one["entity"], one["value"], one.get("role")) for one in annotator.entities(text, FRIDAY)]


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> EntitiesAnnotator:
    return train(tmp_path_factory.mktemp("journeys"), JOURNEYS)[0]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("fly from Zagreb to Helsinki", [("city", "Zagreb", "from"), ("city", "Helsinki", "to")]),
        ("a ticket from Reykjavik", [("city", "Reykjavik", "from")]),
        ("to nyc please", [("city", "New York", "to")]),
        ("how are you", []),
        ("", []),
    ],
)
def test_cities_nobody_has_marked_are_found_with_their_roles(
    journeys: EntitiesAnnotator, text: str, entities: list[object]
) -> None:
    assert found(journeys, text) == entities


def test_chinese_is_learnt_character_by_character(tmp_path: Path) -> None:
    annotator, _ = train(tmp_path, CHINESE)
    assert found(annotator, "我想从天津去长沙") == [("city", "天津", "from"), ("city", "长沙", "to")]


def test_lists_and_kinds_work_beside_what_was_learnt(tmp_path: Path) -> None:
    train(tmp_path, JOURNEYS)
    annotator = serve(tmp_path / "artefact", city={"values": {"Köln": ["Cologne"]}}, date=None)
    assert found(annotator, "fly from Cologne to Helsinki tomorrow") == [
        ("city", "Köln", "from"),  # the list says which city it is, the tagger which part it plays
        ("city", "Helsinki", "to"),
        ("date", "2026-11-28", None),
    ]


def test_the_same_data_and_seed_give_the_same_model(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        train(tmp_path / name, JOURNEYS)
    one, other = (
        {file.name: file.read_bytes() for file in (tmp_path / name / "artefact").iterdir()} for name in ("one", "other")
    )
    assert one == other


def test_figures_are_compared_with_a_list_of_what_was_marked(tmp_path: Path) -> None:
    _, result = train(tmp_path, JOURNEYS)
    assert result.metrics["entity_f1"] > result.before["entity_f1"]
    assert set(result.details["per_entity"]) == {"city|from", "city|to"}
    assert result.details["examples"] == len(JOURNEYS)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["how are you", "fine"], "nlu.txt: marks no entity. Mark some: [Berlin](city)"),
        (["to [Rome](big city)"], "nlu.txt:1:1: '[Rome](big city)' looks like a mark and is none"),
        ([], "there are no examples"),
        (
            ["[NYC](city=New York)", "[nyc](city=Newark)"],
            "nlu.txt:2: 'nyc' stands for 'New York' elsewhere, and for 'Newark' here. Give it one value.",
        ),
    ],
)
def test_data_nothing_can_be_learnt_from_is_refused(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        train(tmp_path, lines)
    assert told in str(caught.value)


def test_what_looks_wrong_is_remarked(tmp_path: Path) -> None:
    _, result = train(tmp_path, [*JOURNEYS, "the [Zag](city)reb of old", "at [noon](time)"])
    assert "nlu.txt:24: the mark of 'Zag' parts a word; it learns the whole word." in result.remarks
    assert "'time' is marked 1 times only; mark it in 5 examples at least." in result.remarks


@pytest.mark.parametrize(
    "damage",
    [
        lambda at: (at / "tagger.npz").write_bytes((at / "tagger.npz").read_bytes()[:-200]),
        lambda at: (at / "tagger.npz").write_bytes((at / "tagger.npz").read_bytes().replace(b"\x80?", b"\x81?")),
        lambda at: (at / "tagger.json").write_text("{}"),
        lambda at: (at / "tagger.json").write_text('{"labels": ["O"], "features": {}, "values": {}}'),
    ],
)
def test_files_that_do_not_belong_together_are_refused(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    train(tmp_path, JOURNEYS)
    damage(tmp_path / "artefact")
    with pytest.raises(ArtefactError, match="cannot be used"):
        serve(tmp_path / "artefact").warm()


def test_a_new_process_serves_it_with_numpy_alone(tmp_path: Path) -> None:
    train(tmp_path, JOURNEYS)
    program = (
        "import sys\n"
        "from datetime import datetime\n"
        "from pathlib import Path\n"
        "from dialog_core.component import Context\n"
        "from dialog_nlu.entities import EntitiesAnnotator\n"
        "from dialog_nlu.entity_options import EntitiesOptions\n"
        "annotator = EntitiesAnnotator(EntitiesOptions(trained=True), Context(artefact=Path(sys.argv[1])))\n"
        "print('numpy' in sys.modules)\n"
        "print([one['text'] for one in annotator.entities('fly from Zagreb', datetime.now().astimezone())])\n"
        "print(sorted({'numpy', 'scipy', 'sklearn', 'torch', 'dialog_nlu_training'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "artefact")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "['Zagreb']", "['numpy']"]  # no sooner than it is needed


def marked(sentence: dict[str, Any]) -> str:
    """Write a sentence of the corpora with its entities marked; they count words and signs."""
    from dialog_nlu.tagger import tokenize

    text, tokens = sentence["text"], tokenize(sentence["text"])
    for entity in sorted(sentence["entities"], key=lambda one: -one["start"]):
        start, end = tokens[entity["start"]].start, tokens[entity["stop"]].end
        text = f"{text[:start]}[{text[start:end]}]({entity['entity']}){text[end:]}"
    return text


@pytest.mark.parametrize(
    ("corpus", "at_least", "more_than_a_list"),
    [("ChatbotCorpus", 0.93, 0.25), ("AskUbuntuCorpus", 0.80, 0.15)],
)
def test_on_questions_people_asked_it_finds_more_than_a_word_list(
    tmp_path: Path, corpus: str, at_least: float, more_than_a_list: float
) -> None:
    """Braun et al. 2017: trained on their training part, measured on their test part."""
    sentences = json.loads(data_file("braun_nlu", f"{corpus}.json").read_text("utf-8"))["sentences"]
    parts = {training: [marked(one) for one in sentences if one["training"] is training] for training in (True, False)}
    validation = tmp_path / "validation.txt"
    validation.write_text("\n".join(parts[False]), encoding="utf-8")
    _, result = train(tmp_path, parts[True], validation=validation)
    assert result.metrics["entity_f1"] > at_least
    assert result.metrics["entity_f1"] > result.before["entity_f1"] + more_than_a_list
