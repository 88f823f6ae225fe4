# ruff: noqa: E501 - tables of words and texts
"""Sentences that must never be missed, whatever the model makes of them, and what takes the certainty from them.

Each pattern is matched within one sentence. Repetitions have limits, so that the time grows with the length alone.
"""

import re
from collections.abc import Iterator

from dialog_guards.emergencies.kinds import Kind

_CERTAIN: dict[Kind, tuple[str, ...]] = {
    "medical": (
        r"\b(?:he|she|baby|dad|mum|mom|wife|husband|son|daughter|friend|gran|grandad|grandma|grandpa|\w{2,12})(?: is|s| has)? ?(?:not|isnt|stopped|wasnt) breathing\b",
        r"\bi (?:really )?(?:cant|cannot|can not|cnt) (?:breathe?|breath)\b",
        r"\b(?:im|i am|i think im|i think i am|shes|hes|she is|he is) (?:having|avin|havin) (?:a )?(?:heart attack|stroke|seizure)\b",
        r"\b(?:he|she|baby|mum|mom|dad|gran|grandad|wife|husband|son|daughter) (?:wont|will not|isnt|is not|not|cant be|doesnt) (?:wake|waking|woken|respond|responding)\b",
        r"\b(?:call|ring|phone) (?:911|999|112|000)\b",
        r"\bno pulse\b",
        r"(?:没有?|停止)(?:了)?呼吸(?!困难|道|机|问题|不|急|暂停|综合|科|系统|方面)|呼吸停了|(?<!没有)(?<!没)(?<!不会)(?:叫|喊|摇)不醒|(?:叫|喊)不应|没(?:有)?(?:脉搏|心跳)(?!加|过|不|快)",
        r"(?:快|帮(?:我|忙)?)(?:叫|打)(?:个)?(?:救护车|120)",
    ),
    "self_harm": (
        r"\b(?:i|im|i am)\b.{0,40}\b(?:kill|killing) (?:my ?self|me self)\b",
        r"\b(?:i|ive)(?: (?:just|really|do|so|still|literally|honestly|kinda|only)){0,2} (?:want|wanna|wan|going|gonna|decided|plan|need|ready) (?:to )?(?:die|end it all|end my life)\b",
        r"\bim going to (?:die by|end) (?:suicide|my life|it all)\b",
        r"\b(?:painless|painful|easiest|quickest|fastest|best) way to (?:die|end my life|kill myself|go for good)\b",
        r"\bhow (?:many|much|mny) .{0,40} (?:to|2) (?:die|kill myself|end my life)\b",
        r"\b(?:want|wanna|wan|going|gonna|gna|ready|plan|planning|need|about) (?:to |2 )?(?:kms|(?:unalive|off|top|end) my ?self)\b",
        r"\b(?:nobody|no ?one) (?:would|will|wud|wld)(?: even| ever)? (?:miss me|notice if i (?:die|died|was gone|were gone|disappeared))\b",
        r"(?:没有?|没了|少了)我(?:大家|他们|她们|你们|家里人?|爸妈|父母|所有人|这个世界|世界)(?:都)?(?:会|就|能)?(?:过得)?(?:更|比较)(?:好|轻松|幸福|开心)|(?:大家|他们|家里人?|爸妈|父母|所有人)(?:没有?|没了|少了)我(?:都)?(?:会|就|能)?(?:过得)?(?:更|比较)(?:好|轻松|幸福|开心)",
        r"\bbetter off (?:if i|without me|when im gone)\b|\b(?:end|ending|take|taking) my (?:own )?life\b",
        r"我(?:真的|就|好|很|现在|只|已经|也)*(?:想|要|准备|打算|决定)(?:去)?(?:自杀|死了?$|死了算了|轻生|跳楼|结束(?:自己|生命|这一切))",
        r"我(?:真的|实在|已经|也)*不想活了?(?!动|络)|我(?:真的|实在|已经)*活不下去|遗书(?:已经|都)?(?:写好|写完)",
    ),
    "violence": (
        r"\b(?:he|she|someone|somebody|man|guy|they)(?:s| is|re| are)? (?:got|has|have|with|holding|waving)? ?(?:a |an )?(?:knife|gun|machete)\b.{0,40}\b(?:me|us|door|outside|here)\b",
        r"\bi(?: am|m| was| have been|ve been)(?: just)? (?:being |been )?(?:raped|stabbed|shot|kidnapped)\b",
        r"(?:拿着?刀|持刀)(?:.{0,8})(?:我|门|家)",
    ),
    "danger": (
        r"\b(?:house|flat|kitchen|building|apartment)(?: is|s)? on fire\b",
        r"(?:家里|屋里|厨房|房子|楼(?:里|下|上)?|宿舍)(?:着火|起火)",
    ),
}  # fmt: skip

# What takes the certainty away in the same sentence, and what does so anywhere near.
_DOUBT = re.compile(
    r"\b(?:not|never|nobody|no one|isnt|wasnt|arent|dream|dreamt|if|what (?:is|are|happens)|how (?:do|does|to|many|common)|why (?:do|does|did)"
    r"|signs of|symptoms|phone|laptop|wifi|car|cute|funny|embarrass\w*|hungry|fish|plant|should (?:one|you)|do you|stop telling|dont worry|when i|at birth)\b"
    r"|不是|没有想|不想(?:自杀|死)|从没|从来没|什么是|为什么|怎么预防|手机|电脑|作业|加班|并没|就是|又不|没[叫喊]"
)
_STORY = re.compile(
    r"\b(?:film|movie|book|novel|story|character|episode|series|game|scene|song|lyrics|poem|play|panto|years? (?:ago|old now)|months? ago|weeks? ago"
    r"|last (?:year|month|week|summer|winter)|yesterday|when i was|when my \w+ was|used to|course|training|lol|lmao|haha|exam|laughing|laughter|cringe|joke|joking|kidding|patience"
    r"|in (?:19|20)\d\d|study|history|actor|quiz)\b"
    r"|电影|电视|小说|书里|故事|角色|剧|游戏|动漫|歌|写|梦|去年|前年|以前|曾经|小时候|年前|个月前|上周|上个月|昨天|当年|后来|如果|假如|万一|要是|症状|征兆|培训|课|考试|哈哈|笑死"
    r"|演习|新闻|主角|男主|女主|的原理|耳背"
)
AROUND = 300  # characters: what stands further away is about something else
_PATTERNS = [(kind, re.compile(pattern)) for kind, patterns in _CERTAIN.items() for pattern in patterns]
_SENTENCE = re.compile(r"[^.!?\n。！？；;]{1,300}")


def certain(text: str) -> Iterator[tuple[Kind, str]]:
    """Yield kind and words of what a folded text says for certain, unless something beside it speaks against."""
    for sentence in _SENTENCE.finditer(text):
        for kind, pattern in _PATTERNS:
            match = pattern.search(sentence[0])
            if match is None:
                continue
            start, end = sentence.start() + match.start(), sentence.start() + match.end()
            beside = (sentence[0][: match.start()], sentence[0][match.end() :])
            around = (text[max(start - AROUND, 0) : start], text[end : end + AROUND])
            if not any(map(_DOUBT.search, beside)) and not any(map(_STORY.search, around)):
                yield kind, match[0]
