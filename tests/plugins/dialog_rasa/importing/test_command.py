"""`dialog-core import rasa`: whole or not at all, and told in words."""

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from dialog_core.configuration import ConfigurationError
from dialog_rasa.importing.convert import convert
from dialog_rasa.importing.report import report_text
from dialog_rasa.importing.saving import new_project, refuse_existing, write_files
from dialog_rasa.importing.summary import tell_summary
from dialog_rasa.project.reading import read_project
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_rasa.bots import import_project, write
from tests.plugins.dialog_rasa.importing.small import RULES, project_with
from tests.plugins.dialog_rasa.small_projects import PIZZA

CONTRADICTION = f"{RULES}- rule: Greet otherwise\n  steps:\n  - intent: greet\n  - action: utter_other\n"
OTHER = "intents: [greet, bye]\nresponses:\n  utter_hi:\n  - text: Hello!\n  utter_other:\n  - text: Howdy!\n"


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_project_passes_check_and_says_what_comes_next(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    out = tmp_path / "new" / "bot"
    done = import_project(project, out)
    assert done.returncode == 0, done.stderr
    assert f"dialog-core train {out}" in done.stdout
    assert names_in(out) == ["bot.yaml", "dialogue", "import-report.md", "nlu", "responses.yaml"]
    checked = run("check", out / "bot.yaml")
    assert checked.returncode == 0, checked.stderr


def test_what_contradicts_is_refused_and_left_out_only_on_demand(tmp_path: Path) -> None:
    project = project_with(tmp_path, data_rules_yml=CONTRADICTION, domain_yml=OTHER)
    refused = import_project(project, tmp_path / "bot")
    assert refused.returncode == 2
    assert re.search(r"rules\.yml:\d+: rule: .*Greet otherwise", refused.stderr)
    assert "nothing was written" in refused.stderr
    assert names_in(tmp_path) == ["project"]
    kept = import_project(project, tmp_path / "bot", "--keep-going", "--report", str(tmp_path / "report.json"))
    assert kept.returncode == 0, kept.stderr
    assert "1 mistake." in kept.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["fates"]["wrong"] == 1
    assert run("check", tmp_path / "bot" / "bot.yaml").returncode == 0


def test_a_project_with_an_action_server_is_told_to_start_it_as_before(tmp_path: Path) -> None:
    endpoints = 'action_endpoint: {url: "http://localhost:5055/webhook"}\n'
    done = import_project(project_with(tmp_path, endpoints_yml=endpoints), tmp_path / "bot")
    assert done.returncode == 0, done.stderr
    assert "rasa run actions" in done.stdout


def test_the_new_bot_is_called_as_one_says_and_else_like_the_folder_of_the_old_one(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    assert import_project(project, tmp_path / "waiter").returncode == 0
    assert "name: project," in (tmp_path / "waiter" / "bot.yaml").read_text(encoding="utf-8")
    assert import_project(project, tmp_path / "other", "--name", "Robin").returncode == 0
    assert "name: Robin," in (tmp_path / "other" / "bot.yaml").read_text(encoding="utf-8")


PARTING = """
version: "3.1"
stories:
- story: one
  steps:
  - intent: bye
  - action: utter_hi
- story: two
  steps:
  - intent: bye
  - action: utter_other
"""


def test_stories_that_part_are_taken_over_and_the_report_says_where(tmp_path: Path) -> None:
    project = project_with(tmp_path, data_stories_yml=PARTING, domain_yml=OTHER)
    done = import_project(project, tmp_path / "bot", "--report", str(tmp_path / "report.json"))
    assert done.returncode == 0, done.stderr
    report = json.dumps(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")))
    assert "the learned model decides there" in report
    assert "data/stories.yml" in report
    checked = run("check", tmp_path / "bot" / "bot.yaml")
    assert checked.returncode == 0, checked.stderr
    assert "Worth a look" in checked.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    write(tmp_path / "mine", {"notes.txt": "mine"})
    done = import_project(project, tmp_path / "mine")
    assert done.returncode == 2
    assert "nothing is written over" in " ".join(done.stderr.split())
    assert names_in(tmp_path / "mine") == ["notes.txt"]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert import_project(project, tmp_path / "file").returncode == 2
    (tmp_path / "empty").mkdir()
    assert import_project(project, tmp_path / "empty").returncode == 0


class Full(OSError):
    def __init__(self) -> None:
        super().__init__(28, "No space left on device")


@pytest.mark.parametrize("end", [KeyboardInterrupt, Full, SystemExit])
def test_whoever_is_stopped_in_the_middle_leaves_nothing(
    end: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise end

    monkeypatch.setattr(shutil, "copyfile", stop)
    out = tmp_path / "far" / "away" / "bot"
    expected: type[BaseException] = ConfigurationError if end is Full else end
    with pytest.raises(expected), new_project(out) as folder:
        write_files(folder, {"bot.yaml": "version: 1\n"}, {"actions/a.py": Path(__file__)})
    assert names_in(tmp_path) == []


def test_whoever_is_told_to_end_leaves_nothing_either(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit), new_project(tmp_path / "bot"):
        signal.raise_signal(signal.SIGTERM)
    assert names_in(tmp_path) == []
    assert signal.getsignal(signal.SIGTERM) is before


def test_somebody_else_was_faster(tmp_path: Path) -> None:
    def write_late() -> None:
        with new_project(tmp_path / "bot") as folder:
            write_files(folder, {"bot.yaml": "ours"}, {})
            write(tmp_path / "bot", {"bot.yaml": "theirs"})

    with pytest.raises(ConfigurationError, match="not empty"):
        write_late()
    assert (tmp_path / "bot" / "bot.yaml").read_text(encoding="utf-8") == "theirs"
    assert names_in(tmp_path) == ["bot"]


def test_killed_at_any_moment_there_is_no_half_a_project(tmp_path: Path) -> None:
    project = write(tmp_path / "project", dict(PIZZA))
    command = [COMMAND, "import", "rasa", str(project), str(tmp_path / "bot")]
    for seconds in (0.2, 0.5, 0.8):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        if (tmp_path / "bot").exists():
            assert (tmp_path / "bot" / "import-report.md").exists()  # which is written last
            break
    assert not [name for name in names_in(tmp_path) if name not in ("project", "bot") and not name.startswith(".bot.")]


def test_an_empty_link_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="leads nowhere"):
        refuse_existing(tmp_path / "link")


def test_a_link_to_an_empty_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with new_project(tmp_path / "link") as folder:
        write_files(folder, {"bot.yaml": "version: 1\n"}, {})
    assert names_in(tmp_path / "elsewhere") == ["bot.yaml"]
    assert (tmp_path / "link").is_symlink()


def test_nothing_is_made_within_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("Mine.", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="notes is a file"):
        refuse_existing(tmp_path / "notes" / "new" / "bot")


def test_the_report_names_every_part_with_relative_places(tmp_path: Path) -> None:
    project = read_project(write(tmp_path / "pizza", dict(PIZZA)), environment={})
    converted = convert(project, "pizza")
    report = report_text(converted, project)
    assert str(tmp_path) not in report
    dialogue = project.dialogue
    parts = [*dialogue.intents, *dialogue.entities, *dialogue.slots, *dialogue.forms, *dialogue.responses]
    parts += [teller.name for teller in (*dialogue.rules, *dialogue.stories)]
    parts += [part.name for part in (*project.configuration.pipeline, *project.configuration.policies)]
    parts += [story.name for stories in project.tests.values() for story in stories]
    parts += [one.name for found in (project.understanding.regexes, project.understanding.lookups) for one in found]
    assert [part for part in parts if part not in report] == []
    mappings = [one for slot in dialogue.slots.values() for one in slot.mappings]
    assert report.count("### slot mapping") == len({one.type for one in mappings})


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_summary_fits_whatever_terminal(width: int, tmp_path: Path) -> None:
    project = read_project(write(tmp_path / "pizza", dict(PIZZA)), environment={})
    converted = convert(project, "pizza")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(file=nowhere, width=width, record=True, highlight=False)
        tell_summary(console, converted, Path("bot"), project.root, Path("bot/import-report.md"))
    text = console.export_text()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    assert "dialog-core train bot/bot.yaml" in text
    assert "FallbackClassifier" in text


def test_an_intent_with_one_answer_only_gets_it(tmp_path: Path) -> None:
    project = project_with(
        tmp_path,
        domain_yml="intents: [greet, faq]\n"
        "responses: {utter_hi: [{text: Hello!}], utter_faq/hours: [{text: At nine.}]}\n",
        data_nlu_yml="nlu:\n- intent: faq/hours\n  examples: |\n    - when do you open\n    - opening hours\n",
        data_rules_yml=f"{RULES}- rule: Questions\n  steps:\n  - intent: faq\n  - action: utter_faq\n",
    )
    done = import_project(project, tmp_path / "bot")
    assert done.returncode == 0, done.stderr
    assert "nothing can be told apart" in " ".join(done.stdout.split())
    talk = run("chat", tmp_path / "bot" / "bot.yaml", input="//faq\n")
    assert "At nine." in talk.stdout, talk.stderr


def test_what_is_out_of_scope_is_answered_as_it_was(tmp_path: Path) -> None:
    topics = {
        "greet": ["hello", "hi there", "good morning", "hey", "good evening"],
        "bye": ["goodbye", "see you", "bye bye", "farewell", "until tomorrow"],
        "out_of_scope": ["what is the weather like", "order me a pizza", "who won the match", "sing a song"],
    }
    nlu = "nlu:\n" + "".join(
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in topics.items()
    )
    project = project_with(
        tmp_path,
        domain_yml="intents: [greet, bye, out_of_scope]\n"
        "responses: {utter_hi: [{text: Hello!}], utter_no: [{text: That is beyond me.}]}\n",
        data_nlu_yml=nlu,
        data_rules_yml=f"{RULES}- rule: Beyond\n  steps:\n  - intent: out_of_scope\n  - action: utter_no\n",
    )
    done = import_project(project, tmp_path / "bot")
    assert done.returncode == 0, done.stderr
    assert "counts as it, too" in (tmp_path / "bot" / "import-report.md").read_text(encoding="utf-8")
    trained = run("train", tmp_path / "bot" / "bot.yaml")
    assert trained.returncode == 0, trained.stderr
    talk = run("chat", tmp_path / "bot" / "bot.yaml", input="hello\nquantum chromodynamics\n")
    assert [line for line in talk.stdout.splitlines() if line] == ["Hello!", "That is beyond me."]


def test_a_project_that_lies_within_the_old_one_is_no_part_of_it(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    assert import_project(project, project / "first").returncode == 0
    assert import_project(project, project / "second").returncode == 0
    first, second = ((project / out / "dialogue" / "rules.yaml").read_bytes() for out in ("first", "second"))
    assert first == second
