"""What a cross-encoder is given to read: the last messages, the newest last, and what a candidate says or does."""

from dialog_core import ActionCall, BotSaid, Candidate, HumanSaid, Message, UserSaid
from dialog_core.testing import make_turn
from dialog_core.testing.turns import NOON
from dialog_ranking.choices.choice import HISTORY, TEXT
from dialog_ranking.choices.recording import brief_candidate, brief_turn
from dialog_ranking.cross_encoder.reading import context_of, reply_of

SAID = (
    UserSaid(Message("I want to fly", client_id="m1", at=NOON)),
    BotSaid("Where\nto?", NOON),
    UserSaid(Message("Boston", client_id="m2", at=NOON)),
    HumanSaid("Which day?", NOON),
)


def test_the_message_comes_last_and_has_no_name_before_it() -> None:
    turn = make_turn("on Monday", events=SAID)
    assert context_of(turn, 3) == "user: Boston\nbot: Which day?\non Monday"
    assert context_of(turn, 4).startswith("bot: Where to?\nuser: Boston")
    assert context_of(turn, 1) == "on Monday"
    assert context_of(make_turn("hi"), 3) == "hi"


def test_a_candidate_that_says_nothing_is_known_by_what_it_would_do() -> None:
    assert reply_of(Candidate("", 1.0, action=ActionCall("order_status"))) == "order status"
    assert reply_of(Candidate("Wait.", 1.0, action=ActionCall("order_status"))) == "Wait."
    assert reply_of(Candidate("", 1.0)) == ""


def test_what_a_choice_keeps_is_enough_to_read_just_the_same() -> None:
    long = BotSaid("word " * TEXT, NOON)
    turn = make_turn("and then?", events=[*SAID * 3, long])
    assert context_of(brief_turn(turn), HISTORY + 1) == context_of(turn, HISTORY + 1)
    candidate = Candidate("word " * TEXT, 0.5)
    assert reply_of(brief_candidate(candidate)) == reply_of(candidate)


def test_halves_of_characters_are_no_trouble() -> None:
    turn = make_turn("\ud800 hi", events=[BotSaid("\udfff", NOON)])
    assert context_of(turn, 2).encode().decode() == "bot: ?\n? hi"
    assert reply_of(Candidate("\ud800", 1.0)) == "?"
