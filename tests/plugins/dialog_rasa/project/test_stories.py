"""Stories, rules and stories that are tests."""

from pathlib import Path

from dialog_rasa.dialogue.values import (
    ANY,
    NOWHERE,
    ActionStep,
    CheckpointStep,
    EntityGiven,
    LoopStep,
    OrStep,
    SlotsStep,
    UserStep,
)
from tests.plugins.dialog_rasa.project.reading import read, told

STORIES = """\
stories:
- story: everything
  steps:
  - checkpoint: start
    slot_was_set: [{a: 1}]
  - intent: inform
    entities: [{city: Rome, role: from}, cuisine, {name: null}]
  - action: utter_a
  - user: "I like [Rome](city)"
  - bot: "So do I"
  - user: said so
    intent: affirm
  - slot_was_set: [{a: 1.10}, b, {c: null}, {d: [x, y]}]
  - active_loop: form
  - form: null
  - or: [{intent: a}, {intent: b}]
  - checkpoint: end
rules:
- rule: with all of it
  condition:
  - active_loop: form
  - slot_was_set: [{a: x}]
  conversation_start: true
  wait_for_user_input: false
  steps:
  - ...
  - intent: a
  - action: utter_a
"""


def test_steps_of_every_kind_are_read(tmp_path: Path) -> None:
    project = read(tmp_path, {"data/stories.yml": STORIES})
    assert told(project.findings) == []
    (story,) = project.dialogue.stories
    assert (story.name, story.place.line) == ("everything", 2)
    start, inform, act, words, bot, affirm, slots, loop, none, choice, end = story.steps
    assert isinstance(start, CheckpointStep)
    assert (start.name, start.slots) == ("start", (("a", 1),))
    assert isinstance(inform, UserStep)
    assert inform.entities == (
        EntityGiven("city", "Rome", "from"),
        EntityGiven("cuisine", ANY),
        EntityGiven("name", None),
    )
    assert isinstance(act, ActionStep)
    assert act.name == "utter_a"
    assert isinstance(words, UserStep)
    assert (words.intent, words.text, words.entities) == ("", "I like Rome", (EntityGiven("city", "Rome"),))
    assert isinstance(bot, ActionStep)
    assert bot.text == "So do I"
    assert isinstance(affirm, UserStep)
    assert (affirm.intent, affirm.text) == ("affirm", "")  # what is learnt goes by the intent
    assert isinstance(slots, SlotsStep)
    assert slots.values == (("a", 1.1), ("b", ANY), ("c", None), ("d", ["x", "y"]))
    assert isinstance(loop, LoopStep)
    assert loop.loop == "form"
    assert isinstance(none, LoopStep)
    assert none.loop is None
    assert isinstance(choice, OrStep)
    assert [one.intent for one in choice.choices if isinstance(one, UserStep)] == ["a", "b"]
    assert isinstance(end, CheckpointStep)


def test_rules_are_read_with_their_conditions(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, {"data/stories.yml": STORIES}).dialogue.rules
    assert (rule.name, rule.at_start, rule.waits, rule.place.line) == ("with all of it", True, False, 19)
    assert [type(step) for step in rule.condition] == [LoopStep, SlotsStep]
    assert [type(step) for step in rule.steps] == [UserStep, ActionStep]


def test_stories_are_tests_by_the_name_of_their_file_or_folder(tmp_path: Path) -> None:
    story = "stories:\n- story: {}\n  steps:\n  - user: in [Rome](city)\n    intent: inform\n  - action: utter_a\n"
    files: dict[str, str | bytes] = {
        "tests/first.yml": story.format("one"),
        "data/test_second.yml": story.format("two"),
        "test_stories/third.yml": story.format("three"),
        "data/stories.yml": story.format("learnt"),
    }
    project = read(tmp_path, files)
    assert {str(file): [one.name for one in stories] for file, stories in project.tests.items()} == {
        "tests/first.yml": ["one"],
        "data/test_second.yml": ["two"],
        "test_stories/third.yml": ["three"],
    }
    assert [one.name for one in project.dialogue.stories] == ["learnt"]
    step = project.tests[Path("tests/first.yml")][0].steps[0]
    assert isinstance(step, UserStep)
    assert (step.intent, step.text, step.entities) == ("inform", "in Rome", (EntityGiven("city", "Rome"),))


