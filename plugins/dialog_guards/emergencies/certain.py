# ruff: noqa: E501 - tables of words and texts
"""Sentences that must never be missed, whatever the model makes of them, and what takes the certainty from them.

Each pattern is matched within one sentence. Repetitions have limits, so that the time grows with the length alone.
"""

import re
from collections.abc import Iterator

from dialog_guards.emergencies.kinds import Kind

WHO = r"(?:he|she|they|someone|somebody|(?:my|our|the|a|this|his|her) (?:\w+ ){1,2}?)"

_CERTAIN: dict[Kind, tuple[str, ...]] = {
    "medical": (
        r"\b(?:he|she|baby|dad|mum|mom|wife|husband|son|daughter|friend|\w+)(?: is|s)? ?(?:not|isnt|stopped|wasnt) breathing\b",
        r"\bi (?:really )?(?:cant|cannot|can not|cnt) (?:breathe?|breath)\b",
        r"\b(?:im|i am|i think im|i think i am|shes|hes|she is|he is) (?:having|avin|havin) (?:a )?(?:heart attack|stroke|seizure|fit)\b",
        r"\b(?:he|she|baby|mum|mom|dad|\w+) (?:wont|will not|isnt|is not|not|cant) (?:wake|waking|respond|responding)\b",
        r"\b(?:call|send|need|get)(?: me| us)? an? (?:ambulance|paramedic)",
        r"\bno pulse\b",
        r"(?:没有?|停止)(?:了)?呼吸|呼吸停(?:了|止)|(?:叫|喊|摇)不醒|(?:叫|喊)不应|没(?:有)?(?:脉搏|心跳)",
        r"(?:快|帮(?:我|忙)?)(?:叫|打)(?:个)?(?:救护车|120)",
    ),
    "self_harm": (
        r"\b(?:i|im|i am)\b.{0,40}\b(?:kill|killing) (?:my ?self|me self)\b",
        r"\b(?:i|ive) (?:want|wanna|wan|going|gonna|am going|decided|plan|need) (?:to )?(?:die|end it all|end my life)\b",
        r"\bim going to (?:die by|end) (?:suicide|my life|it all)\b",
        r"我(?:真的|就|好|很|现在|只|已经|也)*(?:想|要|准备|打算|决定)(?:去)?(?:自杀|死了?$|死了算了|轻生|跳楼|结束(?:自己|生命|这一切))",
        r"我(?:真的|实在|已经|也)*不想活了?|我(?:真的|实在|已经)*活不下去",
    ),
    "violence": (
        r"\b(?:he|she|someone|somebody|man|guy|they)(?:s| is|re| are)? (?:got|has|have|with|holding|waving)? ?(?:a |an )?(?:knife|gun|machete)\b.{0,40}\b(?:me|us|door|outside|here)\b",
        r"\bi(?: am|m| was| have been|ve been)(?: just)? (?:being |been )?(?:raped|stabbed|shot|kidnapped)\b",
        r"(?:拿着?刀|持刀)(?:.{0,8})(?:我|门|家)",
    ),
    "danger": (
        r"\b(?:house|flat|kitchen|building|apartment|room|car)(?: is|s)? on fire\b",
        r"(?:家里|屋里|厨房|房子|楼(?:里|下|上)?|宿舍)(?:着火|起火)",
    ),
}  # fmt: skip

_DOUBT = re.compile(
    r"\b(?:not|never|nobody|no one|isnt having|film|movie|book|novel|story|character|episode|series|game|scene|song|lyrics"
    r"|dream|dreamt|years? ago|months? ago|weeks? ago|last (?:year|month|week|summer|winter)|yesterday|when i was|used to|if|what (?:is|are|happens)|how (?:do|does|to|many|common)"
    r"|why (?:do|does|did)|signs of|symptoms|course|training|lol|lmao|haha|exam|laughing|phone|laptop|wifi|car|cute|funny|embarrass\w*|hungry|cringe|joke|joking|kidding|in (?:19|20)\d\d"
    r"|study|history|actor|quiz|fish|plant)\b"
    r"|不是|没有想|不想(?:自杀|死)|从没|从来没|电影|电视|小说|书里|故事|角色|剧|游戏|动漫|歌|写|梦|去年|前年|以前|曾经|小时候|年前|个月前|上周|上个月|昨天|当年"
    r"|如果|假如|万一|要是|什么是|为什么|怎么预防|症状|征兆|培训|课|考试|哈哈|笑死|手机|电脑|作业|加班|演习|新闻|主角|男主|女主|的原理|并没"
)
_PATTERNS = [(kind, re.compile(pattern)) for kind, patterns in _CERTAIN.items() for pattern in patterns]
_SENTENCE = re.compile(r"[^.!?\n。！？；;]{1,300}")


def certain(text: str, doubts: str = "") -> Iterator[tuple[Kind, str]]:
    """Yield kind and words of what a folded text says for certain, unless something in it or in `doubts` objects."""
    if _DOUBT.search(doubts or text):
        return
    for sentence in _SENTENCE.finditer(text):
        for kind, pattern in _PATTERNS:
            if match := pattern.search(sentence[0]):
                yield kind, match[0]
