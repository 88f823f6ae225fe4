"""The entity kind `money`: `$20`, `1,50 €`, `five dollars`, `300块`, `三块五`."""

import re
from collections.abc import Iterator

from dialog_nlu.entity_found import SPACED, Found, Scan
from dialog_nlu.numerals import Numeral

_SIGNS = {
    "us$": "USD",
    "hk$": "HKD",
    "a$": "AUD",
    "c$": "CAD",
    "nt$": "TWD",
    "rmb": "CNY",
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "cny": "CNY",
    "chf": "CHF",
    "jpy": "JPY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "₹": "INR",
    "₩": "KRW",
}
_NAMES = _SIGNS | {
    "dollar": "USD",
    "dollars": "USD",
    "buck": "USD",
    "bucks": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "yuan": "CNY",
    "renminbi": "CNY",
    "yen": "JPY",
    "rupees": "INR",
    "francs": "CHF",
    "won": "KRW",
    "人民币": "CNY",
    "块钱": "CNY",
    "元钱": "CNY",
    "元人民币": "CNY",
    "块": "CNY",
    "塊": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "美元": "USD",
    "美金": "USD",
    "欧元": "EUR",
    "歐元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
    "日圆": "JPY",
    "港币": "HKD",
    "港元": "HKD",
    "台币": "TWD",
    "韩元": "KRW",
}
_CENTS = {"cent": "USD", "cents": "USD", "pence": "GBP", "毛": "CNY", "角": "CNY", "分钱": "CNY"}


def _one_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGN_BEFORE = re.compile(rf"(?<!{SPACED})(?:{_one_of(_SIGNS)}|人民币)\s?$")
_NAME_AFTER = re.compile(rf"\s?(?P<name>{_one_of(_NAMES)})(?:(?<![a-z])|(?!{SPACED}))(?!\s?sterling\S)")
_CENTS_AFTER = re.compile(rf"\s?(?P<name>{_one_of(_CENTS)})(?:(?<![a-z])|(?!{SPACED}))")
_LINK = re.compile(r"\s?(?:and\s|,\s?)?")
_TRIGGER = re.compile(rf"{_one_of(_NAMES | _CENTS)}")
_LONGEST_SIGN = 4


class MoneyFinder:
    """Finds amounts of money; the value is `{"amount": 20, "currency": "EUR"}`.

    Args:
        dollar: Which dollars `$` and `dollars` are.
        yen: Whether `¥` is the Japanese yen and not the Chinese yuan.
    """

    def __init__(self, dollar: str = "USD", yen: bool = False) -> None:
        self._changed = {"USD": dollar}
        self._signs = {**_SIGNS, "¥": "JPY", "￥": "JPY"} if yen else _SIGNS

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the amounts of the message."""
        text = scan.lower
        if not _TRIGGER.search(text):
            return
        for numeral in scan.numerals:
            found = self._amount(scan, text, numeral)
            if found is not None:
                yield found

    def _amount(self, scan: Scan, text: str, numeral: Numeral) -> Found | None:
        start, end, amount = numeral.start, numeral.end, numeral.value
        before = _SIGN_BEFORE.search(text, max(start - _LONGEST_SIGN, 0), start)
        after = _NAME_AFTER.match(text, end)
        cents = _CENTS_AFTER.match(text, end)
        if before:
            start = before.start()
            sign = before[0].strip()
            currency = self._signs.get(sign, "CNY")
            if after and _NAMES[after["name"]] in (currency, "CNY"):
                currency, end = _NAMES[after["name"]] if currency == "CNY" else currency, after.end()
        elif after:
            end = after.end()
            currency = self._signs.get(after["name"], _NAMES[after["name"]])
            amount, end = self._small_change(scan, text, after["name"], amount, end)
        elif cents:
            tenth = cents["name"] in ("毛", "角")
            amount, end, currency = amount / (10 if tenth else 100), cents.end(), _CENTS[cents["name"]]
        else:
            return None
        if currency == "USD" and "us" not in text[start:end] and "美" not in text[start:end]:
            currency = self._changed["USD"]
        amount = round(amount, 6)
        value = int(amount) if amount == int(amount) else amount
        return Found(start, end, {"amount": value, "currency": currency})

    def _small_change(self, scan: Scan, text: str, name: str, amount: float, end: int) -> tuple[float, int]:
        """Add what follows the unit: `三块五`, `3块5毛`, `five dollars and twenty cents`."""
        link = _LINK.match(text, end)
        further = scan.numeral_at.get(link.end() if link else end)
        if further is None or not isinstance(amount, int) or not 0 <= further.value < 100:
            return amount, end
        cents = _CENTS_AFTER.match(text, further.end)
        if cents:
            return amount + further.value / (10 if cents["name"] in ("毛", "角") else 100), cents.end()
        if name in ("块", "塊") and further.start == end and 0 < further.value < 10:
            return amount + further.value / 10, further.end
        return amount, end
