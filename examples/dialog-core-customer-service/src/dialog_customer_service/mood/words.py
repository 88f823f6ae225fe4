"""Words of people who are angry, losing patience or thankful, in English and Chinese, and what turns them round."""

import re
from collections.abc import Sequence

ANGRY = (
    r"\bfurious\b|\bangry\b|\boutrag\w+|\bdisgust\w+|\bappalling\b|\bscam\w*\b|\bscandal\w*\b|\bfraud\w*\b|"
    r"\brip[- ]?off\b|\bthieves\b|"
    r"\b(?:absolute(?:ly)?|complete(?:ly)?|total(?:ly)?|utter(?:ly)?) (?:joke|rubbish|useless|ridiculous|"
    r"unacceptable|nonsense|shambles)\b|"
    r"\bridiculous\b|\bunacceptable\b|\bpathetic\b|\bshameful\b|(?:\b(?:is|are|such|what|absolute|total|"
    r"complete)|'s|'re) a joke\b|\bworst\b|\bhate\b|\bterrible\b|"
    r"\bhorrible\b|\bawful\b|"
    r"\buseless\b|\bincompetent\b|\bidiots?\b|\bstupid\b|\bcrap\b|\bbullshit\b|\bwtf\b|\bffs\b|\bdamn\w*\b|"
    r"\bf[u*]+ck\w*\b|\bshit\w*\b|"
    r"\bpissed off\b|\bfed up\b|\bsick of\b|\bhad enough\b|\bmy lawyer\b|\bsue you\b|\blivid\b|\bliars?\b|"
    r"\bnever (?:again|buy)\b|"
    r"气死|太过分|太差|垃圾|骗子|骗人|骗钱|坑人|坑爹|无耻|恶心|混蛋|王八|他妈|妈的|滚|差评|投诉你们|"
    r"投诉到底|什么破|破店|烂店|太烂|愤怒|生气|火大|忍无可忍|"
    r"欺负人|糊弄|忽悠|离谱|岂有此理|12315|曝光你们|再也不买|不要脸|废物|有病|受够"
)
FRUSTRATED = (
    r"\bannoy\w*|\bfrustrat\w+|\bdisappoint\w+|\bupset\b|\bunhappy\b|\bstill (?:waiting|nothing|not|no)\b|"
    r"\bagain\?!|\bhow many times\b|"
    r"\bfor the (?:second|third|fourth|\w+th) time\b|\bkeep(?:s)? (?:saying|asking|telling|repeating)\b|"
    r"\bnot (?:at all )?(?:happy|good enough|"
    r"helpful|helping|impressed|satisfied|pleased|acceptable|ok(?:ay)?|working)\b|\bisn'?t (?:good enough|"
    r"helpful|acceptable)\b|\bno help\b|"
    r"\bunhelpful\b|\bwaste of (?:time|money)\b|\bthanks for nothing\b|\bcome on\b|\bseriously\?|"
    r"\bwhy is (?:it|this) (?:so|taking)\b|"
    r"\btaking (?:ages|forever)\b|\bbeen waiting\b|\bweeks? (?:now|already)\b|\bi (?:already|"
    r"just) told you\b|\bnobody (?:answers|replies|cares)\b|"
    r"\bpoor (?:service|quality)\b|\bdon'?t understand me\b|\bunbelievable\b|\bbad service\b|"
    r"烦死|好烦|真烦|烦人|失望|郁闷|无语|着急|急死|催|还没到|还没收到|还没发|等了(?:好久|很久|这么久|半天|"
    r"[一二两三四五六七八九十\d]+[天周个])|怎么还|到底|"
    r"不满|不高兴|不满意|不开心|说了多少遍|说过了|问了[几好]|没人(?:理|回|管)|太慢|慢死|服了|搞什么|"
    r"怎么回事啊|听不懂|答非所问|没用|浪费时间"
)
THANKFUL = (
    r"\bthank(?:s| you)\b|\bthx\b|\bcheers\b|\bmuch appreciated\b|\bappreciate\b|\bgrateful\b|\bbrilliant\b|"
    r"\blovely\b|\bawesome\b|\bexcellent\b|"
    r"\b(?:very|so|super|really) helpful\b|\bgreat (?:service|help|job)\b|\byou(?:'re| are) (?:great|"
    r"the best|amazing)\b|\bperfect\b|"
    r"谢谢|多谢|感谢|谢了|谢啦|辛苦了|太好了|太棒|真棒|真好|好评|点赞|赞|给力|满意"
)
_NOT = (
    r"\b(?:not|n't|isn't|aren't|wasn't|don't|dont|didn't|never|no longer|hardly|without being|nothing|"
    r"none of)(?: \w+){0,2} $|"
    r"(?:不是(?:很|特别|太)?|没有?|并不|并没有?|不|别|不再|不会|不用|无需|不必|毫不)(?:那么|怎么|太|很|觉得|"
    r"感到|有|是)?$"
)
_NO_LONGER_THANKS = re.compile(r"\bno,? $|\bthan $|\bcan't $|不用$|不必$|别$|不$|免$|没什么可$")
_NEGATION = re.compile(_NOT)
_ODD = re.compile(
    r"\b(?:film|movie|book|song|game|play|worst[- ]case|worst case|terrible twos|hate to (?:bother|ask|trouble))\b"
)


def finder(pattern: str, further: Sequence[str]) -> re.Pattern[str]:
    """Return what finds the words of a mood, with further ones of whoever writes the bot."""
    own = [rf"\b{re.escape(one.casefold())}\b" if one.isascii() else re.escape(one) for one in further]
    return re.compile("|".join([pattern, *own]))


def found(pattern: re.Pattern[str], text: str, *, thanks: bool = False) -> tuple[list[str], list[str]]:
    """Return the words of a mood that a text has, and those it has turned round: "not angry"."""
    meant: list[str] = []
    denied: list[str] = []
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 28) : match.start()]
        clause = re.split(r"[,.;!?，。；！？]|\bbut\b|但", before)[-1]
        turned = _NEGATION.search(clause) or (thanks and _NO_LONGER_THANKS.search(before))
        (denied if turned else meant).append(match[0])
    return meant, denied


def speaks_of_others(text: str) -> bool:
    """Say whether strong words may be about something else: a film, the worst case."""
    return bool(_ODD.search(text))
