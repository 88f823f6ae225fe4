"""Steps are read as they are written, each with its place, and what is no step is told of."""

from pathlib import Path

import pytest

from dialog_core.configuration import Problem, parse_yaml
from dialog_rasa.dialogue.marks import Marked, parse_marks
from dialog_rasa.dialogue.steps import OURS, Spelling, read_steps
from dialog_rasa.dialogue.values import (
    ANY,
    ActionStep,
    CheckpointStep,
    EntityGiven,
    LoopStep,
    OrStep,
    Place,
    SlotsStep,
    Step,
    UserStep,
)

FILE = Path("s.yaml")


def read(text: str, spelling: Spelling = OURS) -> tuple[tuple[Step, ...], list[str]]:
    """Return the steps of a text, and what is wrong with them."""
    problems: list[Problem] = []
    steps = read_steps(parse_yaml(text, FILE), problems, path=("steps",), spelling=spelling)
    return steps, [str(problem) for problem in problems]


def test_every_kind_of_step() -> None:
    steps, problems = read("""
- intent: inform
  entities: [{city: Rome, role: from}, cuisine, {name: null}]
- action: utter_x
- slot_was_set: [{a: 1}, b, {c: null}]
- active_loop: a_form
- active_loop: null
- checkpoint: c
  slot_was_set: [{a: true}]
- or: [{intent: a}, {intent: b}]
- user: book [Rome](city:to) or [NYC](city=New York)
- bot: I see
- user: hello
  intent: greet
""")
    assert not problems
    assert steps == (
        UserStep(
            "inform",
            entities=(EntityGiven("city", "Rome", "from"), EntityGiven("cuisine"), EntityGiven("name", None)),
            place=Place(FILE, 2),
        ),
        ActionStep("utter_x", place=Place(FILE, 4)),
        SlotsStep((("a", 1), ("b", ANY), ("c", None)), Place(FILE, 5)),
        LoopStep("a_form", Place(FILE, 6)),
        LoopStep(None, Place(FILE, 7)),
        CheckpointStep("c", (("a", True),), Place(FILE, 8)),
        OrStep((UserStep("a", place=Place(FILE, 10)), UserStep("b", place=Place(FILE, 10))), Place(FILE, 10)),
        UserStep(
            text="book Rome or NYC",
            entities=(EntityGiven("city", "Rome", "to"), EntityGiven("city", "New York")),
            place=Place(FILE, 11),
        ),
        ActionStep("I see", "I see", Place(FILE, 12)),
        UserStep("greet", "hello", place=Place(FILE, 13)),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- intnt: a", "s.yaml:1:3: steps[0].intnt: unknown key 'intnt'. Did you mean 'intent'?"),
        ("- {intent: a, entites: [b]}", "steps[0].entites: unknown key 'entites'. Did you mean 'entities'?"),
        ("- {intent: a, action: b}", "a step says one thing, and this one has `intent:` and `action:`. Begin a step"),
        ("- {intent: /greet}", "an intent is written without a slash in front. Write `intent: greet`."),
        ("- greet", "this is no step. Write what happens: `intent: greet`"),
        ("- {intent: }", "steps[0].intent: this is not the name of an intent. Write a name."),
        ("- {action: [a]}", "steps[0].action: this is not the name of an action"),
        ("- {user: ''}", "there are no words. Write what the user says."),
        ("- {slot_was_set: {a: 1}}", "slots are a list. Write a list: `slot_was_set: [{name: value}]`"),
        ("- {slot_was_set: [[a]]}", "this is no slot with its value. Write `name: value`"),
        ("- {intent: a, entities: [{b: 1, c: 2}]}", "this is no entity. Write `- city: Rome`"),
        ("- {or: []}", "there is nothing to choose from"),
        ("- {or: [{intent: a}, {action: b}]}", "only what the user says, or slots, can be one or the other"),
        ("a: 1", "steps are a list"),
    ],
)
def test_what_is_wrong_is_told(text: str, problem: str) -> None:
    _, (found, *others) = read(text)
    assert problem in found
    assert not others


def test_every_mistake_is_told_at_once_and_the_rest_is_read() -> None:
    steps, problems = read("- {intnt: a}\n- {action: b}\n- {bat: c}")
    assert [step.name for step in steps if isinstance(step, ActionStep)] == ["b"]
    assert len(problems) == 2


def test_dots_at_the_beginning_mean_whatever_happened_before() -> None:
    assert read("- ...\n- {action: a}") == ((ActionStep("a", place=Place(FILE, 2)),), [])
    assert read("- {action: a}\n- ...")[1]


def test_older_spellings_are_read_where_that_is_wanted() -> None:
    text = "- {form: f}\n- {form: {name: null}}\n- {slot_was_set: {a: 1}}\n- {action: x, metadata: {m: 1}}"
    steps, problems = read(text, Spelling(lenient=True))
    assert not problems
    assert steps == (
        LoopStep("f", Place(FILE, 1)),
        LoopStep(None, Place(FILE, 2)),
        SlotsStep((("a", 1),), Place(FILE, 3)),
        ActionStep("x", place=Place(FILE, 4)),
    )
    assert len(read(text)[1]) == 4


def test_a_message_may_be_marked_in_another_way() -> None:
    def shout(message: str) -> Marked:
        if message == "?":
            raise ValueError("a mark that nobody can read")
        return Marked(message.upper())

    assert read("- {user: hi}", Spelling(shout))[0] == (UserStep(text="HI", place=Place(FILE, 1)),)
    assert "a mark that nobody can read" in read("- {user: '?'}", Spelling(shout))[1][0]


def test_a_link_is_no_mark() -> None:
    text = "see [this](https://example.org) and [that](/there)"
    assert parse_marks(text) == Marked(text)
