"""Files of test stories: what they may hold, and what stories with forks come to."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.interfaces import CaseOutcome, ForeignCase
from dialog_rasa.dialogue.values import ActionStep, UserStep
from dialog_rasa.suites.format import StoryTests
from dialog_rasa.suites.unrolling import Line


def form() -> StoryTests:
    made: StoryTests = Context.of_command("test").create("test_format", "stories")
    return made


def read(tmp_path: Path, text: str, name: str = "a.stories.yaml") -> list[ForeignCase]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return list(form().read(file))


def line_of(case: ForeignCase) -> Line:
    assert isinstance(case.content, Line)
    return case.content


def told(case: ForeignCase) -> list[str]:
    steps = line_of(case).steps
    return [step.intent if isinstance(step, UserStep) else step.name for step in steps if hasattr(step, "place")]


def test_a_story_knows_where_it_and_its_steps_stand(tmp_path: Path) -> None:
    (case,) = read(
        tmp_path,
        "stories:\n"
        "  - story: a trip\n"
        "    steps:\n"
        "      - user: from [Rome](city:from) to [NYC](city=New York)\n"
        "        intent: travel\n"
        "      - action: utter_ok\n",
    )
    assert (case.name, case.file.name, case.line) == ("a trip", "a.stories.yaml", 2)
    said, acted = line_of(case).steps
    assert isinstance(said, UserStep)
    assert (said.text, said.intent, said.place.line) == ("from Rome to NYC", "travel", 4)
    assert [(one.name, one.role, one.value) for one in said.entities] == [
        ("city", "from", "Rome"),
        ("city", "", "New York"),
    ]
    assert isinstance(acted, ActionStep)
    assert (acted.name, acted.place.line) == ("utter_ok", 6)


def test_every_choice_of_an_or_is_tried_once(tmp_path: Path) -> None:
    cases = read(
        tmp_path,
        "stories:\n"
        "- story: thanks\n"
        "  steps:\n"
        "  - or: [{intent: affirm}, {intent: thank}, {intent: greet}]\n"
        "  - action: utter_ok\n"
        "  - or: [{intent: bye}, {intent: deny}]\n"
        "  - action: utter_bye\n",
    )
    assert [(case.name, told(case)) for case in cases] == [
        ("thanks (1 of 3)", ["affirm", "utter_ok", "bye", "utter_bye"]),
        ("thanks (2 of 3)", ["thank", "utter_ok", "deny", "utter_bye"]),
        ("thanks (3 of 3)", ["greet", "utter_ok", "bye", "utter_bye"]),
    ]


CHECKPOINTS = """
stories:
- {story: begin, steps: [{intent: greet}, {action: utter_greet}, {checkpoint: greeted}]}
- {story: middle, steps: [{checkpoint: greeted}, {intent: ask}, {action: utter_ok}, {checkpoint: again}]}
- {story: round, steps: [{checkpoint: again}, {intent: ask}, {action: utter_ok}, {checkpoint: again}]}
- {story: end, steps: [{checkpoint: again}, {intent: bye}, {action: utter_bye}]}
- {story: lost, steps: [{checkpoint: nowhere}, {intent: bye}, {action: utter_bye}]}
"""


def test_a_story_goes_on_where_another_leaves_off_and_never_in_circles(tmp_path: Path) -> None:
    cases = {case.name: case for case in read(tmp_path, CHECKPOINTS)}
    assert told(cases["begin"]) == ["greet", "utter_greet"]
    assert told(cases["round"]) == ["greet", "utter_greet", "ask", "utter_ok", "ask", "utter_ok"]
    assert told(cases["end"]) == ["greet", "utter_greet", "ask", "utter_ok", "bye", "utter_bye"]
    assert (line_of(cases["begin"]).ends, line_of(cases["end"]).ends) == (False, True)
    assert line_of(cases["lost"]).error == (
        "it goes on from the checkpoint 'nowhere', which no story of its file leads to"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stories:\n- story: a\n  steps:\n  - acton: utter_x\n", "a.stories.yaml:4:5: stories[0].steps[0].acton"),
        ("stories:\n- story: a\n", "a.stories.yaml:2:3: stories[0]: 'a' has no steps"),
        ("stories:\n- steps: [{intent: a}]\n", "this story has no name"),
        ("stroies: []\n", "unknown key 'stroies'. Did you mean 'stories'?"),
        ("stories: []\nrules: []\n", "unknown key 'rules'"),
        ("- story: a\n", "this is no file of test stories"),
        ("version: '3.1'\n", "there are no stories here"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text)
    assert problem in str(raised.value)


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, "stories:\n- story: a\n  steps: [{act: x}, {intent: ''}]\n- story: b\nmore: 1\n")
    assert len(raised.value.problems) == 4


def test_a_bots_own_stories_are_tests_where_somebody_names_them(tmp_path: Path) -> None:
    own = "rules: []\nslots: {}\nstories: [{story: a, steps: [{intent: x}]}, {story: a, steps: [{intent: y}]}]\n"
    file = tmp_path / "stories.yaml"
    file.write_text(own, encoding="utf-8")
    assert form().recognizes(file)
    assert len(form().read(file)) == 2
    for name, text in [("a.yaml", "rules: []\n"), ("b.yaml", ": :\n- ["), ("c.txt", own), ("d.yaml", "")]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not form().recognizes(tmp_path / name)


RASAS = """\
version: "3.1"
metadata: whatever
stories:
- story: a trip
  metadata:
    author: somebody
  steps:
  - user: |
      from [Rome]{"entity": "city", "role": "from"} to [NYC](city:New York)
    intent: travel
  - action: utter_ok
