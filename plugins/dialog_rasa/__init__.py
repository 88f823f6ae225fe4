"""Bots that go by stories, and the way here from Rasa."""

from typing import Any

from dialog_core import Registry, hookimpl


@hookimpl
def dialog_register(registry: Registry) -> None:
    """Register the policy and its form of tests."""
    registry.policy(
        "stories",
        "dialog_rasa.acting.policy:StoriesPolicy",
        options="dialog_rasa.options:StoriesOptions",
        category="stories",
        check="dialog_rasa.checking:check",
    )
    registry.test_format("stories", "dialog_rasa.suites.format:StoryTests", suffixes=(".stories.yaml", ".stories.yml"))


@hookimpl
def dialog_register_commands(cli: Any) -> None:
    """Add the command that brings projects over."""
    cli.command(
        "import rasa",
        "dialog_rasa.importing.command:import_rasa",
        help="Turn a Rasa project into a dialog-core project.",
    )
