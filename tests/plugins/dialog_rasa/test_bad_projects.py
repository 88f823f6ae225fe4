"""Projects with mistakes: each is named with its place, and nothing is written unless one says `--keep-going`."""

import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.plugins.dialog_rasa.bots import import_project, run_here, write
from tests.plugins.dialog_rasa.mutating import Files
from tests.plugins.dialog_rasa.small_projects import LIBRARY, PIZZA

SLOTS = f"{LIBRARY['domain.yml']}slots:\n  size:\n"
STORY = "stories:\n- story: one\n  steps:\n  - intent: hi\n"  # of the library, and lacking its next step


def said(done: CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


def everything_in(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))


def library(root: Path, **changed: str | bytes) -> Path:
    """Write the library's project with other files: `data_more_yml` is data/more.yml."""
    files: Files = dict(LIBRARY)
    for name, text in changed.items():
        *folders, file, suffix = name.split("_")
        files["/".join((*folders, f"{file}.{suffix}"))] = text
    return write(root / "project", files)


MISTAKES: dict[str, tuple[dict[str, str | bytes], str, tuple[str, ...]]] = {
    "no yaml": ({"data_more_yml": "[dasdassd,\n"}, "more.yml:", ()),
    "no yaml in the domain": ({"domain_yml": "intents:\n- hi\nentities\n - name\n"}, "domain.yml:3", ()),
    "stories that are no list": ({"data_more_yml": "stories:\n  story: one\n"}, "more.yml:", ("stories",)),
    "a story that is a text": ({"data_more_yml": "stories:\n- one\n"}, "more.yml:2", ()),
    "a step nobody knows": ({"data_more_yml": f"{STORY}  - actoin: utter_hi\n"}, "more.yml:5", ("actoin",)),
    "a story without steps": ({"data_more_yml": "stories:\n- story: one\n"}, "more.yml:2", ("one",)),
    "a rule of two messages": (
        {
            "data_more_yml": "rules:\n- rule: two\n  steps:\n  - intent: hi\n  - action: utter_hi\n  - intent: bye\n"
            "  - action: utter_bye\n"
        },
        "more.yml:",
        ("two",),
    ),
    "a response that is a text": (
        {"domain_yml": "intents: [hi, bye, faq]\nresponses:\n  utter_hi:\n  - hey!\n  utter_bye: [{text: Bye}]\n"},
        "domain.yml:4",
        ("utter_hi",),
    ),
    "a slot of no type": (
        {"domain_yml": f"{SLOTS}    type: txet\n    mappings: []\n"},
        "domain.yml:8",
        ("txet",),
    ),
    "a mapping of no type": (
        {"domain_yml": f"{SLOTS}    type: text\n    mappings:\n    - type: from_entty\n      entity: size\n"},
        "domain.yml:10",
        ("from_entty",),
    ),
    "bytes that are no text": (
        {"data_more_yml": b"nlu:\n- intent: hi\n  examples: |\n    - gr\xfc\xdfe\n"},
        "more.yml:4",
        (),
    ),
    "examples that are a mapping": (
        {"data_more_yml": "nlu:\n- intent: hi\n  examples:\n    first: hello\n"},
        "more.yml:",
        ("hi",),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_nothing_is_written(mistake: str, tmp_path: Path) -> None:
    changed, place, words = MISTAKES[mistake]
    project = library(tmp_path, **changed)
    before = everything_in(tmp_path)
    done = import_project(project, tmp_path / "bot")
    assert done.returncode != 0, said(done)
    for word in (place, *words):
        assert word in said(done), said(done)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_rest_is_imported_if_one_says_so_and_what_is_left_out_is_told(mistake: str, tmp_path: Path) -> None:
    changed, place, _ = MISTAKES[mistake]
    done = import_project(library(tmp_path, **changed), tmp_path / "bot", "--keep-going")
    assert (tmp_path / "bot" / "bot.yaml").is_file(), said(done)
    report = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bot").glob("*.md"))
    assert place in report
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bot", "project"]


def test_what_is_imported_all_the_same_is_a_bot_that_check_finds_nothing_wrong_with(tmp_path: Path) -> None:
    domain = """\
intents: [greet, ask]
entities: [city]
slots:
  town: {type: text, mappings: [{type: from_entity, entity: cty}]}
  city:
    type: text
    mappings:
    - {type: from_intent, intent: aks, value: Rome}
    - {type: from_entity, entity: city}
responses:
  utter_greet: [{text: Hello}]
"""
    rules = """\
rules:
- rule: twice
  steps: [{intent: greet}, {action: utter_greet}, {intent: ask}, {action: utter_greet}]
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
"""
    files = {"config.yml": "language: en\n", "domain.yml": domain, "data/rules.yml": rules}
    done = import_project(write(tmp_path / "project", files), tmp_path / "bot", "--keep-going")
    assert done.returncode == 0, said(done)
    report = (tmp_path / "bot" / "import-report.md").read_text(encoding="utf-8")
    for wrong in ("the entity 'cty'", "the intent 'aks'", "more than one message of the user"):
        assert wrong in report
    checked = run_here("check", tmp_path / "bot" / "bot.yaml")
    assert checked.returncode == 0, checked.stderr
    written = (tmp_path / "bot" / "dialogue" / "domain.yaml").read_text(encoding="utf-8")
    assert "{type: from_entity, entity: city}" in written
    assert "aks" not in written
    assert "cty" not in written


def test_a_project_without_domain_is_none(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"config.yml": "language: en\n", "data/more.yml": STORY})
    done = import_project(project, tmp_path / "bot")
    assert done.returncode != 0
    assert "domain.yml" in said(done)
    assert not (tmp_path / "bot").exists()


def test_a_folder_that_is_no_project_says_what_one_has(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"actions.py": "class Mine:\n    pass\n", "notes.txt": "Later.\n"})
    done = import_project(project, tmp_path / "bot")
    assert done.returncode == 2
    assert "domain.yml" in said(done)
    assert import_project(tmp_path / "nothing", tmp_path / "bot").returncode == 2
    assert import_project(project / "notes.txt", tmp_path / "bot").returncode == 2
    assert not (tmp_path / "bot").exists()


