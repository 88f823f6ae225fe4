"""The check of a plugin finds what is wrong, says what to do, and finds nothing wrong with what is sound."""

import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dialog_core.cli.plugins.checking import contracts
from dialog_core.cli.plugins.checking.bots import check_bots
from dialog_core.cli.plugins.checking.components import VERBS, check_components
from dialog_core.cli.plugins.checking.contracts import check_contracts
from dialog_core.cli.plugins.checking.finding import Finding
from dialog_core.cli.plugins.checking.loading import check_loading
from dialog_core.cli.plugins.checking.package import check_package, package_folder
from dialog_core.compatibility import suggested_bounds
from dialog_core.plugins import PluginSet, find_plugin, installed_plugins
from dialog_core.registry import KINDS
from tests.dialog_core.cli.command import run

Install = Callable[..., Path]

METADATA = """\
Metadata-Version: 2.1
Name: dialog-core-sample
Version: 1.0
Summary: A sample.
License: MIT
Requires-Dist: dialog-core<1,>=0.1

# Sample
"""
HOOK = """
from dialog_core import hookimpl

@hookimpl
def dialog_register(registry):
    registry.policy("sample", "dialog_sample.policy:Sample", options="dialog_sample.policy:SampleOptions")
"""
POLICY = """
from pydantic import Field
from dialog_core import Candidate, Component
from dialog_core.configuration import Options

class SampleOptions(Options):
    word: str = Field(default="hello", description="What it answers to.")

class Sample(Component[SampleOptions]):
    def propose(self, turn):
        return [Candidate("Hello!", 1.0)] if self.options.word in turn.text else []
"""
BOT = """
version: 1
plugins: [sample]
policies: [{use: sample}]
"""
TESTS = """
tests:
  - name: it answers
    steps: [{user: hello, bot: "Hello!"}]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that installs the plugin `sample`, sound unless its files are given differently."""
    before = set(sys.modules)

    def write(*, metadata: str = METADATA, **files: str) -> Path:
        info, package = tmp_path / "dialog_core_sample-1.0.dist-info", tmp_path / "dialog_sample"
        info.mkdir()
        (info / "METADATA").write_text(metadata)
        (info / "entry_points.txt").write_text("[dialog_core]\nsample = dialog_sample\n")
        given = {
            "__init__.py": HOOK, "policy.py": POLICY, "py.typed": "", "bots/en.yaml": BOT, "bots/en.tests.yaml": TESTS
        }  # fmt: skip
        for name, text in {**given, **files}.items():
            path = package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        installed_plugins.cache_clear()
        return package

    yield write
    installed_plugins.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("dialog_sample"):
            del sys.modules[name]


def failed(findings: Sequence[Finding]) -> dict[str, str]:
    """Return what failed, by subject; each failure has a remedy."""
    assert all(finding.remedy for finding in findings if finding.status == "failed")
    return {finding.subject: finding.message for finding in findings if finding.status == "failed"}


def test_nothing_is_wrong_with_a_sound_plugin(install: Install, tmp_path: Path) -> None:
    install()
    done = run("plugins", "check", "sample", "--json", tmp_path / "report.json")
    assert done.returncode == 0, done.stdout
    assert "✓ bots/en.yaml holds its conversations  1 passed" in done.stdout
    assert "✓ policy sample (sample of bots/en.yaml)  PolicyContract: 3" in done.stdout
    assert done.stdout.endswith("passed\n")
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["plugin"], told["version"], told["failed"]) == ("sample", "1.0", 0)
    assert {finding["status"] for finding in told["findings"]} == {"passed"}


def test_what_failed_is_shown_with_what_to_do_and_exit_code_1(install: Install) -> None:
    package = install(**{"policy.py": POLICY.replace(', description="What it answers to."', "")})
    (package / "py.typed").unlink()
    done = run("plugins", "check", "sample", "--no-contracts")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "sample  dialog-core-sample 1.0"
    at = lines.index("  ✗ policy sample: the option 'word' has no description")
    assert lines[at + 1].strip() == "Describe it with Field(description=...): it is its documentation."
    assert "Contracts" not in lines
    assert lines[-1].startswith("2 failed, ")


