"""Rules and flows that ask what a message means: its intent, what it names, and who spoke last."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dialog_core import BotSaid, Candidate, Evidence
from dialog_core.ranking import TABLES, interpolate
from dialog_core.testing import make_turn
from dialog_core.testing.turns import NOON
from dialog_rules.triggers import score_of

RULES = """
entities: {number: '\\d+'}
rules:
  - {name: complaint, intent: [complain, moan], when: ["I complain ({number})"], unless: [just kidding], say: Sorry!}
  - {name: place, intent: ask_place, entities: [city, day], say: "{{ entities.city }} on {{ entities.day }}."}
  - {name: agreed, when: ["[yes|ok]"], match: whole, last_action: [complaint, faq, opening], say: Fine.}
  - {name: sad, when: ["{number}"], if: "annotations.mood.label == 'bad'", say: "There, there."}
"""


def label(name: str | None, probability: float = 0.9, *more: str) -> dict[str, Any]:
    """Return what an annotator of intents says."""
    ranked = [{"label": one, "probability": probability} for one in (name, *more)]
    return {"label": name, "labels": [*([name] if name else []), *more], "probability": probability, "ranked": ranked}


def found(**values: str) -> list[dict[str, Any]]:
    """Return what an annotator of entities says."""
    return [
        {"entity": name, "value": value, "text": value, "start": 0, "end": len(value)} for name, value in values.items()
    ]


@pytest.fixture
def answers(make_policy: Callable[..., Any]) -> Callable[..., list[Candidate]]:
    policy = make_policy(RULES)

    def ask(text: str, events: Any = (), **annotations: Any) -> list[Candidate]:
        return list(policy.propose(make_turn(text, annotations=annotations, events=events)))

    return ask


Answers = Callable[..., list[Candidate]]


def test_an_intent_is_enough_however_it_is_put(answers: Answers) -> None:
    (candidate,) = answers("this is a scandal", intents=label("complain"))
    assert candidate.text == "Sorry!"
    assert candidate.evidence[0].text == "intent: complain"
    assert answers("this is a scandal") == []
    assert answers("this is a scandal", intents=label("praise")) == []
    assert answers("this is a scandal", intents=label(None)) == []
    assert [one.text for one in answers("I complain")] == ["Sorry!"]


def test_one_of_several_intents_of_a_message_is_enough(answers: Answers) -> None:
    assert answers("no name and a scandal", intents=label("greet", 0.8, "moan"))


def test_an_exception_holds_for_intents_too(answers: Answers) -> None:
    assert answers("this is a scandal, just kidding", intents=label("complain")) == []


@pytest.mark.parametrize("probability", [0.05, 0.3, 0.5, 0.84, 0.9, 0.97])
def test_the_ranker_comes_to_the_probability_of_the_intent(probability: float) -> None:
    assert interpolate(TABLES["rules"], score_of(probability)) == pytest.approx(probability)


def test_the_better_of_pattern_and_intent_counts(answers: Answers) -> None:
    assert answers("I complain", intents=label("complain", 0.4))[0].score == 1.0
    assert answers("oh I complain so much about it all", intents=label("complain", 0.96))[0].score > 0.9


def test_entities_have_to_be_there_all_of_them(answers: Answers) -> None:
    wanted = label("ask_place")
    (candidate,) = answers("Berlin tomorrow?", intents=wanted, entities=found(city="Berlin", day="2030-01-01"))
    assert candidate.text == "Berlin on 2030-01-01."
    assert answers("Berlin?", intents=wanted, entities=found(city="Berlin")) == []
    assert answers("Where?", intents=wanted) == []


@pytest.mark.parametrize(
    ("policy", "metadata", "agreed"),
    [
        ("rules", {"rule": "complaint"}, True),
        ("faq", {}, True),
        ("other", {"id": "opening"}, True),
        ("rules", {"rule": "greet"}, False),
        ("fallback", {}, False),
    ],
)
def test_who_spoke_last_decides(answers: Answers, policy: str, metadata: Mapping[str, Any], agreed: bool) -> None:
    said = BotSaid("Well?", NOON, policy=policy, evidence=(Evidence("x", "y", 1.0, metadata),))
    assert bool(answers("yes", events=[said])) is agreed
    assert answers("yes") == []


def test_conditions_see_any_annotation(answers: Answers) -> None:
    assert answers("4", mood={"label": "bad"})[0].text == "There, there."
    assert answers("4", mood={"label": "good"}) == []
    assert answers("4") == []


RUBBISH: list[Any] = [
    None,
    "complain",
    3,
    [],
    {},
    {"label": "complain"},
    {"label": ["complain"], "labels": "complain", "probability": "high"},
    {"label": "complain", "labels": [None, 3], "probability": float("nan"), "ranked": "no"},
    [{"entity": "city"}],
    [{"entity": 3, "value": None}],
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_annotations_of_another_shape_break_nothing(answers: Answers, rubbish: Any) -> None:
    for candidate in answers("I complain 4 yes", intents=rubbish, entities=rubbish, mood=rubbish):
        assert 0 <= candidate.score <= 1


# --- Flows

FLOWS = """
slots:
  start: {type: entity, from_entity: city, role: from, ask: From where?}
  goal: {type: entity, from_entity: city, role: to, ask: Where to?}
  day: {type: date, ask: When?}
  count: {type: integer, ask: How many?}
