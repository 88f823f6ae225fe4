"""Topics and words that are not for a lesson with children. Older pupils' lessons may name more than younger ones'."""

import functools
import re
from collections.abc import Iterable

_SWEARING = (
    r"\bf+u+c+k+\w*\b|\bmotherf\w+|\bsh[i1]t+(?:ty|s|head)?\b|\bbullshit\b|\b(?:bitch|bastard|cunt|whore|slut"
    r"|wanker|twat)(?:es|s)?\b"
    r"|\bass(?:hole|hat)s?\b|\bdickheads?\b|\bstfu\b|\bwtf\b|\bpiss(?:ed)? off\b",
    r"他妈的|你妈(?:的|逼|b)|操你|肏|傻[逼bB比]|煞笔|(?<![妈你我她])妈的(?!妈)|滚蛋|王八蛋|混蛋|狗日|婊子?"
    r"|贱人|屌|卧槽|我操|去死吧"
    r"|草泥马|(?<![a-z])(?:nmsl|cnm|tmd|sb)(?![a-z])",
)
_SEX = (
    r"\bporn\w*|\b(?:naked|nude)s?\b(?! (?:eye|mole))|\bnudes\b|\bdirty (?:joke|talk|story|stories)\b"
    r"|\b(?:have|having|about|had) sex\b|\bsexy\b|\bblow ?job\b|\bmasturbat\w+|\borgasms?\b|\bhentai\b"
    r"|\bonlyfans\b",
    r"色情|黄色(?:笑话|电影|小说|网站|片|视频)|黄片|裸(?:体|照|聊|女|男)|做爱|约炮|性爱|自慰|成人(?:网站|视频"
    r"|电影)|a片",
)
_DRUGS = (
    r"\b(?:buy|smoke|smoking|take|taking|try|sell|get|snort|roll|taste)\b.{0,20}\b(?:weed|cannabis|marijuana"
    r"|cocaine|heroin|meth|ecstasy|lsd|crack|joints?|drugs)\b|\b(?:cocaine|heroin|crystal meth)\b",
    r"\b(?:beers?|vodka|whisky|shots|alcohol)\b.{0,25}\b(?:drunk|wasted|hammered)\b|\bget(?:ting)? drunk\b"
    r"|\bvap(?:e|es|ing)\b|\b(?:cigarettes?|smok(?:e|ing))\b.{0,25}\b(?:taste|best|cool|parents|buy|brand)\b",
    r"(?:买|抽|吸|卖|弄|试).{0,4}(?:大麻|毒品?|可卡因|海洛因|冰毒|摇头丸)|吸毒|嗑药|贩毒|(?:喝"
    r"|酒).{0,6}(?:会醉|喝醉|才醉|灌醉)|喝醉|电子烟|(?:抽|的)烟(?:好抽|哪|什么)|什么.{0,4}烟.{0,3}(?:好|抽)"
    r"|抽烟|学抽",
)
_WEAPONS = (
    r"\b(?:make|build|buy|get|create|3d print)\b.{0,15}\b(?:bombs?|explosives?|guns?|pistols?|rifles?"
    r"|grenades?|poison|molotov)\b|\bpoison (?:someone|somebody|him|her|people|my)\b|\bhow (?:to|do (?:i"
    r"|you)) (?:kill|murder|stab|strangle) (?!.{0,12}(?:bacteria|germs|time|process|weeds|virus))",
    r"\b(?:bloody|gory|brutal)\b.{0,12}\b(?:murders?|killings?|deaths?|torture)\b"
    r"|\bdescribe\b.{0,20}\b(?:murder|torture)\b|\bhow (?:to|do (?:i|you)) (?:steal|shoplift|rob)\b"
    r"|\bsteal from\b",
    r"(?:怎么|如何|教我|想).{0,3}(?:做|造|买|弄)(?:到)?.{0,3}(?:炸弹|炸药|枪|手枪|毒药|燃烧瓶)|给.{0,4}下毒"
    r"|(?:怎么|如何|教我).{0,3}(?:杀(?:人|死(?!细菌|病毒|病菌))|捅人|偷|抢)|血腥.{0,6}(?:杀|死|场面)"
    r"|杀人的?(?:场面|方法)|虐杀",
)
_GAMBLING = (
    r"\b(?:bet|betting|gambl\w+|casinos?|poker|slot machines?)\b(?!.{0,10}\b(?:you|ya|i'll"
    r"|that)\b)(?:.{0,20}\b(?:on|money|football|win|online|for)\b)",
    r"赌(?:球|博|钱|马|场)|博彩|六合彩|老虎机",
)
_FURTHER = (
    r"\bsexy\b|\b(?:meth|heroin|cocaine|lsd|ecstasy|fentanyl)\b|\bfake ids?\b|\btortur\w+|\bpick (?:a"
    r"|the) lock\b|\bhot ?wire\b"
    r"|\b(?:drunk|tipsy|hungover|stoned)\b|\b(?:poker|casinos?|roulette|slot machines?|blackjack)\b|\bwin money\b"
    r"|\b(?:knife|knives|gun|weapons?|axe)\b.{0,25}\b(?:hurt|stab|kill|attack|threaten) (?:people|someone"
    r"|somebody|him|her|them|my)\b"
    r"|\b(?:hurt|stab|attack|beat up) (?:people|someone|somebody)\b|\bnaked\b(?! (?:eye|mole))|\b(?:boobs?"
    r"|tits|horny|hookers?|stripp\w+)\b"
    r"|\bshut (?:the \w+ )?up\b|\byou (?:suck|idiot|moron|loser|stupid)\b|\bidiot\b|\bhack (?:into|someone)\b"
    r"|\bkill (?:people|someone)\b",
    r"性感|冰毒|毒品|大麻|海洛因|假(?:身份证|证件?)|折磨(?:人|死|别人)|酷刑|撬锁|喝醉|灌醉|赢钱|打牌.{0,4}钱"
    r"|真他妈|他妈(?!的?(?:妈|爸))"
    r"|光着?(?:身子|屁股)|脱光|没穿衣服|(?:伤|捅|砍|打)(?:死|伤)?(?:别)?人(?!口)|白痴|智障|脑残|滚(?:开|蛋|吧"
    r"|$)|闭嘴|垃圾老师|去死",
)
_NOUNS = (
    r"\b(?:vodka|whisk(?:e?y|ies)|tequila|booze|snus|cigarettes?|cigars?|vapes?|vaping|shisha|hookah|bongs?)\b"
    r"|\b(?:get|getting|got|be|being) high\b|\bcondoms?\b|\b(?:butts?|arse|crap|dumbass|moron|retard(?:ed)?"
    r"|slutty?|pussy|cock)\b"
    r"|\b(?:racist|sexist|nazi) (?:jokes?|words?|things?)\b|\bsomething racist\b|\b(?:f|s|n|b)[- ]word\b"
    r"|\bswear ?words?\b|\bcurse words?\b"
    r"|\b(?:someone|somebody|people|person) (?:being |getting |get )?(?:shot|killed|beheaded|tortured|stabbed"
    r"|knocked out)\b|\bunconscious\b"
    r"|\bbreak into\b|\bblow(?:ing)? up\b|\bexplode\b.{0,20}\b(?:in|at) (?:a|the|my|his|her|someone)\b"
    r"|\bcheat (?:my|at cards|someone)\b"
    r"|\b(?:drugs?|pills)\b.{0,25}\b(?:happy|fun|cool|buy|party|high|best|names?)\b|\b(?:names?|kinds?"
    r"|best)\b.{0,12}\bdrugs\b",
    r"白酒|啤酒.{0,4}买|买.{0,4}(?:酒|烟)|香烟|抽烟|避孕套|安全套|黄网|黄书|脏话|骂人的话|歧视|枪击|嗨起来"
    r"|蠢货|笨蛋老师|贱"
    r"|(?:打|弄)晕|出老千|作弊器|(?:溜进|闯进|潜入).{0,4}(?:家|屋)|(?:信箱|教室|厕所).{0,4}爆炸"
    r"|爆炸.{0,4}(?:信箱|教室|厕所)"
    r"|药.{0,6}(?:爽|嗨|上头)|屁股.{0,4}(?:好看|大|翘)|(?:女朋友|女生|美女).{0,6}(?:胸|屁股|腿好)",
)
_YOUNG = (r"\bsex(?:ual|y)? (?:education|organs)\b|\b(?:penis|vagina)\b", r"性交|阴茎|阴道")


