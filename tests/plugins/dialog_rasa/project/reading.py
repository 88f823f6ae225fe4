"""Reads small projects, for the tests of what is read."""

from collections.abc import Iterable
from pathlib import Path

from dialog_rasa.project.reading import read_project
from dialog_rasa.project.values import Finding, RasaProject
from tests.plugins.dialog_rasa.bots import write

DOMAIN = "intents: [hi]\nresponses:\n  utter_hi: [{text: Hi!}]\n"


def read(root: Path, files: dict[str, str | bytes] | None = None, **environment: str) -> RasaProject:
    """Read a project of these files; one without a domain is given one."""
    given = {"domain.yml": DOMAIN, **(files or {})}
    return read_project(write(root, given), environment=environment)


def told(findings: Iterable[Finding], fate: str = "wrong") -> list[str]:
    """Return the findings of a fate as `file:line: message`."""
    return [f"{found.place}: {found.message}" for found in findings if found.fate == fate]
