"""The words follow-up questions are told by, in English and Chinese. Lists for people to read and add to."""

# What a message may begin with before it says anything.
FILLERS = frozenset(
    """
    oh ok okay alright right well hm hmm um uh ah great good cool nice fine perfect thanks thank you yes yeah yep no
    nope please sorry hi hello hey got
    """.split()
)
FILLERS_ZH = (
    "哦",
    "噢",
    "嗯",
    "好的",
    "好",
    "行",
    "谢谢",
    "明白了",
    "知道了",
    "了解",
    "请问",
    "对了",
    "您好",
    "你好",
    "是的",
    "啊",
)

# What goes on from what was said before.
OPENERS = (
    "and",
    "or",
    "but",
    "also",
    "then",
    "so",
    "plus",
    "what about",
    "how about",
    "same for",
    "same with",
    "what if",
    "what else",
    "anything else",
    "any other",
    "tell me more",
    "more about",
    "which one",
    "which ones",
)
OPENERS_ZH = (
    "那",
    "还有",
    "另外",
    "然后",
    "而且",
    "可是",
    "但是",
    "不过",
    "以及",
    "或者",
    "同样",
    "如果是",
    "要是",
    "换成",
)

# What stands for something named before.
POINTERS = frozenset(
    """
    it its itself they them their theirs this that these those one ones he him his she her hers there
    same both either neither another former latter
    """.split()
)
POINTERS_ZH = (
    "它",
    "这个",
    "那个",
    "这些",
    "那些",
    "这款",
    "那款",
    "这种",
    "那种",
    "这项",
    "这件",
    "那件",
    "这张",
    "这台",
    "那台",
    "这样",
    "那样",
    "此",
    "其",
    "他",
    "她",
    "这",
    "那",
    "上面",
    "上述",
    "刚才",
    "同样",
    "前者",
    "后者",
)

# Where such a word points at nothing.
EMPTY_POINTERS = (
    "is there",
    "are there",
    "there is",
    "there are",
    "was there",
    "were there",
    "will there",
    "it is possible",
    "is it possible",
    "is it true",
    "is it ok",
    "is it okay",
    "is it allowed",
    "that i",
    "that you",
    "that we",
    "that the",
    "that is",
    "this week",
    "this month",
    "this year",
    "this morning",
    "this afternoon",
    "this evening",
    "this weekend",
    "one day",
    "one week",
    "one year",
    "one month",
    "one of",
    "each other",
    "the same day",
    "so that",
)
EMPTY_POINTERS_ZH = (
    "其他",
    "其它",
    "其实",
    "其中",
    "尤其",
    "此外",
    "吉他",
    "这里",
    "这儿",
    "这边",
    "那里",
    "那边",
    "这几天",
    "这周",
    "这个月",
    "这个星期",
    "这个周末",
    "这两天",
    "这样的话",
    "那么",
)

# What a Chinese question ends with that passes the same question on to something else: X300呢?
ENDINGS_ZH = ("呢",)

# What says nothing about a subject, beside the function words that retrieval gives little weight.
EMPTY_WORDS = frozenset("tell know more want need like give get got let say think else show many much long".split())
EMPTY_WORDS_ZH = ("介绍", "说说", "讲讲", "说一下", "一点", "更多", "详细", "问题", "想知道", "想了解", "了解")
