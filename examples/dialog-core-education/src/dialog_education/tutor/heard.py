"""What pupils say to the tutor besides answers, in both languages."""

import functools
import re
from typing import Literal

from dialog_education.answers.texts import folded
from dialog_education.course.questions import Library, Unit
from dialog_education.tutor.wishes import CHINESE, ENGLISH

Wish = Literal[
    "stop", "hint", "tell", "lost", "skip", "repeat", "progress", "why", "agree", "decline", "more", "yes", "no"
]
WISHES: tuple[Wish, ...] = (
    "stop",
    "hint",
    "agree",
    "decline",
    "lost",
    "skip",
    "repeat",
    "progress",
    "why",
    "more",
    "yes",
    "no",
)  # tried in this order; `tell` is heard anywhere in a message

MAX_WISH = 160  # characters; a wish is short

_POLITE = (
    "ok|okay|please|pls|hey|um+|i|well|can you|could you|can i|could i|i want|i want to|i need|let'?s|just|now|for"
    "|today"
)
_AFTER = (
    "please|pls|now|then|thanks|thank you|for now|for today|already|again|ok|lol|me|it|this|this one|here|you|bro|man"
    "|dude|mate|tbh"
)
_POLITE_ZH = "好|好的|那|嗯|我|我们|请|老师|先|就|想|要|能不能|可以|可不可以|真的|都|还是|给我|再|你|帮我"
_AFTER_ZH = "吧|了|啦|啊|呀|吗|呢|嘛|一下|好吗|行吗|可以吗|谢谢|我|这个|这题|这道题|的|哦"


def _patterns(words: str, before: str, after: str, space: str) -> re.Pattern[str]:
    each = (one.strip() for line in words.splitlines() for one in line.split("¦"))
    of = "|".join(one for one in each if one)
    return re.compile(f"(?!你好|您好)(?:(?:{before}){space})*(?:{of})(?:{space}(?:{after}))*")


@functools.cache
def _patterns_of(name: Wish) -> tuple[re.Pattern[str], ...]:
    return (
        _patterns(ENGLISH[name], _POLITE, _AFTER, " "),
        _patterns(CHINESE[name], _POLITE_ZH, _AFTER_ZH, ""),
    )


# Asking for the answer comes in any disguise: as the teacher, as an order to forget the rules, as a plea.
_TELL = re.compile(
    r"\b(?:tell|give|show|say|reveal|print|send|want|need|know|whats|what's|what is|what are|just)\b"
    r".{0,60}\b(?:answers?|solutions?|results?|right one)\b"
    r"|\b(?:answer|solution) (?:please|pls|now)\b|^(?:the )?(?:answer|solution|answers)\b.{0,3}$"
    r"|\bjust tell me\b|\bsolve (?:it|this|that)(?: for me)?\b|\bdo it for me\b"
    r"|(?:告诉|说|给|公布|报|看|要|知道|直接|发).{0,12}(?:答案|结果)|答案(?:是什么|是啥|是多少|呢|给我|发我|快|.{0,3}(?:说|告诉|写)(?:出来|给|我))"
    r"|^(?:正确)?答案[吧呢啊呀?？。!！]*$|直接(?:告诉我|说)|帮我做(?:了|完|吧)?$"
)
_QUIZ = re.compile(
    r"\b(?:quiz|test|examine|drill|ask) me\b|\b(?:quiz|exercises?|flash ?cards?)\b"
    r"|\b(?:practi[sc]e|revise|review|train|learn|study)\b|\b(?:some|a few|more) questions\b"
    r"|\bquestions (?:about|on)\b|\bteach me\b"
    r"|\b(?:let'?s|can we|could we) (?:do|start|begin|try|learn|play|practi[sc]e)\b"
    r"|\bi want to (?:do|try|learn|practi[sc]e)\b"
    r"|考考?我|考一考|测验|小测|测试|测一测|[出做](?:几|一|点|些)?(?:道|个)?题|练习|练练|练一练|复习|闯关"
    r"|学(?:习|点|一下|一学)|教我|来(?:几|点|一|些)(?:道|个)?.{0,6}题|背.{0,4}[诗词]"
)
_ANYTHING = re.compile(
    r"\b(?:anything|whatever|surprise me|mixed|mix|all|everything|random|don'?t care|you choose|something)\b"
    r"|随便|都行|都可以|混合|什么都|你选|你定"
)
_DUE = re.compile(r"\b(?:due|review|revise|revision|repeat)\b|复习|到期|该(?:复习|练)")
_ASKS = re.compile(
    r"[?？]\s*$"
    r"|^(?:(?:so|but|and|hey|ok|wait|um) )*(?:what|whats|wut|wat|who|whom|whose|where|when|why|how|which|can|could"
    r"|do|does|did|is|are|am|will|would|should|may|have|has|tell me about|explain|define)\b"
    r"|什么|怎么|为什么|为啥|谁|哪里|哪个|多少|吗[？?。!！]*$"
    r"|呢[？?。!！]*$"
    r"|如何|能不能|是不是|会不会|有没有|讲讲|介绍"
)


