"""Everyday remarks: what people say to any bot, and few bots are for. They teach a small bot what it is not for."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from dialog_nlu_training.labelled_data import OUT_OF_SCOPE, Example

_PLACE = Path("everyday remarks")
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(ing|ed|es|s)$")
_EMPTY = frozenset(
    "a an the is are was be am i you he it we they me my your that this what who where how when do does did will shall "
    "can of to in on at for and or not no so with by about like up have has had please much very lot just".split()
)
_CHINESE_RUN = re.compile(r"([\u4e00-\u9fff]+)")
_EMPTY_PAIRS = frozenset(
    "什么 怎么 么样 多少 是什 是谁 哪里 的是 这个 我的 你的 "
    "给我 帮我 我去 有什 了吗 一个 一张 一点 一遍 能再 要多".split()
)
_ENGLISH = """\
what is the weather like
will it rain tomorrow
tell me a joke
sing me a song
how old are you
where do you live
what is your favourite colour
who won the match yesterday
what time is it
what day is it today
set an alarm for seven
play some music
turn off the light
what is the capital of Spain
how far is the moon
who is the president
translate this into French
what is two plus two
how do you spell necessary
call my mother
send a message to Peter
book me a flight to Rome
how much does a car cost
what is the meaning of life
you are an idiot
that is stupid
shut up
I love you
will you marry me
are you married
thanks a lot
thank you very much
thank you
please wait a moment
what did you say
can you repeat that
speak louder
I am bored
I am hungry
what shall I cook tonight
how do I lose weight
read me the news
what is on television
my phone is broken
do you know my brother
I went to the cinema on Sunday
my dog is called Rex
what does this word mean
remind me to buy milk
how many people live in China
""".splitlines()
_CHINESE = """\
今天天气怎么样
明天会下雨吗
讲个笑话
唱首歌给我听
你多大了
你住在哪里
你最喜欢什么颜色
昨天的比赛谁赢了
现在几点了
今天星期几
帮我定个七点的闹钟
放点音乐
把灯关了
西班牙的首都是哪里
月亮离地球有多远
总统是谁
把这句话翻译成法语
二加二等于几
这个字怎么写
给我妈打个电话
给小王发条短信
帮我订一张去上海的机票
一辆车要多少钱
人生的意义是什么
你真笨
这也太傻了
闭嘴
我爱你
嫁给我吧
你结婚了吗
太感谢了
谢谢你
谢谢
请稍等
你刚才说什么
能再说一遍吗
声音大一点
我好无聊
我饿了
今晚吃什么好
怎么减肥
念念新闻
电视上有什么节目
我的手机坏了
你认识我弟弟吗
星期天我去看了电影
我家的狗叫旺财
这个词是什么意思
提醒我买牛奶
中国有多少人口
""".splitlines()
REMARKS: dict[str, Sequence[str]] = {"en": _ENGLISH, "zh": _CHINESE}


def everyday(examples: Iterable[Example], language: str) -> list[Example]:
    """Return everyday remarks, out of scope for whoever learns from these examples.

    A remark that has a word of theirs is left out, small words aside: it may well be what the bot is for.

    Args:
        examples: What is learnt from.
        language: What the bot speaks; there are remarks in English and Chinese.
    """
    own = {word for example in examples for word in _words(example.text)}
    remarks = REMARKS.get(language.partition("-")[0], ())
    return [Example(text, OUT_OF_SCOPE, _PLACE, 0) for text in remarks if not own & _words(text)]


def _words(text: str) -> set[str]:
    """Return the words that say something; of Chinese, which has no spaces, any two characters side by side."""
    found: set[str] = set()
    for run in _WORD.findall(text.casefold()):
        for piece in _CHINESE_RUN.split(run):
            if _CHINESE_RUN.fullmatch(piece):
                found.update(pair for pair in map("".join, pairwise(piece)) if pair not in _EMPTY_PAIRS)
            elif piece and piece not in _EMPTY:
                found.add(_ENDING.sub("", piece))
    return found
