"""Regular expressions that people write: which are provably quick, and what becomes of those that are not."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_rules.expression import ALL_TOGETHER, Expression, ExpressionError, Stopwatch
from dialog_rules.expression_shape import shape_of

QUICK = {
    "AF[0-9]{6}": "af",
    r"AF[ -]?[0-9]{6}": "af",
    r"^(hi+|he+y+|hello+|yo)[\s!.,]*$": "",
    r"\baf[ -]?([0-9]{1,5}|[0-9]{7,12})\b": "af",
    "^(human|agent|operator)[!.]*$": "",
    "[A-Za-zÀ-ÖØ-öø-ÿ'-]{2,20}": "",
    "[一-龥]{2,4}": "",
    "退货|退款": "",
    "我要(退货|退款)": "我要",
    r"track\s+(my\s+)?order": "track",
    r"\d+": "",
    "#[0-9]+": "#",
    "x[0-9]+x": "x",
    r"(\d{1,3}[.,]){0,3}\d{1,3}": "",
    r"\d{1,2}[./-]\d{1,2}[./-](19|20)?\d\d": "",
    "(?P<count>[0-9]{1,3}) eggs": " eggs",
    "(?:very )?good": "good",
    r"50\% off": "50% off",
    "[^a]b": "b",
}
NOT_PROVEN = [
    "(a+)+$",
    "(a|aa)+$",
    "(a|a){20}b",
    "(a?){30}a{30}",
    "a+a+b",
    "a*a",
    ".*foo",
    "foo.*bar",
    "[0-9]+x",
    "[0-9]{1,100000}x",
    r"[\w.+-]+@[\w-]+(\.[\w-]+)+",
    r"(a)\1",
    "(?=a)b",
    "(?i)x",
    "(?P<a>x)(?P=a)",
    r"\p{Han}+",
    "[[:alpha:]]+",
    "a++b",
    "i+ı",
    "(" * 30 + "a" + ")" * 30,
]


@pytest.mark.parametrize(("source", "literal"), QUICK.items())
def test_a_plain_expression_is_known_to_be_quick(source: str, literal: str) -> None:
    expression = Expression(source)
    assert expression.quick
    assert expression.literal == literal


@pytest.mark.parametrize("source", NOT_PROVEN)
def test_an_expression_that_may_be_slow_is_not_called_quick(source: str) -> None:
    assert not shape_of(source).quick


@pytest.mark.parametrize("source", [*QUICK, "(a+)+$", "a+a+b", ".*foo", "foo.*bar", "[0-9]+x"])
def test_every_match_contains_the_literal(source: str) -> None:
    literal = shape_of(source).literal

    @settings(max_examples=15, deadline=None)
    @given(st.from_regex(re.compile(source, re.IGNORECASE)))
    def holds(text: str) -> None:
        assert literal in text.casefold()

    holds()


@given(st.text(alphabet=r"ab1 ^$.|?*+()[]{}\d,-:P<n>我", max_size=20))
def test_any_text_is_an_expression_or_a_clear_mistake(source: str) -> None:
    mistake = None
    try:
        Stopwatch(0.05).search(Expression(source), "a1 我 b" * 5)
    except ExpressionError as error:
        mistake = error
    assert mistake is None or (mistake.message and 0 <= (mistake.offset or 0) <= len(source))


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("a(b", 3, "missing )"),
        ("[a", 2, ""),
        ("a**", 2, ""),
        ("a)b", 1, ""),
        ("x{3,1}", 2, "min repeat"),
        (r"\k<x>", 2, "bad escape"),
        ("[z-a]", 4, "bad character range"),
    ],
)
def test_a_broken_expression_says_where(source: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionError, match="is no regular expression") as caught:
        Expression(source)
    assert message in caught.value.message
    assert caught.value.offset == offset


@pytest.mark.parametrize("source", ["", "a*", "(a|)", "^", "x?", r"(?:a*)*"])
def test_an_expression_that_matches_nothing_at_all_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError, match="matches an empty text"):
        Expression(source)


def test_an_expression_that_would_run_forever_is_stopped() -> None:
    expression = Expression("(a|aa)+$")
    stopwatch = Stopwatch(0.01)
    assert stopwatch.search(expression, "a" * 100 + "!") is None
    assert list(stopwatch.stopped) == [expression]


def test_an_expression_that_was_stopped_is_not_tried_again_for_the_same_message() -> None:
    expression = Expression("(a|aa)+$")
    stopwatch = Stopwatch(0.01)
    stopwatch.search(expression, "a" * 100 + "!")
    assert stopwatch.search(expression, "a") is None


def test_many_slow_expressions_share_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Slow:
        def search(self, text: str, start: int, end: int, timeout: float) -> None:
            tried.append(text)
            time.sleep(timeout)
            raise TimeoutError

    expressions = [Expression(f"(a|aa)+{number}$") for number in range(20)]
    for expression in expressions:
        monkeypatch.setattr(expression, "_compiled", Slow())
    stopwatch = Stopwatch(0.001)
    for expression in expressions:
        stopwatch.search(expression, "a")
    assert list(stopwatch.stopped) == expressions
    assert len(tried) <= ALL_TOGETHER + 1


def test_one_that_was_stopped_does_not_keep_another_from_matching() -> None:
    stopwatch = Stopwatch(0.01)
    stopwatch.search(Expression("(a|aa)+$"), "a" * 100 + "!")
    assert stopwatch.search(Expression(".*foo.*bar"), "foo bar") is not None
    assert stopwatch.search(Expression("AF[0-9]{6}"), "AF123456") is not None
