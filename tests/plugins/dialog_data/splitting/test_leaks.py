"""What is learnt from and measured on, found."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import AUGMENTED, Dialogue, DialogueTurn, LabelledText
from dialog_data.splitting.leaks import find_leaks


def text(words: str, label: str = "any") -> LabelledText:
    return LabelledText(words, label)


TRAIN = [text("where is my parcel now"), text("I want to cancel my order"), text("我想取消昨天下的订单")]


def test_word_for_word_is_found_whatever_the_capitals_and_blanks() -> None:
    leaks = find_leaks([("test", text("Where is  my parcel NOW"))], TRAIN)
    assert leaks.leaked == {0}
    assert leaks.exact == 1
    assert leaks.worst[0].similarity == 1.0
    assert not leaks.none


def test_almost_the_same_is_found_in_both_languages_and_what_differs_is_not() -> None:
    measured = [
        ("test", text("where is my parcel right now")),
        ("test", text("我想取消昨天下的订单吧")),
        ("test", text("what does the parcel cost")),
    ]
    leaks = find_leaks(measured, TRAIN)
    assert leaks.leaked == {0, 1}
    assert leaks.exact == 0
    assert leaks.measured == 3
    assert leaks.learnt == 3
    assert find_leaks(measured, TRAIN, threshold=0.95).none


def test_dialogues_are_compared_as_a_whole() -> None:
    def talk(id: str, *said: str) -> Dialogue:
        turns = (DialogueTurn("bot" if place % 2 else "user", words) for place, words in enumerate(said))
        return Dialogue(id, tuple(turns))

    learnt = [talk("1", "hello", "hi there", "what do you cost", "nothing at all"), talk("2", "thanks", "welcome")]
    again = talk("7", "hello", "hi there", "what do you cost", "nothing at all really")
    assert find_leaks([("test", again)], learnt).worst[0].learnt == learnt[0]
    assert find_leaks([("test", talk("8", "hello", "what is it", "a parcel"))], learnt).none


def test_what_stands_in_validation_and_in_the_test_leaks_from_validation() -> None:
    both = text("may I pay in instalments")
    leaks = find_leaks([("test", both), ("validation", both), ("validation", text("something else"))], TRAIN)
    assert leaks.leaked == {1}


def test_made_up_items_are_not_to_be_measured_on() -> None:
    made = replace(text("a text nobody said"), metadata={AUGMENTED: {"by": "typos", "of": "a text"}})
    leaks = find_leaks([("test", made)], TRAIN)
    assert leaks.made_up == 1
    assert not leaks.none


def test_texts_without_a_word_are_alike_to_nothing() -> None:
    assert find_leaks([("test", text("?!"))], [text("!!")]).none


@given(st.lists(st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1), min_size=1, max_size=20))
def test_whatever_is_in_both_is_found(said: list[str]) -> None:
    items = [text(words) for words in said]
    leaks = find_leaks([("test", item) for item in items], items)
    assert leaks.leaked == {number for number, words in enumerate(said) if words.strip()}
