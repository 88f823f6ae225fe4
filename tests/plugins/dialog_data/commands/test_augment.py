"""`dialog-core data augment` as people call it."""

import json
from pathlib import Path

from tests.dialog_core.cli.command import run

ROWS = """\
{"text": "where is my parcel now", "label": "track"}
{"text": "fly to [Berlin](city) tomorrow", "label": "book"}
{"text": "fly to {city:to} from {city:from}", "label": "book"}
"""


def written(tmp_path: Path) -> Path:
    file = tmp_path / "asked.jsonl"
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_variants_follow_their_items_and_are_marked(tmp_path: Path) -> None:
    out = tmp_path / "more.jsonl"
    done = run("data", "augment", str(written(tmp_path)), str(out), "--step", "typos", "--count", "2")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 9
    assert [row.get("metadata", {}).get("augmented", {}).get("by") for row in rows[:3]] == [None, "typos", "typos"]
    assert "3 items, 6 variants of them" in done.stdout
    assert "where is my parcel now" in done.stdout


def test_a_file_of_steps_is_followed_and_templates_are_filled_in(tmp_path: Path) -> None:
    (tmp_path / "cities.yaml").write_text("city: [Paris, 上海]\n", encoding="utf-8")
    (tmp_path / "steps.yaml").write_text("steps:\n  - {use: templates, path: cities.yaml}\n", encoding="utf-8")
    out = tmp_path / "more.jsonl"
    done = run("data", "augment", str(written(tmp_path)), str(out), "--steps", str(tmp_path / "steps.yaml"))
    assert done.returncode == 0, done.stderr
    said = [json.loads(line)["text"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert not any("{" in text for text in said)
    assert said[-1] in ("fly to Paris from 上海", "fly to 上海 from Paris")
    assert "1 of the items are templates" in done.stdout


def test_mistakes_in_the_steps_are_told_with_their_places_and_nothing_is_written(tmp_path: Path) -> None:
    steps = tmp_path / "steps.yaml"
    steps.write_text("steps:\n  - {use: typos, shaer: 0.2}\n  - typo\n  - {use: synonyms, path: no.yaml}\n")
    out = tmp_path / "more.jsonl"
    done = run("data", "augment", str(written(tmp_path)), str(out), "--steps", str(steps))
    assert done.returncode == 2
    assert "steps.yaml:2:18: shaer: unknown key. Did you mean 'share'?" in done.stderr
    assert "steps.yaml:3:5: there is no augmenter named 'typo'. Did you mean 'typos'?" in done.stderr
    assert "steps.yaml:4:27: path: " in done.stderr
    assert not out.exists()


def test_a_model_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(
        "version: 1\npolicies: [{name: llm, use: openai, base_url: 'http://127.0.0.1:9/v1', model: none}]\n"
    )
    (tmp_path / "steps.yaml").write_text("steps: [{use: paraphrase, bot: bot.yaml, timeout: 5s}]\n")
    out = tmp_path / "more.jsonl"
    done = run("data", "augment", str(written(tmp_path)), str(out), "--steps", str(tmp_path / "steps.yaml"))
    assert done.returncode == 1
    assert "the policy 'llm' of" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("*more*")) == []
