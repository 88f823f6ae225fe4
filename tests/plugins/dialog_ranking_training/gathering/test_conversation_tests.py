"""Conversation tests: what they expect of replies says which candidates are right."""

from pathlib import Path

import pytest

from dialog_core import ActionCall, ActionResult, Candidate, Component, Turn
from dialog_core.configuration import ConfigurationError, Options
from dialog_core.testing import ScriptedPolicy, make_bot
from dialog_ranking.choices import Label
from dialog_ranking_training.gathering import Gathered
from tests.plugins.dialog_ranking_training.gathering.shop import gathered, labels, shop


def held(directory: Path, text: str, policies: object = None, **settings: object) -> Gathered:
    shop(directory, **{"shop.tests.yaml": text})
    open_bot = None if policies is None else lambda: make_bot(policies, **settings)  # type: ignore[arg-type]
    return gathered(directory, directory / "shop.tests.yaml", open_bot=open_bot)


@pytest.mark.parametrize(
    ("expected", "right"),
    [
        ("bot: From nine to five.", 1.0),
        ("bot: [We do not know., ' From nine to five. ']", 1.0),
        ("bot: from nine to five", 0.0),
        ("contains: nine", 1.0),
        ("contains: [/n.ne/, five]", 1.0),
        ("contains: [nine, six]", 0.0),
        ("{contains: nine, lacks: six}", 1.0),
        ("lacks: /F.*five/", 0.0),
        ("policy: faq", 1.0),
        ("policy: rules", 0.0),
        ("evidence: hours", 1.0),
        ("evidence: returns", 0.0),
        ("evidence: null", 0.0),
        ("{contains: nine, policy: rules}", 0.0),
        ("fallback: true", 0.0),
        ("fallback: false", None),
        ("policy: fallback", 0.0),
    ],
)
def test_candidates_are_right_that_are_as_a_step_expects(tmp_path: Path, expected: str, right: float | None) -> None:
    step = f"user: When are you open?, {expected.strip('{}')}"

    (choice,) = held(tmp_path, f"tests: [{{name: hours, steps: [{{{step}}}]}}]").choices

    assert labels(choice)["faq", "From nine to five."] == right
    nobody = {"fallback: true": 1.0, "policy: fallback": 1.0, "fallback: false": 0.0}.get(expected)
    assert choice.nobody == (None if nobody is None else Label(nobody, source="test"))


def test_a_reply_is_not_right_for_lacking_a_word(tmp_path: Path) -> None:
    policies = {"one": ScriptedPolicy("Sorry."), "other": ScriptedPolicy("Certainly.")}

    (choice,) = held(tmp_path, "tests: [{name: a, steps: [{user: well?, lacks: Sorry}]}]", policies).choices

    assert labels(choice) == {("one", "Sorry."): 0.0, ("other", "Certainly."): None}


@pytest.mark.parametrize(
    ("expected", "rights"), [("contains: e", [None, 1.0, 1.0]), ("bot: [Here., There.]", [1.0, 1.0, 0.0])]
)
def test_what_a_loose_expectation_says_of_second_thoughts_is_an_accident(
    tmp_path: Path, expected: str, rights: list[float | None]
) -> None:
    found = [Candidate("Here.", 0.3), Candidate("There.", 0.8)]
    policies = {"faq": ScriptedPolicy(found), "llm": ScriptedPolicy("Everywhere.")}

    (choice,) = held(tmp_path, f"tests: [{{name: a, steps: [{{user: where?, {expected}}}]}}]", policies).choices

    assert labels(choice) == dict(
        zip([("faq", "Here."), ("faq", "There."), ("llm", "Everywhere.")], rights, strict=True)
    )


def test_a_step_that_says_nothing_of_the_reply_gives_no_label(tmp_path: Path) -> None:
    found = held(
        tmp_path,
        "tests: [{name: a, steps: [{user: hello}, {user: hi, slots: {x: null}}, {user: hello, contains: Hello}]}]",
    )

    assert [choice.id for choice in found.choices] == ["shop.tests.yaml:a/2"]
    assert "shop.tests.yaml: 2 messages left out that say nothing of the right reply." in found.remarks


def test_a_flow_is_in_the_state_that_the_steps_before_have_brought_about(tmp_path: Path) -> None:
    found = held(
        tmp_path,
        """
tests:
  - name: an order
    steps:
      - {bot: Welcome!}
      - {user: where is my order, contains: number of your order}
      - {user: When are you open?, contains: [nine, number of your order]}
      - {user: "4512", bot: Order 4512 is on its way., slots: {order: "4512"}}
""",
    )

    started, meanwhile, ended = found.choices
    assert started.turn.conversation.active_flow is None
    assert meanwhile.turn.conversation.active_flow.name == "track"  # type: ignore[union-attr]
    assert labels(meanwhile)["faq", "From nine to five."] == 1.0  # with the flow's question after it
    assert labels(ended)["tasks", "Order 4512 is on its way."] == 1.0
    assert started.conversation == ended.conversation


