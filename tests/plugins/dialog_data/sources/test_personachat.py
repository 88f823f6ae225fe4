import json
from pathlib import Path

from tests.plugins.dialog_data.sources.formats import PERSONACHAT, personachat_dialogue
from tests.plugins.dialog_data.sources.reading import problems_of, read, read_text, said


def test_personas_are_metadata_and_candidates_stand_with_the_reply(tmp_path: Path) -> None:
    first, second, third = read_text("personachat", tmp_path / PERSONACHAT.name, PERSONACHAT.text(PERSONACHAT.items))
    assert first.metadata == {"persona": ["i bake bread.", "i get up early."], "split": "validation", "line": 1}
    assert said(first)[:2] == [("user", "hello , how are you ?"), ("bot", "tired , i baked all night .")]
    assert first.turns[1].metadata == {"candidates": ["i swim .", "no .", "tired , i baked all night ."]}
    assert second.metadata["partner_persona"] == ["i row."]
    assert said(third) == [("bot", "hi there !"), ("user", "hi !"), ("bot", "do you sing ?")]


def test_of_a_folder_each_dialogue_is_read_in_one_variant(tmp_path: Path) -> None:
    for name in ("train_none_original", "train_self_original", "valid_self_original", "valid_self_revised"):
        (tmp_path / f"{name}.txt").write_text(PERSONACHAT.text(PERSONACHAT.items))
    for reader in ("personachat", "auto"):
        found = read(reader, tmp_path)
        assert [one.id for one in found if one.metadata["split"] == "train"] == [
            f"train_self_original:{number}" for number in (1, 2, 3)
        ]
        assert len(found) == 6


def test_the_reply_that_is_missing_is_no_empty_one(tmp_path: Path) -> None:
    (dialogue,) = read_text("personachat", tmp_path / "train_none_original.txt", "1 hi !\thello .\n2 bye .\n")
    assert said(dialogue) == [("user", "hi !"), ("bot", "hello ."), ("user", "bye .")]


def test_a_line_that_is_missing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "train_none_original.txt"
    path.write_text("1 hi !\thello .\n1 one\ttwo\n3 five\tsix\n")
    assert problems_of("personachat", path) == [
        "train_none_original.txt:3:1: the line has the number 3, and 2 comes next. A dialogue begins with 1."
    ]


def test_each_dialogue_of_the_json_form_is_taken_once(tmp_path: Path) -> None:
    content = {"train": [personachat_dialogue("i bake .")], "valid": [personachat_dialogue("i row .")]}
    first, second = read_text("personachat", tmp_path / "personachat_self_original.json", json.dumps(content))
    assert said(first) == [("user", "hi !"), ("bot", "hello !"), ("user", "it rains ."), ("bot", "rain is nice .")]
    assert first.turns[1].metadata == {"candidates": ["no .", "hello !"]}
    assert first.turns[3].metadata == {"candidates": ["never .", "rain is nice ."]}
    assert [first.metadata["split"], second.metadata["split"]] == ["train", "validation"]
    assert second.metadata["persona"] == ["i row .", "i like rain ."]


def test_histories_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    given = personachat_dialogue("i bake .")
    given["utterances"][0]["history"] = ["what ?"]
    path = tmp_path / "personachat_self_original.json"
    path.write_text(json.dumps({"train": [given]}))
    (problem,) = problems_of("personachat", path)
    assert "utterances[0].history: this is not how the last utterance says" in problem
