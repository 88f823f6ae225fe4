"""What pupils write who may be in need: of wanting to die, hurting themselves, being hurt, threatened or approached.

Written to be found rather than missed: somebody looks who did not have to, and that is the lesser harm. What only
sounds like it ("this maths is killing me") is taken out first.
"""

import functools
import re

_JOKES = re.compile(
    r"\bhit me(?: with| like|!|$)|\bbeats? me (?:at|in|by|to|\d)|想死你|\b(?:dying|die|died) (?:of|from) (?:boredom"
    r"|laughter|laughing)\b|\bkilling me\b|\bkill(?:ed)? (?:it|time)\b|(?:笑|累|饿|困|渴|热|冷|急|无聊|撑|气"
    r"|烦|痒|吵|丑)死(?:我|了)|要杀死我了|杀疯了"
)

_DEATH = (
    r"\b(?:i|im|i'm|am|me|just|really|we)\b.{0,12}\b(?:want|wanna|going|wish|like|ready|plan(?:ning)?)(?: to"
    r"| i (?:could|would|was|were))? (?:die|be dead|dead|end it(?: all)?|end my life|kill myself|not (?:exist"
    r"|be here|be alive|wake up))\b",
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
    r".{0,10}(?:打|揍|踢|掐|扇|抽|欺负|虐待|威胁|强奸|非礼)(?:了)?(?:我|人)(?!的|电话)",
    r"(?:叔|舅|伯|哥|老师|教练|继父|有人|那个人|陌生人|邻居|男人).{0,8}(?:摸|亲|脱|抱)(?:了)?我",
    r"(?:他们|她们|同学|男生|女生|大家|网上).{0,10}(?:骂|笑话|嘲笑)我",
    r"(?:打|揍|踢|欺负|虐待|威胁|霸凌|孤立|排挤|猥亵|性侵|侵犯)(?:了)?我(?!的|电话|一?分)",
    r"被.{0,6}(?:打|欺负|霸凌|虐待|威胁|孤立|排挤|猥亵|性侵|侵犯)|霸凌|(?:天天|总是|老是|经常)打我",
    r"(?:不敢|害怕|怕)(?:回|在)家|不(?:给|让)我?(?:吃|饭)|(?:把我)?(?:锁|关)(?:在|起来|进)|(?:不敢"
    r"|不能)(?:告诉|说|跟人说)|对我做(?:了)?(?:不好|坏|奇怪|那种)",
    r"(?:网上|陌生|网友|那个人).{0,12}(?:照片|见面|视频|发给他|裸)|(?:要|让|叫)我.{0,4}(?:发|拍).{0,4}(?:照"
    r"|视频)|(?:拿|用)?刀.{0,3}(?:捅|砍|杀|刺)我|(?:捅|砍|杀)(?:了|死)?我(?!了)",
)
_ALONE = (
    r"\b(?:never|not) been born\b|\b(?:i'?m|im|i am|i feel|life is|my life is) (?:so |completely "
    r"|totally )?(?:worthless|hopeless|useless to everyone|a burden)\b(?! (?:at|in|with)\b)|\b(?:happier"
    r"|better|easier|fine) (?:off )?without me\b|\bi hate myself\b|\b(?:nobody|no ?one|everyone"
    r"|everybody) (?:really )?(?:likes|loves|wants|needs|hates|cares about) me\b|\bcan'?t go on any ?more\b"
    r"|\bgive up on life\b|\bsay goodbye (?:to everyone|forever)\b",
    r"\b(?:took|swallowed|taken|take) (?:a lot of|too many|all (?:the|my|of)|so many|a whole) .{0,12}(?:pills"
    r"|tablets|medicine)\b|\b(?:scratch|bite|burn|pinch|hit|punch|cut)(?:s|ed|ing)? (?:my ?self"
    r"|my (?:own )?(?:skin|arms?|legs?|head|hands?))\b|\b(?:make|made|making) my ?self (?:throw up|sick|vomit"
    r"|bleed)\b|\bstarv(?:e|ing) (?:my ?self|to be thin)\b|\b(?:haven'?t|havent|not|stopped) (?:eaten|eat"
    r"|eating)\b.{0,30}\b(?:days?|thin|fat|weight|skinny)\b",
    r"不该(?:出生|活着)|没有?出生过?|不配活|没(?:有)?(?:了)?我.{0,8}(?:更好|更开心|会更|轻松)|(?:我恨"
    r"|讨厌)我?自己|没有?(?:人|谁)(?:真的)?(?:爱|喜欢|要|关心|在乎|理)我|(?:人生|生活|活着"
    r"|未来).{0,5}没(?:有)?(?:希望|意义|意思)|撑不下去",
    r"(?:吃|吞)了?(?:很多|好多|一大把|一整?瓶|一堆|几十片).{0,4}(?:药|安眠药)|(?:抓|咬|掐|划|烫|割"
    r"|打)(?:我)?自己|(?:抓|咬|划|割).{0,8}(?:出血|流血)|[一二两三四五六七几好多]天(?:都)?没(?:有)?吃|催吐"
    r"|绝食|不吃饭.{0,8}(?:瘦|减肥)",
)
_TREATED = (
    r"\b(?:hit|hits|hitting|slap(?:s|ped)?|kick(?:s|ed)?|punch(?:es|ed)?|grab(?:s|bed)?|shov(?:e|es|ed)"
    r"|push(?:es|ed)?|chok(?:e|es|ed)|strangl(?:e|es|ed)|whip(?:s|ped)?|spank(?:s|ed)?|burn(?:s|ed|t)?|hurts?"
    r"|threaten(?:s|ed)?|abuse[sd]?|molest(?:s|ed)?|rape[sd]?|attack(?:s|ed)?|bull(?:y|ies|ied)|tease[sd]?"
    r"|mock(?:s|ed)?|stalk(?:s|ed)?|blackmail(?:s|ed)?|drag(?:s|ged)?|trip(?:s|ped)?|spits? (?:on|at)"
    r"|kiss(?:es|ed)?|undress(?:es|ed)?) me\b"
    r"(?! (?:to|with|up|a|an|some|the)\b)",
    r"\b(?:throw|throws|threw|throwing)\b.{0,25}\bat me\b|\b(?:make|makes|making|made) fun of me\b|\blaugh(?:s"
    r"|ed|ing)? at me\b|\bgang(?:s|ing)? up on me\b|\b(?:call|calls|calling|called) me (?:names|ugly|fat"
    r"|stupid|gay)\b|\bleav(?:e|ing) me out\b|\b(?:take|takes|took|steal|steals|stole) my (?:lunch|money|phone"
    r"|things|bag)\b",
    r"\b(?:not|n'?t|never|dont) feel safe\b|\bunsafe at home\b|\b(?:parents|mum and dad|mom and dad|dad"
    r"|father)\b.{0,25}\b(?:fight|hit|hits|beat|beats|scream)\b.{0,15}\b(?:each other|my (?:mum|mom|mother"
    r"|sister|brother)|at night|all the time|every)|\b(?:dad|father|mum|mom|mother|parents?|stepdad"
    r"|stepmom)\b.{0,20}\b(?:drunk|drinks too much|disappeared)\b",
    r"\b(?:he|she|they|will|would|said|says|threatens?)\b.{0,50}\bif i (?:ever )?(?:tell|told)\b(?! you)"
    r"|\b(?:post|send|share|show|leak)s?\b.{0,15}\bmy (?:photos?|pictures?|pics|nudes?|secret)|\bour secret\b"
    r"|\b(?:run|running|ran) away from home\b",
    r"(?:扇|踹|踢|揍|推|砸|掐|拽|抢|堵|吐|泼|绊|摔|欺负|排挤)了?我(?!的?(?:电话|卷子|作业|题|试卷)|们?(?:一?题"
    r"|问|到))|打了?我(?!的|电话|们?一?分)|(?:嘲笑|笑话|取笑|针对|孤立|不理|跟踪|偷拍|勒索|恐吓)了?我|(?:拿"
    r"|用).{0,6}(?:打|砸|抽|扔)我|(?:叫|骂)我(?:丑|胖子?|猪|笨蛋|傻)|抓(?:着|了)?我.{0,5}疼|用力抓我",
    r"(?:在|回)?家.{0,8}不安全|(?:爸|妈|父母|家里).{0,8}(?:打架|动手|摔东西|打起来)|(?:爸|妈).{0,6}(?:喝醉"
    r"|酗酒)|(?:要是|如果|敢).{0,8}(?:告诉|说出去).{0,12}(?:就|我|照片|打)|把我的?(?:照片|视频|秘密)|离家出走"
    r"|(?:别|不许|不准)告诉(?!我)",
    r"有人.{0,4}(?:摸|亲|抱|跟着|看)(?:着|了)?我|(?:摸|碰)(?:了)?我(?:的)?(?:身体|身子|屁股|胸|下面|腿)|(?:脱"
    r"|掀)(?:了)?我(?:的)?(?:衣服|裤子|裙子)",
)
_NO_NEED = re.compile(
    r"\b(?:not|never|isn'?t|nobody|no ?one) (?:being |been |want(?:ing)? to )?(?:bullied|hits? me|hurts? me"
    r"|die)\b|\bdice?\b"
)


@functools.cache
def _care() -> re.Pattern[str]:
    """Return all of it; compiled at the first use, since that takes longer than everything else in a start."""
    return re.compile("|".join(f"(?:{one})" for one in (*_DEATH, *_SELF_HARM, *_HURT, *_ALONE, *_TREATED)))


def without_jokes(text: str) -> str:
    """Return a message in small letters, without what only sounds bad: `this maths is killing me`."""
    return _JOKES.sub(" ", text.casefold().replace("’", "'")[:4000])


def needs_care(text: str) -> bool:
    """Whether a grown-up should look at what a pupil writes."""
    return _care().search(_NO_NEED.sub(" ", without_jokes(text))) is not None
