"""What is trained in which order, and what builds on what."""

from pathlib import Path

import pytest

from dialog_core.errors import UnknownComponentError
from dialog_core.testing import write_bot
from dialog_core.training import entry_with, plan
from dialog_core.training.planning import names_built_on
from tests.training_parts import BOT, WORDS, spec_of

MANY = """
version: 1
annotators:
  - {use: counts, name: first}
  - {use: counts, name: second}
policies:
  - {use: echoing, name: deaf}
  - {use: echoing, name: heeding, heeds: first}
ranking: {use: learnt}
training:
  - {component: ranking}
  - {component: heeding}
  - {component: second, data: words.txt}
  - {component: deaf}
  - {component: first, data: words.txt}
"""


def names(bot: Path, *only: str) -> list[str]:
    return [entry.name for entry in plan(spec_of(bot), only)]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return write_bot(tmp_path, MANY, **{"words.txt": WORDS})


def test_annotators_come_before_policies_and_policies_before_the_ranking(many: Path) -> None:
    assert names(many) == ["first", "second", "deaf", "heeding", "ranking"]


def test_only_some_keep_that_order(many: Path) -> None:
    assert names(many, "ranking", "heeding", "first") == ["first", "heeding", "ranking"]


def test_a_name_that_is_not_trained_is_answered_with_the_likely_one(many: Path) -> None:
    with pytest.raises(UnknownComponentError, match=r"under `training:` named 'heding'\. Did you mean 'heeding'"):
        names(many, "heding")


def test_a_component_builds_on_those_its_options_name_and_the_ranking_on_all(many: Path) -> None:
    spec = spec_of(many)
    found = {entry.name: names_built_on(spec, entry) for entry in spec.training}

    assert found == {
        "first": (),
        "second": (),
        "deaf": (),
        "heeding": ("first",),
        "ranking": ("first", "second", "deaf", "heeding"),
    }


def test_nothing_is_trained_where_nothing_is_said(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT.partition("training:")[0])
    assert plan(spec_of(bot)) == ()


def test_an_entry_can_be_had_with_other_options_than_the_file_gives(many: Path) -> None:
    spec = spec_of(many)
    other = many.parent / "other.txt"
    other.write_text(WORDS)

    changed = entry_with(spec, "first", {"data": other})

    assert (changed.name, changed.options.data, changed.options.component) == ("first", other, "first")
    assert next(entry for entry in plan(spec) if entry.name == "first").options.data.name == "words.txt"


def test_what_the_file_does_not_mention_can_be_trained_too(tmp_path: Path) -> None:
    spec = spec_of(write_bot(tmp_path, MANY.split("training:")[0], **{"words.txt": WORDS}))

    assert entry_with(spec, "ranking", {}).component is spec.ranker
    with pytest.raises(UnknownComponentError, match="component named 'rankin'"):
        entry_with(spec, "rankin", {})
    with pytest.raises(ValueError, match="no_such"):
        entry_with(spec, "ranking", {"no_such": 1})
