import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dialog_core.datasets import Dialogue, DialogueAct
from tests.plugins.dialog_data.sources.formats import MULTIWOZ, MULTIWOZ_COMPACT, multiwoz_dialogue
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text, said


def one(tmp_path: Path, **changes: Any) -> Dialogue:
    content = json.dumps({"SNG1.json": {**multiwoz_dialogue("east"), **changes}})
    (found,) = read_text("multiwoz", tmp_path / "data.json", content)
    assert isinstance(found, Dialogue)
    return found


def test_the_belief_state_belongs_to_the_turn_of_the_user_it_follows(tmp_path: Path) -> None:
    dialogue = one(tmp_path)
    assert said(dialogue)[0] == ("user", "somewhere to sleep in the east, please")
    assert [turn.role for turn in dialogue.turns] == ["user", "bot", "user", "bot"]
    assert [dict(turn.state) for turn in dialogue.turns] == [
        {"hotel-area": "east"},
        {},
        {
            "hotel-area": "east",
            "hotel-stars": "4",
            "hotel-book-people": "2",
            "hotel-book-day": "sunday",
            "hotel-book-stay": "3",
        },
        {},
    ]


def test_what_the_system_has_booked_stays_with_its_turn(tmp_path: Path) -> None:
    assert one(tmp_path).turns[-1].metadata == {"booked": {"hotel": [{"name": "the tall gate", "reference": "QX7"}]}}


def test_acts_are_taken_apart_and_spans_are_kept(tmp_path: Path) -> None:
    first, second, *_ = one(tmp_path).turns
    assert first.acts == (DialogueAct("Inform", "Hotel", "Area", "east"),)
    assert first.metadata == {"span_info": [["Hotel-Inform", "Area", "east", 5, 5]]}
    assert second.acts == (DialogueAct("Request", "Hotel", "Stars", "?"), DialogueAct("reqmore", "general"))


def test_the_goal_is_metadata(tmp_path: Path) -> None:
    metadata = one(tmp_path).metadata
    assert metadata["goal"] == multiwoz_dialogue("east")["goal"]
    assert "split" not in metadata


def test_several_right_values_stand_in_a_list(tmp_path: Path) -> None:
    log = multiwoz_dialogue("east")["log"]
    log[1]["metadata"]["hotel"]["semi"]["area"] = ["east", "centre"]
    assert one(tmp_path, log=log).turns[0].state == {"hotel-area": ["east", "centre"]}


def test_a_slot_that_nobody_has_filled_is_not_there(tmp_path: Path) -> None:
    log = multiwoz_dialogue("east")["log"]
    log[1]["metadata"]["hotel"]["semi"] = {"area": "not mentioned", "stars": None, "name": ["", "not mentioned"]}
    assert one(tmp_path, log=log).turns[0].state == {}


def test_two_users_in_a_row_stay_two_and_a_system_that_begins_keeps_its_state(tmp_path: Path) -> None:
    user, system, *_ = multiwoz_dialogue("east")["log"]
    dialogue = one(tmp_path, log=[system, user, {**user, "text": ""}, system])
    assert [turn.role for turn in dialogue.turns] == ["bot", "user", "user", "bot"]
    assert [bool(turn.state) for turn in dialogue.turns] == [True, False, True, False]
    assert dialogue.turns[2].text == ""


def test_without_any_state_the_two_take_turns(tmp_path: Path) -> None:
    log = [{"text": text, "metadata": {}} for text in ("one", "two", "three")]
    assert said(one(tmp_path, log=log)) == [("user", "one"), ("bot", "two"), ("user", "three")]


def test_a_single_turn_is_a_dialogue(tmp_path: Path) -> None:
    assert said(one(tmp_path, log=[{"text": "hello", "metadata": {}}])) == [("user", "hello")]


def test_what_a_belief_state_has_beside_its_parts_is_no_belief_state(tmp_path: Path) -> None:
    log = multiwoz_dialogue("east")["log"]
    log[1]["metadata"]["hotel"]["more"] = {"x": 1}
    path = tmp_path / "data.json"
    path.write_text(json.dumps({"SNG1.json": {"log": log}}))
    (told,) = problems_of("multiwoz", path)
    assert (
        told == "data.json:1:1: SNG1.json.log[1].metadata.hotel: the belief state has 'more' beside 'semi' and 'book'"
    )


def archive(path: Path) -> Path:
    """An archive as it is published: dialogues, lists of parts, acts, an ontology."""
    log = [{key: turn[key] for key in ("text", "metadata")} for turn in multiwoz_dialogue("east")["log"]]
    acts = {"SNG1": {"1": {"Hotel-Request": [["Stars", "?"]]}, "2": "No Annotation"}}
    files = {
        "data.json": json.dumps({f"SNG{number}.json": {"goal": {}, "log": log} for number in (1, 2, 3)}),
        "valListFile.txt": "SNG2.json\n",
        "testListFile.txt": "SNG3.json\nSNG4.json\n",
        "system_acts.json": json.dumps(acts),
        "ontology.json": json.dumps({"hotel-semi-area": ["east"]}),
    }
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in files.items():
            opened.writestr(f"MULTIWOZ2.1/{name}", content)
    return path


@pytest.mark.parametrize("unpacked", [False, True])
def test_the_lists_beside_the_dialogues_say_which_part_they_are_of(tmp_path: Path, unpacked: bool) -> None:
    path = archive(tmp_path / "MULTIWOZ2.1.zip")
    if unpacked:
        with zipfile.ZipFile(path) as opened:
            opened.extractall(tmp_path / "folder")
        path = tmp_path / "folder"
    for reader in ("multiwoz", "auto"):
        found = read(reader, path)
        assert [(one.id, one.metadata["split"]) for one in found] == [
            ("SNG1.json", "train"),
            ("SNG2.json", "validation"),
            ("SNG3.json", "test"),
        ]


def test_acts_that_stand_in_a_file_of_their_own_are_found(tmp_path: Path) -> None:
    first, *_ = read("multiwoz", archive(tmp_path / "MULTIWOZ2.1.zip"))
    assert [list(turn.acts) for turn in first.turns] == [[], [DialogueAct("Request", "Hotel", "Stars", "?")], [], []]


def test_a_file_beside_that_is_damaged_is_told_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"SNG1.json": {"log": [{"text": "a"}, {"text": "b"}]}}')
    (tmp_path / "system_acts.json").write_text('{"SNG1": \n {"1": }')
    assert problems_of("multiwoz", tmp_path / "data.json")[0].startswith("system_acts.json:2:")


def test_lines_have_the_same_acts(tmp_path: Path) -> None:
    first, *_ = read_text("multiwoz", tmp_path / MULTIWOZ_COMPACT.name, MULTIWOZ_COMPACT.text(MULTIWOZ_COMPACT.items))
    assert first.turns[0].acts == (DialogueAct("Inform", "Train", "Dest", "ely"),)
    assert first.metadata == {"goal": ["Find a train"], "domains": ["train"], "split": "validation", "line": 1}


def test_a_dialogue_under_its_key_is_named_after_it(tmp_path: Path) -> None:
    found = read_text("multiwoz", tmp_path / "data.json", MULTIWOZ.text(MULTIWOZ.items))
    assert [one.id for one in found] == ["SNG0.json", "SNG1.json", "SNG2.json"]
