"""A Rasa project as the files of a dialog-core project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialog_rasa.dialogue.values import Rule, Story
from dialog_rasa.importing.bot import bot_text
from dialog_rasa.importing.cases import case_sections
from dialog_rasa.importing.custom_actions import write_actions
from dialog_rasa.importing.domain import domain_place, domain_sections, response_sections
from dialog_rasa.importing.entities import entity_parts
from dialog_rasa.importing.examples import write_examples
from dialog_rasa.importing.ledger import Ledger
from dialog_rasa.importing.pipeline import read_settings
from dialog_rasa.importing.sound import sound_part
from dialog_rasa.importing.talks import rule_sections, story_sections
from dialog_rasa.importing.yaml_text import yaml_text
from dialog_rasa.project.values import E2eCase, Finding, RasaProject

_DOMAIN = """What the bot knows: intents, entities, slots and how messages fill them, forms.
`dialog-core check ../bot.yaml` finds what does not fit together."""
_RESPONSES = """What the bot says. One of several variations is said; `{{ slots.name }}` is the value of a slot."""
_RULES = """What the bot always does. The most specific rule that fits is followed, before any story."""
_STORIES = """Conversations the bot goes by: it does what a story does that began in the same way."""
_TESTS = """Conversations with what the bot has to do in them. `dialog-core test ../bot.yaml .` holds them."""
_CASES = """Conversations with what the bot has to say in them. `dialog-core test ../bot.yaml .` holds them."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What a project became.

    Attributes:
        name: What the bot is called.
        files: Texts of the new files, by path in the new project.
        copies: Files that are copied as they are, by path in the new project.
        findings: What became of each construct.
        counts: How many there are of what, in the order to tell them in.
    """

    name: str
    files: Mapping[str, str]
    findings: tuple[Finding, ...]
    copies: Mapping[str, Path] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def convert(project: RasaProject, name: str) -> Converted:
    """Convert a project. What is wrong in it is left out, and a finding.

    Args:
        project: The project as it was read.
        name: What the bot is called.
    """
    project = sound_part(project)
    ledger = Ledger(project)
    dialogue = project.dialogue
    settings = read_settings(project.configuration, ledger)
    examples = write_examples(project.understanding.intents, ledger)
    entities = entity_parts(examples.marked, settings, ledger)
    actions = write_actions(name, ledger)
    files: dict[str, str] = {}

    def add(path: str, sections: dict[str, Any], head: str, *sources: Path | None) -> None:
        if sections:
            files[path] = yaml_text(sections, head, ledger.head(*sources))

    domain = domain_sections(dialogue, project.understanding.synonyms, ledger)
    add("dialogue/domain.yaml", domain, _DOMAIN, domain_place(dialogue).file)
    add("responses.yaml", response_sections(dialogue, ledger), _RESPONSES)
    add("dialogue/rules.yaml", rule_sections(dialogue.rules, ledger), _RULES, *_files_of(dialogue.rules))
    add("dialogue/stories.yaml", story_sections(dialogue.stories, ledger), _STORIES, *_files_of(dialogue.stories))
    if not any(file.startswith("dialogue/") for file in files):
        files["dialogue/domain.yaml"] = yaml_text({"intents": []}, _DOMAIN)
    files |= examples.files | entities.files | actions.files
    for file, stories in project.tests.items():
        path = _free(f"tests/{_stem(file)}.stories.yaml", files)
        add(path, story_sections(stories, ledger, "test story"), _TESTS, *_files_of(stories))
    for file, cases in project.e2e_cases.items():
        path = _free(f"tests/{_stem(file)}.tests.yaml", files)
        add(path, case_sections(cases, ledger), _CASES, *_files_of(cases))
    has_tests = any(path.startswith("tests/") for path in files)
    bot = bot_text(name, examples, entities, settings, ledger, plugin=actions.plugin, has_tests=has_tests)
    ledger.tell_lost_comments()
    counts = {
        "intents": len(dialogue.intents),
        "examples": examples.count,
        "entities": len(dialogue.entities),
        "slots": len(dialogue.slots),
        "forms": len(dialogue.forms),
        "responses": len(dialogue.responses),
        "rules": len(dialogue.rules),
        "stories": len(dialogue.stories),
        "custom actions": len(actions.names),
        "tests": sum(map(len, project.tests.values())) + sum(map(len, project.e2e_cases.values())),
    }
    return Converted(name, {"bot.yaml": bot, **files}, tuple(ledger.findings), actions.copies, counts)


def _files_of(items: Sequence[Rule | Story | E2eCase]) -> list[Path | None]:
    return [item.place.file for item in items]


def _stem(file: Path) -> str:
    stem = file.stem.removeprefix("test_").removesuffix("_test")
    return stem if stem and stem not in ("test", "stories") else "all"


def _free(path: str, taken: Mapping[str, str]) -> str:
    start, dot, ending = path.partition(".")
    number, free = 2, path
    while free in taken:
        free, number = f"{start}_{number}{dot}{ending}", number + 1
    return free
