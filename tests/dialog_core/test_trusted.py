"""Which third-party plugins a command trusts, and nothing else does."""

from pathlib import Path

import pytest

from dialog_core import Context, UnknownComponentError, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.trusted import trusting
from tests.third_party import installed

PLUGIN = """
from dialog_core import Component, hookimpl

class Shout(Component):
    def clean(self, item):
        return item

@hookimpl
def dialog_register(registry):
    registry.cleaner("shout", "dialog_loud:Shout")
"""


def test_a_command_builds_what_the_plugins_bring_that_it_trusts_and_only_while_it_runs(tmp_path: Path) -> None:
    with installed(tmp_path, "loud", PLUGIN):
        with trusting(["loud", "loud"]):
            context = Context.of_command("clean")
            with trusting(()):  # a command within a command decides for itself
                assert Context.of_command("clean").plugins == ()
        assert context.plugins == ("loud",)
        assert type(context.create("cleaner", "shout")).__name__ == "Shout"
        assert Context.of_command("clean").plugins == ()


def test_what_an_installed_plugin_may_have_is_hinted_at(tmp_path: Path) -> None:
    with installed(tmp_path, "loud", PLUGIN):
        with pytest.raises(UnknownComponentError, match=r"no cleaner named 'shout'.*dialog-core --plugin loud"):
            Context.of_command("clean").create("cleaner", "shout")
        with trusting(["loud"]), pytest.raises(UnknownComponentError) as raised:
            Context.of_command("clean").create("cleaner", "shoot")
        assert "Did you mean 'shout'?" in str(raised.value)
        assert "--plugin" not in str(raised.value)


def test_a_bots_plugins_are_trusted_by_a_command_that_works_with_it(tmp_path: Path) -> None:
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\nplugins: [loud, 7]\npolicies: []\n")
    with trusting(["quiet"]):
        assert Context.of_command("evaluate", bot=bot).plugins == ("quiet", "loud")
    bot.write_text("version: 1\npolicies: []\n")
    assert Context.of_command("evaluate", bot=bot).plugins == ()
    with pytest.raises(ConfigurationError, match="no such file"):
        Context.of_command("evaluate", bot=tmp_path / "nobody.yaml")


def test_a_bot_that_forgets_to_name_a_plugin_is_told_of_those_that_are_installed(tmp_path: Path) -> None:
    bot = tmp_path / "bot.yaml"
    bot.write_text("version: 1\npolicies: [{use: loud}]\n")
    (tmp_path / "site").mkdir()
    with installed(tmp_path / "site", "loud", PLUGIN):
        with pytest.raises(
            ConfigurationError, match=r"no policy named 'loud'.*not named under `plugins:`, such as loud"
        ):
            read_bot_file(bot)
        bot.write_text("version: 1\nplugins: [loud]\npolicies: [{use: loud}]\n")
        with pytest.raises(ConfigurationError) as raised:
            read_bot_file(bot)
        assert "such as" not in str(raised.value)
