"""The fixtures that pytest finds where dialog-core is installed."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

BOT = """
version: 1
bot: {name: Robin, greeting: Hello}
policies: [{use: rules, path: rules.yaml}]
store: {use: sqlite, path: conversations.db}
profiles: {use: memory, consent: given, facts: {name: What they are called}}
fallback: "No idea."
"""
RULES = """
rules:
  - {name: greet, when: hello, say: "Hi!"}
  - {name: name, when: "my name is ann", set: {name: Ann}, say: "Hello Ann!"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a bot, which its configuration names."""
    for name, text in {"bot.yaml": BOT, "rules.yaml": RULES}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\ndialog_bot = bot.yaml\naddopts = --strict-markers --strict-config\n"
    )
    return tmp_path


def run(project: Path, test: str, *, status: int = 0) -> str:
    """Run a test in a process of its own; return what pytest says."""
    (project / "test_it.py").write_text(textwrap.dedent(test))
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_each_test_talks_to_a_bot_that_remembers_nothing(project: Path) -> None:
    printed = run(
        project,
        """
        def test_one(chat, bot):
            chat.user("my name is ann").bot("Hello Ann!").slots(name="Ann")
            assert [one.id for one in bot.conversations()] == ["test"]

        def test_two(chat, bot):
            assert not bot.conversations()
            chat.slots(name=None).user("hello").bot("Hi!")
        """,
    )
    assert "2 passed" in printed
    assert not (project / "conversations.db").exists()


def test_a_mark_names_another_bot_and_the_nearest_one_counts(project: Path) -> None:
    (project / "other.yaml").write_text("extends: bot.yaml\nfallback: Other.\n")
    (project / "third.yaml").write_text("extends: bot.yaml\nfallback: Third.\n")
    run(
        project,
        """
        import pytest
        pytestmark = pytest.mark.dialog_bot("other.yaml")

        def test_of_the_module(chat):
            chat.user("what?").bot("Other.")

        @pytest.mark.dialog_bot("third.yaml")
        def test_of_its_own(chat, bot):
            chat.user("what?").bot("Third.")
            assert bot.path.name == "third.yaml"
        """,
    )


def test_several_users_talk_to_one_bot_in_conversations_of_their_own(project: Path) -> None:
    run(
        project,
        """
        def test_two_users(make_chat):
            ann, bob = make_chat(user="ann"), make_chat(user="bob")
            ann.user("my name is ann").slots(name="Ann")
            bob.user("hello").slots(name=None)
            again = make_chat(conversation="test-1")
            again.slots(name="Ann")
        """,
    )


def test_the_registry_has_what_the_built_in_plugins_register(project: Path) -> None:
    run(project, "def test_it(registry): assert 'bm25' in registry.names('policy')")


def test_a_fixture_of_a_projects_own_comes_first(project: Path) -> None:
    run(
        project,
        """
        import pytest

        @pytest.fixture
        def bot(): return "mine"

        def test_it(bot): assert bot == "mine"
        """,
    )


@pytest.mark.parametrize(
    ("configuration", "test", "told"),
    [
        ("", "def test_it(chat): ...", 'no bot is named: mark the test with @pytest.mark.dialog_bot("bot.yaml")'),
        ("dialog_bot = nowhere.yaml", "def test_it(chat): ...", "there is no bot nowhere.yaml; looked for in "),
        ("dialog_bot = weather:bots/en.yaml", "def test_it(bot): ...", "plugin 'weather' is not installed"),
        ("dialog_bot = wrong.yaml", "def test_it(bot): ...", "there is no policy named 'rulez'"),
        ("dialog_plugins = weather", "def test_it(registry): ...", "names it under dialog_plugins"),
        (
            "",
            "import pytest\n@pytest.mark.dialog_bot\ndef test_it(bot): ...",
            'write the mark as @pytest.mark.dialog_bot("bot.yaml")',
        ),
    ],
)
def test_what_is_not_there_is_told_without_a_traceback(project: Path, configuration: str, test: str, told: str) -> None:
    (project / "wrong.yaml").write_text("version: 1\npolicies: [{use: rulez}]\n")
    (project / "pytest.ini").write_text(f"[pytest]\n{configuration}\n")
    printed = run(project, test, status=1)
    assert told in printed
    assert "pytest_plugin.py" not in printed


def test_a_project_that_does_not_use_it_does_not_pay_for_it(tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        import sys

        def test_nothing_was_imported():
            mine = {name for name in sys.modules if name.startswith("dialog_")}
            testing = "dialog_core.testing"
            assert mine <= {"dialog_core", "dialog_core.lazy", testing, f"{testing}.pytest_plugin"}
            assert not {"pydantic", "yaml", "numpy"} & set(sys.modules)
        """,
    )
