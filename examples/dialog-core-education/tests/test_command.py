"""What teachers type."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialog_core import Bot


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("dialog-core")), "--plugin", "education", *arguments]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    bot = folder / "bot.yaml"
    bot.write_text("extends: education:bots/en.yaml\nprofiles: {use: sqlite, path: learners.db}\n", encoding="utf-8")
    with Bot.load(bot) as tutor:
        for learner in ("ann", "bo"):
            for text in ("capitals", "remember me", "paris", "canberra", "stop"):
                tutor.reply(text, conversation=learner, user=learner)
        tutor.reply("capitals", conversation="cy", user="cy")  # never asked, so not kept
    return folder


def test_the_progress_of_all_learners_is_one_table(school: Path) -> None:
    done = run("progress", "bot.yaml", cwd=school)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "Countries" in line]
    assert [row[0] for row in rows] == ["ann", "bo"]
    assert rows[0][4:] == ["0", "2", "5", "0", "1", "today"]


def test_one_learner_or_json(school: Path) -> None:
    done = run("progress", "bot.yaml", "--user", "bo", "--json", cwd=school)
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["learner"], row["learning"]) == ("bo", 2)
    assert "No progress is kept" in run("progress", "bot.yaml", "--user", "nobody", cwd=school).stdout


def test_bots_without_tutor_or_profiles_are_told(school: Path) -> None:
    (school / "other.yaml").write_text(
        "version: 1\nplugins: [education]\npolicies: [{use: rules, path: rules.yaml}]\n", encoding="utf-8"
    )
    (school / "rules.yaml").write_text("rules: [{name: a, when: a, say: b}]\n", encoding="utf-8")
    done = run("progress", "other.yaml", cwd=school)
    assert done.returncode == 2
    assert "this bot has no tutor" in done.stderr
    (school / "forgetful.yaml").write_text("extends: education:bots/en.yaml\nprofiles: null\n", encoding="utf-8")
    done = run("progress", "forgetful.yaml", cwd=school)
    assert done.returncode == 2
    assert "keeps no profiles" in done.stderr


def test_course_files_are_looked_through(school: Path) -> None:
    good, wrong = school / "good.yaml", school / "wrong.yaml"
    text = (
        "course: a\ntitle: A\nunits: [{id: b, title: B, items: [{id: c, kind: numeric, ask: '1 + 1?', answer: 2}]}]\n"
    )
    good.write_text(text, encoding="utf-8")
    wrong.write_text(text.replace("answer: 2", "anser: 2"), encoding="utf-8")
    assert "good.yaml: no problems. 1 unit, 1 question." in run("course", "good.yaml", cwd=school).stdout
    done = run("course", "good.yaml", "wrong.yaml", cwd=school)
    assert done.returncode == 2
    assert "Did you mean 'answer'?" in done.stderr
    assert "Traceback" not in done.stderr
