# ruff: noqa: E501 - tables of words and texts
"""What users write after an emergency: that they are safe, that they are not, or for the numbers again."""

import re

from dialog_guards.emergencies.folding import folded

LONGEST = 80  # characters: who writes more says more than that

_SAFE = re.compile(
    r"\b(?:i ?a?m|were|we are|feeling|feel) (?:\w+ ){0,3}?(?:safe|ok|okay|fine|alright|better)\b|\b(?:he|she|they)(?:s| is|re| are) gone\b"
    r"|我(?:们)?(?:\w{0,4})?(?:安全|没事|好多了|好一点)|(?:他|她|那人)已?经?走了|现在安全"
)
_UNSAFE = re.compile(
    r"\b(?:not|isnt|aint|never|dont|unsafe|no longer|wasnt|cant|wont|if|but|until)\b|不安全|没有安全|不太|不好|不是|还没|但|可是|如果"
)
_AGAIN = re.compile(
    r"\b(?:numbers?|hotline|helpline)\b.{0,20}\b(?:again|please|was|once more)\b|\b(?:what|which) (?:was|is) the number"
    r"|\bshow me the numbers|电话.{0,6}(?:多少|再|是)|再.{0,8}(?:电话|号码)|(?:号码|热线).{0,6}(?:多少|再|是)"
)
_NOT_SAFE = re.compile(
    r"\b(?:not|isnt|arent|dont feel|never) (?:\w+ )?(?:safe|ok|okay|fine|alright)\b|unsafe|不安全|不太?好"
)


def is_safe(text: str) -> bool:
    """Say whether somebody says that they are safe, and no more than that."""
    text = folded(text)
    return len(text) <= LONGEST and bool(_SAFE.search(text)) and not _UNSAFE.search(text)


def is_unsafe(text: str, *, asked: bool = True) -> bool:
    """Say whether somebody answers that they are not safe; a bare "no" says so only where they were just `asked`."""
    text = folded(text)
    return len(text) <= LONGEST and (
        bool(_NOT_SAFE.search(text)) or (asked and text.strip(" .!。！") in {"no", "nope", "不", "没有"})
    )


def is_asking_again(text: str) -> bool:
    """Say whether somebody wants to be told the numbers again."""
    text = folded(text)
    return len(text) <= LONGEST and bool(_AGAIN.search(text))
