import json
from pathlib import Path

import pytest

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import make_context
from dialog_evaluation.runs.data import read_dialogues
from dialog_evaluation.runs.learnt import learnt_by, learnt_from_file
from tests.plugins.dialog_evaluation.runs.talks import BOT, shop

TOOLS = Context(name="evaluate")


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    return written(tmp_path / "talks.jsonl", "train")


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    return written(tmp_path / "parts.jsonl", "train", "test")


def written(file: Path, *splits: str) -> Path:
    """Write dialogues that stand in these parts of their source, in turn."""
    lines = [
        json.dumps(
            {
                "id": f"t{number}",
                "split": splits[number % len(splits)],
                "turns": [{"role": "user", "text": f"hi {number}"}, {"role": "bot", "text": "Hello!"}],
            }
        )
        for number in range(20)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def ids(file: Path, **how: object) -> list[str]:
    return [dialogue.id for _, dialogue in read_dialogues([file], TOOLS, **how).dialogues]  # type: ignore[arg-type]


def test_a_few_are_drawn_at_random_and_always_the_same_ones(talks: Path) -> None:
    drawn = ids(talks, limit=5, seed=1)
    assert drawn == ids(talks, limit=5, seed=1)
    assert drawn != ids(talks, limit=5, seed=2)
    assert drawn != [f"t{number}" for number in range(5)]
    assert drawn == sorted(drawn, key=lambda id: int(id[1:]))
    assert ids(talks, limit=50) == ids(talks)
    assert read_dialogues([talks], TOOLS, limit=5).remarks == ["5 of 20 dialogues were held, drawn at random."]


def test_a_file_that_is_named_twice_is_not_counted_twice(talks: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    again = tmp_path / "other" / ".." / talks.name
    with pytest.raises(ConfigurationError, match="is named twice"):
        read_dialogues([talks, again], TOOLS)
    namesake = written(tmp_path / "other" / talks.name, "train")  # of the same name, and another file
    assert len(read_dialogues([talks, namesake], TOOLS).dialogues) == 40


def test_a_reader_that_gives_anything_but_dialogues_is_told(talks: Path) -> None:
    class Odd:
        def read(self, path: Path) -> list[str]:
            return ["hello"]

    with pytest.raises(ConfigurationError, match="it has no dialogues"):
        read_dialogues([talks], make_context(parts={("reader", "odd"): Odd()}), format="odd")


def test_only_one_part_of_a_source_is_read(parts: Path) -> None:
    assert ids(parts, split="test") == [f"t{number}" for number in range(1, 20, 2)]
    with pytest.raises(ConfigurationError, match="Did you mean 'test'"):
        ids(parts, split="tset")


def test_which_of_several_parts_is_meant_has_to_be_said(parts: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has several parts: train \(10\), test \(10\).*--split test"):
        ids(parts)


def test_several_files_are_read_one_after_the_other(talks: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("- turns: [{user: hi, bot: Hello!}]", encoding="utf-8")
    read = read_dialogues([talks, more], TOOLS)
    assert [file for file, _ in read.dialogues[-2:]] == [talks, more]


# --- What the bot has learnt from


def test_knowledge_and_training_data_are_what_a_bot_has_learnt_from(talks: Path, tmp_path: Path) -> None:
    (tmp_path / "nlu.yaml").write_text("intents: {greet: [hi, hello], leave: [bye, see you]}", encoding="utf-8")
    bot = shop(
        tmp_path,
        f"{BOT}annotators: [{{use: intents}}]\nranking: {{use: calibrated}}\ntraining:\n"
        "  - {component: intents, data: nlu.yaml}\n  - {component: ranking, data: talks.jsonl}\n",
    )
    learnt = learnt_by(bot, TOOLS, "auto")
    assert learnt.sources == ["knowledge faq", "training of ranking (talks.jsonl)"]
    assert len(learnt.dialogues) == 2 + 20
    assert [turn.text for turn in learnt.dialogues[0].turns] == ["When are you open?", "From nine to five."]
    assert learnt.remarks == []


def test_of_a_file_with_several_parts_only_what_was_trained_on_is_learnt(tmp_path: Path) -> None:
    rows = [
        {"turns": [{"role": "user", "text": part}, {"role": "bot", "text": "Yes."}], "split": part}
        for part in ("train", "test")
    ]
    bot = shop(
        tmp_path,
        f"{BOT}ranking: {{use: calibrated}}\ntraining: [{{component: ranking, data: talks.jsonl, split: train}}]\n",
        **{"talks.jsonl": "".join(f"{json.dumps(row)}\n" for row in rows)},
    )
    learnt = learnt_by(bot, TOOLS, "auto")
    assert [dialogue.turns[0].text for dialogue in learnt.dialogues[2:]] == ["train"]


def test_what_cannot_be_read_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    bot = shop(
        tmp_path,
        f"{BOT}ranking: {{use: calibrated}}\ntraining: [{{component: ranking, data: talks.jsonl}}]\n",
        **{"talks.jsonl": "no JSON"},
    )
    learnt = learnt_by(bot, TOOLS, "auto")
    assert learnt.sources == ["knowledge faq"]
    assert len(learnt.remarks) == 1
    assert "training of ranking (talks.jsonl) could not be compared with" in learnt.remarks[0]


def test_a_file_that_is_named_has_to_be_readable(talks: Path) -> None:
    assert len(learnt_from_file(talks, TOOLS, "auto").dialogues) == 20
    with pytest.raises(ConfigurationError):
        learnt_from_file(talks.with_name("none.jsonl"), TOOLS, "auto")
