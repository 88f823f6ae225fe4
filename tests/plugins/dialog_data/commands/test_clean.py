"""`dialog-core data clean` as people call it."""

import json
from pathlib import Path

from tests.dialog_core.cli.command import run

TALKS = """\
{"id": "a", "turns": [{"role": "user", "text": "<p>hi &amp; hello</p>"}, {"role": "bot", "text": "itâ€™s   fine"}]}
{"id": "b", "turns": [{"role": "user", "text": "hi & hello"}, {"role": "bot", "text": "it’s fine"}]}
{"id": "c", "turns": [{"role": "user", "text": "call me on 415-555-2671"}, {"role": "bot", "text": "I will."}]}
{"id": "d", "turns": [{"role": "user", "text": " "}, {"role": "bot", "text": ""}]}
"""


def written(tmp_path: Path, text: str = TALKS) -> Path:
    file = tmp_path / "talks.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


def texts(path: Path) -> list[list[str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [[turn["text"] for turn in row["turns"]] for row in rows]


def test_a_file_is_cleaned_and_the_report_says_what_was_done(tmp_path: Path) -> None:
    out, figures, page = tmp_path / "clean.jsonl", tmp_path / "figures.json", tmp_path / "page.html"

    done = run(
        *("data", "clean", str(written(tmp_path)), str(out), "--step", "pii"),
        *("--json", str(figures), "--html", str(page)),
    )

    assert done.returncode == 0, done.stderr
    assert texts(out) == [["hi & hello", "it’s fine"], ["call me on [phone]", "I will."]]
    assert "4 items with 8 turns; 2 with 4 are left; written to " in done.stdout
    assert "html, a: '<p>hi &amp; hello</p>' -> 'hi & hello'" in done.stdout
    assert "duplicates, b: 'hi & hello / it’s fine' -> said before: as in a" in done.stdout
    report = json.loads(figures.read_text(encoding="utf-8"))
    assert report["turns"] == {"read": 8, "written": 4}
    assert [step["step"] for step in report["steps"]][-3:] == ["pii", "empty", "duplicates"]
    assert report["steps"][-2]["removed"] == {"no turns are left": 1}
    assert "said before" in page.read_text(encoding="utf-8")


def test_cleaned_twice_nothing_changes_the_second_time(tmp_path: Path) -> None:
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"
    run("data", "clean", str(written(tmp_path)), str(once), "--step", "pii", "--step", "near_duplicates")

    done = run("data", "clean", str(once), str(twice), "--step", "pii", "--step", "near_duplicates")

    assert done.returncode == 0, done.stderr
    assert texts(twice) == texts(once)
    assert " -> " not in done.stdout


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = run("data", "clean", str(written(tmp_path)), "--dry-run", "--without", "html")

    assert done.returncode == 0, done.stderr
    assert "nothing was written" in done.stdout
    assert "\nhtml " not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["talks.jsonl"]


def test_without_a_place_to_write_to_it_says_what_to_do(tmp_path: Path) -> None:
    done = run("data", "clean", str(written(tmp_path)))

    assert done.returncode == 2
    assert "--dry-run" in done.stderr


def test_mistakes_in_the_steps_are_all_told_with_their_places(tmp_path: Path) -> None:
    steps, out = tmp_path / "steps.yaml", tmp_path / "clean.jsonl"
    steps.write_text(
        "steps:\n  - encoding\n  - {use: lenght, most: 200}\n  - {use: length, leats: 3}\n"
        "  - {use: pii, replacement: hash}\n  - {use: length, most: 5, least: 30}\n  - {use: toxic, words: none.txt}\n"
    )

    done = run("data", "clean", str(written(tmp_path)), str(out), "--steps", str(steps))

    assert done.returncode == 2
    for problem in (
        "steps.yaml:3:11: there is no cleaner named 'lenght'. Did you mean 'length'?",
        "steps.yaml:4:19: leats: unknown key. Did you mean 'least'?",
        "steps.yaml:5:5: `replacement: hash` needs `salt`",
        "steps.yaml:6:5: `most` is 5 and `least` is 30: no text is both",
        "steps.yaml:7:25: words: ",
        "error: 5 problems",
    ):
        assert problem in done.stderr
    assert not out.exists()


def test_a_step_that_there_is_none_of_is_refused_and_the_likely_one_named(tmp_path: Path) -> None:
    done = run("data", "clean", str(written(tmp_path)), "--dry-run", "--step", "toxics")

    assert done.returncode == 2
    assert "Did you mean 'toxic'?" in done.stderr


def test_a_step_that_needs_options_says_where_to_write_them(tmp_path: Path) -> None:
    done = run("data", "clean", str(written(tmp_path)), "--dry-run", "--step", "language")

    assert done.returncode == 2
    assert "steps: [{use: language, keep: ...}]" in done.stderr


def test_a_file_with_a_bad_line_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "clean.jsonl"
    out.write_text("what was there\n")

    done = run("data", "clean", str(written(tmp_path, TALKS + '{"id": "e", "turns": [\n')), str(out))

    assert done.returncode == 2
    assert "talks.jsonl:5" in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_text() == "what was there\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean.jsonl", "talks.jsonl"]


def test_what_stands_at_the_ends_of_the_earth_is_cleaned(tmp_path: Path) -> None:
    said = ["\ud83d alone", "😀" * 50, "مرحبا بالعالم", "!!!???", "你好" * 200, "x" * 500_000, "a\u0000b"]
    rows = [{"id": str(number), "turns": [{"role": "user", "text": text}]} for number, text in enumerate(said)]
    file = written(tmp_path, "".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "clean.jsonl"
    steps = [
        option
        for name in ("pii", "near_duplicates", "toxic", "repeated", "merged_turns")
        for option in ("--step", name)
    ]

    done = run("data", "clean", str(file), str(out), *steps)

    assert done.returncode == 0, done.stderr
    assert texts(out) == [["� alone"], *([text] for text in said[1:6]), ["ab"]]


def test_the_report_shows_what_has_changed_where_it_has_and_also_what_is_invisible(tmp_path: Path) -> None:
    rows = [{"text": "word " * 40 + "two  spaces", "label": "long"}, {"text": "a\tb\u200b", "label": "short"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = run("data", "clean", "a.jsonl", "b.jsonl", cwd=tmp_path)
    assert "word word two  spaces' -> '…" in done.stdout
    assert r"'a\tb\u200b' -> 'a\tb'" in done.stdout
    assert r"'a\tb' -> 'a b'" in done.stdout