def test_what_is_wrong_with_stories_is_said_with_its_line(tmp_path: Path) -> None:
    text = """\
stories:
- story: slash
  steps:
  - intent: /hi
  - action: utter_hi
- steps: []
- story: empty
- story: odd
  steps:
  - intnt: hi
  - action: utter_hi
    intent: hi
  - user: '[Rome]{"entity": city}'
- rule: misplaced
  steps:
  - intent: hi
  - action: utter_hi
rules:
- rule: too much
  condition: [{intent: hi}]
  steps:
  - intent: hi
  - action: utter_hi
  - checkpoint: c
  - intent: hi
"""
    project = read(tmp_path, {"data/stories.yml": text})
    wrong = told(project.findings)
    assert [int(line.split(":")[1]) for line in wrong] == [4, 6, 7, 10, 11, 13, 14, 20, 24, 25]
    assert [found.remedy for found in project.findings if found.place.line == 4] == ["Write `intent: hi`."]
    assert [found.remedy for found in project.findings if found.place.line == 10] == ["Did you mean 'intent'?"]
    assert [one.name for one in project.dialogue.rules] == ["misplaced"]


def test_end_to_end_test_cases_are_read_and_what_is_not_is_named(tmp_path: Path) -> None:
    text = """\
fixtures:
- rich: [{a: 1}]
test_cases:
- test_case: pay
  fixtures: [rich]
  steps:
  - user: pay
  - utter: utter_ask
  - bot: How much?
  - slot_was_set: [{a: 1}]
  - slot_was_not_set: [b]
  - generative_response_is_relevant: {threshold: 0.9}
  - user: now
    assertions: [{flow_started: pay}]
- nothing: here
"""
    project = read(tmp_path, {"e2e/cases.yml": text})
    (case,) = project.e2e_cases[Path("e2e/cases.yml")]
    assert case.name == "pay"
    assert case.steps[:3] == ({"user": "pay"}, {"utter": "utter_ask"}, {"bot": "How much?"})
    assert len(case.steps) == 6
    assert [line.split(":")[1] for line in told(project.findings, "left out")] == ["1", "5", "12", "14"]
    assert told(project.findings) == ["cases.yml:15: this is no test case"]


def test_flows_are_named_one_by_one(tmp_path: Path) -> None:
    steps = "    steps:\n    - collect: sum\n    - action: action_pay\n"
    flows = f"flows:\n  pay:\n    description: Pay a bill.\n{steps}  ask: {{}}\n"
    project = read(tmp_path, {"data/flows.yml": flows})
    assert told(project.findings, "left out") == [
        "flows.yml:2: the flow 'pay' with 2 steps: Pay a bill.",
        "flows.yml:7: the flow 'ask' with 0 steps",
    ]


def test_a_step_knows_where_it_stands(tmp_path: Path) -> None:
    (story,) = read(tmp_path, {"data/stories.yml": STORIES}).dialogue.stories
    assert [step.place.line for step in story.steps] == [4, 6, 8, 9, 10, 11, 13, 14, 15, 16, 17]
    assert NOWHERE not in {step.place for step in story.steps}


def test_stories_without_a_name_have_that_of_their_place(tmp_path: Path) -> None:
    text = "stories:\n- story:\n  metadata: {a: 1}\n  steps:\n  - intent: hi\n"
    project = read(tmp_path, {"data/stories.yml": text})
    assert [one.name for one in project.dialogue.stories] == ["stories.yml:2"]
    assert told(project.findings) == ["stories.yml:2: this story has no name"]
    assert told(project.findings, "left out") == ["stories.yml:3: of the story 'stories.yml:2'"]


def test_flows_and_test_cases_of_another_shape_are_named(tmp_path: Path) -> None:
    text = "flows: [a]\ntest_cases: {a: b}\n"
    more = "test_cases:\n- test_case: a\n  steps:\n  - hello\n  - user: hi\n"
    project = read(tmp_path, {"data/a.yml": text, "data/b.yml": more, "data/c.yml": "test_cases:\n"})
    assert told(project.findings) == [
        "a.yml:1: `flows:` is no mapping",
        "a.yml:2: `test_cases:` is no list",
        "b.yml:4: this is no step",
    ]
    assert project.e2e_cases[Path("data/b.yml")][0].steps == ({"user": "hi"},)
