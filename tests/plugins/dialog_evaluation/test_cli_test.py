"""`dialog-core test`, as people run it."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.dialog_core.cli.command import run

ROOT = Path(__file__).parents[3]
TESTS = """\
tests:
  - name: hello
    steps: [{user: hello, bot: Hello!, intent: hello}]
  - name: broken
    steps:
      - {user: boom, fallback: true}
      - {user: hello, bot: Good day!}
  - name: bye
    steps: [{user: bye, policy: fragile}]
"""


@pytest.fixture
def tests(guess_bot: Path) -> Path:
    file = guess_bot.parent / "tests" / "robin.tests.yaml"
    file.parent.mkdir()
    file.write_text(TESTS, encoding="utf-8")
    return file


@pytest.mark.parametrize(("bot", "name", "least"), [("", "en", 25), (".zh", "zh", 15)])
def test_the_shop_holds_the_conversations_it_has_to(bot: str, name: str, least: int, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    done = run(
        "test",
        f"configs/customer_service{bot}.yaml",
        f"tests/configs/shop.{name}.tests.yaml",
        "--junit",
        report,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    suites = ElementTree.parse(report).getroot()
    assert int(str(suites.get("tests"))) >= least
    assert (suites.get("failures"), suites.get("errors"), suites.get("skipped")) == ("0", "0", "0")


def test_a_failure_is_shown_and_ends_with_status_1(guess_bot: Path, tests: Path) -> None:
    done = run("test", "bot.yaml", "tests", "--jobs", "2", cwd=guess_bot.parent)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "tests/robin.tests.yaml  2 passed, 1 failed"
    assert "FAILED  broken" in lines
    assert "tests/robin.tests.yaml:7: step 2 of 2, user: hello" in lines
    assert '    expected  "Good day!"' in lines
    assert '    got       "Hello!"' in lines
    assert lines[-1].startswith("2 passed, 1 failed in ")
    assert "\x1b" not in done.stdout


def test_a_word_chooses_tests_and_verbose_names_them(guess_bot: Path, tests: Path) -> None:
    done = run("test", guess_bot, tests, "-k", "BYE", "-v")
    assert done.returncode == 0
    assert "  ok      bye" in done.stdout
    assert "hello" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 passed in ")


def test_fail_fast_stops_and_says_what_was_not_run(guess_bot: Path, tests: Path) -> None:
    done = run("test", guess_bot, tests, "-x", "-j", "1")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("1 passed, 1 failed, 1 not run in ")


def test_wrong_use_ends_with_status_2(guess_bot: Path, tests: Path) -> None:
    tests.write_text(TESTS.replace("intent:", "intend:"), encoding="utf-8")
    for arguments, told in [
        ((guess_bot, tests), "Did you mean 'intent'?"),
        ((guess_bot, tests.parent / "none.yaml"), "there is no such file"),
        ((tests.parent / "no.yaml", tests), "no.yaml: there is no such file"),
        ((tests.parent, tests), "there is no bot.yaml in this folder"),
        ((), "Missing argument"),
    ]:
        done = run("test", *arguments)
        assert done.returncode == 2, arguments
        assert told in done.stderr


def test_a_folder_stands_for_its_bot_and_the_tests_beside_it(guess_bot: Path, tests: Path) -> None:
    for arguments in [(guess_bot.parent,), (guess_bot,)]:
        done = run("test", *arguments)
        assert done.returncode == 1, done.stderr
        assert done.stdout.splitlines()[-1].startswith("2 passed, 1 failed in ")
    tests.rename(guess_bot.with_name("beside.tests.yaml"))
    tests.parent.rmdir()
    hidden = guess_bot.parent / ".venv" / "other.tests.yaml"
    hidden.parent.mkdir()
    hidden.write_text("tests: [{name: not ours, steps: [{user: hello, bot: nothing}]}]", encoding="utf-8")
    assert run("test", guess_bot.parent).stdout.splitlines()[-1].startswith("2 passed, 1 failed in ")


def test_a_bot_that_has_no_tests_is_told_where_they_were_looked_for(guess_bot: Path) -> None:
    done = run("test", guess_bot)
    assert done.returncode == 2
    assert "there are no conversation tests in this folder" in done.stderr
    assert ".stories.yaml" in done.stderr


def test_a_plugin_that_is_not_there_is_told_with_its_place(guess_bot: Path, tests: Path) -> None:
    guess_bot.write_text(guess_bot.read_text(encoding="utf-8").replace("plugins: guess", "plugins: guest"), "utf-8")
    done = run("test", guess_bot, tests)
    assert done.returncode == 2
    assert "bot.yaml:4" in done.stderr


def test_a_word_in_no_name_is_wrong_use(guess_bot: Path, tests: Path) -> None:
    done = run("test", guess_bot, tests, "-k", "nothing like it")
    assert done.returncode == 2
    assert "none of the 3 tests" in done.stderr


def test_a_bot_with_a_mistake_is_told_and_no_test_is_run(guess_bot: Path, tests: Path) -> None:
    guess_bot.write_text(guess_bot.read_text(encoding="utf-8").replace("fragile", "fragil"), encoding="utf-8")
    done = run("test", guess_bot, tests)
    assert done.returncode == 2
    assert "bot.yaml:6" in done.stderr
    assert done.stdout == ""


def test_a_report_that_cannot_be_written(guess_bot: Path, tests: Path) -> None:
    done = run("test", guess_bot, tests, "--junit", guess_bot / "report.xml")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
