"""What pupils write who may be in need: of wanting to die, hurting themselves, being hurt, threatened or approached.

Written to be found rather than missed: somebody looks who did not have to, and that is the lesser harm. What only
sounds like it ("this maths is killing me") is taken out first.
"""

import re

_JOKES = re.compile(
    r"\bhit me(?: with|!|$)|\bbeats? me (?:at|in|by|to|\d)|想死你"
    r"|\b(?:dying|die|died) (?:of|from) (?:boredom|laughter|laughing)\b|\bkilling me\b|\bkill(?:ed)? (?:it|time)\b"
    r"|(?:笑|累|饿|困|渴|热|冷|急|无聊|撑|气|烦|痒|吵|丑)死(?:我|了)|要杀死我了|杀疯了"
)

_DEATH = (
    r"\b(?:i|im|i'm|am|me|just|really|we)\b.{0,12}\b(?:want|wanna|going|wish|like|ready|plan(?:ning)?)(?: to"
    r"| i (?:could|would|was|were))? (?:die|be dead|dead|end it(?: all)?"
    r"|end my life|kill myself|not (?:exist|be here|be alive|wake up))\b",
    r"\b(?:kill|killing|killed|hang|hanging|drown|shoot|poison) my ?self\b|\bkms\b|\bsuicid(?:e|al)\b"
    r"|\bend(?:ing)? my life\b",
    r"\b(?:do not|don'?t|dont|no longer) (?:want|wanna) (?:to )?(?:live|be alive|be here any ?more|exist|wake up)\b",
    r"\bbetter off (?:dead|without me)\b|\b(?:nobody|no ?one|no one) would (?:miss|notice|care)\b",
    r"\b(?:want|wish) (?:it|this|my life|everything) to (?:end|be over|stop)\b|\bno (?:reason|point) (?:to"
    r"|in) liv(?:e|ing)\b",
    r"(?:不想|不要|没必要|不愿意?)再?活|活(?:不下去|够了|腻)|想(?:要)?(?:去)?死(?!记|背|磕)|自杀|自尽|轻生"
    r"|跳楼|寻死|了结自己|结束(?:我?自己|生命|这一切|我的生命)",
    r"活着(?:真|好)?(?:没|沒)(?:有)?(?:什么)?(?:意思|意义)|(?:我)?(?:要是|如果)?(?:消失|不在"
    r"|死)了?.{0,4}(?:没有?人|谁)会?.{0,3}(?:在意|在乎|发现|难过|想我)",
)
_SELF_HARM = (
    r"\b(?:cut|cutting|burn|burning|hurt|hurting|harm|harming|starve|starving) (?:my ?self|my (?:arms?|wrists?"
    r"|legs?|skin|body))\b|\bself[- ]harm\b",
    r"割腕|割(?:自己|手腕|手臂|胳膊|手)|(?:伤害|弄伤|打|掐|烫|惩罚)(?:我)?自己|自残|自伤",
)
_HURT = (
    r"\b(?:dad|daddy|father|mum|mom|mother|mummy|uncle|aunt|brother|sister|step\w+|grand\w+|teacher|coach|he"
    r"|she|they|boyfriend|parents?|somebody|someone|man|people|boys|girls|kids)"
    r"\b.{0,30}\b(?:hits?|hitting|beats?|beating|slaps?|kicks?|punch(?:es)?|chok(?:es?|ing)|whips?|touch(?:es"
    r"|ed|ing)?|hurts?|abus(?:es?|ed|ing)|rap(?:es?|ed)|threatens?|threatened|strangles?) (?:me|us|my)\b",
    r"\b(?:locks?|locked|shuts?) me (?:in|up|out)\b|\b(?:without|no|not enough) food\b.{0,20}\b(?:home|room"
    r"|gives? me)\b|\b(?:gives?|get|have) (?:me )?nothing to eat\b",
    r"\b(?:scared|afraid|frightened|terrified) (?:to go home|of (?:my )?(?:dad|father|mum|mom|mother|uncle"
    r"|step\w+|him|her|them|going home))\b",
    r"\b(?:did|does|done|doing) (?:something|things|bad things) to me\b|\b(?:can'?t|cannot|not allowed to"
    r"|must not) tell any ?(?:one|body)\b|\btouch(?:es|ed|ing)? me\b",
    r"\b(?:being|been|get|got|am|i'?m|was) (?:bullied|abused|beaten|raped|molested|threatened|harassed"
    r"|picked on)\b|\bbull(?:y|ies|ying) me\b",
    r"\b(?:beat|hit|push|pushes|kick|punch|threaten|hurt|stab|spit on)(?:s|es|ing)? me\b|\bto (?:stab|kill"
    r"|beat|hurt|shoot) (?:me|us)\b|\beveryone (?:laughs at|hates|makes fun of) me\b",
    r"\b(?:ask(?:s|ed|ing)?|want(?:s|ed)?|sends?|sent)\b.{0,20}\b(?:pictures?|photos?|pics|nudes?"
    r"|meet(?:ing)? (?:him|me|up))\b.{0,20}(?:\bme\b|$)|\b(?:man|guy|stranger|someone"
    r"|somebody)\b.{0,20}\b(?:internet|online)\b.{0,40}\b(?:me|my)\b",
    r"(?:爸|妈|爹|叔叔?|舅舅?|伯|姨|哥|姐|奶奶|爷爷|老师|教练|后妈|继父|他们?|她们?|男生|女生|同学|有人|那个人)"
    r".{0,10}(?:打|揍|踢|掐|扇|抽|欺负|虐待|威胁|强奸|非礼)(?:了)?(?:我|人)(?!的?电话|电话)",
    r"(?:叔|舅|伯|哥|老师|教练|继父|有人|那个人|陌生人|邻居|男人).{0,8}(?:摸|亲|脱|抱)(?:了)?我",
    r"(?:他们|她们|同学|男生|女生|大家|网上).{0,10}(?:骂|笑话|嘲笑)我",
    r"(?:打|揍|踢|欺负|虐待|威胁|霸凌|孤立|排挤|猥亵|性侵|侵犯)(?:了)?我(?!的?电话|电话|一?分)",
    r"被.{0,6}(?:打|欺负|霸凌|虐待|威胁|孤立|排挤|猥亵|性侵|侵犯)|霸凌|(?:天天|总是|老是|经常)打我",
    r"(?:不敢|害怕|怕)(?:回|在)家|不(?:给|让)我?(?:吃|饭)|(?:把我)?(?:锁|关)(?:在|起来|进)|(?:不敢"
    r"|不能)(?:告诉|说|跟人说)|对我做(?:了)?(?:不好|坏|奇怪|那种)",
    r"(?:网上|陌生|网友|那个人).{0,12}(?:照片|见面|视频|发给他|裸)|(?:要|让|叫)我.{0,4}(?:发|拍).{0,4}(?:照"
    r"|视频)|(?:拿|用)?刀.{0,3}(?:捅|砍|杀|刺)我|(?:捅|砍|杀)(?:了|死)?我(?!了)",
)
_NO_NEED = re.compile(
    r"\b(?:not|never|isn'?t|nobody|no ?one) (?:being |been |want(?:ing)? to )?(?:bullied|hits? me|hurts? me"
    r"|die)\b|\bdice?\b"
)
_CARE = re.compile("|".join(f"(?:{one})" for one in (*_DEATH, *_SELF_HARM, *_HURT)))


def needs_care(text: str) -> bool:
    """Whether a grown-up should look at what a pupil writes."""
    said = _JOKES.sub(" ", text.casefold().replace("’", "'")[:4000])
    return _CARE.search(_NO_NEED.sub(" ", said)) is not None
