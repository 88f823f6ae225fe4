"""Telephone numbers: international ones, and as people write them at home."""

import re

from dialog_guards.recognizers.rules import Rule, after, around, before, digits_of, said_first, said_last

FEWEST_DIGITS, MOST_DIGITS = 8, 15  # ITU-T E.164: at most fifteen

_PHONE_WORDS = re.compile(
    r"\bmy (?:(?:new|old|other|work|home|own) )?(?:number|no\.?|#)|"
    r"\b(?:phone|telephone|tel|mobile|cell|cellphone|call(?:ed|ing|back)?|text(?:ed|ing)?|sms|contact|reach|whatsapp|fax|"
    r"landline|ring|dial|handy|signal|telegram|viber|line)\b|电话|手机|联系|拨打|致电|(?:我的?|这个|该)号码|打给|座机|来电|传真|微信|短信|呼叫",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"\b(?:order|invoice|tracking|track|parcel|package|shipment|ticket|reference|ref|booking|confirmation|case|account|"
    r"acct|serial|model|sku|isbn|part|item|product|policy|claim|po|receipt|transaction|version|imei|price|cost|total|"
    r"amount|paid|pay|balance|barcode|id|code|ssn|passport|member(?:ship)?|card)\b"
    r"|订单|单号|编号|流水|快递|运单|票号|卡号|账号|工号|学号|验证码|金额|价格|尾号|条码|货号|型号|案号|序列|会员|合同|发票|身份证|护照|保单|积分",
    re.IGNORECASE,
)
_PRICE_BEFORE = re.compile(r"[$€£¥￥#№]\s?$|(?:USD|EUR|GBP|RMB|CNY|No\.|nr\.)\s?$", re.IGNORECASE)
_PRICE_AFTER = re.compile(
    r"\s?(?:[$€£¥￥%]|USD|EUR|GBP|RMB|dollars?|euros?|pounds?|元|块|万|亿|件|个|人)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[!?。！？；;\n]|\.\s")
_DATE = re.compile(r"\d{4}[ ./-]\d{1,2}[ ./-]\d{1,2}|\d{1,2}[ ./-]\d{1,2}[ ./-]\d{4}")

_GAP = "[ ().\\-/]{0,3}"
_START = r"(?<![0-9A-Za-z_+#])(?<![0-9][.,/:])(?<![0-9A-Za-z]-)"
_END = r"(?![0-9A-Za-z_])(?![.,:/-][0-9])"
_EXTENSION = r"(?:\s?(?:x|ext\.?|extension|转|分机)\s?[0-9]{1,6})?"


def _is_other(match: re.Match[str]) -> bool:
    """Whether it is a price or a count."""
    written = match["it"] if "it" in match.re.groupindex else match[0]
    words = before(match)
    return bool(_PRICE_BEFORE.search(words) or _PRICE_AFTER.match(after(match)) or _DATE.fullmatch(written))


def _said(match: re.Match[str]) -> int:
    """Return 0 where words around it say that it is a phone number, 1: something else, -1: nothing.

    Those before it in its sentence come first, then those behind it, then those of the sentence before.
    """
    said = said_last(before(match), _PHONE_WORDS, _OTHER_WORDS)
    if said >= 0:
        return said
    earlier, later = around(match)
    said = said_first(_SENTENCE.split(later, maxsplit=1)[0], _PHONE_WORDS, _OTHER_WORDS)
    return said if said >= 0 else said_last(earlier, _PHONE_WORDS, _OTHER_WORDS)


class _Sure:
    """How sure a way of writing is: where words say it is a phone number, and where they say nothing."""

    def __init__(self, score: float, alone: float | None = None) -> None:
        self._score = score
        self._alone = score if alone is None else alone

    def __call__(self, match: re.Match[str]) -> float:
        """Return the score of a match."""
        if _is_other(match):
            return 0.0
        # What is written as nothing else is, only the words right before it can say otherwise.
        plain = self._alone == self._score
        said = said_last(before(match), _PHONE_WORDS, _OTHER_WORDS) if plain else _said(match)
        return 0.0 if said == 1 else self._score if said == 0 else self._alone


def _called(match: re.Match[str]) -> float:
    """Return how sure it is of a number in any grouping that is called a phone number."""
    return _Sure(0.6, 0.0)(match) if FEWEST_DIGITS - 1 <= len(digits_of(match[0])) <= MOST_DIGITS else 0.0


