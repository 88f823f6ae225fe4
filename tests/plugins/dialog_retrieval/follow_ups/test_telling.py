import pytest

from dialog_core.testing import NASTY_TEXTS
from dialog_retrieval.follow_ups.options import FollowUpOptions
from dialog_retrieval.follow_ups.telling import Leaning, Telling, content_of


def leaning(text: str, **options: object) -> Leaning:
    return Telling(FollowUpOptions.model_validate(options)).leaning(text)


@pytest.mark.parametrize(
    "text",
    [
        "and how much is it?",
        "What about the X300?",
        "ok thanks, and the colours?",
        "Does it come in red?",
        "can I send them back",
        "那它多少钱？",
        "X300呢？",
        "好的，那颜色呢",
        "这个防水吗？",
    ],
)
def test_words_that_point_back_are_seen(text: str) -> None:
    assert leaning(text) is Leaning.CLEAR


@pytest.mark.parametrize("text", ["price?", "why?", "opening hours", "in red", "多少钱", "怎么退货"])
def test_what_is_short_may_lean_on_what_was_said(text: str) -> None:
    assert leaning(text) is Leaning.SHORT


@pytest.mark.parametrize(
    "text",
    [
        "How long does standard delivery to Germany take?",
        "Is there parking for bicycles near your shop?",
        "Which payment methods do you accept in the shop this week?",
        "其他支付方式可以开发票吗",
        "我想知道普通快递寄到北京要几天时间",
        "",
        "?!",
    ],
)
def test_a_question_of_its_own_is_left_alone(text: str) -> None:
    assert leaning(text) is Leaning.NOT


def test_a_long_message_is_no_follow_up_whatever_its_words() -> None:
    text = "It broke when my dog chewed the cable yesterday evening and nobody repaired the charger afterwards"
    assert leaning(text) is Leaning.NOT
    assert leaning(text, most_words=30) is Leaning.CLEAR


def test_further_words_can_be_added_in_any_language() -> None:
    assert leaning("und wie lange dauert der Versand nach Wien") is not Leaning.CLEAR
    assert leaning("und wie lange dauert der Versand", openers=["und"], most_words=9) is Leaning.CLEAR
    assert leaning("dauert dasselbe nach Wien heute lange", pointers=["dasselbe"]) is Leaning.CLEAR
    assert leaning("咱俩说的东西防水还有颜色", pointers=["咱俩说的"], most_words=9) is Leaning.CLEAR


def test_what_a_text_is_about_is_left_when_its_other_words_are_gone() -> None:
    assert content_of("Could you tell me more about the X200, please?") == ["x200"]
    assert content_of("请问X200的电池能用多久？") == ["x200", "电池", "用"]


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_are_stood(text: str) -> None:
    assert leaning(text) in Leaning
