"""A project written otherwise is the same bot; and what is wrong with one is said with its place, and costs nothing."""

import dataclasses
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_rasa.importing.convert import convert
from dialog_rasa.project.reading import read_project
from dialog_rasa.project.values import RasaProject
from tests.plugins.dialog_rasa.bots import FIXTURES, MIGRATED, TEN, dialogue_in, needs_bots, project_of, write
from tests.plugins.dialog_rasa.mutating import MUTATIONS, Files
from tests.plugins.dialog_rasa.small_projects import SMALL

WHERE = {"place", "file", "root", "files", "findings"}  # what a project written otherwise has elsewhere
UNORDERED = {
    "rules",
    "stories",
    "intents",
    "examples",
    "entities",
    "actions",
    "synonyms",
    "regexes",
    "lookups",
    "items",
}


def essence(value: Any, name: str = "") -> Any:
    """Return what a value comes to, wherever and in whatever order it was written."""
    if dataclasses.is_dataclass(value):
        fields = (field.name for field in dataclasses.fields(value) if field.name not in WHERE)
        return {field: essence(getattr(value, field), field) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): essence(one) for key, one in sorted(value.items(), key=lambda pair: str(pair[0]))}
    if isinstance(value, list | tuple):
        found = [essence(one) for one in value]
        return sorted(found, key=repr) if name in UNORDERED else found
    return value


def essence_of(project: RasaProject) -> Any:
    return {"dialogue": essence(project.dialogue), "understanding": essence(project.understanding)}


def complaints(project: RasaProject) -> list[str]:
    return [f"{found.place}: {found.message}" for found in project.findings if found.fate == "wrong"]


def files_of(root: Path) -> Files:
    return {
        str(file.relative_to(root)): file.read_text(encoding="utf-8")
        for file in sorted(root.rglob("*"))
        if file.suffix in (".yml", ".yaml")
    }


def written(project: RasaProject, out: Path) -> Any:
    """Return what the imported bot comes to, as its own reader reads it, with its examples."""
    converted = convert(project, "bot")
    write(out, {str(name): text for name, text in converted.files.items()})
    examples: dict[str, list[str]] = {}
    for file in sorted((out / "nlu").rglob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for intent, texts in (content.get("intents") or {}).items():
            examples.setdefault(str(intent), []).extend(map(str, texts))
    return essence(dialogue_in(out)), {intent: sorted(texts) for intent, texts in examples.items()}


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", SMALL)
def test_a_small_project_written_otherwise_is_the_same_bot(name: str, mutation: str, tmp_path: Path) -> None:
    files: Files = dict(SMALL[name])
    original = read_project(write(tmp_path / "original", files))
    assert complaints(original) == []
    mutant = read_project(write(tmp_path / "mutant", MUTATIONS[mutation](files, random.Random(1))))
    assert complaints(mutant) == []
    assert essence_of(mutant) == essence_of(original)
    assert written(mutant, tmp_path / "out-mutant") == written(original, tmp_path / "out-original")


@pytest.mark.parametrize("name", SMALL)
def test_what_is_written_is_what_was_read(name: str, tmp_path: Path) -> None:
    project = read_project(write(tmp_path / "project", dict(SMALL[name])))
    dialogue, examples = written(project, tmp_path / "out")
    read = essence(project.dialogue)
    read["session"]["minutes"] = dialogue["session"]["minutes"]  # which the bot file says, as `session_expiry`
    assert dialogue == read
    assert {intent: len(texts) for intent, texts in examples.items()} == {
        one.intent: len(one.examples) for one in project.understanding.intents
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SMALL)),
    mutations=st.lists(st.sampled_from(sorted(MUTATIONS)), min_size=2, max_size=5, unique=True),
    seed=st.integers(0, 1_000),
)
def test_whatever_is_done_to_how_a_project_is_written_it_is_the_same_bot(
    name: str, mutations: list[str], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, rng = tmp_path_factory.mktemp("project"), random.Random(seed)
    files: Files = dict(SMALL[name])
    original = read_project(write(root / "original", files))
    for mutation in mutations:
        files = MUTATIONS[mutation](files, rng)
    mutant = read_project(write(root / "mutant", files))
    assert complaints(mutant) == []
    assert essence_of(mutant) == essence_of(original)


@needs_bots
@pytest.mark.parametrize("name", TEN)
def test_one_of_the_ten_bots_written_otherwise_is_the_same_bot(name: str, tmp_path: Path) -> None:
    project = project_of(name, tmp_path / "original")
    original = read_project(project)
    assert complaints(original) == []
    files = files_of(project)
    chosen = ("merged", "reordered", "comments") if name == "carbon-bot" else tuple(MUTATIONS)  # it is large
    for mutation in chosen:
        mutant = read_project(write(tmp_path / mutation, MUTATIONS[mutation](files, random.Random(2))))
        assert (mutation, complaints(mutant)) == (mutation, [])
        assert essence_of(mutant) == essence_of(original), mutation


@needs_bots
@pytest.mark.parametrize("name", MIGRATED)
def test_a_domain_of_an_older_version_is_the_same_bot(name: str, tmp_path: Path) -> None:
    newer = read_project(project_of(name, tmp_path / "newer"))
    older = read_project(project_of(name, tmp_path / "older", version="2.0"))
    assert complaints(older) == []
    assert essence_of(older) == essence_of(newer)


@needs_bots
@pytest.mark.parametrize(
    "file",
    sorted(FIXTURES.rglob("*.y*ml")),
    ids=lambda file: str(file.relative_to(FIXTURES)),
)
def test_an_edge_case_is_read_or_named_with_its_place(file: Path, tmp_path: Path) -> None:
    text = file.read_bytes()
    part = file.parent.name
    place = {"test_config": "config.yml", "configs_for_docs": "config.yml", "test_domains": "domain.yml"}.get(part)
    place = place or ("endpoints.yml" if "endpoint" in str(file) else f"data/{file.name}")
    files: Files = {"config.yml": "language: en\n", "domain.yml": "intents: [greet]\n", place: text}
    project = read_project(write(tmp_path / "project", files))
    for found in project.findings:
        if found.fate == "wrong":
            assert found.place.file is not None, found
            assert found.message
    converted = convert(project, "bot")
    assert any(str(name) == "bot.yaml" for name in converted.files)