def test_where_the_bot_would_be_wrong_the_conversation_goes_on_with_who_is_right(tmp_path: Path) -> None:
    def wrong(turn: Turn) -> Candidate:
        return Candidate("I know everything.", 1.0)

    def right(turn: Turn) -> Candidate:
        before = [event.text for event in turn.conversation.messages if hasattr(event, "text")]
        return Candidate(f"You heard: {', '.join(before)}", 0.4)

    found = held(
        tmp_path,
        "tests: [{name: a, steps: [{user: one, policy: right}, {user: two, bot: 'You heard: You heard: '}]}]",
        {"wrong": ScriptedPolicy(wrong), "right": ScriptedPolicy(right)},
    )

    assert [sorted(labels(choice).values(), key=str) for choice in found.choices] == [[0.0, 1.0], [0.0, 1.0]]


class Weather(Component[Options]):
    """Asks an action for what it says."""

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate("", 0.9, action=ActionCall("weather"))]

    def resume(self, turn: Turn, result: ActionResult) -> Candidate:
        return Candidate(f"It is {result.value}.", 0.9)


@pytest.mark.parametrize(("weather", "right", "count"), [("sunny", 1.0, 2), ("raining", 0.0, 1)])
def test_what_an_action_gives_is_seen_when_the_bot_has_answered(
    tmp_path: Path, weather: str, right: float, count: int
) -> None:
    calls: list[str] = []

    def look(*arguments: object) -> str:
        calls.append(weather)
        return weather

    text = "tests: [{name: a, steps: [{user: weather?, bot: It is sunny.}, {user: and now?, contains: It is}]}]"
    policies = {"weather": Weather(Options(), None), "other": ScriptedPolicy("Who knows.")}  # type: ignore[arg-type]

    found = held(tmp_path, text, policies, actions={"weather": look}, kinds={"weather": "rules"}, answer_at=0.1)

    first = found.choices[0]
    assert labels(first) == {("weather", ""): right, ("other", "Who knows."): 0.0}
    assert len(found.choices) == count
    assert len(calls) == count


def test_after_a_reply_that_nobody_could_have_given_a_test_says_nothing_more(tmp_path: Path) -> None:
    found = held(
        tmp_path,
        "tests: [{name: a, steps: [{user: hello, bot: Goodbye!}, {user: hi, contains: H}, {user: hi, contains: H}]}]",
    )

    assert [labels(choice) for choice in found.choices] == [{("rules", "Hello!"): 0.0}]
    assert "shop.tests.yaml: 2 steps left out that come after a reply that is not as expected." in found.remarks


def test_where_nobody_should_answer_the_test_goes_on_as_if_nobody_had(tmp_path: Path) -> None:
    found = held(tmp_path, "tests: [{name: a, steps: [{user: hello, fallback: true}, {user: hi, contains: Hello}]}]")

    first, second = found.choices
    assert (labels(first), first.nobody) == ({("rules", "Hello!"): 0.0}, Label(1.0, source="test"))
    assert labels(second) == {("rules", "Hello!"): 1.0}


def test_a_test_begins_with_its_slots_its_facts_and_its_language(tmp_path: Path) -> None:
    def greet(turn: Turn) -> str:
        return f"{turn.language} {turn.slots['vip']} {turn.user.facts['name']}"

    begin = "language: zh, slots: {vip: 3}, facts: {name: Ann}"
    text = f"tests: [{{name: 你好, {begin}, steps: [{{user: 你好, bot: zh 3 Ann}}]}}]"

    (choice,) = held(tmp_path, text, {"rules": ScriptedPolicy(greet)}).choices

    assert (choice.turn.language, labels(choice)) == ("zh", {("rules", "zh 3 Ann"): 1.0})


def test_nobody_is_asked_once_a_person_has_taken_over(tmp_path: Path) -> None:
    steps = "{user: a person please, contains: Somebody}, {user: hello, contains: Hello}"

    found = held(tmp_path, f"tests: [{{name: a, steps: [{steps}]}}]")

    assert [choice.turn.text for choice in found.choices] == ["a person please"]


def test_tests_of_the_same_name_in_two_files_do_not_disturb_each_other(tmp_path: Path) -> None:
    text = "tests: [{name: a, steps: [{user: hello, contains: Hello}]}]"
    shop(tmp_path, **{"one/a.tests.yaml": text, "two/a.tests.yaml": text})

    found = gathered(tmp_path, tmp_path / "one" / "a.tests.yaml", tmp_path / "two" / "a.tests.yaml")

    assert [len(choice.turn.conversation.messages) for choice in found.choices] == [1, 1]
    assert len({choice.id for choice in found.choices}) == 2


def test_a_mistake_in_a_test_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'contains'"):
        held(tmp_path, "tests: [{name: a, steps: [{user: hello, contain: Hello}]}]", {"p": ScriptedPolicy("x")})
