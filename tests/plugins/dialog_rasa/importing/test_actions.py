"""Custom actions come along unchanged, as a package that a bot can be given."""

import subprocess
import sys
import tomllib
from pathlib import Path

from dialog_rasa.importing.convert import convert
from dialog_rasa.importing.saving import new_project, write_files
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import write
from tests.plugins.dialog_rasa.importing.small import DOMAIN, project_with, told, yaml_of

ACTIONS = """\
from rasa_sdk import Action, FormValidationAction
from actions.words import GREETING
import typing


class Hello(Action):
    def name(self) -> typing.Text:
        return "action_hello"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=GREETING)
        return []


class Validate(FormValidationAction):
    def name(self):
        return "validate_loan_form"
"""
COMPUTED = """
class Computed(Action):
    def name(self):
        return "action_" + str(1 + 1)

    def run(self, dispatcher, tracker, domain):
        return []
"""


def project(root: Path, actions: str = ACTIONS) -> Path:
    folder = project_with(root, domain_yml=f"{DOMAIN}actions: [action_hello, validate_loan_form]\n")
    files: dict[str, str | bytes] = {
        "actions/__init__.py": "",
        "actions/actions.py": actions,
        "actions/words.py": 'GREETING = "Hi!"\n',
    }
    return write(folder, files)


def test_files_are_copied_byte_for_byte_and_make_a_package(tmp_path: Path) -> None:
    result = convert(read_project(project(tmp_path)), "My library")
    out = tmp_path / "new"
    with new_project(out) as folder:
        write_files(folder, result.files, result.copies)
    assert (out / "actions" / "actions" / "actions.py").read_text(encoding="utf-8") == ACTIONS
    assert (out / "actions" / "actions" / "words.py").exists()
    description = tomllib.loads((out / "actions" / "pyproject.toml").read_text(encoding="utf-8"))
    assert description["project"]["entry-points"]["dialog_core"] == {"my_library_actions": "my_library_actions"}
    assert description["tool"]["setuptools"]["packages"] == ["my_library_actions", "actions"]
    assert "# plugins: [my_library_actions]" in result.files["bot.yaml"]
    assert "plugins" not in yaml_of(result, "bot.yaml")
    assert "actions.py:6 action_hello: unchanged" in told(result, "custom action", "exact")


def test_a_bot_that_trusts_the_package_can_run_them(tmp_path: Path) -> None:
    result = convert(read_project(project(tmp_path)), "My library")
    out = tmp_path / "new"
    with new_project(out) as folder:
        write_files(folder, result.files, result.copies)
    program = (
        "from dialog_core import Registry\n"
        "import my_library_actions, my_library_actions.in_process as running\n"
        "class Named:\n"
        "    def action(self, name, target, **options): print(name, target)\n"
        "my_library_actions.dialog_register(Named())\n"
        "print(callable(running.action_hello), callable(running.validate_loan_form))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{out / 'actions'}:{Path(__file__).parents[4] / 'plugins'}:{Path(__file__).parents[4]}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "action_hello my_library_actions.in_process:action_hello",
        "validate_loan_form my_library_actions.in_process:validate_loan_form",
        "True True",
    ]


def test_what_actions_read_comes_along(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "actions/shops.json": "{}",
        "actions/tables/prices.csv": "a,b\n",
        "stations.csv": "a\n",
        "package.json": "{}",
        "data/lists/kinds.txt": "city\n",
    }
    folder = write(project(tmp_path, ACTIONS + 'STATIONS = open("stations.csv").read()\n'), files)
    result = convert(read_project(folder), "Robin")
    copied = {path for path in result.copies if not path.endswith(".py")}
    assert copied == {"actions/actions/shops.json", "actions/actions/tables/prices.csv", "actions/stations.csv"}
    assert len(told(result, "data file", "exact")) == 3
    assert told(result, "data file", "left out") == ["package.json:1 no Python file with actions names it"]


def test_a_name_that_is_worked_out_is_told_with_its_line(tmp_path: Path) -> None:
    result = convert(read_project(project(tmp_path, ACTIONS + COMPUTED)), "My library")
    assert told(result, "custom action", "left out") == [
        "actions.py:20 the name of Computed is worked out while it runs: it is not registered"
    ]


def test_python_that_cannot_be_read_is_copied_and_told(tmp_path: Path) -> None:
    result = convert(read_project(project(tmp_path, "from rasa_sdk import Action\nclass A(Action:\n")), "My library")
    assert "actions/actions/actions.py" in result.copies
    assert told(result, "Python file", "left out")[0].startswith("actions.py:2 it is no Python that can be read")


def test_one_name_for_two_actions_is_told(tmp_path: Path) -> None:
    again = COMPUTED.replace('"action_" + str(1 + 1)', '"action_hello"')
    folder = write(project(tmp_path, ACTIONS + again), {"actions/more.py": f"from rasa_sdk import Action\n{again}"})
    result = convert(read_project(folder), "My library")
    assert told(result, "custom action", "left out") == [
        "actions.py:19 two actions of this file are called 'action_hello': the later one counts, as with Rasa",
        "more.py:3 the action 'action_hello' is defined in actions.actions already: there can be one only",
    ]


def test_a_file_beside_the_domain_is_a_module(tmp_path: Path) -> None:
    folder = project_with(tmp_path, domain_yml=f"{DOMAIN}actions: [action_hello]\n")
    write(folder, {"actions.py": ACTIONS.replace("from actions.words import GREETING\n", 'GREETING = "Hi"\n')})
    result = convert(read_project(folder), "Robin")
    description = tomllib.loads(result.files["actions/pyproject.toml"])
    assert description["tool"]["setuptools"]["py-modules"] == ["actions"]
    assert "actions/actions.py" in result.copies
