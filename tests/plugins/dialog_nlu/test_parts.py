"""The parts of a message that may each say something of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_nlu.parts import MOST_PARTS, parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cancel it and give me the money back", ["cancel it", "give me the money back"]),
        ("Hello! Where is my order?", ["Hello", "Where is my order"]),
        ("stop it, then call me", ["stop it", "call me"]),
        ("取消订单，然后退款", ["取消订单", "退款"]),
        ("我要退货并且改地址", ["我要退货", "改地址"]),
        ("it costs 1,000.50 at 12:30", ["it costs 1,000.50 at 12:30"]),
        ("android and andrew", ["android", "andrew"]),
        ("on May 2 and 3, please", ["on May 2 and 3", "please"]),
        ("2, 3, 4", ["2, 3, 4"]),
        ("tea or coffee", ["tea or coffee"]),
        ("再见", ["再见"]),
        ("and", ["and"]),
        ("", [""]),
    ],
)
def test_parts(text: str, found: list[str]) -> None:
    assert parts(text) == found


def test_a_letter_is_one_message() -> None:
    letter = ". ".join(["one more thing"] * (MOST_PARTS + 1))
    assert parts(letter) == [letter]


@given(st.text())
def test_parts_are_in_the_message_in_order(text: str) -> None:
    at = 0
    for part in parts(text):
        at = text.index(part, at) + len(part)
