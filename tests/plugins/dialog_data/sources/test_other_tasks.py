"""KdConv, CamRest676, CIMA, and ConvLab's unified format."""

import json
import zipfile
from pathlib import Path

from dialog_core.datasets import DialogueAct
from tests.plugins.dialog_data.sources.formats import (
    CAMREST,
    CAMREST_UNIFIED,
    CIMA,
    CONVLAB,
    KDCONV,
    cima_context,
)
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text, said


def test_in_kdconv_the_first_to_speak_is_the_user_and_facts_stay_with_their_turn(tmp_path: Path) -> None:
    first, *_ = read_text("kdconv", tmp_path / "film" / "dev.json", KDCONV.text(KDCONV.items))
    assert [turn.role for turn in first.turns] == ["user", "bot", "user"]
    assert first.turns[1].metadata == {"attrs": [{"attrname": "作者", "attrvalue": "无名", "name": "山歌"}]}
    assert first.metadata == {"name": "山歌", "split": "validation", "line": 2}


def test_kdconv_has_three_folders_with_files_of_the_same_name(tmp_path: Path) -> None:
    for topic in ("film", "travel"):
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "dev.json").write_text(KDCONV.text(KDCONV.items[:1]))
        (tmp_path / topic / f"kb_{topic}.json").write_text("{}")
    assert [one.id for one in read("kdconv", tmp_path)] == ["film/dev:1", "travel/dev:1"]


def test_in_camrest_each_wish_adds_to_the_state(tmp_path: Path) -> None:
    first, *_ = read_text("camrest", tmp_path / "CamRest676.json", CAMREST.text(CAMREST.items))
    assert [turn.role for turn in first.turns] == ["user", "bot"] * 3
    assert [dict(turn.state) for turn in first.turns[::2]] == [
        {"restaurant-food": "welsh"},
        {"restaurant-food": "welsh", "restaurant-area": "south"},
        {"restaurant-food": "welsh", "restaurant-area": "south"},
    ]
    assert first.turns[4].acts == (DialogueAct("request", "restaurant", "phone", ""),)
    assert first.turns[5].acts == (DialogueAct("area", "restaurant"),)
    assert first.metadata["goal"]["request-slots"] == ["phone"]
    assert first.id == "0"


def test_the_unified_format_keeps_where_its_acts_stand_in_the_text(tmp_path: Path) -> None:
    for format in (CONVLAB, CAMREST_UNIFIED):
        first, *_ = read_text(format.reader, tmp_path / format.reader / format.name, format.text(format.items))
        user, bot = first.turns
        assert user.acts == (
            DialogueAct("greet", "general"),
            DialogueAct("inform", "hotel", "area", "east"),
            DialogueAct("inform", "hotel", "kind", "bed"),
        )
        assert user.state == {"hotel-area": "east"}
        assert user.metadata == {"spans": [{"act": 2, "start": 2, "end": 5}]}
        assert bot.metadata == {"db_results": {"hotel": [{"name": "the tall gate"}]}}
        assert first.metadata["split"] == "validation"


def test_the_unified_format_comes_in_an_archive_with_more_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as opened:
        opened.writestr("data/dialogues.json", CONVLAB.text(CONVLAB.items))
        opened.writestr("data/ontology.json", '{"domains": {}}')
        opened.writestr("data/hotel_db.json", '[{"name": "the tall gate"}]')
    for reader in ("convlab", "auto"):
        assert len(read(reader, tmp_path / "data.zip")) == 3


def test_of_several_replies_in_cima_none_is_lost(tmp_path: Path) -> None:
    first, *_ = read_text("cima", tmp_path / "dataset.json", CIMA.text(CIMA.items))
    assert said(first) == [
        ("bot", "Please fill in the blank."),
        ("user", "is it rosso?"),
        ("bot", "Nearly. Which end?"),
    ]
    assert first.turns[1].acts == (DialogueAct("Guess"),)
    assert first.turns[2].acts == (DialogueAct("Question"), DialogueAct("Correction"))
    assert first.turns[2].metadata == {
        "tutorResponses": ["Nearly. Which end?", "It ends in a."],
        "tutorActions": [["Question", "Correction"], ["Hint"]],
    }
    assert first.id == "prepDataset.0"
    assert first.metadata["engPrep"] == "under"


def test_cima_has_two_exercises(tmp_path: Path) -> None:
    content = {"prepDataset": {"0": cima_context("rosso")}, "shapeDataset": {"0": cima_context("verde")}}
    found = read_text("cima", tmp_path / "dataset.json", json.dumps(content))
    assert [one.id for one in found] == ["prepDataset.0", "shapeDataset.0"]


def test_replies_without_what_they_do_are_told(tmp_path: Path) -> None:
    context = {**cima_context("rosso"), "tutorActions": [[True, False, False, False, False]]}
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps({"prepDataset": {"0": context}}))
    assert problems_of("cima", path) == [
        "dataset.json:1:1: prepDataset.0.tutorActions: needs actions for 2 replies, not for 1"
    ]