def wish(text: str) -> Wish | None:
    """Return what a message wishes, where the whole of it does; None: nothing of the kind."""
    if len(text) > MAX_WISH:
        return None
    said = _plain(text)
    if not said:
        return "lost" if re.fullmatch(r"[\s?？.。…]+", text) and text.strip() else None
    if asks_for_the_answer(text):
        return "tell"
    return next((name for name in WISHES if wishes(text, name)), None)


def wishes(text: str, name: Wish) -> bool:
    """Whether a message has a certain wish, also where it could mean another (`again`)."""
    return len(text) <= MAX_WISH and any(one.fullmatch(_plain(text)) for one in _patterns_of(name))


def asks_for_the_answer(text: str) -> bool:
    """Whether a message wants to be told the answer."""
    return len(text) <= 2 * MAX_WISH and _TELL.search(text.casefold().replace("’", "'")) is not None


def wants_questions(text: str) -> bool:
    """Whether a message asks to be asked something."""
    return len(text) <= MAX_WISH and _QUIZ.search(text.casefold().replace("’", "'")) is not None


def wants_anything(text: str) -> bool:
    """Whether any unit will do."""
    return _ANYTHING.search(text.casefold()) is not None


def wants_due(text: str) -> bool:
    """Whether what is due is asked for."""
    return _DUE.search(text.casefold()) is not None


def is_question(text: str) -> bool:
    """Whether a message asks something rather than answers."""
    return _ASKS.search(text.strip().casefold()) is not None


def units_called(text: str, library: Library) -> list[Unit]:
    """Return the units that have a message as their title, or as a name of their course."""
    said = folded(text)
    units = [unit for unit in library if said in map(folded, _worded(unit.title))]
    return units or [unit for unit in library if said in map(folded, _of_course(unit))]


def units_named(text: str, library: Library, *, whole: bool = False) -> list[Unit]:
    """Return the units a message names, the most closely named first; of a course that is named, all of them.

    Args:
        text: The message.
        library: The courses.
        whole: Whether nothing but the name may be said.
    """
    if len(text) > MAX_WISH:
        return []
    said = folded(text)
    found: list[tuple[int, Unit]] = []
    for unit in library:
        names = {*unit.about, *_worded(unit.title)}
        longest = max((len(name) for name in names if _names(said, folded(name), whole=whole)), default=0)
        if longest:
            found.append((longest, unit))
    found.sort(key=lambda entry: -entry[0])
    if found:
        return [unit for length, unit in found if length == found[0][0]]
    return [unit for unit in library if any(_names(said, folded(name), whole=whole) for name in _of_course(unit))]


def _of_course(unit: Unit) -> list[str]:
    return [*unit.course_about, *_worded(unit.course)]


def _names(said: str, name: str, *, whole: bool) -> bool:
    if whole:
        asked_for = rf"(?:(?:the|some|more|about|on) )*{re.escape(name)}(?:s|es)?(?: please| pls)?|{re.escape(name)}吧?"
        return re.fullmatch(asked_for, said) is not None
    if not name.isascii():
        return name in said
    return re.search(rf"\b{re.escape(name)}(?:s|es)?\b", said) is not None


def _worded(wording: str | dict[str, str]) -> list[str]:
    return [wording] if isinstance(wording, str) else list(wording.values())


def _plain(text: str) -> str:
    said = re.sub(r"[^\w\s'?？]|_", " ", text.casefold().replace("’", "'"))
    if said.strip() and not said.strip("?？ "):
        return "?"
    said = " ".join(re.sub(r"[?？]", " ", said).split())
    return said if said.isascii() else said.replace(" ", "")
