"""Whatever stands in the files of a project, it is read or named; nothing stops the reading."""

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog_rasa.project.comments import Comments
from dialog_rasa.project.marks import parse
from dialog_rasa.project.reading import read_project
from tests.plugins.dialog_rasa.bots import write
from tests.plugins.dialog_rasa.mutating import dump, load
from tests.plugins.dialog_rasa.small_projects import PIZZA

WORDS = st.sampled_from(
    "intent examples story rule steps action user bot or checkpoint slot_was_set active_loop condition text type name "
    "from_entity from_text custom mappings conditions requested_slot required_slots ignored_intents use_entities "
    "ignore_entities roles groups buttons payload title image url pipeline metadata synonym regex lookup value "
    "categorical values float any min_value max_value initial_value utter_a a_form ... null true 1.10 [a](b) {a} {{ "
    "entities form value entity role group version 2.0 3.1 test_case utter fixtures flows".split()
)
SCALARS = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), st.text(max_size=8))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=25,
)
KEYS = st.sampled_from(
    "intents entities slots responses templates forms actions session_config nlu stories rules flows test_cases "
    "language pipeline policies importers imports action_endpoint tracker_store version config".split()
)
FILES = st.sampled_from(
    ["domain.yml", "data/a.yml", "tests/test_a.yml", "config.yml", "endpoints.yml", "credentials.yml"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.dictionaries(FILES, st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), min_size=1, max_size=4))
def test_any_value_under_any_key_is_read_or_named_with_its_place(
    files: dict[str, dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = {name: yaml.safe_dump(content, allow_unicode=True, sort_keys=False) for name, content in files.items()}
    root = write(tmp_path_factory.mktemp("project"), dict(texts))
    write(root, {"data/nlu.yml": PIZZA["data/nlu.yml"]})
    project = read_project(root, environment={})
    for found in project.findings:
        assert found.message
        if found.fate == "wrong":
            assert found.place.file is not None
            assert found.place.line >= 1


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in pairs for place in _places(child, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(copy[path[0]], path[1:], new)
    return copy


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(["domain.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml"]), data=st.data())
def test_any_value_in_place_of_a_right_one_is_read_or_named(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = load(PIZZA[name])
    path = data.draw(st.sampled_from(_places(content)))
    changed = dump(_replaced(content, path, data.draw(VALUES)))
    root = write(tmp_path_factory.mktemp("project"), {**PIZZA, name: changed})
    project = read_project(root, environment={})
    assert project.understanding.intents or name == "data/nlu.yml"
    assert all(found.place.file is not None for found in project.findings if found.fate == "wrong")


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.sampled_from(list("ab:-|> #'\"[]{}(),\n\t&*!%\\é\x00")), max_size=60))
def test_any_text_is_read_or_named(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write(tmp_path_factory.mktemp("project"), {"data/a.yml": text, "domain.yml": "intents: [a]\n"})
    assert read_project(root, environment={}).dialogue.intents.keys() == {"a"}


@given(text=st.text(st.sampled_from(list('ab[](){}:"\\, ')), max_size=40))
def test_any_marks_are_read_or_named(text: str) -> None:
    parsed = parse(text)
    for entity in parsed.entities:
        assert 0 <= entity.start < entity.end <= len(parsed.text)
        assert entity.name


@given(text=st.text(st.sampled_from(list("a: -|>#'\"\n\t")), max_size=60))
def test_any_text_has_comments(text: str) -> None:
    comments = Comments(text)
    count = len(text.splitlines())
    for line in range(-1, count + 3):
        assert all("\n" not in one for one in comments.above(line))
        assert "\n" not in comments.beside(line)
    assert len(comments.head) <= count
