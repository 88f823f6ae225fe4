"""Which files belong to a project, and what they are."""

import os
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import write
from tests.plugins.dialog_rasa.mutating import dump, load
from tests.plugins.dialog_rasa.project.reading import DOMAIN, read, told
from tests.plugins.dialog_rasa.small_projects import PIZZA

NLU = "nlu:\n- intent: {}\n  examples: |\n    - one\n"


def test_a_project_may_be_one_file(tmp_path: Path) -> None:
    whole: dict[str, object] = {}
    for name in ("config.yml", "endpoints.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml"):
        whole.update(load(PIZZA[name]))
    file = write(tmp_path, {"bot.yml": dump(whole)}) / "bot.yml"
    for root in (file, tmp_path):
        project = read_project(root, environment={})
        assert project.root == tmp_path
        assert told(project.findings) == []
        assert len(project.dialogue.rules) == 6
        assert len(project.understanding.intents) == 7
        assert project.configuration.action_server == "http://localhost:5055/webhook"
        assert [part.name for part in project.configuration.policies] == [
            "MemoizationPolicy",
            "TEDPolicy",
            "RulePolicy",
        ]


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": "Later.\n", "docker-compose.yml": "services: {a: {image: b}}\n"})
    for root in (tmp_path, tmp_path / "nothing", tmp_path / "notes.txt"):
        with pytest.raises(ConfigurationError):
            read_project(root)


def test_what_is_made_and_not_written_is_passed_over(tmp_path: Path) -> None:
    names = (".rasa/a.yml", "models/a.yml", "results/failed_test_stories.yml", ".git/a.yml", "lib/.cache/a.yml")
    project = read(tmp_path, {name: NLU.format("made") for name in names})
    assert project.understanding.intents == ()
    write(tmp_path, {"own/pyvenv.cfg": "", "own/lib/a.yml": NLU.format("library")})
    assert read_project(tmp_path).understanding.intents == ()
    write(tmp_path, {"data/models/a.yml": NLU.format("models"), "data/results/a.yml": NLU.format("results")})
    assert [one.intent for one in read_project(tmp_path).understanding.intents] == ["models", "results"]


def test_files_for_other_programs_are_no_mistakes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "docker-compose.yml": "services: {rasa: {image: x}}\nversion: '3'\n",
        "deploy/role.yml": "apiVersion: v1\nkind: Role\nrules: [{verbs: [get]}]\n",
        "template.yaml": "Resources: !Ref here\n",
        "all.yml": "kind: Pod\n---\nkind: Pod\n",
        "mkdocs.yml": "site_name: x\nplugins: !!python/name:x.y\n",
        "deploy/chart.yml": "name: {{ .Values.name }}\n",
    }
    project = read(tmp_path, files)
    assert told(project.findings) == []
    left_out = told(project.findings, "left out")
    assert [line.split(":")[0] for line in left_out] == ["all.yml", "chart.yml", "mkdocs.yml", "template.yaml"]
    assert all("not read, since it seems to be no file of Rasa's" in line for line in left_out)


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("data/a.yml", b"nlu:\n- intent: hi\n  examples: |\n    - gr\xfc\xdf\n", 4, "not UTF-8"),
        ("data/a.yml", "nlu:\n\t- intent: hi\n", 2, "tab"),
        ("data/a.yml", "", 1, "empty"),
        ("data/a.yml", "# nothing yet\n", 1, "empty"),
        ("data/a.yml", "- story: x\n  steps: []\n", 1, "holds a list"),
        ("data/a.yml", "nlu: 'open\n", 1, "quotes"),
        ("domain.yml", "intents: [a]\nintents: [b]\n", 2, "duplicate key"),
        ("domain.yml", "intents:\n- hi\nentities\n- a\n", 3, "neither"),
        ("config.yml", "language: en\npolicies: [a\n", 3, "list opened"),
        ("data/a.yml", "nlu:\n- {a: &x b, c: *y}\n", 2, "&y"),
        ("data/a.yml", b"\x00\x01\x02", 1, "binary"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_read(
    name: str, text: str | bytes, line: int, words: str, tmp_path: Path
) -> None:
    project = read(tmp_path, {"data/right.yml": NLU.format("right"), name: text})
    (first, *_) = [found for found in project.findings if found.fate == "wrong"]
    assert (first.place.file, first.place.line) == (tmp_path / name, line)
    assert words in first.message
    assert [one.intent for one in project.understanding.intents] == ["right"]


def test_yes_is_a_word_in_yaml_as_rasa_reads_it(tmp_path: Path) -> None:
    domain = "intents: [yes, no, on]\nslots: {a: {type: categorical, values: [yes, off]}}\n"
    project = read(tmp_path, {"domain.yml": domain})
    assert list(project.dialogue.intents) == ["yes", "no", "on"]
    assert project.dialogue.slots["a"].values == ("yes", "off")


def test_imported_projects_are_read_and_others_are_not(tmp_path: Path) -> None:
    config = "language: en\nimporters: [{name: MultiProjectImporter}]\nimports: [sub/Mood]\n"
    files: dict[str, str | bytes] = {
        "config.yml": config,
        "sub/Mood/config.yml": "language: de\nimports: [../Greet]\n",
        "sub/Mood/domain.yml": "intents: [mood]\n",
        "sub/Greet/domain.yml": "intents: [greet]\n",
        "sub/Other/domain.yml": "intents: [other]\n",
        "sub/Greet/data/nlu.yml": NLU.format("greet"),
    }
    project = read(tmp_path, files)
    assert set(project.dialogue.intents) == {"hi", "mood", "greet"}
    assert project.configuration.language == "en"
    assert [one.intent for one in project.understanding.intents] == ["greet"]
    left_out = {found.place.file for found in project.findings if found.fate == "left out"}
    assert tmp_path / "sub/Other/domain.yml" in left_out
    gone = read(tmp_path / "second", {"config.yml": "imports: [nowhere, ../../..]\n"})
    assert told(gone.findings) == [
        "config.yml:1: there is no 'nowhere' in the project",
        "config.yml:1: there is no '../../..' in the project",
    ]


def test_links_out_of_the_project_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"nlu.yml": NLU.format("secret")})
    root = write(tmp_path / "project", {"domain.yml": DOMAIN, "data/nlu.yml": NLU.format("own")})
    (root / "data" / "link.yml").symlink_to(tmp_path / "elsewhere" / "nlu.yml")
    (root / "data" / "folder").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert [one.intent for one in read_project(root).understanding.intents] == ["own"]


