"""`dialog-core data split` and `data leaks` as people call them."""

import json
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run

WORDS = ("cancel", "parcel", "lamp", "window", "teapot", "rabbit", "violin", "garden", "pepper", "silver")


def written(path: Path, count: int = 40, **metadata: str) -> Path:
    """Write dialogues that have little in common."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            words = [WORDS[number % 10], WORDS[number // 10 % 10], f"w{number}", f"v{number}", f"u{number}"]
            turns = [{"role": "user", "text": " ".join(words)}, {"role": "bot", "text": f"answer {number}"}]
            row = {"id": str(number), "turns": turns}
            if metadata:
                row["metadata"] = {key: value.format(number // 4) for key, value in metadata.items()}
            file.write(json.dumps(row) + "\n")
    return path


def ids(file: Path) -> set[str]:
    return {json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()}


def test_every_dialogue_is_in_one_part_and_the_same_command_gives_the_same_parts(tmp_path: Path) -> None:
    file, out = written(tmp_path / "talks.jsonl"), tmp_path / "parts"
    done = run("data", "split", str(file), str(out), "--test", "25%")
    assert done.returncode == 0, done.stderr
    parts = [ids(out / f"{part}.jsonl") for part in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [26, 4, 10]
    assert set.union(*parts) == {str(number) for number in range(40)}
    record = json.loads((out / "split.json").read_text(encoding="utf-8"))
    assert record["counts"] == {"train": 26, "validation": 4, "test": 10}
    run("data", "split", str(file), str(tmp_path / "again"), "--test", "25%")
    assert ids(tmp_path / "again" / "test.jsonl") == parts[2]
    assert sorted(path.name for path in out.iterdir()) == [
        "split.json",
        "test.jsonl",
        "train.jsonl",
        "validation.jsonl",
    ]


def test_users_stay_together(tmp_path: Path) -> None:
    file, out = written(tmp_path / "talks.jsonl", user="u{}"), tmp_path / "parts"
    assert run("data", "split", str(file), str(out), "--by", "user", "--test", "30%").returncode == 0
    users = [{int(id) // 4 for id in ids(out / f"{part}.jsonl")} for part in ("train", "validation", "test")]
    assert not users[0] & users[2]
    assert not users[0] & users[1]


@pytest.mark.parametrize("on_leak", ["stop", "remove", "keep"])
def test_what_leaks_stops_the_split_unless_the_user_says_otherwise(tmp_path: Path, on_leak: str) -> None:
    file, out = written(tmp_path / "talks.jsonl"), tmp_path / "parts"
    rows = file.read_text(encoding="utf-8")
    file.write_text(rows + rows.replace('"id": "', '"id": "again-'), encoding="utf-8")
    done = run("data", "split", str(file), str(out), "--on-leak", on_leak)
    if on_leak == "stop":
        assert done.returncode == 1
        assert "are trained with" in done.stdout.replace("\n", " ") or "is trained with" in done.stdout.replace(
            "\n", " "
        )
        assert not out.exists()
        return
    assert done.returncode == 0
    train, test = (out / f"{part}.jsonl" for part in ("train", "test"))
    checked = run("data", "leaks", str(train), str(test))
    assert checked.returncode == (0 if on_leak == "remove" else 1)


def test_made_up_examples_are_in_the_training_part_alone(tmp_path: Path) -> None:
    file, more, out = written(tmp_path / "talks.jsonl"), tmp_path / "more.jsonl", tmp_path / "parts"
    assert run("data", "augment", str(file), str(more), "--step", "word_dropout").returncode == 0
    done = run("data", "split", str(more), str(out), "--test", "25%")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 made-up examples were left out" in done.stdout
    assert not any("~" in id for id in ids(out / "test.jsonl") | ids(out / "validation.jsonl"))
    assert len(ids(out / "train.jsonl")) == 52


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--by", "user"), "talks.jsonl:1: '0': its metadata does not say 'user'"),
        (("--by", "given"), "its metadata does not say 'split'"),
        (("--test", "90%", "--validation", "10%"), "leave something to train with"),
        (("--test", "lots"), "needs a share"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    file = written(tmp_path / "talks.jsonl")
    done = run("data", "split", str(file), str(tmp_path / "parts"), *options)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert not (tmp_path / "parts").exists()


def test_where_everything_is_of_one_moment_nothing_would_be_left_to_train_with(tmp_path: Path) -> None:
    file = written(tmp_path / "talks.jsonl", at="2026-01-01T12:00:00")
    done = run("data", "split", str(file), str(tmp_path / "parts"), "--by", "time")
    assert done.returncode == 2
    assert "nothing would be left to train with" in done.stderr


def test_leaks_are_told_as_json_and_a_few_may_be_allowed(tmp_path: Path) -> None:
    train, test = written(tmp_path / "train.jsonl", 20), written(tmp_path / "test.jsonl", 40)
    done = run("data", "leaks", str(train), str(test), "--json", str(tmp_path / "leaks.json"))
    assert done.returncode == 1
    found = json.loads((tmp_path / "leaks.json").read_text(encoding="utf-8"))
    assert (found["measured"], found["leaked"], found["exact"], found["share"]) == (40, 20, 20, 0.5)
    assert run("data", "leaks", str(train), str(test), "--allowed", "50%").returncode == 0


def test_items_say_in_which_part_they_are_now_and_in_which_the_source_had_them(tmp_path: Path) -> None:
    file, out = written(tmp_path / "talks.jsonl", split="old{}"), tmp_path / "parts"
    assert run("data", "split", str(file), str(out), "--test", "25%").returncode == 0
    for part in ("train", "validation", "test"):
        rows = [json.loads(line) for line in (out / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
        assert {row["metadata"]["split"] for row in rows} == {part}
        assert all(row["metadata"]["source_split"] == f"old{int(row['id']) // 4}" for row in rows)


def test_no_part_of_an_earlier_split_stays_beside_the_new_ones(tmp_path: Path) -> None:
    file, out = written(tmp_path / "talks.jsonl"), tmp_path / "parts"
    assert run("data", "split", str(file), str(out)).returncode == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = run("data", "split", str(file), str(out), "--test", "0%", "--seed", "7")
    assert (done.returncode, {path.name: path.read_bytes() for path in out.iterdir()}) == (2, before)
    assert "test.jsonl: is of an earlier split, and would not be of this one. Remove it" in done.stderr
    (out / "test.jsonl").unlink()
    assert run("data", "split", str(file), str(out), "--test", "0%", "--seed", "7").returncode == 0
    assert not (out / "test.jsonl").exists()


def test_options_of_the_format_are_taken_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "asked.csv"
    rows = [f"{WORDS[number]} {WORDS[-number - 1]} {number}，订单,物流" for number in range(10)]
    file.write_bytes("\n".join(["text,intent", *rows]).encode("gb18030"))
    read = ("--format", "labelled", "--option", "encoding=gb18030")
    for command in (
        ("clean", "asked.csv", "clean.jsonl"),
        ("augment", "asked.csv", "more.jsonl", "--step", "typos"),
        ("split", "asked.csv", "parts", "--on-leak", "keep"),
        ("leaks", "asked.csv", "asked.csv", "--allowed", "100%"),
        ("label", "asked.csv", "--out", "tasks.jsonl", "--to", "doccano"),
    ):
        done = run("data", *command, *read, cwd=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    for written_file in ("clean.jsonl", "more.jsonl", "parts/train.jsonl", "tasks.jsonl"):
        assert "订单" in (tmp_path / written_file).read_text(encoding="utf-8")


def test_the_parts_are_read_as_one_folder(tmp_path: Path) -> None:
    assert run("data", "split", str(written(tmp_path / "talks.jsonl")), str(tmp_path / "parts")).returncode == 0
    assert run("data", "convert", "parts", "all.jsonl", cwd=tmp_path).returncode == 0
    assert ids(tmp_path / "all.jsonl") == {str(number) for number in range(40)}