def unsuited(*, primary: bool, blocked: Iterable[str] = (), allowed: Iterable[str] = ()) -> "UnsuitedWords":
    """Return what finds what is unsuited for an age group.

    Args:
        primary: Whether pupils are of primary-school age.
        blocked: Further words.
        allowed: Words that are fine here.
    """
    patterns = [*_SWEARING, *_SEX, *_DRUGS, *_WEAPONS, *_GAMBLING, *_FURTHER, *_NOUNS, *(_YOUNG if primary else ())]
    patterns += [_word(word) for word in blocked if word.strip()]
    return UnsuitedWords(patterns, [_word(word) for word in allowed if word.strip()])


class UnsuitedWords:
    """Finds what is unsuited in a text."""

    def __init__(self, patterns: Iterable[str], allowed: Iterable[str] = ()) -> None:
        self._unsuited = "|".join(f"(?:{one})" for one in patterns)
        self._allowed = "|".join(allowed)

    def found(self, text: str) -> bool:
        """Whether there is anything unsuited in it."""
        said = text.casefold().replace("’", "'")[:20_000]
        if self._allowed:
            said = re.sub(self._allowed, " ", said)
        return self._pattern.search(said) is not None

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        """All of it; compiled at the first use, since that takes longer than everything else in a start."""
        return re.compile(self._unsuited)


def _word(word: str) -> str:
    word = word.strip().casefold()
    return rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word)
