"""What can be asked of a condition: its symptoms, causes, treatment ... and the words that ask for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dialog_medical.library.words import words_of


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that can be asked.

    Attributes:
        kind: What the data set calls it.
        en: What it is called.
        zh: The same in Chinese.
        words: Beginnings of words that ask for it.
        words_zh: The same in Chinese.
    """

    kind: str
    en: str
    zh: str
    words: tuple[str, ...]
    words_zh: tuple[str, ...]


# In this order: "how is it diagnosed and treated" is about the diagnosis; "what to do to prevent" about prevention.
ASPECTS = (
    Aspect(
        "prevention",
        "prevention",
        "预防",
        ("prevent", "avoid", "protect", "vaccin"),
        ("预防", "避免", "防止", "怎么防", "疫苗"),
    ),
    Aspect("complications", "complications", "并发症", ("complication", "consequence"), ("并发症", "后果", "不治会")),
    Aspect(
        "symptoms",
        "symptoms",
        "症状",
        ("symptom", "sign", "feel", "recogni", "warning"),
        ("症状", "表现", "征兆", "有什么感觉", "信号"),
    ),
    Aspect(
        "causes",
        "causes",
        "病因",
        ("cause", "why", "reason", "come from", "trigger"),
        ("原因", "为什么", "引起", "病因", "怎么得", "导致", "怎么引起"),
    ),
    Aspect(
        "exams and tests",
        "diagnosis",
        "诊断",
        ("diagnos", "test", "exam", "find out", "detect", "screen", "scan", "biopsy"),
        ("诊断", "检查", "确诊", "化验", "怎么查"),
    ),
    Aspect(
        "treatment",
        "treatment",
        "治疗",
        (
            "treat",
            "therap",
            "cure",
            "curable",
            "medicine",
            "medication",
            "surgery",
            "operation",
            "drug",
            "heal",
            "get rid of",
            "remed",
        ),
        ("治疗", "怎么治", "治好", "能治", "怎么办", "疗法", "手术", "用药", "药物", "治"),
    ),
    Aspect(
        "outlook",
        "outlook",
        "预后",
        (
            "outlook",
            "prognos",
            "life expectancy",
            "surviv",
            "fatal",
            "die",
            "dying",
            "deadly",
            "go away",
            "dangerous",
            "serious",
            "how long",
            "recover",
            "curable",
        ),
        ("预后", "能活", "寿命", "会死", "致命", "能好", "多久能好", "严重吗", "恢复"),
    ),
    Aspect(
        "susceptibility",
        "who is at risk",
        "易患人群",
        ("risk", "who get", "inherit", "heredit", "genetic", "contagio", "catch", "infectious", "run in famil"),
        ("风险", "容易得", "哪些人", "遗传", "传染", "什么人"),
    ),
    Aspect(
        "frequency",
        "how common it is",
        "发病率",
        ("how common", "how many", "frequent", "rare", "prevalence"),
        ("多常见", "多少人", "发病率", "常见吗", "罕见"),
    ),
    Aspect(
        "considerations",
        "eating and living with it",
        "饮食和注意事项",
        (
            "what to do",
            "diet",
            "eat",
            "food",
            "nutrition",
            "drink",
            "exercis",
            "live with",
            "living with",
            "cope",
            "manag",
        ),
        ("饮食", "吃什么", "不能吃", "忌口", "注意什么", "注意事项", "锻炼", "生活"),
    ),
    Aspect("research", "research", "研究", ("research", "stud", "trial"), ("研究", "临床试验")),
    Aspect(
        "information",
        "what it is",
        "概述",
        (
            "what is",
            "what are",
            "whats",
            "tell me about",
            "information",
            "define",
            "definition",
            "mean",
            "explain",
            "know about",
            "about",
            "difference",
        ),
        ("区别", "是什么", "什么是", "介绍", "了解", "是种什么", "啥是", "是啥", "什么病", "资料", "信息"),
    ),
)
BY_KIND: Mapping[str, Aspect] = {aspect.kind: aspect for aspect in ASPECTS}
INFORMATION = BY_KIND["information"]

# Words that say nothing about which condition is meant.
COMMON = frozenset(
    words_of(
        "yesterday today recently lately last week just diagnosed told "
        "a an the of for in on at to from with and or is are was were be been am do does did can could will would "
        "should may might must have has had having get gets got getting i you he she it they we me my your his her "
        "its their our us him them this that these those there here what which who whom whose how why when where "
        "please hello hi hey thank thanks ok tell give show know want need like hear heard read think wonder "
        "question ask say said more some any much many most about one person people somebody someone anyone patient "
        "patients man woman men women mother father mum mom dad son daughter wife husband friend sister brother "
        "grandma grandpa uncle aunt doctor doctors hospital nhs usually normally common often really just also "
        "still so if as by not no than then too very bad good best new main first early late long time day days "
        "week year years old age aged life body health medical condition illness exactly mean means called work "
        "works happen happens occur something anything information info help done doing available usual general "
        "typical different kind kinds type types way ways s t dont doesnt im ive id whats explain describe "
        "understand between case cases affect affected affects develop develops suffer suffering living live avoid "
        "out find go away back make clinical being public states united known "
    )
)
CHILD = frozenset(words_of("child children kid kids baby babies infant infants toddler newborn childhood"))
CHILD_ZH = ("孩子", "小孩", "儿童", "宝宝", "婴儿", "幼儿", "新生儿")
COMMON_ZH = re.compile(
    "区别|关系|不同|联系|区分|请问|您好|你好|一下|我想|想要|知道|想问|问问|有哪些|有什么|哪些|什么|怎么样|怎么|如何|为啥|告诉|关于|这种病|这个病|的人|病人|患者|"
    "我妈妈|我爸爸|我妈|我爸|妈妈|爸爸|爷爷|奶奶|老公|老婆|朋友|家人|医生|会不会|是不是|能不能|可以|需要|应该|一般|通常|常见|得了|"
    "患有|患了|得|会|有|的|了|吗|呢|吧|啊|呀|是|我|你|您|他|她|它|们|和|与|要|能|做|早期|晚期|主要|查|看|请|讲|说|谢谢|都|很|被|在|对|啥|到底|具体|多|"
    "给|由|人|这|那|个|些|点|病|症|种|可能|哪|时候|以后|之后|该|去|好"
)


def aspect_of(question: str) -> Aspect | None:
    """Return what is asked; None where nothing says so."""
    text = question.casefold().replace("’", "'").replace("'", "")
    for aspect in ASPECTS:
        if any(re.search(rf"\b{re.escape(word)}", text) for word in aspect.words) or any(
            word in text for word in aspect.words_zh
        ):
            return aspect
    return None


_ASPECT_WORDS = tuple(sorted({part for aspect in ASPECTS for word in aspect.words for part in words_of(word)}))
ASPECT_ZH = re.compile(
    "|".join(sorted((re.escape(word) for a in ASPECTS for word in a.words_zh), key=len, reverse=True))
)


def says_nothing(word: str) -> bool:
    """Whether a word says nothing about which condition is meant."""
    return word in COMMON or word in CHILD or word.startswith(_ASPECT_WORDS_LONG) or word in _ASPECT_WORDS


_ASPECT_WORDS_LONG = tuple(word for word in _ASPECT_WORDS if len(word) >= 4)
