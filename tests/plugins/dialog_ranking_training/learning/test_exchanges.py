from datetime import timedelta

from dialog_core import HandedBack, HandedOver, HumanSaid, SessionStarted
from dialog_ranking_training.learning.exchanges import Exchange, exchanges_of
from tests.plugins.dialog_ranking_training.learning.happenings import asked, bad, conversation, edit, good, now


def one(*events: object) -> Exchange:
    (exchange,) = exchanges_of([conversation(*events)])  # type: ignore[arg-type]
    return exchange


def corrected(*events: object) -> dict[str, str]:
    found = exchanges_of([conversation(*events)])  # type: ignore[arg-type]
    return {exchange.question: exchange.correction.text for exchange in found if exchange.correction}


def said(text: str) -> HumanSaid:
    return HumanSaid(text, now(), "Ben")


def test_the_fallback_is_no_answer_and_neither_is_a_bad_one() -> None:
    assert one(asked("a?")).unanswered
    assert one(asked("a?", "b", entry="e"), bad()).unanswered
    assert not one(asked("a?", "b", entry="e")).unanswered
    assert not one(asked("a?", "b", entry="e"), bad(), good()).unanswered


def test_an_answer_knows_its_entry_and_a_follow_up_what_was_searched_for() -> None:
    exchange = one(asked("a?", "b", entry="e"))
    assert (exchange.knowledge, exchange.entry, exchange.policy) == ("faq", "e", "faq")


def test_an_edit_outweighs_verdicts_before_and_after_it() -> None:
    exchange = one(asked("a?", "b", entry="e"), bad(), edit("c"), good())

    assert exchange.correction is not None
    assert (exchange.correction.text, exchange.correction.author, exchange.verdict) == ("c", "Ann", "")


def test_an_edit_of_nothing_and_one_of_a_message_that_never_arrived_say_nothing() -> None:
    assert corrected(asked("a?", "b"), edit(" ")) == {}
    assert corrected(asked("a?", "b"), edit("c", "7")) == {}


def test_who_takes_over_answers_the_question_before() -> None:
    assert corrected(asked("a?"), HandedOver(now()), said("First."), said("Second.")) == {"a?": "First.\n\nSecond."}


def test_asking_for_a_person_is_not_the_question() -> None:
    please = asked("a person, please", "Somebody will come.", id="2", policy="rules")

    assert corrected(asked("a?", "wrong", entry="e"), please, HandedOver(now()), said("Right.")) == {"a?": "Right."}
    assert corrected(please, HandedOver(now()), said("Hello?")) == {}


def test_what_a_language_model_said_does_not_show_that_only_a_person_was_asked_for() -> None:
    vague = asked("May I book a room?", "That depends.", policy="llm")
    (found,) = exchanges_of([conversation(vague, HandedOver(now()), said("Write to us."))], models={"llm"})

    assert found.generated
    assert found.correction is not None
    assert (found.question, found.correction.text) == ("May I book a room?", "Write to us.")


def test_each_question_to_a_person_has_its_answer() -> None:
    silent = [asked("b?", id="2")[0]]

    found = corrected(asked("a?"), HandedOver(now()), said("A."), silent, said("B."), HandedBack(now()), said("late"))

    assert found == {"a?": "A.", "b?": "B."}


def test_a_new_session_is_about_something_else() -> None:
    assert corrected(asked("a?"), SessionStarted(now()), HandedOver(now()), said("Right.")) == {}


def test_only_what_has_happened_since_counts() -> None:
    old, judged = conversation(asked("a?")), conversation(asked("b?", "c", entry="e"))
    moment = now()
    judged = judged.append([bad()])
    assert [e.question for e in exchanges_of([old, judged], moment)] == ["b?"]
    assert [e.question for e in exchanges_of([old, judged], moment - timedelta(days=1))] == ["a?", "b?"]