def test_python_files_with_actions_and_what_they_import_belong_to_the_project(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "actions/__init__.py": "",
        "actions/actions.py": "from rasa_sdk import Action\nfrom .tools import ask\nimport shared.words as w\n"
        "class Mine(Action):\n    pass\n",
        "actions/tools.py": "from . import deep\n",
        "actions/deep.py": "raise SystemExit('never imported')\n",
        "shared/words.py": "import os\n",
        "shared/unused.py": "",
        "setup.py": "",
        "tests/test_actions.py": "from rasa_sdk import Action\n",
    }
    project = read(tmp_path, files)
    assert [str(file.relative_to(tmp_path)) for file in project.python] == [
        "actions/__init__.py",
        "actions/actions.py",
        "actions/deep.py",
        "actions/tools.py",
        "shared/words.py",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nlu.md", "## intent:hi\n- hello\n"),
        ("nlu.json", '{"rasa_nlu_data": {"common_examples": []}}'),
        ("stories.md", '## a way\n* greet{"name": "Ann"}\n  - utter_greet\n'),
    ],
)
def test_data_of_rasa_1_is_a_mistake_as_nothing_can_be_learnt_without(tmp_path: Path, name: str, text: str) -> None:
    files = {f"data/{name}": text, "data/README.md": "# Data\n\n## Files\n\n* stories\n  - one for each task\n"}
    project = read(tmp_path, files)
    assert told(project.findings, "wrong") == [f"{name}:1: training data in a format older than YAML"]
    assert not told(project.findings, "left out")
    # Beside data that is read it is what was forgotten there.
    project = read(tmp_path, {**files, "data/nlu.yml": NLU.format("hi")})
    assert told(project.findings, "left out") == [f"{name}:1: training data in a format older than YAML"]


def test_more_findings_of_one_kind_than_anybody_reads_are_counted(tmp_path: Path) -> None:
    lines = "".join(f"    line {number}\n" for number in range(500))
    project = read(tmp_path, {"data/a.yml": f"nlu:\n- intent: hi\n  examples: |\n{lines}    - right\n"})
    found = [one for one in project.findings if one.construct == "example"]
    assert len(found) == 201
    assert found[-1].message == "300 more of this kind"


def test_python_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    project = read(tmp_path, {"actions.py": b"# rasa_sdk\n# gr\xfc\xdfe\n", "large.py": b"#" * 3_000_000})
    assert project.python == ()
    assert told(project.findings) == ["actions.py:2: this is not UTF-8 text"]
    assert told(project.findings, "left out") == ["large.py:1: larger than 2,097,152 bytes"]


def test_a_story_that_no_key_announces_is_a_mistake_wherever_it_lies(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"more/a.yml": "- story: x\n  steps: []\n", "more/b.yml": "- hosts: all\n"}
    assert told(read(tmp_path, files).findings) == ["a.yml:1: the file holds a list, and no key says what it is"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    root = write(tmp_path, {"domain.yml": DOMAIN, "data/nlu.yml": NLU.format("hi")})
    (root / "data").chmod(0)
    try:
        assert told(read_project(root).findings) == ["data:1: cannot be read: Permission denied"]
    finally:
        (root / "data").chmod(0o700)


def test_a_project_may_be_read_from_within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"domain.yml": DOMAIN, "config.yml": "imports: [sub]\n", "sub/nlu.yml": NLU.format("hi")})
    monkeypatch.chdir(tmp_path)
    project = read_project(Path("."))
    assert told(project.findings) == []
    assert [one.intent for one in project.understanding.intents] == ["hi"]
    assert Path("sub/nlu.yml") in project.files
