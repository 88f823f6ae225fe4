"""What a message means in a test, and what the bot makes of it."""

import pytest

from dialog_core import JsonValue
from dialog_rasa.dialogue.values import ANY, Dialogue, EntityGiven, Place, Slot, SlotMapping, SlotsStep, UserStep
from dialog_rasa.suites.comparing import message_checks, slot_checks
from dialog_rasa.tracker.state import Heard, HeardEntity

DIALOGUE = Dialogue(entities=("city", "number"), synonyms={"nyc": "New York"})


def checked(step: UserStep, heard: Heard) -> list[tuple[str, str, str, bool]]:
    checks = message_checks(step, heard, DIALOGUE)
    return [(check.what, check.expected, check.got, check.passed) for check in checks]


def said(*entities: EntityGiven, intent: str = "inform") -> UserStep:
    return UserStep(intent, "some words", entities, Place(None, 3))


def heard(*entities: HeardEntity, intent: str = "inform", retrieval: str = "") -> Heard:
    return Heard("some words", intent, retrieval, 0.8, entities)


def test_an_intent_is_told_with_the_words_and_how_sure_it_was() -> None:
    (check,) = message_checks(said(), heard(intent="greet"), DIALOGUE)
    assert (check.what, check.line, check.expected, check.got, check.passed) == ("intent", 3, "inform", "greet", False)
    assert check.why == "'some words', 0.80 sure"
    (check,) = message_checks(said(), heard(intent=""), DIALOGUE)
    assert check.got == "none"
    (check,) = message_checks(said(), heard(intent="nlu_fallback"), DIALOGUE)
    assert (check.got, check.why) == ("nlu_fallback", "'some words', no intent is believed")


@pytest.mark.parametrize(
    ("wanted", "passed"), [("faq", True), ("faq/hours", True), ("faq/prices", False), ("hours", False)]
)
def test_a_retrieval_intent_may_be_named_whole_or_by_its_first_part(wanted: str, passed: bool) -> None:
    ((_, _, got, is_same),) = checked(said(intent=wanted), heard(intent="faq", retrieval="faq/hours"))
    assert is_same is passed
    assert got == ("faq/hours" if "/" in wanted else "faq")


@pytest.mark.parametrize(
    ("given", "found", "passed"),
    [
        (EntityGiven("city", "Rome"), HeardEntity("city", "rome"), True),
        (EntityGiven("city", "Rome"), HeardEntity("city", "Oslo"), False),
        (EntityGiven("city", "NYC"), HeardEntity("city", "New York"), True),
        (EntityGiven("city", ANY), HeardEntity("city", "Oslo"), True),
        (EntityGiven("city", "Rome", role="from"), HeardEntity("city", "Rome", role="from"), True),
        (EntityGiven("city", "Rome", role="from"), HeardEntity("city", "Rome", role="to"), False),
        (EntityGiven("city", "Rome", role="from"), HeardEntity("city", "Rome"), False),
        (EntityGiven("city", "Rome", group="1"), HeardEntity("city", "Rome", role="1"), True),
        (EntityGiven("number", "four"), HeardEntity("number", 4), True),
    ],
)
def test_entities_are_the_same_if_they_mean_the_same(given: EntityGiven, found: HeardEntity, passed: bool) -> None:
    assert [one[-1] for one in checked(said(given), heard(found))[1:]] == [passed]


def test_what_is_missed_and_what_is_too_much_is_told() -> None:
    rome, oslo = EntityGiven("city", "Rome"), EntityGiven("city", "Oslo")
    four = HeardEntity("number", 4)
    assert checked(said(rome), heard())[1:] == [("entities", "city=Rome", "none", False)]
    assert checked(said(), heard(four))[1:] == [("entities", "none", "number=4", False)]
    assert checked(said(rome, oslo), heard(HeardEntity("city", "Bonn"), four, HeardEntity("city", "oslo")))[1:] == [
        ("entities", "city=Oslo", "city=oslo", True),
        ("entities", "city=Rome", "city=Bonn", False),
        ("entities", "none", "number=4", False),
    ]


def test_entities_the_bot_does_not_know_and_words_alone_are_not_compared() -> None:
    assert checked(said(), heard(HeardEntity("mood", "good")))[1:] == []
    assert checked(UserStep("", "sushi"), heard()) == []


def slot(name: str, kind: str) -> Slot:
    return Slot(name, "text", mappings=(SlotMapping(kind, entity="city"),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "got", "passed"),
    [
        ("Rome", "rome", True),
        ("Rome", None, False),
        (None, None, True),
        (None, "Rome", False),
        (ANY, "Rome", True),
        (ANY, None, False),
        (4, "4", True),
        (["Rome"], ["Rome"], True),
        (True, False, False),
    ],
)
def test_slots_that_messages_fill_are_compared(wanted: JsonValue, got: JsonValue, passed: bool) -> None:
    dialogue = Dialogue(slots={"city": slot("city", "from_entity"), "done": slot("done", "custom")})
    step = SlotsStep((("city", wanted), ("done", True), ("other", 1)), Place(None, 5))
    (check,) = slot_checks(step, {"city": got}, dialogue)
    assert (check.line, check.passed) == (5, passed)
