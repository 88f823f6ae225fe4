import sys
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import PluginError
from dialog_core.testing import make_context
from dialog_retrieval.analysis.auto import AutoAnalyzer
from dialog_retrieval.analysis.chinese import ChineseAnalyzer
from dialog_retrieval.analysis.english import EnglishAnalyzer
from dialog_retrieval.analysis.options import AutoAnalyzerOptions, ChineseAnalyzerOptions, EnglishAnalyzerOptions
from dialog_retrieval.analysis.terms import SplittingAnalyzer

ENGLISH = EnglishAnalyzer(EnglishAnalyzerOptions(), make_context())
CHINESE = ChineseAnalyzer(ChineseAnalyzerOptions(), make_context())


def auto(bots_language: str, **options: Any) -> AutoAnalyzer:
    return AutoAnalyzer(AutoAnalyzerOptions(**options), make_context(language=bots_language))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("How do I return the lamps I ordered?", ["return", "lamp", "order"]),
        ("RETURNS, returned & returning", ["return", "return", "return"]),
        ("Ｒｅｔｕｒｎ ﬁle", ["return", "file"]),
        ("it costs 3.50 or 1,000 in 2026", ["cost", "3.50", "1,000", "2026"]),
        ("Anna's shop isn't open, I can't enter", ["anna", "shop", "not", "open", "not", "enter"]),
        ("Anna’s café", ["anna", "café"]),
        ("order AF204817!", ["order", "af204817"]),
        ("can I pay with 支付宝?", ["pay", "支付", "付宝"]),
        ("👍🏽 ✨", []),
        ("", []),
    ],
)
def test_english_is_cut_into_stems(text: str, tokens: Sequence[str]) -> None:
    assert ENGLISH.tokens(text) == tokens


def test_a_question_of_function_words_keeps_them() -> None:
    assert ENGLISH.tokens("Who are you?") == ["who", "are", "you"]
    assert ENGLISH.split("Who are you now?") == (["now"], ["who", "are", "you"])


@pytest.mark.parametrize(
    ("text", "main", "minor"),
    [
        ("怎么退货？", ["退", "货"], ["怎么", "么退", "退货"]),
        ("请问我可以退货吗", ["退", "货"], ["请问", "问我", "我可", "可以", "以退", "退货", "货吗"]),
        ("iPhone 15 保修期", ["iphone", "15", "保", "修", "期"], ["保修", "修期"]),
        ("退", ["退"], ["退"]),
        ("在吗", [], ["在吗"]),
        ("ＡＦ２０４８１７ 到哪了", ["af204817"], ["到哪", "哪了"]),
        ("😀", [], []),
    ],
)
def test_chinese_is_cut_into_characters_and_pairs(text: str, main: Sequence[str], minor: Sequence[str]) -> None:
    assert CHINESE.split(text) == (main, minor)
    assert CHINESE.tokens(text) == [*main, *minor]


def test_chinese_can_be_cut_into_words() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own, on import
        pytest.importorskip("jieba")
        words = ChineseAnalyzer(ChineseAnalyzerOptions(segmenter="jieba"), make_context())
    assert words.tokens("请问 iPhone 怎么退货？") == ["iphone", "退货"]
    assert words.split("怎么退货") == (["退货"], ["怎么"])


def test_without_jieba_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.raises(PluginError, match=r"pip install 'dialog-core\[retrieval\]'"):
        ChineseAnalyzer(ChineseAnalyzerOptions(segmenter="jieba"), make_context())


@pytest.mark.parametrize(
    ("language", "text", "tokens"),
    [
        ("en-GB", "Returns?", ["return"]),
        ("zh-Hans-CN", "退货", ["退", "货", "退货"]),
        ("de", "Wo sind meine Häuser?", ["wo", "sind", "mein", "haus"]),
        ("nb", "husene", ["hus"]),
        ("xx", "Returns, Häuser", ["returns", "häuser"]),
        ("th", "สวัสดี", ["สว", "วั", "ัส", "สด", "ดี"]),
        ("hi", "नमस्ते दुनिया", ["नमस्त", "दुनिय"]),
        ("ja", "返品 できます", ["返品", "でき", "きま", "ます"]),
    ],
)
def test_the_analyzer_follows_the_language(language: str, text: str, tokens: Sequence[str]) -> None:
    assert auto(language).tokens(text) == tokens


def test_the_language_can_be_named() -> None:
    assert auto("zh", language="en").tokens("returns") == ["return"]


@pytest.mark.parametrize("analyzer", [ENGLISH, CHINESE, auto("de"), auto("zh"), auto("xx")])
def test_every_analyzer_tells_main_terms_from_minor_ones(analyzer: object) -> None:
    assert isinstance(analyzer, SplittingAnalyzer)


@given(text=st.text())
def test_any_text_can_be_analyzed_and_case_and_width_do_not_matter(text: str) -> None:
    for analyzer in (ENGLISH, CHINESE):
        terms = analyzer.split(text)
        assert all(term and term == term.casefold() for term in (*terms.main, *terms.minor))
        assert bool(analyzer.tokens(text)) == bool(terms.main or terms.minor)


def test_half_a_character_is_no_word() -> None:
    assert ENGLISH.tokens("\ud83d lamp \x00 \udc00") == ["lamp"]
