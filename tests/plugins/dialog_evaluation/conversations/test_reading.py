from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_evaluation.conversations.files import find_files
from dialog_evaluation.conversations.test_file import read_tests


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_test_knows_where_it_and_its_steps_stand(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.tests.yaml",
        "tests:\n"
        "  - name: a return\n"
        "    slots: {vip: true}\n"
        "    steps:\n"
        "      - user: hi\n"
        "        bot: Hello!\n"
        "      - restart: true\n"
        "      - {user: 5, flow: null, action: look_up, probability: '>= 0.8'}\n",
    )
    (test,) = read_tests([file])
    assert (test.name, test.line, test.step_lines, test.restarts) == ("a return", 2, (5, 7, 8), True)
    first, _, last = test.test.steps
    assert first.expectations == ("bot",)
    assert last.user == "5"
    assert last.expectations == ("flow", "action", "probability")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{user: hi, sloots: {a: 1}}", "Did you mean 'slots'?"),
        ("{user: hi, bot: {a: 1}}", "bot"),
        ("{user: hi, contains: [/(/]}", "is no regular expression"),
        ("{user: hi, probability: high}", "needs a comparison such as '>= 0.8'"),
        ("{user: hi, fallback: perhaps}", "fallback"),
        ("{user: ' '}", "the user says nothing"),
        ("{user: hi, restart: true}", "a restart is a step of its own"),
        ("{restart: false}", "restart"),
        ("{}", "nobody says anything in this step"),
    ],
)
def test_a_mistake_in_a_step_is_told_with_its_place(tmp_path: Path, step: str, told: str) -> None:
    file = write(tmp_path / "a.tests.yaml", f"tests:\n  - name: a\n    steps:\n      - {step}\n")
    with pytest.raises(ConfigurationError) as raised:
        read_tests([file])
    (problem,) = raised.value.problems
    assert told in str(problem)
    assert (problem.file, problem.line) == (file, 4)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tests: []\n", "tests"),
        ("test:\n  - name: a\n", "Did you mean 'tests'?"),
        ("tests:\n  - name: a\n    steps: []\n", "steps"),
        (
            "tests:\n  - {name: a, steps: [{user: hi}, {bot: Hello}]}\n",
            "only a test's first step may check the greeting",
        ),
        ("tests:\n  - {name: a, language: english!, steps: [{user: hi}]}\n", "language"),
        (
            "tests:\n  - {name: a, steps: [{user: hi}]}\n  - {name: a, steps: [{user: hi}]}\n",
            "the name 'a' is taken by the test on line 2",
        ),
        ("tests: [\n", "a.tests.yaml"),
    ],
)
def test_a_mistake_in_a_file(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_tests([write(tmp_path / "a.tests.yaml", text)])
    assert told in str(raised.value)


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.tests.yaml", "tests:\n  - {nam: a, steps: [{user: hi}]}\n") for n in range(3)]
    with pytest.raises(ConfigurationError) as raised:
        read_tests(files)
    assert {problem.file for problem in raised.value.problems} == set(files)


def test_folders_are_searched_and_files_may_be_called_anything(tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "one.tests.yaml", "")
    two = write(tmp_path / "a" / "deep" / "two.tests.yml", "")
    write(tmp_path / "a" / "data.yaml", "")
    other = write(tmp_path / "other.yaml", "")
    assert find_files([tmp_path / "a", other, one]) == [two, one, other]


def test_a_path_with_nothing_to_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError) as raised:
        find_files([tmp_path / "empty", tmp_path / "nowhere.yaml"])
    assert "there are no conversation tests in this folder" in str(raised.value)
    assert "there is no such file" in str(raised.value)
