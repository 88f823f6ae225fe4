import json
import zipfile
from pathlib import Path

from dialog_core.datasets import DialogueAct
from tests.plugins.dialog_data.sources.formats import CROSSWOZ, CROSSWOZ_COMPACT, crosswoz_dialogue
from tests.plugins.dialog_data.sources.reading import read, read_text


def test_what_is_known_before_the_query_is_the_state_of_the_user(tmp_path: Path) -> None:
    content = json.dumps({"7": crosswoz_dialogue("古桥")})
    (dialogue,) = read_text("crosswoz", tmp_path / "train.json", content)
    user, bot = dialogue.turns
    assert user.state == {"景点-评分": "4.5分以上"}
    assert user.acts == (DialogueAct("greet", "General"), DialogueAct("Inform", "景点", "评分", "4.5分以上"))
    assert user.metadata == {"user_state": [[1, "景点", "评分", "4.5分以上", True]]}
    assert bot.state == {}
    assert bot.metadata["sys_state"]["景点"]["selectedResults"] == ["古桥"]
    assert dialogue.id == "7"
    assert dialogue.metadata["final_goal"] == [[1, "景点", "名称", "古桥", True]]
    assert dialogue.metadata["split"] == "train"


def test_entities_found_before_the_query_are_not_lost(tmp_path: Path) -> None:
    given = crosswoz_dialogue("古桥")
    given["messages"][1]["sys_state_init"]["景点"]["selectedResults"] = ["云水谷"]
    (dialogue,) = read_text("crosswoz", tmp_path / "train.json", json.dumps({"7": given}))
    assert dialogue.turns[1].metadata["sys_state_init"] == {"景点": {"selectedResults": ["云水谷"]}}


def test_zipped_parts_are_read_in_a_folder_beside_databases(tmp_path: Path) -> None:
    for number, part in enumerate(("train", "val")):
        with zipfile.ZipFile(tmp_path / f"{part}.json.zip", "w") as opened:
            opened.writestr(f"{part}.json", json.dumps({str(number): crosswoz_dialogue("古桥")}))
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "metro_db.json").write_text('[["车站", {}]]')
    found = read("crosswoz", tmp_path)
    assert [(one.id, one.metadata["split"]) for one in found] == [("0", "train"), ("1", "validation")]
    (alone,) = read("auto", tmp_path / "val.json.zip")
    assert alone.metadata["split"] == "validation"


def test_an_offer_that_cannot_be_made_has_no_slot(tmp_path: Path) -> None:
    content = CROSSWOZ_COMPACT.text(CROSSWOZ_COMPACT.items)
    first, *_ = read_text("crosswoz", tmp_path / CROSSWOZ_COMPACT.name, content)
    assert [turn.acts for turn in first.turns] == [
        (DialogueAct("Request", "餐馆", "名称", ""),),
        (DialogueAct("NoOffer", "餐馆"),),
    ]
    assert [turn.role for turn in first.turns] == ["user", "bot"]


def test_ids_are_the_keys(tmp_path: Path) -> None:
    assert [one.id for one in read_text("crosswoz", tmp_path / "val.json", CROSSWOZ.text(CROSSWOZ.items))] == [*"012"]
