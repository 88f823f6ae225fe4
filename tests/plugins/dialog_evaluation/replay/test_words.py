"""Marking what two texts do not share."""

from hypothesis import given
from hypothesis import strategies as st

from dialog_evaluation.replay.words import LONGEST, compared

WORDS = st.lists(
    st.sampled_from(["open", "at", "nine", "9.30", " ", "\n", "我", "们", "!", "**", "ünïcode", "👍"])
).map("".join)


def marked(pieces: object) -> list[str]:
    assert isinstance(pieces, list)
    return [piece for piece, own in pieces if own]


def test_words_are_marked_and_not_letters() -> None:
    then, now = compared("We open at nine on Mondays.", "We open at ten on Mondays.")
    assert then == [("We open at ", False), ("nine", True), (" on Mondays.", False)]
    assert marked(now) == ["ten"]


def test_numbers_are_words() -> None:
    then, now = compared("It is £9.95 until 14:00.", "It is £8.95 until 15:00.")
    assert (marked(then), marked(now)) == (["9.95", "14:00"], ["8.95", "15:00"])


def test_where_nobody_writes_spaces_characters_are_marked() -> None:
    then, now = compared("我们九点开门。", "我们十点开门。")
    assert (marked(then), marked(now)) == (["九"], ["十"])


def test_texts_that_have_little_in_common_are_left_alone() -> None:
    texts = ("We open at nine.", "Delivery takes three days, Saturdays included.")
    assert compared(*texts) == ([(texts[0], False)], [(texts[1], False)])


def test_so_are_texts_that_would_take_long() -> None:
    long = "word " * LONGEST
    assert compared(long, f"{long}more") == ([(long, False)], [(f"{long}more", False)])


@given(WORDS | st.text(), WORDS | st.text())
def test_whatever_the_texts_their_pieces_make_them_up(one: str, other: str) -> None:
    left, right = compared(one, other)
    assert ("".join(piece for piece, _ in left), "".join(piece for piece, _ in right)) == (one, other)
    if one == other:
        assert not marked([*left, *right])
