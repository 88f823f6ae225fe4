"""What may be a sign that a pupil is in need, though it is said in no way that `care` knows.

Children rarely say it outright. Here words of several kinds count together: who does something, what is done, how it
feels, in the first person. That finds more, and is wrong more often: so who writes such a thing is asked gently
and told whom to talk to, and nobody is called.
"""

import functools
import re
from collections.abc import Mapping

from dialog_education.guard.care import without_jokes

_TO_THE_TUTOR = re.compile(
    r"\b(?:talk|speak|call|want|need|get|ask)\b.{0,20}\b(?:teacher|person|human)\b|\bteacher (?:said|says|told)\b"
    r"|[找叫问喊](?:一下)?(?:我的)?老师|老师(?:好像)?(?:说|讲)|我回来了|我的(?:成绩|进度|数据)"
)
SHORTEST = 4  # words, or characters of Chinese

_HARMLESS = re.compile(
    r"\b(?:ball|chess|game|minecraft|fortnite|roblox|football|goal|score|train|movie|film|book|story|dragon"
    r"|knight|war"
    r"|army|battle|volcano|dinosaurs?|apples?|how many|how much|kick ?off|question|answer|homework|typing)\b"
    r"|(?:so|too) hard|teach(?:es)? me|annoying|mad at me|helped me"
    r"|游戏|足球|篮球|下棋|电影|故事|小说|战争|打仗|恐龙|火山|老虎|题|答案|作业|卷子|多少|几个|几岁|灵感|太难|好难|太笨|好笨|好烦|生我的气|教我|帮我"
)

_ORDERS = re.compile(r"\b(?:show|tell|teach|give|send|help|ask|test|quiz) me\b|(?:给|教|考|告诉)我")

