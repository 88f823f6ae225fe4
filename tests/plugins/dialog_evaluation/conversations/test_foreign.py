"""Tests of a form that a plugin brings, run beside conversation tests."""

import os
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dialog_core.plugins import installed_plugins
from tests.dialog_core.cli.command import run

MODULE = '''
"""Tests of one line each: what is said, an arrow, and what the bot says to it."""
from dialog_core import Component, hookimpl
from dialog_core.configuration import ConfigurationError, Options, Problem
from dialog_core.interfaces import CaseOutcome, CheckedStep, ForeignCase

class Lines(Component[Options]):
    def recognizes(self, path):
        return "=>" in path.read_text()

    def read(self, path):
        if "crash" in path.name:
            raise KeyError("oops")
        lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
        wrong = [Problem("there is no arrow", path, n) for n, line in enumerate(lines, 1) if line and "=>" not in line]
        if wrong:
            raise ConfigurationError(wrong)
        return [ForeignCase(line, path, n, line.split(" => ")) for n, line in enumerate(lines, 1) if line]

    def run(self, case, bot, *, given=False):
        said, wanted = case.content
        if said == "boom":
            raise ValueError("it went off")
        if said == "huh":
            return CaseOutcome(error="nobody says that")
        got = "as given" if given else bot.reply(said).text
        checks = [CheckedStep("bot", case.line, wanted, got, wanted == got, "the bot said so")]
        return CaseOutcome((*checks, CheckedStep("intent", case.line, said, said, True)))

    def text_of(self, cases, outcomes):
        lines = [f"{case.name}  # {outcome.steps[0].got if outcome.steps else outcome.error}"
                 for case, outcome in zip(cases, outcomes)]
        return "".join(f"{line}\\n" for line in lines)


@hookimpl
def dialog_register(registry):
    registry.test_format("lines", "dialog_lines:Lines", suffixes=(".lines",))
'''
BOT = """
version: 1
plugins: lines
policies: [{use: rules, path: rules.yaml}]
fallback: Pardon?
"""
RULES = "rules: [{name: hello, when: hello, say: Hello!}, {name: bye, when: bye, say: Bye!}]"


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    site = tmp_path / "site"
    info = site / "dialog_core_lines-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-core-lines\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dialog_core]\nlines = dialog_lines\n", encoding="utf-8")
    (site / "dialog_lines.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
    installed_plugins.cache_clear()
    folder = tmp_path / "bot"
    (folder / "tests").mkdir(parents=True)
    (folder / "bot.yaml").write_text(BOT, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    (folder / "tests" / "a.tests.yaml").write_text(
        "tests: [{name: ours, steps: [{user: bye, bot: Bye!}]}]", encoding="utf-8"
    )
    (folder / "tests" / "b.lines").write_text("hello => Hello!\nbye => So long!\n", encoding="utf-8")
    yield folder
    installed_plugins.cache_clear()


def test_tests_of_both_forms_are_one_run_and_one_report(bot: Path) -> None:
    done = run("test", ".", "--junit", "report.xml", cwd=bot)
    assert done.returncode == 1, done.stderr
    assert [line for line in done.stdout.splitlines() if " in " not in line] == [
        "tests/a.tests.yaml  1 passed",
        "tests/b.lines  1 passed, 1 failed",
        "",
        "FAILED  bye => So long!",
        "tests/b.lines:2: 1 of 2 checks are not as it says",
        "  tests/b.lines:2: bot",
        "    expected  So long!",
        "    got       Bye!",
        "    why       the bot said so",
        "",
        "1 of 2 lines, 2 of 2 intents, 1 of 2 replies",
    ]
    assert done.stdout.splitlines()[-1].startswith("2 passed, 1 failed in ")
    root = ElementTree.parse(bot / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    ours, lines = root
    assert ours.find("properties") is None
    counts = {one.get("name"): one.get("value") for one in lines.findall("./properties/property")}
    assert counts["lines.passed"] == "1"
    assert (counts["replies.passed"], counts["replies.total"]) == ("1", "2")
    case = lines.findall("testcase")[1]
    assert (case.get("name"), case.get("line")) == ("bye => So long!", "2")
    assert {one.get("name"): one.get("value") for one in case.iter("property")}["replies.passed"] == "0"
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "line 2: bot: expected So long!, got Bye!"
    assert "tests/b.lines:2: bot" in str(failure.text)


def test_what_failed_is_written_back_and_can_be_run_again(bot: Path) -> None:
    done = run("test", ".", "--failed", "failed.lines", cwd=bot)
    assert done.returncode == 1
    assert "1 failed lines are in failed.lines" in done.stdout
    assert (bot / "failed.lines").read_text(encoding="utf-8") == "bye => So long!  # Bye!\n"
    again = run("test", ".", "failed.lines", cwd=bot)
    assert again.returncode == 1
    assert "0 of 1 lines" in again.stdout
    (bot / "tests" / "b.lines").write_text("hello => Hello!\n", encoding="utf-8")
    assert "No failed lines for failed.lines" in run("test", ".", "--failed", "failed.lines", cwd=bot).stdout
    assert (bot / "failed.lines").read_text(encoding="utf-8") == ""
    nothing = run("test", ".", "failed.lines", cwd=bot)
    assert (nothing.returncode, "there is no test in these files" in nothing.stderr) == (2, True)


def test_only_tests_that_can_be_written_back_are_asked_for(bot: Path) -> None:
    done = run("test", ".", "tests/a.tests.yaml", "--failed", "failed.lines", cwd=bot)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there are no tests that --failed could be about" in done.stderr
    done = run("test", ".", "--failed", "tests/b.lines", cwd=bot)
    assert (done.returncode, "is what is read" in done.stderr) == (2, True)


def test_words_and_a_first_failure_hold_for_all_forms(bot: Path) -> None:
    done = run("test", ".", "-k", "BYE", "-v", cwd=bot)
    assert "  FAILED  bye => So long!" in done.stdout
    assert "       2  FAILED  bot       So long!, got Bye!" in done.stdout
    assert "       2  ok      intent    bye" in done.stdout
    assert "ours" not in done.stdout
    (bot / "tests" / "b.lines").write_text("bye => ?\nhello => Hello!\n", encoding="utf-8")
    done = run("test", ".", "-x", "-j", "1", cwd=bot)
    assert done.stdout.splitlines()[-1].startswith("1 passed, 1 failed, 1 not run in ")
    assert "0 of 1 lines" in done.stdout


def test_messages_can_mean_what_the_tests_say(bot: Path) -> None:
    (bot / "tests" / "b.lines").write_text("hello => as given\n", encoding="utf-8")
    assert run("test", ".", cwd=bot).returncode == 1
    assert run("test", ".", "--given", cwd=bot).returncode == 0


def test_a_file_of_another_name_is_asked_of_the_forms(bot: Path) -> None:
    (bot / "other.txt").write_text("hello => Hello!\n", encoding="utf-8")
    done = run("test", ".", "other.txt", cwd=bot)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 lines" in done.stdout


def test_mistakes_of_every_file_are_told_together(bot: Path) -> None:
    (bot / "tests" / "b.lines").write_text("hello\n", encoding="utf-8")
    (bot / "tests" / "a.tests.yaml").write_text("tests: [{name: ours, steps: [{usr: bye}]}]", encoding="utf-8")
    (bot / "tests" / "crash.lines").write_text("hello => Hello!\n", encoding="utf-8")
    done = run("test", ".", cwd=bot)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tests/b.lines:1: there is no arrow" in done.stderr
    assert "Did you mean 'user'?" in done.stderr
    assert "crash.lines: its form of tests, 'lines', failed to read it: KeyError: 'oops'" in done.stderr


def test_a_test_that_cannot_be_run_costs_no_other(bot: Path) -> None:
    (bot / "tests" / "b.lines").write_text("boom => ?\nhuh => ?\nhello => Hello!\n", encoding="utf-8")
    done = run("test", ".", "--failed", "failed.lines", "--junit", "report.xml", cwd=bot)
    assert done.returncode == 1
    assert "ERROR  boom => ?\ntests/b.lines:1: it could not be run\n    ValueError: it went off\n" in done.stdout
    assert "    nobody says that" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 passed, 2 could not be held in ")
    assert (bot / "failed.lines").read_text(encoding="utf-8").count("#") == 2
    errors = ElementTree.parse(bot / "report.xml").getroot().findall(".//error")
    assert [error.get("message") for error in errors] == ["ValueError: it went off", "nobody says that"]
