"""Payment cards and bank accounts."""

import re

from dialog_guards.recognizers.checks import luhn, mod_97
from dialog_guards.recognizers.rules import Rule, before, digits_of, said_last

# How long an IBAN is (the IBAN registry of SWIFT, release 99).
_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FO GL NL",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU XK",
        "21": "CH HR LI LV",
        "22": "BG BH DE GB GE IE ME RS",
        "23": "AE GI IL IQ OM TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU",
        "31": "MT SC",
        "32": "LC",
    }.items()
    for country in countries.split()
}
_BRANDS = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|(?:2131|1800|35[0-9]{3})[0-9]{11}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{8,15}"
)  # Visa, Mastercard, American Express, Diners, Discover, JCB, Maestro
_UNION_PAY = re.compile(r"62[0-9]{14,17}")
_CARD_WORDS = re.compile(
    r"\b(?:card|visa|mastercard|amex|credit|debit|bank|account)\b|银行|卡号|信用卡|储蓄卡|借记卡|账号|账户|转账|工行|建行|农行|招行|中行",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"\b(?:order|invoice|tracking|parcel|shipment|ticket|imei|serial|isbn|booking|reference)\b|订单|单号|快递|运单|流水|编号|条码",
    re.IGNORECASE,
)


def _said(match: re.Match[str]) -> int:
    return said_last(before(match), _CARD_WORDS, _OTHER_WORDS)


def _credit_card(match: re.Match[str]) -> float:
    digits = digits_of(match[0])
    if not _BRANDS.fullmatch(digits) or _UNION_PAY.fullmatch(digits) or not luhn(digits):
        return 0.0
    said = _said(match)
    return 0.0 if said == 1 else 1.0 if said == 0 or digits != match[0] else 0.85


def _bank_card(match: re.Match[str]) -> float:
    digits = digits_of(match[0])
    said = _said(match)
    if said == 1:
        return 0.0
    if _UNION_PAY.fullmatch(digits) and luhn(digits):
        return 1.0 if said == 0 else 0.85
    return 0.6 if said == 0 and len(digits) >= 16 and not _BRANDS.fullmatch(digits) else 0.0


def _iban(match: re.Match[str]) -> float:
    written = "".join(filter(str.isalnum, match["it"])).upper()
    return 1.0 if len(written) == _LENGTHS.get(written[:2]) and mod_97(written) else 0.0


def _iban_rule(length: int, countries: list[str]) -> Rule:
    pattern = (
        rf"(?<![A-Za-z0-9])(?P<it>(?:{'|'.join(countries)})[0-9]{{2}}(?:[ -]?[A-Z0-9]){{{length - 4}}})(?![A-Za-z0-9])"
    )
    return Rule("iban", re.compile(pattern, re.IGNORECASE), _iban)


_CARD = re.compile(r"(?<![0-9A-Za-z_#+])(?<![0-9][.,/:-])[0-9](?:[ -]?[0-9]){11,18}(?![0-9A-Za-z_])(?![.,:/-][0-9])")

RULES = (
    Rule("credit_card", _CARD, _credit_card),
    Rule("bank_card", _CARD, _bank_card),
    *(
        _iban_rule(length, [country for country, own in _LENGTHS.items() if own == length])
        for length in sorted(set(_LENGTHS.values()))
    ),
)