_ENGLISH: Mapping[str, str] = {
    "me": r"\b(?:i|i'?m|i'?ve|i'?d|me|my|we|us)\b",
    "who": r"\b(?:dad|daddy|father|mum|mom|mummy|mother|step\w+|uncle|aunt|cousin|grand\w+|brother|sister|coach"
    r"|teacher|priest"
    r"|neighbou?r|man|guy|boys?|girls?|kids?|classmates?|they|someone|somebody|he|she|stranger|parents?|boyfriend)\b",
    "done": r"\b(?:bruis\w+|black eye|hit\w*|slap\w*|punch\w*|kick\w*|chok\w+|beat\w*|shov\w+|sp[ai]t\w*|rip(?:s"
    r"|ped)|tore|pull\w*"
    r"|pinch\w*|lap|undress\w*|clothes|pants|underwear|naked|touch\w*|kiss\w*|grop\w+|lock(?:s|ed)|belt"
    r"|threat\w*|scary"
    r"|blackmail\w*|kill (?:us|me|him|her|my)|fatty|names|camera|hurts?|scream\w*|throws?|threw|burn\w*|bed|bath)\b",
    "feeling": r"\b(?:empty|cry(?:ing)?|cried|scared|afraid|terrified|ashamed|lonely|alone|hopeless|worthless"
    r"|numb|nightmares?"
    r"|panic|depressed|sad|unloved|unwanted|broken|hate my|trapped|guilty)\b",
    "always": r"\b(?:every (?:night|day|morning)|all the time|always|any ?more|can'?t sleep|talk about|tell any"
    r"|forever|never)\b",
    "death": r"\b(?:die|dying|dead|death|being alive|alive|disappear|jump(?:ing)? (?:off|from|in front)|bridge"
    r"|pills|hang|end it)\b",
    "why": r"\bpoint of\b|\b(?:hurts?|painful) (?:to|when)\b|\bhow (?:to|can (?:i|you)|do (?:i|you)) (?:die"
    r"|disappear)\b",
    "wish": r"\b(?:want|wish|feel|think|thinking|rather|point|hurts?|would|better|should|how)\b",
    "neglect": r"\b(?:nothing to eat|nothing in the fridge|fridge|hungry|no food|(?:hasn'?t|hasnt|not"
    r"|never) come home|home alone"
    r"|left me|drunk|kicked me out|sleep(?:ing)? (?:outside|in the car))\b",
    "body": r"\b(?:razor|blade|scars?|cuts on|throw up|throwing up|vomit|get fat|so fat|too fat|skinny|laxatives?)\b",
    "left": r"\b(?:nobody|no ?one|everybody|everyone)\b.{0,25}\b(?:me|sits?|talks?|plays?|invites?)\b",
}
_CHINESE: Mapping[str, str] = {
    "me": "我",
    "who": "爸|妈|父|母|叔|舅|伯|姨|姑|哥|姐|弟|奶奶|爷爷|外公|外婆|教练|老师|邻居|男人|男生|女生|同学|他|她"
    "|有人|别人|陌生人|网友",
    "done": "青一块|青的|淤青|伤|扇|踹|踢|揍|捶|掐|推|砸|撕|吐口水|口水|扒|脱|裤子|衣服|腿上|摸|亲|抱|锁|关在"
    "|皮带|威胁|吓|杀|肥猪|胖子|外号"
    "|镜头|疼|骂|吼|摔|烫|床|洗澡|拳头|抢|堵",
    "feeling": "空空的|哭|害怕|怕|羞|孤单|孤独|没用|没希望|难过|伤心|崩溃|抑郁|睡不着|噩梦|压抑|多余|痛苦",
    "always": "每天|每晚|天天|一直|总是|老是|永远|再也|不敢(?:说|告诉)|睡不着|晚上",
    "death": "死|消失|跳下去|跳楼|活着|安眠药|上吊|离开这个世界|不在了",
    "why": "疼吗|痛吗|为了什么|什么意义|有什么意思|怎么才能死",
    "wish": "想|希望|觉得|不如|意义|为了什么|疼吗|老想着|要是",
    "neglect": "没饭吃|没(?:有|啥|什么)*(?:东西)?吃的|没人做饭"
    "|什么也没有|冰箱|饿着|没(?:有)?回家|一个人在家|不要我|赶出|喝醉|睡(?:在)?外面",
    "body": "刀片|划了|疤|吃完就(?:去)?吐|吐掉|怕胖|太胖|减肥|泻药",
    "left": "没人.{0,8}(?:跟|和|理|愿意|要).{0,4}我|(?:大家|所有人|全班).{0,8}(?:讨厌|不理|躲)",
}


@functools.cache
def _patterns() -> tuple[dict[str, re.Pattern[str]], ...]:
    return tuple({name: re.compile(pattern) for name, pattern in words.items()} for words in (_ENGLISH, _CHINESE))


def is_personal(text: str) -> bool:
    """Whether a message says something about the pupil: no mere answer, and not about numbers, games or lessons."""
    said = without_jokes(text)
    brief = len(said.split()) < SHORTEST if said.isascii() else len(said) < SHORTEST
    if brief or any(map(str.isdigit, said)) or _HARMLESS.search(said) or _TO_THE_TUTOR.search(said):
        return False
    from dialog_education.tutor import heard  # only where a message is no mere answer

    if heard.wish(text) is not None or heard.wants_questions(text):
        return False
    return any(words["me"].search(said) for words in _patterns())


def may_worry(text: str) -> bool:
    """Whether a pupil who writes this should be asked how they are."""
    said = _ORDERS.sub(" ", without_jokes(text))
    if _HARMLESS.search(said):
        return False
    return any(_adds_up({name for name, pattern in words.items() if pattern.search(said)}) for words in _patterns())


def _adds_up(found: set[str]) -> bool:
    if "me" not in found:
        return {"neglect", "who"} <= found or {"death", "why"} <= found
    return (
        {"who", "done"} <= found
        or {"death", "wish"} <= found
        or {"feeling", "always"} <= found
        or bool(found & {"body", "left"})
        or ("neglect" in found and bool(found & {"who", "feeling"}))
        or {"feeling", "who"} <= found
    )
