"""Times and days as people say them, in English and Chinese, and names as people give them."""

import re
from datetime import date

_NUMBERS = "twelve one two three four five six seven eight nine ten eleven".split()
_NUMBERS_ZH = "十二 一 两 三 四 五 六 七 八 九 十 十一".split()
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WEEKDAYS_ZH = "一二三四五六日"

_BEFORE_NAMES = re.compile(
    r"^(?:hi|hello|ok|sure|well|it'?s|its|it is|this is|my name is|my name'?s|name'?s|the name is|name is|name:|i am|"
    r"i'?m|im|call me|for|您好|你好|我的名字是|我的名字叫|我的姓名是|名字是|名字叫|姓名是|姓名|名字|我叫|我是|叫|就叫)"
    r"(?![a-z])[\s,:：，]*",
    re.IGNORECASE,
)
_AFTER_NAMES = re.compile(
    r"[\s,.!。！，]*(?:\b(?:please|thanks|thank you|here)|谢谢|吧)?[\s,.!。！，]*$", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][^\d_@/<>{}?？!]{1,59}")
_TAKEN_OUT = re.compile(r"\[[a-z_ ]+\]")  # what stands where personal data stood
_BESIDES = re.compile(  # where what people say of themselves besides begins: Ann Miller, born [date]
    r"[\s,，;；]*(?:\b(?:born|dob|date of birth|nhs|phone|tel|mobile|e-?mail|address|living (?:at|in)|i live)\b|"
    r"出生|生日|身份证|手机|电话|住在|住址|地址|住\[|微信|邮箱|医保|\[)",
    re.IGNORECASE,
)
_MOST_WORDS = 5
_NO_NAMES = frozenset(
    "yes no ok okay none nothing nobody what why hello hi bye 是 不是 不 好 好的 没有 不知道 什么 不想说".split()
)


def ways_to_say(time: str, language: str) -> list[str]:
    """Return a time as it is shown, and the ways in which people say it: `14:30`, half past two, 2:30 pm."""
    hour, minute = (int(part) for part in time.split(":"))
    short = hour % 12 or 12
    if language.startswith("zh"):
        return [time, *_in_chinese(hour, minute)]
    half = "am" if hour < 12 else "pm"
    word = _NUMBERS[short % 12]
    if minute == 0:
        said = [f"{short} {half}", f"{short}{half}", f"{short} o'clock", f"{word} o'clock", f"at {short}", f"at {word}"]
    else:
        clock = [f"{short}{mark}{minute:02}" for mark in (":", ".", " ", "")]
        said = [*clock, *(f"{one} {half}" for one in clock), *(f"{one}{half}" for one in clock), f"{word} thirty"]
        said.extend((f"half past {word}", f"half past {short}") if minute == 30 else ())
    return [time, f"{hour}:{minute:02}", f"{hour}.{minute:02}", *said]


def _in_chinese(hour: int, minute: int) -> list[str]:
    parts = (
        ["早上", "上午", "早晨"]
        if hour < 11
        else ["上午", "中午"]
        if hour < 13
        else ["下午"]
        if hour < 18
        else ["晚上"]
    )
    rest = "半" if minute == 30 else "" if minute == 0 else f"{minute}分"
    shorts = [f"{number}点{rest}" for number in (_NUMBERS_ZH[hour % 12], str(hour % 12 or 12))]
    return [*shorts, f"{hour}点{rest}", *(f"{part}{short}" for part in parts for short in shorts)]


def day_in_words(day: date, language: str) -> str:
    """Return a day as people read it: `Tuesday 1 December`, 12月1日（周二）."""
    if language.startswith("zh"):
        return f"{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）"
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def name_in(text: str) -> str | None:
    """Return the name somebody gives, without the words around it; None: it cannot be one."""
    before = _BESIDES.split(text.strip(), maxsplit=1)[0].strip()
    bare = before or _TAKEN_OUT.sub("", text).strip()
    for _ in range(3):
        bare = _BEFORE_NAMES.sub("", bare)
    bare = _AFTER_NAMES.sub("", bare).strip("'\" ")
    words = bare.split()
    if not _NAME.fullmatch(bare) or len(words) > _MOST_WORDS or bare.casefold() in _NO_NAMES:
        return None
    return " ".join(word[:1].upper() + word[1:] if word.isascii() else word for word in words)
