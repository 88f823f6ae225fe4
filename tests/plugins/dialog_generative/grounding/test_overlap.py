import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.testing import NASTY_TEXTS
from dialog_generative.grounding.overlap import groundedness

RETURNS = "Shoes can be returned within 30 days. Anna Berg in Oslo refunds 49.90 euros. You cannot return opened boxes."
REFUND = "退货须在30天内办理，运费由商家承担。已拆封的商品不能退货。"


@pytest.mark.parametrize(
    ("reply", "at_least", "at_most"),
    [
        ("You can return shoes within 30 days.", 1.0, 1.0),
        ("Returning the shoe? Within 30 days, please.", 1.0, 1.0),  # other forms of the same words
        ("It is the capital of France.", 0.0, 0.0),
        ("Shoes can be returned within 60 days.", 0.3, 0.7),  # a wrong number is most of what is said
        ("Peter Lund refunds 49.90 euros.", 0.4, 0.7),  # a wrong name
        ("Anna Berg refunds 49.9 euros.", 1.0, 1.0),  # another way to write the number
        ("Opened boxes can be returned.", 0.5, 0.5),  # the opposite
        ("Shoes cannot be returned within 30 days.", 0.5, 0.5),
        ("You can't return opened boxes.", 1.0, 1.0),
        ("", 0.0, 0.0),
        ("Yes, of course!", 0.0, 0.0),
    ],
)
def test_what_the_evidence_says_is_grounded(reply: str, at_least: float, at_most: float) -> None:
    assert at_least <= groundedness(reply, [RETURNS]) <= at_most


@pytest.mark.parametrize(
    ("reply", "at_least", "at_most"),
    [
        ("30天内可以退货，运费由商家承担。", 0.75, 1.0),
        ("巴黎是法国的首都。", 0.0, 0.0),
        ("60天内办理退货。", 0.0, 0.6),
        ("已拆封的商品可以退货。", 0.3, 0.6),  # the opposite
        ("已拆封的商品不能退货。", 1.0, 1.0),
    ],
)
def test_what_the_evidence_says_is_grounded_in_chinese_too(reply: str, at_least: float, at_most: float) -> None:
    assert at_least <= groundedness(reply, [REFUND]) <= at_most


def test_the_question_alone_grounds_nothing() -> None:
    assert groundedness("Is the moon made of cheese?", [RETURNS], "Is the moon made of cheese?") == 0.0
    assert groundedness("The moon cheese is old.", [], "Is the moon made of cheese?") == 0.0


def test_words_of_the_question_need_no_evidence() -> None:
    evidence = ["Delivery takes three days."]
    assert (
        groundedness("My parcel from Rome takes three days.", evidence, "How long does my parcel from Rome take?")
        == 1.0
    )
    assert groundedness("My parcel from Rome takes three days.", evidence) < 1.0


def test_several_pieces_of_evidence_ground_a_reply_together() -> None:
    reply = "Delivery takes three days and returns are free."
    assert groundedness(reply, ["Delivery takes three days.", "Returns are free."]) == 1.0
    assert 0.3 < groundedness(reply, ["Returns are free."]) < 0.7


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3), st.text(max_size=30))
def test_it_is_a_share(reply: str, evidence: list[str], question: str) -> None:
    assert 0.0 <= groundedness(reply, evidence, question) <= 1.0


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_are_judged_too(text: str) -> None:
    assert 0.0 <= groundedness(text, [text, RETURNS], text) <= 1.0


@pytest.mark.parametrize("unit", [".", "a.", "...", "a'", "1,", "不", "a-b'", ". "])
def test_no_text_takes_the_square_of_its_length(unit: str) -> None:
    assert 0.0 <= groundedness(unit * 20_000, [unit * 20_000]) <= 1.0
