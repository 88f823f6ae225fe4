"""What language a message is in."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dialog_core import PluginError
from dialog_core.testing import make_context
from dialog_nlu.language import LanguageAnnotator
from dialog_nlu.language_options import LanguageOptions

SAID = [
    ("en", "where is my order?"),
    ("en", "hello"),
    ("en", "thanks a lot"),
    ("de", "wo ist meine Bestellung?"),
    ("de", "vielen Dank"),
    ("de", "Guten Tag"),
    ("fr", "où est ma commande ?"),
    ("fr", "bonjour"),
    ("es", "¿dónde está mi pedido?"),
    ("es", "quiero cancelar"),
    ("it", "dov'è il mio ordine?"),
    ("pt", "onde está o meu pedido?"),
    ("nl", "waar is mijn bestelling?"),
    ("sv", "var är min beställning?"),
    ("pl", "gdzie jest moje zamówienie?"),
    ("tr", "siparişim nerede?"),
    ("fi", "missä tilaukseni on?"),
    ("vi", "đơn hàng của tôi ở đâu?"),
    ("zh", "我的订单在哪里？"),
    ("zh", "你好"),
    ("zh", "我的 iPhone 坏了"),
    ("ja", "注文はどこですか？"),
    ("ko", "내 주문은 어디에 있나요?"),
    ("ru", "мне нужна помощь"),
    ("ru", "спасибо"),
    ("uk", "дякую"),
    ("bg", "благодаря"),
    ("ar", "أين طلبي؟"),
    ("he", "איפה ההזמנה שלי?"),
    ("el", "πού είναι η παραγγελία μου;"),
    ("th", "สวัสดีครับ"),
    ("hi", "मेरा ऑर्डर कहाँ है?"),
]


def annotator(*languages: str, engine: str = "light", **options: object) -> LanguageAnnotator:
    given_options = LanguageOptions.model_validate({"engine": engine, "languages": languages, **options})
    return LanguageAnnotator(given_options, make_context("language"))


LIGHT, LINGUA = annotator(), annotator("en", "de", "fr", "es", "zh", "ru", engine="lingua")


@pytest.mark.parametrize(("language", "text"), SAID)
def test_the_light_engine_tells_the_language_of_short_messages(language: str, text: str) -> None:
    found = LIGHT.language(text)
    assert found["language"] == language
    assert 0.6 <= found["probability"] <= 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        said
        for said in SAID
        if (said[0] in ("en", "de", "fr", "es", "zh", "ru") and len(said[1]) > 12) or said[0] == "zh"
    ],
)
def test_lingua_tells_it_too(language: str, text: str) -> None:
    assert LINGUA.language(text)["language"] == language


@pytest.mark.parametrize("text", ["", "12345", "AB-1234", "👍", "...", "a@b.com"])
@pytest.mark.parametrize("asked", [LIGHT, LINGUA], ids=["light", "lingua"])
def test_where_nothing_tells_nothing_is_said(asked: LanguageAnnotator, text: str) -> None:
    assert asked.language(text)["language"] is None


@pytest.mark.parametrize("text", ["Berlin", "https://the.example/of/and"])
def test_names_and_addresses_say_nothing_to_the_light_engine(text: str) -> None:
    assert LIGHT.language(text)["language"] is None


def test_what_could_be_two_languages_is_not_told() -> None:
    assert LIGHT.language("hallo")["language"] is None
    assert annotator("de", "en").language("hallo")["language"] == "de"


def test_only_the_languages_named_are_thought_of() -> None:
    assert annotator("en", "zh").language("où est ma commande")["language"] in (None, "en")
    assert annotator("en", "zh-TW").language("我的訂單")["language"] == "zh-TW"


def test_a_word_of_another_language_does_not_change_it() -> None:
    assert annotator("en", "zh").language("请帮我 cancel 这个订单")["language"] == "zh"
    assert annotator("en", "zh").language("I want 面条 please, is that possible")["language"] == "en"


def test_how_sure_it_has_to_be_can_be_told() -> None:
    unsure = LIGHT.language("hvor er min ordre?")
    assert unsure["language"] is None
    assert annotator(sure_from=0.3).language("hvor er min ordre?")["language"] == "da"


def test_a_bot_of_several_languages_looks_for_these() -> None:
    context = make_context("language", language="en", languages=("en", "de"))
    assert LanguageAnnotator(LanguageOptions(), context).language("hallo")["language"] == "de"


def test_what_an_engine_does_not_know_is_refused() -> None:
    with pytest.raises(PluginError, match=r"does not know the language 'tlh'. Set `engine: lingua`"):
        annotator("en", "tlh")
    with pytest.raises(PluginError, match=r"does not know the language 'tlh'. Remove it"):
        annotator("en", "tlh", engine="lingua")
    with pytest.raises(ValidationError, match="at least two languages"):
        annotator("en")


@settings(deadline=None)  # the first message loads what it needs
@given(st.text())
@example("half a pair: \ud83d")
@example("\x00 \u202e שלום \U0010ffff")
def test_no_text_stops_it(text: str) -> None:
    for asked in (LIGHT, LINGUA):
        found = asked.language(text)
        assert 0 <= found["probability"] <= 1
