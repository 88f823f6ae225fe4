"""Whether a message asks about opening hours, and about which day and which branch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from dialog_customer_service.hours.branches import Branch

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = "january february march april may june july august september october november december".split()
_CHINESE_DAYS = "一二三四五六日"
_FEASTS = {
    (12, 24): r"christmas eve|平安夜",
    (12, 25): r"christmas(?: day)?|圣诞节?",
    (12, 26): r"boxing day",
    (12, 31): r"new year'?s eve|跨年",
    (1, 1): r"new year'?s(?: day)?|元旦",
    (5, 1): r"labou?r day|may day|劳动节|五一",
    (10, 1): r"national day|国庆节?|十一(?!点)",
}
_DAY = re.compile(r"\b(" + "|".join(f"{day[:3]}(?:{day[3:]})?s?|{day[:4]}" for day in _WEEKDAYS) + r")\b")
_CHINESE_DAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日天末])")
_DATE = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?("
    + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS)
    + r")\b"
)
_DATE_AMERICAN = re.compile(
    r"\b(" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\s+(\d{1,2})(?:st|nd|rd|th)?\b"
)
_CHINESE_DATE = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_NEAR = (
    (0, r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b|今天|今晚|今日"),
    (1, r"\btomorrow\b|\btmrw?\b|明天|明日"),
    (2, r"day after tomorrow|后天"),
)
_NOW = re.compile(
    r"\b(?:now|right now|currently|at the moment|still open|already open|open yet)\b|现在|这会儿|此刻|目前|"
    r"还开着|还开门|还营业|开门了吗|关门了吗|有人(?:在)?吗"
)
_SURE = re.compile(
    r"\b(?:opening|business|shop|store|office) (?:hours|times)\b|\b(?:are|r) (?:you|u|they|the (?:shops?|"
    r"stores?|branch(?:es)?))(?: guys)? (?:still |already |even )?"
    r"(?:open|closed|shut)\b|\b(?:when|what time|til+ when|until when|how late|how early) .{0,30}\b(?:open|"
    r"opens|close|closes|shut|shuts)\b"
    r"|\bis (?:the |your )?.{2,40} (?:open|closed|shut)\b|\b(?:you|shop|store|"
    r"branch) opens?\b.{0,30}\b(?:on|at|today|tomorrow|now|when)\b"
    r"|\bwhat(?:'s|s| are|'re) (?:your|the) hours\b|^\W*(?:your |the )?hours\W*$"
    r"|\bopen (?:on|today|tomorrow|now|at the weekend|late)\b|\bdo you open\b|\bhours\b.{0,20}\b(?:branch|"
    r"shop|store|bath|berlin|shanghai)\b"
    r"|营业时间|几点.{0,4}(?:开门|关门|开始营业|打烊|上班|下班)|开到几点|(?:营业|开门|开店|上班|"
    r"打烊)[吗么嘛？?]|(?:营业|开门|开)不(?:营业|开门|开)|什么时候(?:开门|关门|营业|开)|开[吗么]|营业到|还营业|"
    r"开着[吗么]|开门了"
)
_LIKELY = re.compile(r"\b(?:open|opens|opening|closed|close|closing|hours)\b|营业|开门|关门|打烊|上班|休息")
_ELSEWHERE = re.compile(
    r"\b(?:account|return|order|parcel|package|box|lid|drawer|door of|dispute|case|ticket|close to|closest|"
    r"how many hours|"
    r"within \d+ hours|\d+ hours|cushion|cover|window)\b|账户|账号|订单|退货|发票|包裹|箱|开门红|多少小时|小时内|发货"
)
_PLACES = (
    re.compile(
        r"\bin (?!(?:the|an?|my|your|our|this|that|these|which|what)\b)([a-z][a-z'-]+"
        r"(?: (?!(?:on|at|to|for|from|or|and|open|closed|today|tonight|tomorrow|now|this|next|please|store|shop|branch)"
        r"\b)[a-z][a-z'-]+)?)"
    ),
    re.compile(r"\b(?:the|your) ([a-z][a-z'-]+(?: [a-z][a-z'-]+)?) (?:store|shop|branch)\b"),
    re.compile(
        r"(?:^|[，。？！,.?!\s]|请问|你们|您们|的|在)"
        r"((?!你|您|我|咱|请问|本|这|那|哪|门|商|网|实体|线|总|分|旗舰|专|每|各|所有|全部|附近|最近)[\u4e00-\u9fff]{2,3}店)(?!铺|员|面)"
    ),
)
_NO_PLACES = frozenset(
    "actual advance all big bigger case closest english chinese first flagship furniture general home local main "
    "nearest nearby next online other own person physical retail same second shop shops small stock store stores "
    "summer spring autumn total whole winter".split()
)


MAX_READ = 400  # characters of a message that are looked at: such a question is short


@dataclass(frozen=True)
class Question:
    """A question about opening hours.

    Attributes:
        sure: Whether it is surely one; otherwise it is one if hours are what is talked about.
        likely: Whether it names what has to do with hours.
        day: The day it is about; None: no day in particular.
        now: Whether it is about this very moment.
        branch: Which branch it names; `care`: the people who answer; empty: none.
        place: Which place or branch it names that is none of them; empty: no such.
        all: Whether it is about all of them.
        words: How many words or Chinese characters it has.
    """

    sure: bool
    likely: bool
    day: date | None
    now: bool
    branch: str
    place: str
    all: bool
    words: int


def understand(
    text: str, today: date, branches: Mapping[str, Branch], days: Mapping[str, Sequence[date]] = MappingProxyType({})
) -> Question:
    """Return what a message asks about opening hours."""
    lowered = text[:MAX_READ].casefold().replace("’", "'")
    elsewhere = bool(_ELSEWHERE.search(lowered))
    day = _named_day(lowered, today, days) or day_in(lowered, today)
    branch = next((id for id, one in branches.items() if any(_names(word, lowered) for word in one.words)), "")
    sure = bool(_SURE.search(lowered)) and not elsewhere
    words = len(re.findall(r"[a-z0-9']+|[\u4e00-\u9fff]", lowered))
    return Question(
        sure=sure,
        likely=bool(_LIKELY.search(lowered)) and not elsewhere,
        day=day,
        now=bool(_NOW.search(lowered)),
        branch=branch,
        place="" if branch else _place(lowered),
        all=bool(
            re.search(
                r"\b(?:all|which|any|every) (?:of )?(?:your |the )?(?:shops?|stores?|branch(?:es)?)\b|"
                r"哪些店|哪家店|所有门店|各门店|全部门店",
                lowered,
            )
        ),
        words=words,
    )


def day_in(text: str, today: date) -> date | None:
    """Return the day a text names, the next one of its kind."""
    text = text.casefold()
    for days, pattern in reversed(_NEAR):
        if re.search(pattern, text):
            return today + timedelta(days)
    for (month, number), pattern in _FEASTS.items():
        if re.search(pattern, text):
            return _next(month, number, today)
    for dates, day_group, month_group in ((_DATE, 1, 2), (_DATE_AMERICAN, 2, 1)):
        if match := dates.search(text):
            months = [month for month, name in enumerate(_MONTHS, 1) if name[:3] == match[month_group][:3]]
            return _dated(text, months[0], int(match[day_group]), today)
    if match := _CHINESE_DATE.search(text):
        return _dated(text, int(match[1]), int(match[2]), today)
    if match := _CHINESE_DAY.search(text):
        index = _CHINESE_DAYS.index({"天": "日", "末": "六"}.get(match[2], match[2]))
        return today + timedelta((index - today.weekday()) % 7 + (7 if match[1] and index >= today.weekday() else 0))
    if match := _DAY.search(text):
        index = next(number for number, name in enumerate(_WEEKDAYS) if name[:3] == match[1][:3])
        return today + timedelta((index - today.weekday()) % 7)
    if re.search(r"\bweekend\b|周末", text):
        return today + timedelta((5 - today.weekday()) % 7)
    return None


def _place(text: str) -> str:
    """Return the place a question about hours names, where no branch has that name."""
    for pattern in _PLACES:
        match = pattern.search(text)
        words = match[1].split() if match else []
        no_place = any(word in _NO_PLACES or word in _MONTHS or word in _WEEKDAYS for word in words)
        if words and not no_place and words != ["new"]:
            return " ".join(word[:1].upper() + word[1:] for word in words)
    return ""


def _named_day(text: str, today: date, days: Mapping[str, Sequence[date]]) -> date | None:
    for name, dates in days.items():
        coming = [day for day in dates if day >= today]
        if coming and _names(name, text):
            return min(coming)
    return None


def _dated(text: str, month: int, number: int, today: date) -> date | None:
    """Return a day of the year a text names; of no year, the next one."""
    named = _YEAR.search(text)
    if named is None:
        return _next(month, number, today)
    try:
        return date(int(named[1]), month, number)
    except ValueError:
        return None


def _next(month: int, number: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def _names(word: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word.casefold())}\b", text)) if word.isascii() else word in text
