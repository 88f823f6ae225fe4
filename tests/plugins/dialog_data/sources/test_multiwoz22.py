import json
from pathlib import Path

from dialog_core.datasets import DialogueAct
from tests.plugins.dialog_data.sources.formats import multiwoz22_dialogue
from tests.plugins.dialog_data.sources.reading import read, read_text

ACTS = {
    "PMUL1.json": {
        "0": {"dialog_act": {"Hotel-Inform": [["area", "east"]]}, "span_info": []},
        "1": {
            "dialog_act": {"Hotel-Inform": [["phone", "12345"]]},
            "span_info": [["Hotel-Inform", "phone", "12345", 7, 12]],
        },
    }
}


def test_slots_of_all_services_make_the_state_and_of_one_value_no_list(tmp_path: Path) -> None:
    content = json.dumps([multiwoz22_dialogue("PMUL1.json", "east")])
    (dialogue,) = read_text("multiwoz22", tmp_path / "dialogues_001.json", content)
    first, second = dialogue.turns
    assert first.state == {"hotel-area": "east", "hotel-name": ["the tall gate", "tall gate"]}
    assert first.metadata["frames"] == [
        {"service": "hotel", "active_intent": "find_hotel", "requested_slots": ["hotel-phone"]}
    ]
    assert second.state == {}
    assert dialogue.metadata["services"] == ["hotel", "taxi"]


def test_the_parts_are_folders_and_acts_stand_beside_them(tmp_path: Path) -> None:
    for part in ("train", "dev", "test"):
        (tmp_path / part).mkdir()
        content = json.dumps([multiwoz22_dialogue(f"PMUL1{part}.json", "east")])
        (tmp_path / part / "dialogues_001.json").write_text(content)
        (tmp_path / part / "schema.json").write_text("[]")
    acts = {f"PMUL1{part}.json": ACTS["PMUL1.json"] for part in ("train", "dev")}
    (tmp_path / "dialog_acts.json").write_text(json.dumps(acts))
    for reader in ("multiwoz22", "auto"):
        dev, test, train = read(reader, tmp_path)
        assert [one.metadata["split"] for one in (dev, test, train)] == ["validation", "test", "train"]
        assert dev.turns[1].acts == (DialogueAct("Inform", "Hotel", "phone", "12345"),)
        assert dev.turns[1].metadata["span_info"] == [["Hotel-Inform", "phone", "12345", 7, 12]]
        assert test.turns[1].acts == ()
    (alone,) = read("multiwoz22", tmp_path / "train" / "dialogues_001.json")
    assert alone.metadata["split"] == "train"
    assert alone.turns[0].acts == (DialogueAct("Inform", "Hotel", "area", "east"),)


def test_schema_guided_dialogues_have_acts_in_their_frames(tmp_path: Path) -> None:
    frame = {
        "actions": [
            {"act": "INFORM", "slot": "city", "values": ["Ely", "Bath"], "canonical_values": ["Ely", "Bath"]},
            {"act": "THANK_YOU", "slot": "", "values": []},
        ],
        "service": "Trains_1",
        "slots": [{"slot": "city", "start": 3, "exclusive_end": 6}],
        "state": {"active_intent": "Find", "requested_slots": [], "slot_values": {"city": ["Ely"]}},
    }
    turn = {"frames": [frame], "speaker": "USER", "utterance": "to Ely or Bath, thanks"}
    content = json.dumps([{"dialogue_id": "1_0", "services": ["Trains_1"], "turns": [turn]}])
    (dialogue,) = read_text("multiwoz22", tmp_path / "dialogues_001.json", content)
    assert dialogue.turns[0].state == {"Trains_1-city": "Ely"}
    assert dialogue.turns[0].acts == (
        DialogueAct("INFORM", "Trains_1", "city", "Ely"),
        DialogueAct("INFORM", "Trains_1", "city", "Bath"),
        DialogueAct("THANK_YOU", "Trains_1"),
    )
    assert dialogue.turns[0].metadata["frames"][0]["slots"] == frame["slots"]
