import pytest

from dialog_core.testing import make_context
from dialog_ranking_training.gathering.likeness import SAME, Likeness


@pytest.mark.parametrize(
    ("said", "reference", "same"),
    [
        ("From nine to five.", "from NINE, to five!", True),
        ("我们早上九点开门。", "我们早上九点开门", True),
        ("The phone number is 365068.", "The phone number is 365068", True),
        ("The phone number is 365068.", "The phone number is 350420.", False),
        ("Open from 9:00 to 17:00.", "Open from 9 to 17.", False),  # the noughts are words; but see below
        ("It costs 1,000 euros.", "It costs 1,000 euros", True),
        ("It costs ９ euros, all in all.", "It costs 9 euros.", False),
        ("", "something", False),
    ],
)
def test_texts_are_the_same_in_spite_of_their_spelling_but_not_of_their_numbers(
    said: str, reference: str, same: bool
) -> None:
    assert (Likeness(make_context())(said, reference) >= SAME) is same


@pytest.mark.parametrize(
    ("said", "reference", "alike"),
    [
        ("It costs 9 euros, or 7 for members.", "It costs 9 euros.", True),
        ("It costs 9 euros.", "It costs 9 euros, or 7 for members.", False),
        ("Open from 9:00 to 17:00.", "Open from 9 to 17.", True),
        ("It costs 1.000 euros.", "It costs 1000 euros.", True),
        ("It costs ９ euros in all.", "It costs 9 euros.", True),
        ("房间每晚300元。", "每晚300元", True),
        ("房间每晚300元。", "房间每晚280元。", False),
        ("9" * 6000, "9" * 6000, True),
    ],
)
def test_a_reply_in_other_words_has_the_numbers_of_the_reference(said: str, reference: str, alike: bool) -> None:
    assert (Likeness(make_context())(said, reference) > 0.55) is alike