def _national(match: re.Match[str]) -> float:
    """Return how sure it is of digits that begin with 0: ten or eleven of them are hardly ever anything else."""
    return _Sure(0.65, 0.5 if len(digits_of(match[0])) in (10, 11) else 0.0)(match)


def _international(match: re.Match[str]) -> float:
    digits = digits_of(match[0].split("x")[0].split("转")[0])
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS + 2 or _PRICE_AFTER.match(after(match)):
        return 0.0
    if match[0].startswith("+"):
        return 0.95
    return 0.0 if _said(match) == 1 else 0.8


RULES = (
    Rule(  # 03-5550-3565, 8778.1609: where words say so
        "phone",
        re.compile(rf"{_START}\(?[0-9](?:[ ().-]{{0,3}}[0-9]){{6,14}}{_EXTENSION}{_END}", re.IGNORECASE),
        _called,
    ),
    Rule(  # +44 (0)20 7946 0958, +1-415-555-2671 x12, 0086 138 1234 5678
        "phone",
        re.compile(
            rf"(?<![0-9A-Za-z_+])(?:\+\s?|00(?=[1-9]))[1-9](?:{_GAP}[0-9]){{6,15}}{_EXTENSION}(?![0-9A-Za-z_])",
            re.IGNORECASE,
        ),
        _international,
        "+0",
    ),
    Rule(  # (415) 555-2671, 415-555-2671 ext. 3, 1-800-555-0199
        "phone",
        re.compile(
            rf"{_START}(?:1[ .-])?(?:\([2-9][0-9]{{2}}\)[ .-]?|[2-9][0-9]{{2}}[ .-])[2-9][0-9]{{2}}[ .-][0-9]{{4}}"
            rf"{_EXTENSION}{_END}",
            re.IGNORECASE,
        ),
        _Sure(0.85),
    ),
    Rule(  # 4155552671: where nothing says that it is something else
        "phone",
        re.compile(rf"{_START}1?[2-9][0-9]{{2}}[2-9][0-9]{{6}}{_EXTENSION}{_END}", re.IGNORECASE),
        _Sure(0.7, 0.5),
    ),
    Rule(  # 555-0134: only where words say so
        "phone",
        re.compile(rf"{_START}[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_EXTENSION}{_END}", re.IGNORECASE),
        _Sure(0.6, 0.0),
    ),
    Rule(  # 020 7946 0958, (0117) 496 0123, 07700 900123, 01632 960 983
        "phone",
        re.compile(
            rf"{_START}(?:\(0[1-9][0-9]{{1,4}}\)[ -]?|0[1-9][0-9]{{1,4}}[ -])"
            rf"(?:[0-9]{{3,4}}[ -][0-9]{{3,4}}|[0-9]{{5,8}}){_EXTENSION}{_END}",
            re.IGNORECASE,
        ),
        _Sure(0.8),
    ),
    Rule("phone", re.compile(rf"{_START}07[1-9][0-9]{{8}}{_END}"), _Sure(0.75)),  # 07700900123
    Rule("phone", re.compile(rf"{_START}0[1-9](?:[ .-][0-9]{{2}}){{4}}{_END}"), _Sure(0.8)),  # 06 12 34 56 78
    Rule(  # 030/1234567, 01701234567: only where words say so
        "phone", re.compile(rf"{_START}0[1-9][0-9]{{1,4}}[/ -]?[0-9]{{5,9}}{_END}"), _national
    ),
    Rule(  # 13812345678, 138-1234-5678, 86 138 1234 5678
        "phone",
        re.compile(rf"{_START}(?:\(?86\)?[ -]?)?1[3-9][0-9](?:[0-9]{{8}}|[ -][0-9]{{4}}[ -][0-9]{{4}}){_END}"),
        _Sure(0.9),
        "1",
    ),
    Rule(  # 010-62345678, (021)62345678, 0755-86012345 转 801
        "phone",
        re.compile(
            rf"{_START}(?:\(0[1-9][0-9]{{1,2}}\)[ -]?|0[1-9][0-9]{{1,2}}[ -])[2-8][0-9]{{6,7}}"
            rf"(?:-[0-9]{{1,6}}|{_EXTENSION}){_END}",
            re.IGNORECASE,
        ),
        _Sure(0.85),
        "0",
    ),
)
