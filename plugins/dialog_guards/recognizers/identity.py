"""Numbers by which states know people and their cars, and when somebody was born."""

import re

from dialog_guards.recognizers.checks import chinese_id, is_date
from dialog_guards.recognizers.rules import Rule, after, before, said_directly

_SSN_WORDS = re.compile(r"\bssn\b|social security|\btax(?:payer)? id", re.IGNORECASE)
_ORDER_WORDS = re.compile(r"\b(?:order|tracking|invoice|part|serial|ref(?:erence)?|model)\b", re.IGNORECASE)
_NINO_WORDS = re.compile(r"national insurance|\bnino?\b|\bni (?:number|no)", re.IGNORECASE)
_NINO_FORBIDDEN = frozenset("BG GB KN NK NT TN ZZ".split())
_ID_WORDS = re.compile(r"身份证|证件|身份號|身分證|\bid\b|identity", re.IGNORECASE)
_PASSPORT_WORDS = re.compile(r"passport|护照|護照", re.IGNORECASE)
_PLATE_WORDS = re.compile(
    r"\bplates?\b|registration|\breg\b|\blicen[cs]e\b|\bcar\b|\bvehicle\b|\bvan\b|车牌", re.IGNORECASE
)
_BIRTH_WORDS = re.compile(
    r"\b(?:born|birth|birthday|birthdate|dob|d\.o\.b\.?|bday)\b|生日|出生|生于|生辰", re.IGNORECASE
)
_BIRTH_AFTER = re.compile(r"\s?(?:日)?(?:出生|生人|生的|is my (?:birthday|date of birth))")
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_START = r"(?<![0-9A-Za-z_])(?<![0-9][.,/:-])"
_END = r"(?![0-9A-Za-z_])(?![,/:-][0-9])"


def _ssn(match: re.Match[str]) -> float:
    if said_directly(match, _SSN_WORDS):
        return 0.95
    return 0.8 if match[0].count("-") == 2 and not _ORDER_WORDS.search(before(match)) else 0.0


def _nino(match: re.Match[str]) -> float:
    if said_directly(match, _NINO_WORDS):
        return 0.95
    grouped = match[0].count(" ") >= 3 and match[0].isupper()
    return 0.8 if grouped and match["prefix"] not in _NINO_FORBIDDEN else 0.0


def _id_card(match: re.Match[str]) -> float:
    score = chinese_id(match[0])
    if score == 1.0:
        return score
    return 0.7 if score and said_directly(match, _ID_WORDS) else 0.0


class _Said:
    """How sure it is of what only the words before it tell."""

    def __init__(self, words: re.Pattern[str], score: float) -> None:
        self._words = words
        self._score = score

    def __call__(self, match: re.Match[str]) -> float:
        """Return the score of a match."""
        return self._score if said_directly(match, self._words) else 0.0


def _chinese_plate(match: re.Match[str]) -> float:
    return 0.9 if any(map(str.isdigit, match[0])) else 0.0


def _plate(match: re.Match[str]) -> float:
    mixed = any(map(str.isdigit, match[0])) and any(map(str.isalpha, match[0]))
    return 0.7 if mixed and said_directly(match, _PLATE_WORDS) else 0.0


def _birth(match: re.Match[str]) -> float:
    return 0.9 if said_directly(match, _BIRTH_WORDS, 30) or _BIRTH_AFTER.match(after(match, 24)) else 0.0


def _eight_digits(match: re.Match[str]) -> float:
    written = match[0]
    return _birth(match) if is_date(written[:4], written[4:6], written[6:]) else 0.0


RULES = (
    Rule(
        "us_ssn",
        re.compile(rf"{_START}(?!000|666|9)[0-9]{{3}}(?P<by>[- ]?)(?!00)[0-9]{{2}}(?P=by)(?!0000)[0-9]{{4}}{_END}"),
        _ssn,
    ),
    Rule(
        "uk_nino",
        re.compile(
            rf"{_START}(?P<prefix>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])(?: ?[0-9]{{2}}){{3}} ?[A-DFMPT]{_END}", re.I
        ),
        _nino,
    ),
    Rule("id_card", re.compile(rf"{_START}[1-8][0-9]{{16}}[0-9Xx]{_END}"), _id_card),
    Rule("id_card", re.compile(rf"{_START}[1-8][0-9]{{14}}{_END}"), _id_card),
    Rule(
        "passport",
        re.compile(rf"{_START}(?=[A-Za-z]{{0,2}}[0-9]{{6}})[A-Za-z]{{0,2}}[0-9]{{6,9}}{_END}"),
        _Said(_PASSPORT_WORDS, 0.8),
    ),
    Rule(  # 粤B·12345, 京AD12345 (electric)
        "licence_plate",
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][·•\s-]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
        ),
        _chinese_plate,
    ),
    Rule("licence_plate", re.compile(rf"{_START}[A-Z]{{2}}[0-9]{{2}} ?[A-Z]{{3}}{_END}"), _plate),  # British
    Rule(
        "licence_plate", re.compile(rf"{_START}(?:[0-9][A-Z]{{3}}[0-9]{{3}}|[A-Z]{{3}}[- ]?[0-9]{{3,4}}){_END}"), _plate
    ),
    Rule(  # 1990-05-03, 03/05/1990, 3.5.1990
        "date_of_birth",
        re.compile(
            rf"{_START}(?:[12][0-9]{{3}}([./-])[0-9]{{1,2}}\1[0-9]{{1,2}}|[0-9]{{1,2}}([./-])[0-9]{{1,2}}\2(?:[12][0-9]{{3}}|[0-9]{{2}})){_END}"
        ),
        _birth,
    ),
    Rule(  # 1990年5月3日
        "date_of_birth",
        re.compile(r"(?<![0-9])(?:[12][0-9]{3}|[0-9]{2})\s?年\s?[0-9]{1,2}\s?月(?:\s?[0-9]{1,2}\s?[日号])?"),
        _birth,
    ),
    Rule(  # May 3, 1990; 3rd of May 1990
        "date_of_birth",
        re.compile(
            rf"{_START}(?:(?:{_MONTHS})\.?\s[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s[12][0-9]{{3}}"
            rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s(?:{_MONTHS})\.?,?\s[12][0-9]{{3}}){_END}",
            re.IGNORECASE,
        ),
        _birth,
    ),
    Rule("date_of_birth", re.compile(rf"{_START}(?:19|20)[0-9]{{6}}{_END}"), _eight_digits),  # 19900503
)
