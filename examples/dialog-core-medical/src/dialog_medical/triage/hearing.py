"""What people answer. Whatever is not surely the harmless answer is not taken for it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from dialog_medical.triage.questionnaire import NO, NONE, UNSURE, YES, Answer, Complaint, RedFlag

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'"})
_NO = re.compile(
    r"(?:no+|nope|nah|none|neither|nothing|n|false|not at all|i don'?t(?: think so)?|i do not|negative)"
    r"(?:[\s,.!]+(?:no|none|thanks|thank you|of|these|those|them|that|the above|at all|nothing|like|any|sir|not|"
    r"all|luckily|fortunately|"
    r"apply|applies|to me|i do not|i don'?t|have|nope))*[\s.!]*"
)
_NO_CLAUSE = re.compile(
    r"^(?:no|not|without|i don'?t have|i do not have|i haven'?t|never|neither|nor|i am not|i'm not|none)\b"
)
_NO_ZH = re.compile(
    r"(?:都|全|这些|一个|一样|这些都|目前|现在|暂时)*(?:没有|没|无|不是|否|不|没有过|没啥)(?:的|了|啊|哦|呀|呢|过|以上情况|这些|谢谢|这些情况)*"
)
_NO_CLAUSE_ZH = re.compile(r"^(?:也|都|我|他|她)*(?:没有|没|不|无)")
_BUT = re.compile(r"\bbut\b|\bexcept\b|\bthough\b|\bonly\b|\bjust\b|\bmaybe\b|但|不过|就是|只是|可能|好像|有点")
_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|true|y|some of|one of|the first|the second|the last|i do|i have|all of)\b|^(?:是|有|"
    r"对|第)|^嗯+$"
)
_UNSURE = re.compile(
    r"not (?:really )?sure|unsure|don'?t know|do not know|dunno|no idea|maybe|perhaps|possibly|hard to say|"
    r"can'?t (?:say|tell)|"
    r"不确定|不知道|不清楚|不好说|说不清|也许|可能|大概|好像"
)
_CLAUSES = re.compile(r"[,.;!，。；！、]|\band\b|\bor\b|和|或")
_NEGATED = re.compile(
    r"(?:\b(?:no|not|without|never|n't|don't have|do not have|haven't|isn't|don't|nor)(?:\s+\w+){0,2}\s*|"
    r"(?:没有|没|无|不|不是|未)[^，。,.]{0,4})$"
)

_GAP = r"(?:\s+(?!no\b|not\b|never\b|longer\b|stopped\b|doesn|isn|don)[\w']+){0,2}\s+"
_LONG_ENOUGH = 3  # characters of a Chinese phrase before there may be something in it

_NUMBERS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_NUMBERS |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4, "half": 1}
_NUMBERS |= dict(zip("零一二三四五六七八九十", range(11), strict=True)) | {"两": 2, "几": 3, "半": 1}
_NUMBER = r"(\d+(?:\.\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_AMOUNT = re.compile(
    _NUMBER + r"\s*(?:of )?(?:个)?(?:多)?\s*(hour|day|week|month|year|小时|钟头|天|日|周|星期|礼拜|月|年)"
)
_DAYS = {
    "hour": 0,
    "小时": 0,
    "钟头": 0,
    "day": 1,
    "天": 1,
    "日": 1,
    "week": 7,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "month": 30,
    "月": 30,
    "year": 365,
    "年": 365,
}
_WORDS = (
    (
        re.compile(
            r"\b(?:today|this morning|just now|tonight|this afternoon|this evening|an hour)\b|今天|刚才|刚刚|今早|早上"
        ),
        0,
    ),
    (re.compile(r"\b(?:yesterday|last night)\b|昨天|昨晚"), 1),
    (re.compile(r"前天|the day before yesterday"), 2),
    (re.compile(r"\b(?:last week|over a week)\b|上周|上个?星期|一个多?(?:星期|礼拜)"), 8),
    (re.compile(r"\b(?:last month|months|for ages|for years|long time|always)\b|上个?月|很久|好久|一直|长期"), 30),
)
_AGE = re.compile(
    _NUMBER
    + r"[\s-]*(day|week|month|year)s?[\s-]*old|"
    + r"(?:i am|i'm|im|he is|she is|he's|she's|aged?)\s+(\d{1,3})\b|(\d{1,3})\s*岁|"
    + _NUMBER
    + r"\s*个?(月|天|周)大"
)
_PREGNANT = re.compile(r"\bpregnan|\bexpecting a baby\b|怀孕|孕妇|孕期|有喜")
_IMMUNE = re.compile(r"immun|chemo|transplant|\bhiv\b|免疫|化疗|移植|艾滋")
_OLD, _YOUNG = 65, 90  # years, days


def plain(text: str) -> str:
    """Return a message as it is compared: lower case, one kind of apostrophe, single spaces."""
    return " ".join(text.casefold().translate(_APOSTROPHES).split())


def says(text: str, phrases: Mapping[str, Sequence[str]]) -> bool:
    """Whether a message says one of the phrases, in any language, without "no" before it."""
    return any(_said(text, phrase.casefold()) for many in phrases.values() for phrase in many)


def _said(text: str, phrase: str) -> bool:
    return any(not _NEGATED.search(text[: match.start()]) for match in _pattern(phrase).finditer(text))


@lru_cache(maxsize=1024)
def _pattern(phrase: str) -> re.Pattern[str]:
    """Return a phrase with a little room in it: "head hurts" is "head really hurts", and not "head no longer hurts"."""
    if phrase.isascii():
        return re.compile(rf"\b{_GAP.join(map(re.escape, phrase.split()))}")
    if len(phrase) < _LONG_ENOUGH:
        return re.compile(re.escape(phrase))
    return re.compile(f"{re.escape(phrase[:-1])}[^，。,.？?！!不没无]{{0,3}}{re.escape(phrase[-1])}")


def flags_in(text: str, complaints: Iterable[Complaint]) -> list[RedFlag]:
    """Return the red flags a message tells of by itself."""
    return [flag for complaint in complaints for flag in complaint.red_flags if says(text, flag.signs)]


def yes_or_no(text: str) -> str:
    """Return `no` only where a message says nothing else; `yes` and `unsure` where it does; empty: it is unclear."""
    bare = text.strip(" .!。！~")
    if _UNSURE.search(bare):
        return UNSURE
    if _NO.fullmatch(bare) or _NO_ZH.fullmatch(bare):
        return NO
    if not _BUT.search(bare):
        clauses = [clause.strip() for clause in _CLAUSES.split(bare) if clause.strip()]
        if clauses and all(_NO_CLAUSE.match(clause) or _NO_CLAUSE_ZH.match(clause) for clause in clauses):
            return NO
    return YES if _YES.search(bare) else ""


def picked(text: str, answers: Sequence[Answer]) -> str:
    """Return the answer whose label was said."""
    bare = text.strip(" .!。！")
    return next((one.id for one in answers if bare in [label.casefold() for label in one.label.values()]), "")


def who(text: str, answers: Sequence[Answer]) -> str:
    """Return whom it is about: of several that apply, the most urgent; empty: it is unclear."""
    if label := picked(text, answers):
        return label
    found = {id for id, pattern in (("pregnant", _PREGNANT), ("immune", _IMMUNE)) if _positive(pattern, text)}
    age = age_in(text)
    if age is not None:
        found.add("infant" if age < _YOUNG else "old" if age >= _OLD * 365 else NONE)
    known = [one for one in answers if one.id in found]
    if known:
        return max(known, key=lambda one: one.outcome).id
    reply = yes_or_no(text)
    return NONE if reply == NO else UNSURE if reply == UNSURE else ""


def _positive(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text))


def age_in(text: str) -> int | None:
    """Return the age in days a message tells; None: it tells none."""
    match = _AGE.search(text)
    if match is None:
        return None
    number, unit, years, years_zh, number_zh, unit_zh = match.groups()
    if years or years_zh:
        return int(years or years_zh) * 365
    per = {"day": 1, "week": 7, "month": 30, "year": 365, "月": 30, "天": 1, "周": 7}[unit or unit_zh]
    return int(_number(number or number_zh) * per)


def since(text: str, answers: Sequence[Answer]) -> str:
    """Return since when; empty: it is unclear."""
    if label := picked(text, answers):
        return label
    days = [int(_number(number) * _DAYS[unit]) for number, unit in _AMOUNT.findall(text)]
    days += [number for pattern, number in _WORDS if pattern.search(text)]
    if not days:
        return UNSURE if _UNSURE.search(text) else ""
    longest = max(days)
    return next(one.id for one in reversed(answers) if one.days <= longest)


_MILD = re.compile(
    r"\b(?:(?:very|really|pretty|quite) )?(?:mild|light|slight|slightly|little|not (?:so |that |too |very "
    r")?(?:bad|severe)|bearable|ok|fine|not much)\b|(?:很|非常|比较)?轻微?|不严重|不是很(?:严重|重|疼|痛)|不太|"
    r"还好|一点点|不重|能忍|不怎么"
)
_MODERATE = re.compile(r"\b(?:moderate|medium|so-so|keeps me|bad|quite)\b|中等|一般|影响|有点|比较")
_SEVERE = re.compile(
    r"\b(?:severe|very|terrible|awful|unbearable|worse|worst|extreme|extremely|horrible|excruciating|agony|killing)\b|严重|很|非常|厉害|越来越|受不了|特别|剧烈|加重"
)
_SCALE = re.compile(r"(?<![\d.])(10|[0-9])(?:\s*(?:/|out of|分)\s*(?:10)?)?(?!\d)")


def severity(text: str, answers: Sequence[Answer]) -> str:
    """Return how bad it is; empty: it is unclear."""
    if label := picked(text, answers):
        return label
    ids = [one.id for one in answers]
    found = [
        id
        for id, pattern in (("severe", _SEVERE), ("moderate", _MODERATE), ("mild", _MILD))
        if id in ids and pattern.search(_MILD.sub("", text) if id != "mild" else text)
    ]
    if scale := _SCALE.search(text):
        found.append("severe" if int(scale[1]) >= 7 else "moderate" if int(scale[1]) >= 4 else "mild")
    known = [one for one in answers if one.id in found]
    if known:
        return max(known, key=lambda one: one.outcome).id
    return UNSURE if _UNSURE.search(text) else ""


def _number(text: str) -> float:
    return float(_NUMBERS[text]) if text in _NUMBERS else float(text)
