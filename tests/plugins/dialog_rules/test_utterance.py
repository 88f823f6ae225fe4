import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.testing import NASTY_TEXTS
from dialog_rules.utterance import LONGEST_MESSAGE, Utterance


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Where is my order?", ["where", "is", "my", "order"]),
        ("  Hello,   WORLD!!  ", ["hello", "world"]),
        ("I don’t know", ["i", "don't", "know"]),
        ("don´t don`t", ["don't", "don", "t"]),
        ("AF-123 by e‑mail", ["af-123", "by", "e-mail"]),
        ("write to Ann.B+shop@ex-ample.co.uk.", ["write", "to", "ann.b+shop@ex-ample.co.uk"]),
        ("at 12:30, on 3/4/2026, for 3.14 or 1,000", ["at", "12:30", "on", "3/4/2026", "for", "3.14", "or", "1,000"]),
        ("thanks.bye", ["thanks", "bye"]),
        ("my_file _hello_", ["my_file", "hello"]),
        ("订单ＡＦ１２３４５６的状态？", ["订", "单", "af123456", "的", "状", "态"]),
        ("iPhone手机ok", ["iphone", "手", "机", "ok"]),
        ("ラーメンください", list("ラーメンください")),
        ("École e\u0301cole Straße STRASSE", ["école", "école", "strasse", "strasse"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("مرحبا كيف الحال", ["مرحبا", "كيف", "الحال"]),
        ("hel\u200blo w\u00adorld", ["hello", "world"]),
        ("a\x00b", ["a", "b"]),
        ("hello 👍", ["hello"]),
        ("👍👍🏽", ["👍"]),
        ("???", ["?"]),
        ("", []),
        (" \u3000 ", []),
        ("\u0301", ["\u0301"]),
    ],
)
def test_a_text_is_cut_into_tokens(text: str, tokens: list[str]) -> None:
    assert Utterance(text).tokens == tokens


def test_every_token_knows_how_it_was_written() -> None:
    utterance = Utterance("  Große…ＡＦ１２ e\u0301t ﬁx\u00aded")
    assert utterance.tokens == ["grosse", "af12", "ét", "fixed"]
    assert [utterance.text[start:end] for start, end in utterance.places] == ["Große", "AF12", "e\u0301t", "ﬁx\u00aded"]


@given(st.text(alphabet=st.characters(codec=None)) | st.text(alphabet="ßİıﬁ½…e\u0301\u200b 👍🏽我ａ.-'@_1"))
def test_tokens_and_their_places_belong_together_whatever_the_text(text: str) -> None:
    utterance = Utterance(text)
    assert len(utterance.tokens) == len(utterance.spans) == len(utterance.places)
    assert all(0 <= start <= end <= len(utterance.text) for start, end in utterance.places)
    assert all(one[1] <= other[0] for one, other in zip(utterance.spans, utterance.spans[1:], strict=False))


@given(st.text(alphabet="aZßİı我é’- .,👍"))
def test_case_does_not_matter(text: str) -> None:
    assert Utterance(text.lower()).tokens == Utterance(text).tokens or "İ" in text  # its lower case is two letters


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_no_text_is_looked_at_further_than_rules_look(text: str) -> None:
    utterance = Utterance(text)
    assert len(utterance.text) <= LONGEST_MESSAGE
    assert utterance.cut == (len(text) > LONGEST_MESSAGE)


def test_a_lone_surrogate_is_no_word() -> None:
    assert Utterance("\ud800 hi").tokens == ["hi"]


def test_text_that_grows_when_folded_is_cut_as_well() -> None:
    utterance = Utterance("ﷺ" * LONGEST_MESSAGE)
    assert utterance.cut
    assert len(utterance.folded) < 3 * LONGEST_MESSAGE
