"""The files a ranking learns from: dialogues in any known format, of one part."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context
from dialog_ranking_training.gathering.material import Material, check, read_material
from dialog_ranking_training.options import RankingTraining

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def shared(file: Path, *parts: str) -> Path:
    """Write dialogues as ShareGPT has them, one of each part."""
    said = [[{"from": "human", "value": f"Hello {part}"}, {"from": "gpt", "value": "Good day"}] for part in parts]
    rows = [{"id": part, "conversations": turns, "split": part} for part, turns in zip(parts, said, strict=True)]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rows), encoding="utf-8")
    return file


def asked(material: Material) -> list[str]:
    return [question.message.text for question in material.questions]


def test_dialogues_in_another_format_are_recognized_beside_our_own(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"turns": [{"role": "user", "text": "Hi"}, {"role": "bot", "text": "Hello"}]}\n')
    file = shared(tmp_path / "chats.json", "train", "test")
    first, second = read_material([file, own], make_context(), NOW, ["train"])
    assert (first.file, asked(first)) == (file, ["Hello train"])
    assert (second.file, asked(second)) == (own, ["Hi"])


def test_the_test_part_is_never_learnt_from(tmp_path: Path) -> None:
    file = shared(tmp_path / "chats.json", "train", "test")
    (problem,) = check(RankingTraining(data=(file,)), make_context())
    assert "has several parts: train (1), test (1). Say which is meant: `split: train`." in str(problem)
    assert check(RankingTraining(data=(file,), split=("train",)), make_context()) == []


def test_labelled_texts_are_no_dialogues(tmp_path: Path) -> None:
    file = tmp_path / "intents.csv"
    file.write_text("text,intent\nhello,greet\n")
    with pytest.raises(ConfigurationError, match=r"intents\.csv:2: has labelled texts; dialogues are wanted"):
        read_material([file], make_context(), NOW)


def test_what_was_asked_before_is_known_again_also_of_a_folder(tmp_path: Path) -> None:
    file = shared(tmp_path / "set" / "chats.json", "train")
    (before,) = read_material([file.parent], make_context(), NOW)
    (again,) = read_material([file.parent], make_context(), NOW)
    shared(file, "other")
    (changed,) = read_material([file.parent], make_context(), NOW)
    assert asked(before) == ["Hello train"]
    assert before.checksum == again.checksum != changed.checksum