- story: a trip
  steps:
  - intent: greet
"""


def test_tests_of_rasas_own_are_read_as_they_are(tmp_path: Path) -> None:
    first, second = read(tmp_path, RASAS, "test_trips.yml")
    assert (first.name, second.name, second.line) == ("a trip", "a trip", 12)
    (said, _) = line_of(first).steps
    assert isinstance(said, UserStep)
    assert said.text == "from Rome to NYC"
    assert [(one.name, one.role, one.value) for one in said.entities] == [
        ("city", "from", "Rome"),
        ("city", "", "New York"),
    ]
    with pytest.raises(ConfigurationError, match="metadata"):
        read(tmp_path, RASAS, "trips.stories.yaml")


STEP_KEYS = "user intent entities action bot slot_was_set active_loop checkpoint or role form slot metadata"
KEYS = st.sampled_from(["stories", "story", "steps", "version", *STEP_KEYS.split()])
WORDS = st.sampled_from(["greet", "[Rome](city)", "[x]{", '[a]{"entity": "b"}', "", "/x", "a_form"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
STEPS = st.lists(st.dictionaries(KEYS, ANYTHING, min_size=1, max_size=3), max_size=5)


@settings(deadline=None)
@given(stories=st.lists(STEPS, max_size=3) | ANYTHING, name=st.sampled_from(["a.stories.yaml", "test_a.yml", "b.yaml"]))
def test_whatever_stands_in_a_file_it_is_stories_or_a_mistake_with_its_place(stories: Any, name: str) -> None:
    if isinstance(stories, list):
        stories = [{"story": f"story {number}", "steps": steps} for number, steps in enumerate(stories)]
    with TemporaryDirectory() as folder:
        try:
            cases, problems = read(Path(folder), yaml.safe_dump({"stories": stories}), name), ()
        except ConfigurationError as error:
            cases, problems = [], error.problems
        assert all(problem.file == Path(folder) / name for problem in problems)
        text = form().text_of(cases, [CaseOutcome(error="no")] * len(cases))
        again = read(Path(folder), text, "again.stories.yaml") if name == "a.stories.yaml" else cases
    assert {case.name for case in again} == {case.name for case in cases}
