"""A project written down in a test, converted."""

from pathlib import Path
from typing import Any

from dialog_core.configuration import Node, parse_yaml
from dialog_rasa.importing.convert import Converted, convert
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import write

DOMAIN = """\
intents: [greet, bye]
responses:
  utter_hi:
  - text: Hello!
"""
NLU = """\
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
- intent: bye
  examples: |
    - goodbye
    - see you
"""
RULES = """\
rules:
- rule: Greet
  steps:
  - intent: greet
  - action: utter_hi
"""
CONFIG = """\
language: en
pipeline:
- name: WhitespaceTokenizer
- name: DIETClassifier
- name: FallbackClassifier
  threshold: 0.5
policies:
- name: RulePolicy
- name: MemoizationPolicy
"""
PROJECT = {"domain.yml": DOMAIN, "data/nlu.yml": NLU, "data/rules.yml": RULES, "config.yml": CONFIG}


def project_with(root: Path, **changed: str) -> Path:
    """Write a small project with other files: `data_nlu_yml` is data/nlu.yml."""
    files: dict[str, str | bytes] = dict(PROJECT)
    for name, text in changed.items():
        *folders, file, suffix = name.split("__" if "__" in name else "_")
        files["/".join((*folders, f"{file}.{suffix}"))] = text
    return write(root / "project", files)


def converted(root: Path, **changed: str) -> Converted:
    """Return a small project with other files, converted."""
    return convert(read_project(project_with(root, **changed), environment={}), "Robin")


def yaml_of(result: Converted, path: str) -> Any:
    """Return what one of the new files says."""
    return plain(parse_yaml(result.files[path]))


def plain(node: Node) -> Any:
    """Return a node as ordinary values."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    return [plain(child) for child in value] if isinstance(value, list) else value


def told(result: Converted, construct: str, fate: str = "") -> list[str]:
    """Return what is said about a construct, each with its place."""
    return [
        f"{finding.place if finding.place.file else ''} {finding.message}".strip()
        for finding in result.findings
        if finding.construct == construct and finding.fate == (fate or finding.fate)
    ]
