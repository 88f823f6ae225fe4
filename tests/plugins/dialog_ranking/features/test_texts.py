"""What features see of a text."""

import pytest

from dialog_core.testing import NASTY_TEXTS
from dialog_ranking.features.texts import Text, union
from dialog_ranking.features.texts import look_at as look_at_most


def look_at(text: str) -> Text:
    return look_at_most(text, 1000)


def test_words_meet_other_forms_of_themselves_and_function_words_do_not_count() -> None:
    assert look_at("How long does the SHIPPING take?").terms == {"long", "shippi", "take"}
    assert look_at("deliveries").terms == look_at("delivery").terms
    assert look_at("shipped orders").terms == {"shippe", "order"}
    assert look_at("ship's order").terms == {"ship", "order"}
    assert look_at("sss").terms == {"sss"}


def test_numbers_stay_whole() -> None:
    assert look_at("order 1234567").terms == {"order", "1234567"}
    assert look_at("order 1234568").terms != look_at("order 1234567").terms


def test_function_words_count_where_there_is_nothing_else() -> None:
    assert look_at("who are you").terms == {"who", "are", "you"}
    assert look_at("你").terms == {"你"}


def test_chinese_is_seen_in_characters_and_pairs_of_them() -> None:
    assert look_at("退货吗").terms == {"退", "货", "退货", "货吗"}
    assert look_at("我要退货").terms >= {"退货", "要退"}


def test_mixed_text_is_seen_in_both_ways() -> None:
    seen = look_at("退货 iPhone，请")
    assert seen.terms == {"退", "货", "退货", "iphone"}
    assert seen.east_asian == pytest.approx(3 / 9)


@pytest.mark.parametrize(
    ("text", "share"),
    [("hello", 0.0), ("你好", 1.0), ("こんにちは", 1.0), ("안녕", 1.0), ("привет", 0.0), ("12 !?", None)],
)
def test_what_it_is_written_in_is_told_by_its_letters(text: str, share: float | None) -> None:
    assert look_at(text).east_asian == share


def test_full_width_letters_are_letters() -> None:
    assert look_at("Ｈｅｌｌｏ１２").terms == {"hello1"}
    assert look_at("hello12").terms == {"hello1"}


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_texts_are_texts(text: str) -> None:
    seen = look_at(text)
    assert seen.size == len(seen.terms)
    assert seen.east_asian is None or 0.0 <= seen.east_asian <= 1.0


def test_texts_have_the_terms_of_all_of_them_together() -> None:
    texts = [look_at("return policy"), look_at("退货")]
    assert union(texts) == {"return", "policy", "退", "货", "退货"}
    assert union(texts[:1]) == {"return", "policy"}


@pytest.mark.parametrize("length", [5, 1000, 5000])
def test_what_comes_later_is_not_looked_at(length: int) -> None:
    seen = look_at_most("退货 " + "returns " * length, 10)
    assert seen.cut == "退货 returns"
    assert seen == look_at_most("退货 returns", 10)