def test_a_plugin_that_is_not_installed_is_told_of() -> None:
    done = run("plugins", "check", "smple")
    assert done.returncode == 2
    assert "plugin 'smple' is not installed" in done.stderr


@pytest.mark.parametrize(
    ("without", "subject", "told"),
    [
        ("Requires-Dist: dialog-core<1,>=0.1\n", "requires dialog-core", "the package does not require dialog-core"),
        ("License: MIT\n", "licence", "the package names no licence"),
        ("Summary: A sample.\n", "description", "the package has no description"),
        ("\n# Sample\n", "readme", "the package has no readme"),
    ],
)
def test_what_a_package_has_to_say_of_itself(install: Install, without: str, subject: str, told: str) -> None:
    install(metadata=METADATA.replace(without, ""))
    found = failed(check_package(find_plugin("sample")))
    assert list(found) == [subject]
    assert told in found[subject]


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("dialog-core>=0.1", "also takes versions that are not made yet"),
        ("dialog-core", "also takes versions that are not made yet"),
        ("dialog-core>=7,<8", "does not take"),
        ("Dialog_Core~=0.1", ""),
    ],
)
def test_the_versions_it_is_made_for_have_an_end(install: Install, requirement: str, told: str) -> None:
    install(metadata=METADATA.replace("dialog-core<1,>=0.1", requirement))
    found = failed(check_package(find_plugin("sample")))
    assert (told in found["requires dialog-core"]) if told else not found


@pytest.mark.parametrize(
    ("version", "bounds"), [("0.1.0", ("0.1", "0.2")), ("0.12.3", ("0.12", "0.13")), ("2.3.1", ("2.3", "3.0"))]
)
def test_the_bounds_that_are_suggested(version: str, bounds: tuple[str, str]) -> None:
    assert suggested_bounds(version) == bounds


def test_what_importing_a_plugin_must_not_do(install: Install, tmp_path: Path) -> None:
    install(
        **{
            "__init__.py": f"""
            import json, socket, subprocess, sys
            import numpy
            print("hello")
            open({str(tmp_path / "written.txt")!r}, "w").close()
            subprocess.run([sys.executable, "-c", ""], check=True)
            try:
                socket.create_connection(("127.0.0.1", 9), timeout=1)
            except OSError:
                pass
            """
            + textwrap.indent(HOOK, " " * 12)
        }
    )
    found = failed(check_loading("sample"))
    found.pop("time", None)  # how long numpy takes is not the point
    assert sorted(found) == [
        "no file is written", "no network", "no program is started", "nothing heavy is imported", "nothing is printed",
    ]  # fmt: skip
    assert "numpy" in found["nothing heavy is imported"]
    assert "written.txt" in found["no file is written"]
    assert "'hello'" in found["nothing is printed"]


def test_options_that_import_something_heavy(install: Install) -> None:
    install(**{"policy.py": f"import numpy\n{POLICY}"})
    found = failed(check_loading("sample"))
    assert found == {"options of policy sample": "its options import numpy"}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ValueError('no')", "could not be imported from 'dialog_sample': ValueError: no"),
        ("import os; os._exit(3)", "importing the plugin ends the process with status 3"),
        ("x = 1", "implements no hook"),
        (HOOK.replace("dialog_register", "dialog_regster"), "Did you mean 'dialog_register'?"),
    ],
)
def test_a_plugin_that_cannot_be_loaded(install: Install, code: str, told: str) -> None:
    install(**{"__init__.py": code})
    assert told in failed(check_loading("sample"))["hooks"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("def propose", "def suggest", "has no propose"),
        ("class Sample(", "class Other(", "has no 'Sample'"),
        ("(Options)", "", "is not a model"),
    ],
)
def test_a_component_that_is_none(install: Install, before: str, after: str, told: str) -> None:
    install(**{"policy.py": POLICY.replace(before, after)})
    assert told in failed(check_components(PluginSet.load(["sample"]), "sample"))["policy sample"]


