"""Commands that plugins add: by one word, or by two that make a group."""

from pathlib import Path

import pytest

from dialog_core.cli.commands import CommandRegistry, LazyCommand
from dialog_core.errors import PluginError
from tests.dialog_core.cli.command import run
from tests.dialog_core.cli.test_third_party_plugins import install

NOWHERE = "no_such_module:never"


def registry(*names: str) -> CommandRegistry:
    found = CommandRegistry()
    for number, name in enumerate(names):
        found.registering(f"plugin{number}").command(name, NOWHERE, help="Does it.")
    return found


def test_two_words_make_a_group_that_several_plugins_share() -> None:
    found = registry("measure words", "ask", "measure rhymes")

    assert found.names() == ["measure", "ask"]
    measure = found.group("measure")
    assert measure is not None
    assert measure.names() == ["words", "rhymes"]
    assert [command.plugin for command in measure] == ["plugin0", "plugin2"]
    assert found.group("ask") is None


def test_the_same_registration_again_is_no_clash() -> None:
    found = registry("measure words")
    found.registering("plugin0").command("measure words", NOWHERE, help="Does it.")
    assert found.names() == ["measure"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("ask", "ask"), "two plugins add a command 'ask': 'plugin0' and 'plugin1'"),
        (("measure words", "measure words"), "two plugins add a command 'measure words'"),
        (
            ("measure", "measure words"),
            "'measure words', and 'plugin0' has 'measure': a command cannot also be a group",
        ),
        (
            ("measure words", "measure"),
            "'measure words', and 'plugin1' has 'measure': a command cannot also be a group",
        ),
        (("one two three",), "a command has one word or two"),
        (("",), "a command has one word or two"),
        ((" one",), "a command has one word or two"),
    ],
)
def test_a_name_that_cannot_be_is_refused_naming_who_brought_it(names: tuple[str, ...], told: str) -> None:
    with pytest.raises(PluginError) as raised:
        registry(*names)
    assert told in str(raised.value)


def test_a_command_may_have_commands_of_its_own_and_then_others_may_add_to_them() -> None:
    found = CommandRegistry().registering("measurer")
    found.command("measure", NOWHERE, help="Does it all.")
    found.command("measure words", NOWHERE, help="Does it.")
    found.registering("rhymer").command("measure rhymes", NOWHERE, help="Does it.")

    measure = found.group("measure")
    assert measure is not None
    assert measure.names() == ["words", "rhymes"]
    own = found.get("measure")
    assert own is not None
    assert own.help == "Does it all."


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two installed plugins that add to one group; one's command is imported from a module that cannot be."""
    site = tmp_path / "site"
    for plugin, word, module in (("counter", "words", "counter_cli"), ("rhymer", "rhymes", "no_such_module")):
        install(
            site,
            plugin,
            "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register_commands(cli):\n"
            f"    cli.command('measure {word}', '{module}:measure', help='Count {word}.')\n",
        )
    source = 'def measure(text: str) -> None:\n    """Count the words of TEXT."""\n    print(len(text.split()))\n'
    (site / "counter_cli.py").write_text(source, encoding="utf-8")
    return site


TRUSTED = ("--plugin", "counter", "--plugin", "rhymer")


def test_the_commands_of_a_group_are_listed_without_importing_them(site: Path) -> None:
    done = run(*TRUSTED, "measure", "--help", PYTHONPATH=str(site))

    assert done.returncode == 0
    assert "Count words." in done.stdout
    assert "Count rhymes." in done.stdout
    assert "measure" in run(*TRUSTED, "--help", PYTHONPATH=str(site)).stdout


def test_a_command_of_a_group_runs_and_has_help(site: Path) -> None:
    assert run(*TRUSTED, "measure", "words", "one two", PYTHONPATH=str(site)).stdout == "2\n"
    assert "measure words" in run(*TRUSTED, "measure", "words", "--help", PYTHONPATH=str(site)).stdout


def test_a_help_text_breaks_where_the_terminal_does_and_examples_stay_as_they_are() -> None:
    command = LazyCommand("write", f"{__name__}:write_letters", "Writes.").load()
    assert command.help.splitlines() == [
        "Write letters.",
        "",
        "A letter is written in one go, whether it is long or short, and then it is sent.",
        "",
        "Examples:",
        "  write one",
        "  write two",
    ]


def write_letters() -> None:
    """Write letters.

    A letter is written in one go, whether it is
    long or short, and then it is sent.

    Examples:
      write one
      write two
    """


def test_a_command_that_cannot_be_imported_is_named_with_its_plugin(site: Path) -> None:
    done = run(*TRUSTED, "measure", "rhymes", PYTHONPATH=str(site))

    assert done.returncode == 2
    assert "plugin 'rhymer': the command 'rhymes' could not be imported from 'no_such_module:measure'" in done.stderr


def test_a_mistyped_command_of_a_group_is_answered_with_the_likely_one(site: Path) -> None:
    done = run(*TRUSTED, "measure", "wrods", PYTHONPATH=str(site))

    assert done.returncode == 2
    assert "Did you mean 'words'?" in done.stderr


def test_a_group_alone_shows_its_commands(site: Path) -> None:
    assert "Count words." in "".join(run(*TRUSTED, "measure", PYTHONPATH=str(site)).stdout)


@pytest.fixture
def whole_site(tmp_path: Path) -> Path:
    """A plugin with `measure FILE`, and `measure words TEXT` for a closer look."""
    site = tmp_path / "site"
    install(
        site,
        "counter",
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register_commands(cli):\n"
        "    cli.command('measure', 'counter_cli:everything', help='Measure everything.')\n"
        "    cli.command('measure words', 'counter_cli:words', help='Count words.')\n",
    )
    (site / "counter_cli.py").write_text(
        "import typer\n\n"
        "def everything(file: str, twice: bool = typer.Option(False, help='Do it twice.')) -> None:\n"
        '    """Measure FILE."""\n    print(f"{file} {twice}")\n\n'
        'def words(text: str) -> None:\n    """Count the words of TEXT."""\n    print(len(text.split()))\n',
        encoding="utf-8",
    )
    return site


def test_a_group_that_is_a_command_runs_with_what_is_no_command_of_it(whole_site: Path) -> None:
    def told(*words: str) -> str:
        return run("--plugin", "counter", "measure", *words, PYTHONPATH=str(whole_site)).stdout

    assert told("a.txt") == "a.txt False\n"
    assert told("a.txt", "--twice") == "a.txt True\n"
    assert told("--twice", "a.txt") == "a.txt True\n"
    assert told("words", "one two") == "2\n"


def test_its_help_shows_what_it_takes_and_names_the_commands_of_the_group(whole_site: Path) -> None:
    done = run("--plugin", "counter", "measure", "--help", PYTHONPATH=str(whole_site))

    assert done.returncode == 0
    assert "--twice" in done.stdout
    assert "measure words" in done.stdout
    alone = run("--plugin", "counter", "measure", PYTHONPATH=str(whole_site))
    assert "--twice" in alone.stdout + alone.stderr
    wrong = run("--plugin", "counter", "measure", "a.txt", "--thrice", PYTHONPATH=str(whole_site))
    assert wrong.returncode == 2
    assert "--thrice" in wrong.stderr
