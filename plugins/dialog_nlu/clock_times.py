"""Times of day: `3pm`, `15:30`, `half past three`, `at five`, `noon`; `下午3点半`, `三点一刻`; `15 Uhr`, `14h30`."""

import re
from collections.abc import Iterator

from dialog_nlu.entity_found import EDGE, SPACED, Found, Scan

# "at 3" and 三点 mean the afternoon where nothing says otherwise; nobody books a table for three in the morning.
_MEANT_PM = range(1, 7)

_HOUR_WORDS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
_HOUR = rf"(?P<hour>[01]?[0-9]|2[0-4]|{'|'.join(_HOUR_WORDS)})"
_HALF_OF_DAY = (
    r"(?:\s*(?P<half>[ap])\.?m\b\.?|\s+(?:in\s+the\s+|this\s+)?(?P<part>morning|afternoon|evening)\b"
    r"|\s+(?P<night>at\s+night|tonight)\b)"
)
_MINUTE_WORDS = {"quarter": 15, "a quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty five": 25}
_MINUTE_WORDS |= {"twenty-five": 25}
_CLOCK = re.compile(
    rf"(?:{EDGE}|(?<=[0-9]t))(?P<hour>[01]?[0-9]|2[0-4])(?:[:：](?P<minute>[0-5][0-9])(?::[0-5][0-9])?)(?![0-9]|:[0-9]){_HALF_OF_DAY}?"
)
_WITH_HALF = re.compile(
    rf"{EDGE}(?P<point>[01]?[0-9]\.[0-5][0-9]|){_HOUR}?(?:\s+o['’]?clock)?{_HALF_OF_DAY}(?!{SPACED})"
)
_O_CLOCK = re.compile(rf"{EDGE}{_HOUR}\s+o['’]?clock\b")
_PAST = re.compile(
    rf"{EDGE}(?P<minutes>a\s+quarter|quarter|half|five|ten|twenty(?:[\s-]five)?|[0-5]?[0-9](?=\s+min))(?:\s+min(?:ute)?s?)?\s+(?P<side>past|to|after)\s+"
    rf"{_HOUR}(?!{SPACED}|[:.][0-9]){_HALF_OF_DAY}?"
)
_AT = re.compile(
    rf"(?<=\bat ){_HOUR}(?!{SPACED}|[.,:/][0-9]|[€$%]"
    r"|\s*(?:percent|euros?|dollars?|am\b|pm\b|o['’]?clock|[a-z]+\s+(?:street|road|avenue)))"
    r"(?:\s+(?P<minutes>fifteen|thirty|forty[\s-]five)\b)?"
)
_AT_MINUTES = {"fifteen": 15, "thirty": 30, "forty-five": 45, "forty five": 45}
_NAMED = re.compile(rf"{EDGE}(?P<name>noon|midday|midnight)(?!{SPACED})")
_NAMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_OTHERS = re.compile(
    rf"{EDGE}(?P<hour>[01]?[0-9]|2[0-4])(?:\s?uhr(?:\s(?P<minute>[0-5][0-9]))?|\s?h\s?(?P<minute2>[0-5][0-9])?)(?!{SPACED})"
)
# "at three" where a language has its own word for it: `a las 3`, `alle 15`, `às 10`, `um drei`.
_AT_ELSEWHERE = {
    "es": r"a\s+las?\s+(?P<hour>[01]?[0-9]|2[0-4])",
    "it": r"alle\s+(?:ore\s+)?(?P<hour>[01]?[0-9]|2[0-4])",
    "pt": r"[àa]s\s+(?P<hour>[01]?[0-9]|2[0-4])",
    "de": r"um\s+(?P<hour>[01]?[0-9]|2[0-4])",
    "nl": r"om\s+(?P<hour>[01]?[0-9]|2[0-4])(?:\s+uur)?",
}
_AT_PATTERNS = {
    language: re.compile(rf"{EDGE}{source}(?!{SPACED}|[.,:/%€$][0-9]?|\s*(?:uhr|h\b|euros?\b|percent|prozent))")
    for language, source in _AT_ELSEWHERE.items()
}
_EVENING = re.compile(r"\b(?:tonight|evening|night|afternoon)\b[^.!?]{0,20}$")
_MORNING = re.compile(r"\bmorning\b[^.!?]{0,20}$")

_ZH_NUMBER = "(?:[0-9]{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_CHINESE = re.compile(
    "(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜|(?<![今明昨当])[晚早])?的?"
    f"(?P<hour>{_ZH_NUMBER})(?:[点點时時](?![个個候]|[一二两三四五六七八九](?![十分]|刻))[钟鐘]?|[:：](?=[0-5][0-9]))"
    f"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_ZH_NUMBER})分?|整)?(?!钟头)"
)
_CHINESE_NAMED = re.compile("(?:正午|中午|午夜|半夜)(?![0-9零一二两三四五六七八九十])")
_CHINESE_PART = re.compile("(今晚|明晚|昨晚|晚上|今早|明早|下午|早上|上午)[^。！？]{0,4}$")
_SOME = re.compile("一[点點]")  # 有一点 is "a bit"
_ONE_O_CLOCK = re.compile("[前后後左见見到在来去开開以之]|[\\s,，。.!！?？]|$")
_EARLY = ("凌晨", "清晨", "早上", "早晨", "上午", "早", "今早", "明早")
_TRIGGER = re.compile(
    r"[0-9]|clock|past|quarter|half|noon|midday|midnight|\bat\b|morning|afternoon|evening|night|[点點时時]|午|夜"
)


