"""Rasa's own edge cases, each alone and all together."""

import shutil
from pathlib import Path

import pytest

from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import FIXTURES, fixture, needs_bots
from tests.plugins.dialog_rasa.project.reading import told

WRONG = {
    "test_wrong_yaml_stories/wrong_yaml.yml": [2],
    "test_wrong_yaml_stories/intent_with_leading_slash.yml": [4],
    "test_domains/duplicate_actions.yml": [27],
    "test_domains/duplicate_entities.yml": [5, 6, 16],
    "test_domains/duplicate_intents.yml": [5, 6],
    "test_domains/duplicate_templates.yml": [22],
    "test_domains/empty_response_format.yml": [16],
    "test_domains/invalid_format.yml": [12],
    "test_domains/missing_text_for_templates.yml": [8, 10, 12],
    "test_domains/wrong_custom_response_format.yml": [17],
    "test_domains/wrong_response_format.yml": [17, 19, 21],
    "test_mixed_yaml_training_data/training_data.yml": [15],
    "test_yaml_stories/stories_simple.yml": [1],
}
"""Of each file that has mistakes the lines they are on."""


@needs_bots
@pytest.mark.parametrize("file", sorted(FIXTURES.rglob("*.y*ml")), ids=lambda file: str(file.relative_to(FIXTURES)))
def test_an_edge_case_alone_in_a_project_has_the_mistakes_it_has(file: Path, tmp_path: Path) -> None:
    if file.parent.name == "MoodBot" or file == FIXTURES / "test_multi_domain" / "config.yml":
        pytest.skip("imports other folders")
    shutil.copy(file, tmp_path / file.name)
    project = read_project(tmp_path, environment={})
    about = [found for found in project.findings if found.fate == "wrong" and found.construct != "domain"]
    assert [found.place.line for found in about] == WRONG.get(str(file.relative_to(FIXTURES)), [])
    assert all(found.place.file == tmp_path / file.name and found.remedy for found in about)


@needs_bots
def test_all_edge_cases_together_are_read() -> None:
    project = read_project(FIXTURES, environment={})
    assert len(project.dialogue.stories) > 20
    assert project.tests
    assert len(told(project.findings)) > 10


def test_projects_that_import_one_another_are_one(tmp_path: Path) -> None:
    project = read_project(fixture("test_multi_domain"), environment={})
    assert told(project.findings) == []
    assert set(project.dialogue.intents) == {"goodbye", "affirm", "deny", "mood_great", "mood_unhappy", "greet"}
    assert set(project.dialogue.responses) >= {"utter_goodbye", "utter_cheer_up", "utter_greet"}
    assert [part.name for part in project.configuration.policies] == ["MemoizationPolicy"]