def test_a_check_that_cannot_be_called(install: Install) -> None:
    hook = HOOK.replace('SampleOptions"', 'SampleOptions", check="dialog_sample.policy:check"')
    install(**{"__init__.py": hook, "policy.py": POLICY + "\ndef check(options): ...\n"})
    found = failed(check_components(PluginSet.load(["sample"]), "sample"))
    assert "cannot be called with options and a context" in found["policy sample"]


def test_a_missing_extra_is_no_fault(install: Install) -> None:
    hook = HOOK.replace('SampleOptions"', 'SampleOptions", extra="dialog-core-sample[big]"')
    hook = hook.replace('policy:Sample"', 'big:Sample"')
    install(**{"__init__.py": hook, "big.py": "import not_there_at_all"})
    (finding,) = check_components(PluginSet.load(["sample"]), "sample")
    assert finding.status == "not checked"
    assert "pip install 'dialog-core-sample[big]'" in finding.message


@pytest.mark.parametrize(
    ("files", "subject", "told"),
    [
        ({"bots/en.yaml": BOT.replace("use: sample", "use: smple")}, "bots/en.yaml", "Did you mean 'sample'?"),
        (
            {"bots/en.yaml": f"{BOT}store: {{use: sqlite, path: kept.db}}\n"},
            "bots/en.yaml writes nothing",
            "store sqlite (path)",
        ),
        (
            {"policy.py": POLICY.replace("return [", "assert turn.text.isprintable()\n        return [")},
            "bots/en.yaml stands hostile texts",
            "'many lines': the policy sample failed: AssertionError",
        ),
        (
            {"bots/en.tests.yaml": TESTS.replace("Hello!", "Goodbye!")},
            "bots/en.yaml holds its conversations",
            "1 failed",
        ),
    ],
)
def test_what_is_wrong_with_a_bot(install: Install, files: dict[str, str], subject: str, told: str) -> None:
    found = failed(check_bots(install(**files)))
    assert list(found) == [subject]
    assert told in found[subject]


def test_a_bot_without_conversations_is_told_of_and_no_failure(install: Install) -> None:
    package = install()
    (package / "bots/en.tests.yaml").unlink()
    findings = check_bots(package)
    assert not failed(findings)
    assert [finding.status for finding in findings].count("not checked") == 1


def test_a_contract_that_is_broken_is_told_with_the_test_that_shows_it(install: Install) -> None:
    package = install(
        **{"policy.py": POLICY.replace("return [", "import random\n        return [").replace("1.0", "random.random()")}
    )
    found = failed(check_contracts(PluginSet.load(["sample"]), "sample", package))
    ((subject, told),) = found.items()
    assert subject == "policy sample (sample of bots/en.yaml)"
    assert told.startswith("the same turn gives the same candidates: ")


def test_without_pytest_the_contracts_are_left_out(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    package = install()
    monkeypatch.setattr(contracts, "find_spec", lambda name: None if name == "pytest" else find_spec(name))
    (finding,) = check_contracts(PluginSet.load(["sample"]), "sample", package)
    assert (finding.status, "pip install pytest" in finding.message) == ("not checked", True)


def test_of_every_kind_it_is_known_what_it_is_called_by() -> None:
    assert set(VERBS) == set(KINDS)


@pytest.mark.parametrize("plugin", ["core", "guards", "rasa", "rules"])
def test_built_in_plugins_are_checked_in_the_same_way(plugin: str) -> None:
    installed = find_plugin(plugin)
    plugins: Any = PluginSet.load()
    folder = package_folder(installed)
    for findings in (
        check_package(installed),
        check_loading(plugin),
        check_components(plugins, plugin),
        check_contracts(plugins, plugin, folder),
    ):
        assert findings
        assert not failed(findings)