def clock_times(scan: Scan) -> Iterator[Found]:
    """Yield the times of day in a message, as `15:30`."""
    text = scan.lower
    if not _TRIGGER.search(text):
        return
    if "zh" in scan.languages and scan.has_han:
        yield from _chinese(scan.text)
    yield from _digits(text)
    if "en" in scan.languages:
        yield from _english(text)
    for language, pattern in _AT_PATTERNS.items():
        if language in scan.languages:
            for match in pattern.finditer(text):
                yield from _found(text, match, int(match["hour"]), 0, start=match.start("hour"))


def _digits(text: str) -> Iterator[Found]:
    for match in _CLOCK.finditer(text):
        sure = len(match["hour"]) == 2
        yield from _found(text, match, _hour(match), int(match["minute"]), sure=sure)
    for match in _OTHERS.finditer(text):
        if match["minute2"] or match[0].rstrip().endswith("h") or "uhr" in match[0]:
            minute = match["minute"] or match["minute2"] or 0
            yield from _found(text, match, int(match["hour"]), int(minute), sure=True)


def _english(text: str) -> Iterator[Found]:
    for match in _WITH_HALF.finditer(text):
        if match["point"]:
            hour, minute = match["point"].split(".")
            yield from _found(text, match, int(hour), int(minute))
        elif match["hour"]:
            yield from _found(text, match, _hour(match), 0)
    for match in _O_CLOCK.finditer(text):
        yield from _found(text, match, _hour(match), 0)
    for match in _AT.finditer(text):
        minutes = _AT_MINUTES[re.sub(r"\s+", " ", match["minutes"])] if match["minutes"] else 0
        yield from _found(text, match, _hour(match), minutes)
    for match in _PAST.finditer(text):
        written = re.sub(r"\s+", " ", match["minutes"])
        minutes = int(written) if written.isdecimal() else _MINUTE_WORDS[written]
        hour = _hour(match)
        if match["side"] == "to":
            hour, minutes = hour - 1 or 12, 60 - minutes
        if 0 <= minutes < 60:
            yield from _found(text, match, hour, minutes)
    for match in _NAMED.finditer(text):
        yield Found(match.start(), match.end(), _NAMES[match["name"]])


def _hour(match: re.Match[str]) -> int:
    written = match["hour"]
    return int(written) if written.isdecimal() else _HOUR_WORDS[written]


def _found(
    text: str, match: re.Match[str], hour: int, minute: int, *, sure: bool = False, start: int | None = None
) -> Iterator[Found]:
    groups = match.groupdict()
    half, part, night = groups.get("half"), groups.get("part"), groups.get("night")
    if half or part or night:
        late = half == "p" or part in ("afternoon", "evening") or (bool(night) and hour >= 5)
        if hour > 12 and half == "a":
            return
        hour = hour + 12 if late and hour < 12 else 0 if hour == 12 and not late else hour
    elif not sure and 1 <= hour <= 12:
        before = text[max(match.start() - 40, 0) : match.start()]
        if (_EVENING.search(before) and hour < 12) or (hour in _MEANT_PM and not _MORNING.search(before)):
            hour += 12
    hour = 0 if hour == 24 and minute == 0 else hour
    if hour < 24:
        yield Found(match.start() if start is None else start, match.end(), f"{hour:02d}:{minute:02d}")


def _chinese(text: str) -> Iterator[Found]:
    from dialog_nlu.chinese_numerals import read_chinese

    def number(written: str) -> int:
        if written.isdecimal():
            return int(written)
        value = read_chinese(written.lstrip("零〇") or "零")
        return value if isinstance(value, int) else 99

    for match in _CHINESE.finditer(text):
        if match["hour"] == "一" and _SOME.fullmatch(match[0]) and not _ONE_O_CLOCK.match(text, match.end()):
            continue
        hour = number(match["hour"])
        minute = number(match["minute"]) if match["minute"] else 30 if match["half"] else 0
        minute = {"一": 15, "三": 45}[match["quarter"]] if match["quarter"] else minute
        part = match["part"]
        if part is None and (before := _CHINESE_PART.search(text, max(match.start() - 8, 0), match.start())):
            part = before[1]
        if part is None:
            hour += 12 if hour in _MEANT_PM and len(match["hour"].lstrip("0")) == len(match["hour"]) else 0
        elif part in _EARLY:
            hour = 0 if hour == 12 and part == "凌晨" else hour
        elif part in ("半夜", "深夜", "夜里"):
            hour = 0 if hour == 12 else hour + 12 if 6 <= hour < 12 else hour
        elif part == "中午":
            hour += 12 if hour in (1, 2) else 0
        elif hour <= 12:
            hour = 0 if hour == 12 and "晚" in part else hour + 12 if hour < 12 else hour
        hour = 0 if hour == 24 and minute == 0 else hour
        if hour < 24 and minute < 60:
            yield Found(match.start(), match.end(), f"{hour:02d}:{minute:02d}")
    for match in _CHINESE_NAMED.finditer(text):
        yield Found(match.start(), match.end(), "12:00" if "午" in match[0] and match[0] != "午夜" else "00:00")