def test_components_that_are_only_python_are_left_out_and_told(tmp_path: Path) -> None:
    config = "language: en\npipeline:\n- name: components.sentiment.SentimentAnalyzer\n- name: DIETClassifier\n"
    done = import_project(library(tmp_path, config_yml=config), tmp_path / "bot")
    assert done.returncode == 0, said(done)
    report = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bot").glob("*.md"))
    assert "config.yml:3" in report
    assert "components.sentiment.SentimentAnalyzer" in report
    assert run_here("check", tmp_path / "bot" / "bot.yaml").returncode == 0


CYCLE = """\
stories:
- story: begin
  steps: [{intent: hi}, {action: utter_hi}, {checkpoint: round}]
- story: once more
  steps: [{checkpoint: round}, {intent: faq}, {action: utter_faq}, {checkpoint: round}]
- story: end
  steps: [{checkpoint: round}, {intent: bye}, {action: utter_bye}]
"""


def test_checkpoints_that_go_round_in_circles_end(tmp_path: Path) -> None:
    done = import_project(library(tmp_path, data_talk_yml=CYCLE), tmp_path / "bot")
    assert done.returncode == 0, said(done)
    checked = run_here("check", tmp_path / "bot" / "bot.yaml")
    assert checked.returncode == 0, said(checked)
    assert "round" in checked.stdout


def test_an_environment_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    project = library(tmp_path, endpoints_yml="action_endpoint:\n  url: ${MY_ACTION_SERVER}/webhook\n")
    done = import_project(project, tmp_path / "bot")
    told = said(done) + "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bot").glob("*.md"))
    assert "MY_ACTION_SERVER" in told
    assert "endpoints.yml:2" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    project = library(tmp_path, data_more_yml=STORY)
    (project / "data" / "more.yml").chmod(0)
    done = import_project(project, tmp_path / "bot")
    assert done.returncode != 0
    assert "more.yml" in said(done)
    assert not (tmp_path / "bot").exists()


def test_a_link_to_nothing_and_a_folder_called_like_a_file_are_no_reason_to_fail_without_words(tmp_path: Path) -> None:
    project = library(tmp_path)
    (project / "data" / "gone.yml").symlink_to(project / "data" / "nowhere.yml")
    (project / "data" / "folder.yml").mkdir()
    (project / "data" / "round").symlink_to(project / "data", target_is_directory=True)
    os.mkfifo(project / "data" / "pipe.yml")
    done = import_project(project, tmp_path / "bot", "--keep-going")
    assert (tmp_path / "bot" / "bot.yaml").is_file(), said(done)


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    project, out = library(tmp_path), tmp_path / "bot"
    write(out, {"bot.yaml": "mine\n"})
    done = import_project(project, out)
    assert done.returncode == 2
    assert str(out) in said(done) or "bot" in said(done)
    assert everything_in(out) == ["bot.yaml"]
    assert (out / "bot.yaml").read_text() == "mine\n"


def test_the_project_itself_stays_as_it_is(tmp_path: Path) -> None:
    project = library(tmp_path)
    before = {name: (project / name).read_bytes() for name in LIBRARY}
    assert import_project(project, project).returncode == 2
    assert import_project(project, project / "bot").returncode in (0, 2)
    assert {name: (project / name).read_bytes() for name in LIBRARY} == before


def test_a_file_of_nothing_but_references_to_itself_does_not_eat_the_memory(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    done = import_project(library(tmp_path, data_more_yml="\n".join([*lines, "nlu: *a11", ""])), tmp_path / "bot")
    assert done.returncode != 0
    assert "more.yml" in said(done)


def test_brackets_without_end_are_refused(tmp_path: Path) -> None:
    done = import_project(library(tmp_path, data_more_yml=f"nlu: {'[' * 5_000}"), tmp_path / "bot")
    assert done.returncode != 0
    assert "more.yml:1" in said(done)


@pytest.mark.slow
def test_a_hundred_thousand_examples_are_imported(tmp_path: Path) -> None:
    lines = [f"    - could you tell me about book number {number}, please?" for number in range(100_000)]
    text = "\n".join(["nlu:", "- intent: hi", "  examples: |", *lines, ""])
    done = import_project(library(tmp_path, data_more_yml=text), tmp_path / "bot")
    assert done.returncode == 0, said(done)
    texts = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bot" / "nlu").rglob("*.yaml"))
    assert texts.count("could you tell me about book number") == 100_000


def test_everything_a_project_can_have_is_in_the_report(tmp_path: Path) -> None:
    done = import_project(write(tmp_path / "project", dict(PIZZA)), tmp_path / "bot")
    assert done.returncode == 0, said(done)
    report = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "bot").glob("*.md"))
    for word in ("config.yml:", "domain.yml:", "TEDPolicy", "FallbackClassifier"):
        assert word in report
