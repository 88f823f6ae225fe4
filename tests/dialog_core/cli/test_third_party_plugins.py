"""Third-party plugins that are broken: named with their reason, and in nobody's way who does not need them."""

from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run

BROKEN = {
    "import_error": ("import no_such_library\n", "No module named 'no_such_library'"),
    "syntax_error": ("def dialog_register(registry:\n", "SyntaxError"),
    "mistyped_hook": (
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_regster(registry):\n    pass\n",
        "Did you mean 'dialog_register'?",
    ),
    "no_marker": ("def dialog_register(registry):\n    pass\n", "@dialog_core.hookimpl"),
    "name_clash": (
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register(registry):\n"
        "    registry.policy('bm25', 'name_clash:Policy')\n",
        "'retrieval' and 'name_clash'",
    ),
    "raises": (
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register(registry):\n    1 / 0\n",
        "ZeroDivisionError",
    ),
}
MISSING_EXTRA = """
from dialog_core import hookimpl

@hookimpl
def dialog_register(registry):
    registry.policy("needy", "needy_policy:Policy", extra="needy[extra]")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A directory of installed distributions, one for each broken plugin."""
    site = tmp_path / "site"
    for name, (source, _) in BROKEN.items():
        install(site, name, source)
    return site


def install(site: Path, name: str, source: str) -> None:
    """Put a distribution there as pip would: the module and its metadata."""
    metadata = site / f"{name}-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[dialog_core]\n{name} = {name}\n", encoding="utf-8")
    (site / f"{name}.py").write_text(source, encoding="utf-8")


def bot(tmp_path: Path, plugin: str = "", use: str = "rules, path: rules.yaml") -> Path:
    (tmp_path / "rules.yaml").write_text("rules: [{name: a, when: hi, say: hello}]\n", encoding="utf-8")
    path = tmp_path / "bot.yaml"
    path.write_text(
        f"version: 1\npolicies: [{{use: {use}}}]\n" + (f"plugins: [{plugin}]\n" if plugin else ""), encoding="utf-8"
    )
    return path


def test_they_are_listed_from_their_metadata_without_being_run(site: Path) -> None:
    done = run("plugins", "list", PYTHONPATH=str(site))

    assert done.returncode == 0
    for name in BROKEN:
        assert name in done.stdout
    assert "not loaded" in done.stdout


def test_loading_them_names_each_with_its_reason(site: Path) -> None:
    done = run("plugins", "list", "--load", PYTHONPATH=str(site), COLUMNS="400")

    assert done.returncode == 1
    for name, (_, reason) in BROKEN.items():
        line = next(line for line in done.stdout.splitlines() if line.startswith(name))
        assert "broken" in line
        assert "1.2" in line
        assert reason in line
    assert "policy bm25" in done.stdout


@pytest.mark.parametrize("name", BROKEN)
def test_a_bot_that_names_one_refuses_with_the_reason_at_its_line(name: str, site: Path, tmp_path: Path) -> None:
    done = run("ask", bot(tmp_path, plugin=name), "hi", PYTHONPATH=str(site))

    assert done.returncode == 2
    assert "bot.yaml:3:11: plugins[0]" in done.stderr
    assert BROKEN[name][1] in done.stderr


def test_a_bot_that_names_none_does_not_care(site: Path, tmp_path: Path) -> None:
    assert run("ask", bot(tmp_path), "hi", PYTHONPATH=str(site)).stdout == "hello\n"


def test_a_missing_extra_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(site, "needy", MISSING_EXTRA)
    (site / "needy_policy.py").write_text("import a_large_library\n", encoding="utf-8")

    done = run("ask", bot(tmp_path, plugin="needy", use="needy"), "hi", PYTHONPATH=str(site))

    assert done.returncode == 2
    assert "needs the package 'a_large_library'" in done.stderr
    assert "pip install 'needy[extra]'" in done.stderr


def test_a_plugins_commands_are_there_when_it_is_trusted(tmp_path: Path) -> None:
    site = tmp_path / "site"
    install(
        site,
        "greeter",
        "from dialog_core import hookimpl\n\n@hookimpl\ndef dialog_register_commands(cli):\n"
        "    cli.command('greet', 'greeter_cli:greet', help='Say hello.')\n",
    )
    (site / "greeter_cli.py").write_text("def greet(name: str) -> None:\n    print('hello', name)\n", encoding="utf-8")

    trusted = run("--plugin", "greeter", "greet", "Ada", PYTHONPATH=str(site))
    untrusted = run("greet", "Ada", PYTHONPATH=str(site))

    assert trusted.stdout == "hello Ada\n"
    assert untrusted.returncode == 2
    assert "Say hello." in run("--plugin", "greeter", "--help", PYTHONPATH=str(site)).stdout
