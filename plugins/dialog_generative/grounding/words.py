"""The words of a text that say something, as two texts are compared by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Literal

import Stemmer

Kind = Literal["word", "number", "name"]

# What holds a sentence together and says nothing by itself. Negations are looked at apart; see `negations`.
ENGLISH = frozenset(
    """
    a an the this that these those there here it its itself one ones
    i me my mine myself we us our ours you your yours yourself he him his she her hers they them their theirs
    am is are was were be been being do does did doing done has have had having get gets got
    can could will would shall should may might must let lets
    and or but if so than then as at by for from in into of off on onto to with about over under up down out through
    during before after between because while when where which who whom whose what why how
    also just only very too more most much many some any each every both either other others another such same own
    yes ok okay please hello hi thanks thank sure well really quite however therefore moreover
    s t d ll m re ve
    """.split()
)
_CHINESE = re.compile(
    "|".join(
        sorted(
            """
            的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛 哦 哈 啦 呗 嗯 哎 是 在 有 会 能 可以 要 想 应该 需要 就 都
            也 还 还是 又 再 才 只 很 太 更 最 挺 非常 已经 被 把 给 对 从 到 为 和 与 或 或者 及 跟 而 但
            但是 如果 因为 所以 不过 而且 然后 其实 我 你 您 他 她 它 我们 你们 您们 他们 她们 它们 咱们
            自己 大家 这 那 这个 那个 这些 那些 这里 那里 这样 那样 什么 怎么 怎样 怎么样 如何 哪 哪里 哪儿
            哪些 哪个 谁 几 多少 为什么 请 请问 知道 觉得 听说 好的 对的 是的 一个 一部 一下
            """.split(),
            key=len,
            reverse=True,
        )
    )
)
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,:/\-]\d+)*%?)|(?P<han>[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+)|"
    r"(?P<word>[^\W\d_]+(?:['’\-][^\W\d_]+)*\d*)"
)
_SENTENCE = re.compile(r"[^.!?。！？…；;\n]*(?:\.(?=\S)[^.!?。！？…；;\n]*)*[.!?。！？…；;\n]*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|impossible|\w+n['’]t)\b|"
    r"没|未(?!来)|无(?!论|锡)|别(?!人|的|名)|不(?!过|仅|但|同|少|错|断|管|论|只)|非(?!常|洲)",
    re.IGNORECASE,
)
_STEMMER = Stemmer.Stemmer("english", 0)
_LOCK = Lock()  # a Stemmer keeps its state in itself, and replies are judged in threads too


@dataclass(frozen=True, slots=True)
class Term:
    """Something a text says.

    Attributes:
        form: What is compared.
        kind: A number and a name have to be there as they are; a word in any of its forms.
    """

    form: str
    kind: Kind


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [sentence for match in _SENTENCE.finditer(text) if (sentence := match[0].strip())]


def negations(sentence: str) -> int:
    """Return how many words of a sentence turn it into its opposite."""
    return sum(1 for _ in _NEGATION.finditer(sentence))


def terms(sentence: str) -> Iterator[Term]:
    """Yield what a sentence says; Chinese and Japanese, which write no spaces, as pairs of characters."""
    first = True
    for match in _TOKEN.finditer(sentence):
        token = match[0]
        if match.lastgroup == "number":
            yield Term(_number(token), "number")
        elif match.lastgroup == "han":
            for run in _CHINESE.split(token):
                yield from (Term(run[at : at + 2], "word") for at in range(max(len(run) - 1, 1)) if run)
        elif token.casefold() not in ENGLISH and not _NEGATION.fullmatch(token):
            is_name = (not first and token[0].isupper()) or sum(map(str.isupper, token)) > 1 or token[-1].isdigit()
            yield Term(_stem(token.casefold()), "name" if is_name else "word")
        first = False


def _number(token: str) -> str:
    """Return a number in one form: `1,000` is `1000`, `3.50` is `3.5`, and a date stays what it is."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?", token):
        token = token.replace(",", "")
    if re.fullmatch(r"\d+\.\d+", token):
        token = token.rstrip("0").rstrip(".")
    return token


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    with _LOCK:
        return str(_STEMMER.stemWord(word))
