import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.testing.nasty_texts import NASTY_TEXTS
from dialog_ranking_training.learning.masking import MOST_LETTERS, Masker

MASKER = Masker(
    "[number]", "[e-mail]", ["Call 01632 960 142 or write to care@example.com. Order AF204817 for example."]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I am jo.smith+x@home.co.uk, hi", "I am [e-mail], hi"),
        ("call me: +44 (0)20 7946-0018!", "call me: [number]!"),
        ("order AF993311 and #12345", "order [number] and #[number]"),
        ("my card 4111 1111 1111 1111", "my card [number]"),
        ("DE89 3704 0044 0532 0130 00", "[number]"),
        ("born 24/12/1980", "born [number]"),
        ("我的手机是13812345678，订单号是２０２６１１", "我的手机是[number]，订单号是[number]"),
        ("in 2026, at 9.30-18.00, for £1,250.50 or 1.250,50", "in 2026, at 9.30-18.00, for £1,250.50 or 1.250,50"),
        ("after 40 days, 300 g, 8:00-20:00, E27", "after 40 days, 300 g, 8:00-20:00, E27"),
        ("call 01632 960142, or CARE@example.com", "call 01632 960142, or CARE@example.com"),
        ("my order is AF204817", "my order is AF204817"),
    ],
)
def test_personal_data_is_taken_out_and_nothing_else(text: str, masked: str) -> None:
    assert MASKER.masked(text) == masked


def test_a_question_is_one_line_that_cannot_steer_a_terminal() -> None:
    shown = MASKER.question("\x1b[31mred\x1b[0m \u202egnp\n\n\ud800 x\x07")

    assert shown == "red gnp \N{REPLACEMENT CHARACTER} x"
    assert len(MASKER.question("word " * 5000)) <= MOST_LETTERS


def test_an_answer_keeps_its_lines() -> None:
    assert MASKER.answer("a  \r\n\r\n- b\x1b[0m\n") == "a\n\n- b"


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_nasty_texts_end_up_harmless(text: str) -> None:
    for shown in (MASKER.question(text), MASKER.answer(text)):
        assert "\x1b" not in shown
        shown.encode()


@given(st.text(st.sampled_from("0123456789 ()/-+@abAF#"), max_size=300))
def test_no_long_run_of_digits_remains(text: str) -> None:
    assert not re.search(r"\d{5,}", Masker("[number]", "[e-mail]").masked(text))
