"""Amounts of money."""

import pytest

from tests.plugins.dialog_nlu.finding import finder, values


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$20", 20, "USD"),
        ("$20.50", 20.5, "USD"),
        ("20 €", 20, "EUR"),
        ("1,234.50 EUR", 1234.5, "EUR"),
        ("twenty-five dollars", 25, "USD"),
        ("five dollars and twenty cents", 5.2, "USD"),
        ("50 cents", 0.5, "USD"),
        ("£3k", 3000, "GBP"),
        ("ten quid", 10, "GBP"),
        ("300块", 300, "CNY"),
        ("三块五", 3.5, "CNY"),
        ("三块五毛", 3.5, "CNY"),
        ("五毛", 0.5, "CNY"),
        ("两千五百元", 2500, "CNY"),
        ("3万元", 30000, "CNY"),
        ("￥99", 99, "CNY"),
        ("１２３块", 123, "CNY"),
        ("一百美元", 100, "USD"),
        ("人民币500元", 500, "CNY"),
    ],
)
def test_amounts(text: str, amount: float, currency: str) -> None:
    assert values(finder(["money"]), text) == [{"amount": amount, "currency": currency}]


@pytest.mark.parametrize("text", ["20", "dollars", "the poundage of 3 ponds", "元旦"])
def test_what_is_no_amount(text: str) -> None:
    assert values(finder(["money"]), text) == []


def test_the_dollar_and_the_yen_are_those_of_the_bot() -> None:
    assert values(finder(["money"], dollar="CAD"), "$5, US$5") == [
        {"amount": 5, "currency": "CAD"},
        {"amount": 5, "currency": "USD"},
    ]
    assert values(finder(["money"], language="ja", languages=["en"]), "¥500") == [{"amount": 500, "currency": "JPY"}]


def test_commas_are_decimal_where_the_language_has_them_so() -> None:
    german = finder(["money"], language="de", languages=[])
    assert values(german, "1.234,50 €") == [{"amount": 1234.5, "currency": "EUR"}]