flows:
  travel:
    start: {intent: travel, when: ["a ticket"]}
    steps:
      - collect: start
      - collect: goal
      - collect: day
      - collect: count
      - say: "{{ slots.start }} to {{ slots.goal }}, {{ slots.day }}, {{ slots.count }}."
"""


class Annotator:
    """Finds what a test says is there."""

    inline = True

    def __init__(self, findings: Mapping[str, Any]) -> None:
        self.findings = findings

    def annotate(self, turn: Any) -> Any:
        return self.findings.get(turn.text)


def mention(entity: str, value: Any, text: str, role: str = "") -> dict[str, Any]:
    return {"entity": entity, "value": value, "text": text, "start": 0, "end": len(text), "role": role or None}


def test_a_flow_begins_by_intent_and_takes_what_annotators_found(talk: Callable[..., Any]) -> None:
    ask = "I need to get from Berlin to Rome"
    annotators = {
        "intents": Annotator({ask: label("travel", 0.95)}),
        "entities": Annotator(
            {
                ask: [mention("city", "Berlin", "Berlin", "from"), mention("city", "Rome", "Rome", "to")],
                "the week after, a couple": [
                    mention("date", "2030-01-07", "the week after"),
                    mention("number", 2, "a couple"),
                ],
                "I meant a ticket to Milan": [mention("city", "Milan", "Milan", "to")],
            }
        ),
    }
    bot = talk(FLOWS, annotators=annotators)
    assert bot.say(ask) == "When?"
    assert bot.slots == {"start": "Berlin", "goal": "Rome"}
    assert bot.say("the week after, a couple") == "How many?"  # a number is not one for certain where none was asked
    assert bot.say("I meant a ticket to Milan") == "All right: Milan.\n\nHow many?"
    assert bot.say("two") == "Berlin to Milan, 2030-01-07, 2."


def test_an_intent_that_is_not_sure_does_not_interrupt(talk: Callable[..., Any]) -> None:
    flows = FLOWS + "  cancel: {start: {intent: cancel}, steps: [{say: Cancelled.}]}\n"
    findings = {"hm": label("cancel", 0.5), "get rid of it": label("cancel", 0.95)}
    bot = talk(flows, annotators={"intents": Annotator(findings)})
    bot.say("a ticket")
    assert "From where?" in bot.say("hm")
    assert bot.say("get rid of it").startswith("We are in the middle of something: travel.")
    assert bot.say("yes") == "Cancelled."
