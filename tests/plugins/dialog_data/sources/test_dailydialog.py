import zipfile
from pathlib import Path

import pytest

from dialog_core.datasets import DialogueAct
from dialog_core.testing import make_context
from tests.plugins.dialog_data.sources.formats import DAILYDIALOG
from tests.plugins.dialog_data.sources.reading import problems_of, read

TEXTS = DAILYDIALOG.text(DAILYDIALOG.items)
ACTS = "2 1 \n1 1 1 \n3 4 \n"
EMOTIONS = "0 0 \n4 6 4 \n0 4 \n"
TOPICS = "8\n1\n5\n"


def folder(tmp_path: Path, **files: str) -> Path:
    """A folder with the texts and what belongs to them."""
    content = {"text": TEXTS, "act": ACTS, "emotion": EMOTIONS, "topic": TOPICS, **files}
    for name, text in content.items():
        (tmp_path / f"dialogues_{name}.txt").write_text(text)
    return tmp_path


def published(tmp_path: Path) -> Path:
    """An archive as it is published: everything, and the three parts as archives in it."""
    folder(tmp_path)
    lines = {
        kind: text.splitlines(keepends=True) for kind, text in (("", TEXTS), ("_act", ACTS), ("_emotion", EMOTIONS))
    }
    path = tmp_path / "ijcnlp_dailydialog.zip"
    with zipfile.ZipFile(path, "w") as whole:
        for name in ("text", "act", "emotion", "topic"):
            whole.write(tmp_path / f"dialogues_{name}.txt", f"ijcnlp_dailydialog/dialogues_{name}.txt")
        whole.writestr("ijcnlp_dailydialog/readme.txt", "1) dialogues_text.txt: all dialogues.")
        for number, part in enumerate(("train", "validation", "test")):
            inner = tmp_path / f"{part}.zip"
            with zipfile.ZipFile(inner, "w") as opened:
                for kind, column in lines.items():
                    opened.writestr(f"{part}/dialogues{kind}_{part}.txt", column[number].replace(" ?", "?"))
            whole.write(inner, f"ijcnlp_dailydialog/{part}.zip")
    return path


def test_acts_emotions_and_topics_stand_in_files_beside(tmp_path: Path) -> None:
    first, second, _ = read("dailydialog", folder(tmp_path) / "dialogues_text.txt")
    assert [turn.role for turn in second.turns] == ["user", "bot", "user"]
    assert first.turns[0].text == "Is the shop open ?"
    assert [turn.acts for turn in first.turns] == [(DialogueAct("question"),), (DialogueAct("inform"),)]
    assert [turn.metadata["emotion"] for turn in second.turns] == ["happiness", "surprise", "happiness"]
    assert [first.metadata["topic"], second.metadata["topic"]] == ["Work", "Ordinary Life"]


def test_texts_alone_are_enough(tmp_path: Path) -> None:
    (tmp_path / "dialogues_text.txt").write_text(TEXTS)
    first, *_ = read("dailydialog", tmp_path / "dialogues_text.txt")
    assert (first.turns[0].acts, first.turns[0].metadata) == ((), {})


@pytest.mark.parametrize("reader", ["dailydialog", "auto"])
def test_of_the_archive_every_dialogue_is_read_once_with_its_part_and_its_topic(tmp_path: Path, reader: str) -> None:
    found = read(reader, published(tmp_path))
    assert [(one.metadata["split"], one.metadata["topic"], len(one.turns)) for one in found] == [
        ("test", "Relationship", 2),
        ("train", "Work", 2),
        ("validation", "Ordinary Life", 3),
    ]
    assert found[1].turns[0].acts == (DialogueAct("question"),)
    assert found[2].turns[1].metadata == {"emotion": "surprise"}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"act": "2 1 \n1 1 \n3 4 \n"},
            "dialogues_text.txt:2:1: the dialogue has 3 utterances, and there are 2 acts for it",
        ),
        ({"emotion": "0 0 \n4 9 4 \n0 4 \n"}, "dialogues_text.txt:2:1: the emotion '9' is not known"),
        ({"topic": "8\n1\n"}, "dialogues_text.txt:3:1: dialogues_topic.txt ends at line 2"),
    ],
)
def test_files_that_do_not_agree_are_told_with_the_line(tmp_path: Path, files: dict[str, str], told: str) -> None:
    path = folder(tmp_path, **files) / "dialogues_text.txt"
    (problem,) = problems_of("dailydialog", path)
    assert problem.startswith(told)
    reader = make_context("data").create("reader", {"use": "dailydialog", "on_error": "skip"})
    assert len(list(reader.read(path))) == 2
    assert reader.skipped.count == 1


def test_marks_for_a_dialogue_that_is_not_there_are_told(tmp_path: Path) -> None:
    path = folder(tmp_path, act=f"{ACTS}1 1 \n") / "dialogues_text.txt"
    (problem,) = problems_of("dailydialog", path)
    assert problem.startswith("dialogues_text.txt:4:1: dialogues_act.txt goes on at line 4")


def test_an_utterance_that_says_nothing_is_one(tmp_path: Path) -> None:
    (tmp_path / "dialogues_text.txt").write_text("Hi ! __eou__ __eou__ Hello ? __eou__\n\nBye . __eou__\n")
    first, second = read("dailydialog", tmp_path / "dialogues_text.txt")
    assert [turn.text for turn in first.turns] == ["Hi !", "", "Hello ?"]
    assert (len(second.turns), second.metadata["line"]) == (1, 3)


def test_a_line_that_ends_in_the_middle_is_told(tmp_path: Path) -> None:
    (tmp_path / "dialogues_text.txt").write_text("Hi ! __eou__ Hel")
    (problem,) = problems_of("dailydialog", tmp_path / "dialogues_text.txt")
    assert problem.startswith("dialogues_text.txt:1:1: the line does not end with __eou__")
