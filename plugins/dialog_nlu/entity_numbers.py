"""The entity kinds `number` and `ordinal`."""

import re
from collections.abc import Iterable, Iterator

from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan
from dialog_nlu.numerals import Numeral

# "the other one", "this one", "one of them", "no one": the word stands for something, it does not count it.
_BEFORE_PRONOUN = re.compile(
    r"\b(?:the|this|that|other|another|which|each|every|any|some|no|next|last|new|old|first|second|third|good|better)\s+$"
)
_AFTER_PRONOUN = re.compile(r"\s+(?:of|is|was|who|that|by)\b")
# A single Chinese numeral counts only before what is counted: 一起, 一下, 统一 and 十分 say nothing about numbers.
_MEASURE = re.compile(
    r"\s?(?:个|個|件|张|張|本|位|次|瓶|杯|盒|台|条|條|只|隻|双|雙|块|塊|元|毛|斤|公斤|千克|克|人|天|年|月|周|号|號|份|间|間|晚|"
    r"分钟|小时|秒|米|公里|吨|套|辆|部|支|枝|棵|头|匹|篇|首|层|楼|岁|倍|袋|箱|碗|名|家|票|桌|打|颗|度|[,，。.!！?？、]|$)"
)
_NOT_BEFORE = re.compile(r"[第一统統唯万同初几十百千每某单]$")


class NumberFinder:
    """Finds numbers, however they are written; the value is a JSON number."""

    def find(self, scan: Scan) -> Iterator[Found]:
        """Return the numbers that count or measure something."""
        text = scan.lower
        for numeral in scan.numerals:
            if (numeral.style == "english" and not _counts(text, numeral)) or (
                numeral.style == "chinese" and not _counts_in_chinese(text, numeral)
            ):
                continue
            yield Found(numeral.start, numeral.end, numeral.value)


def _counts(text: str, numeral: Numeral) -> bool:
    if text[numeral.start : numeral.end] != "one":
        return True
    before = text[max(numeral.start - 12, 0) : numeral.start]
    return not (_BEFORE_PRONOUN.search(before) or _AFTER_PRONOUN.match(text, numeral.end))


def _counts_in_chinese(text: str, numeral: Numeral) -> bool:
    before = text[max(numeral.start - 1, 0) : numeral.start]
    if _NOT_BEFORE.search(before):
        return False
    written = text[numeral.start : numeral.end]
    if written in ("千万", "万一", "万万", "百万", "千百"):  # by all means; in case; absolutely not; countless
        return written == "百万"
    return len(written) > 1 or _MEASURE.match(text, numeral.end) is not None


_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        start=1,
    )
} | {"thirtieth": 30, "last": -1}
_TENS = {"twenty": 20, "thirty": 30}
_ENGLISH = re.compile(
    rf"{EDGE}(?:(?P<digits>[0-9]{{1,6}})(?:st|nd|rd|th)|(?:(?P<tens>twenty|thirty)[\s-])?(?P<word>{'|'.join(_ORDINALS)}))(?!{SPACED})"
)
_CHINESE = re.compile(
    "(?:第(?P<number>[0-9]{1,6}|[零〇一二三四五六七八九十百千万]{1,10})|(?P<last>最后(?=一)|倒数第一))"
    "(?:一?[个個件条條位次种種项項款本张張家])?"
)
# "at first", "first of all", "last week", "a second": an adverb, a time, a stretch of time.
_NO_ORDINAL_BEFORE = re.compile(r"\b(?:at|a|one|per|each|every|split|[0-9]+)\s*$")
_NO_ORDINAL_AFTER = re.compile(
    r"\s+(?:of\s+all|name|aid|night|time|week|month|year|mon|tues|wednes|thurs|fri|satur|sun)|\s*ly\b"
)


class OrdinalFinder:
    """Finds positions in a row: the value is a whole number, -1 for the last."""

    def find(self, scan: Scan) -> Iterable[Found]:
        """Return the ordinals of the message."""
        if "en" in scan.languages:
            yield from self._english(scan.lower)
        if "zh" in scan.languages and scan.has_han:
            yield from self._chinese(scan.text)

    def _english(self, text: str) -> Iterator[Found]:
        for match in _ENGLISH.finditer(text):
            if match["digits"]:
                yield Found(match.start(), match.end(), int(match["digits"]))
                continue
            if match["word"] in ("first", "second", "last") and (
                _NO_ORDINAL_BEFORE.search(text, max(match.start() - 12, 0), match.start())
                or _NO_ORDINAL_AFTER.match(text, match.end())
            ):
                continue
            yield Found(match.start(), match.end(), _TENS.get(match["tens"] or "", 0) + _ORDINALS[match["word"]])

    def _chinese(self, text: str) -> Iterator[Found]:
        from dialog_nlu.chinese_numerals import read_chinese

        for match in _CHINESE.finditer(text):
            if match["last"]:
                yield Found(match.start(), match.end(), -1)
                continue
            written = match["number"]
            number = int(written) if written.isdecimal() else read_chinese(written)
            if number is not None:
                yield Found(match.start(), match.end(), int(number))
