"""What users say about what is known about them, and what they are answered, in English and in Chinese."""

from collections.abc import Mapping

Wording = Mapping[str, str]

MESSAGES: Mapping[str, Wording] = {
    "learned": {"en": "Noted: {label} is {value}.", "zh": "记下了：{label}是{value}。"},
    "answers_in": {"en": "From now on I answer in English.", "zh": "好的，以后我用中文回答。"},
    "ask": {
        "en": "May I remember what you tell me about yourself ({labels}) for next time? "
        "You can have it forgotten at any time: say “forget me”.",
        "zh": "以后再见面时，我可以记得你告诉我的事（{labels}）吗？你随时可以说“忘记我”，我就全部忘掉。",
    },
    "agreed": {
        "en": "Thank you. I will remember it; say “forget me” whenever you like.",
        "zh": "谢谢，我会记住的。想让我忘掉，随时说“忘记我”就行。",
    },
    "agreed_before": {"en": "I do already.", "zh": "我一直记着呢。"},
    "refused": {
        "en": "All right. I keep nothing about you beyond this conversation.",
        "zh": "好的，这次对话结束后我不保留你的任何信息。",
    },
    "known": {"en": "This is what I know about you:", "zh": "关于你，我知道这些："},
    "known_kept": {
        "en": "I keep it for next time, as you agreed. Say “forget me” and it is gone.",
        "zh": "你同意过，所以我会一直记着。说“忘记我”就会全部忘掉。",
    },
    "known_session": {
        "en": "I forget it when this conversation is over, unless I was told that I may keep it.",
        "zh": "除非得到过允许，对话结束后我就会忘掉。",
    },
    "nothing_known": {"en": "I know nothing about you.", "zh": "关于你，我什么都不知道。"},
    "forgotten": {
        "en": "I have forgotten everything I knew about you, and keep nothing from now on. "
        "Say “remember me” if you want that to change.",
        "zh": "我已经忘掉了关于你的一切，以后也不会保留。想让我记得，说“记住我”就行。",
    },
    "forgotten_fact": {"en": "Forgotten: {label}.", "zh": "已经忘掉了{label}。"},
    "not_known": {"en": "I do not know {label} anyway.", "zh": "我本来就不知道{label}。"},
    "only_these": {"en": "All I can remember about you is {labels}.", "zh": "关于你，我只能记住{labels}。"},
    "yes": {"en": "Yes", "zh": "可以"},
    "no": {"en": "No", "zh": "不用了"},
}

LABELS: Mapping[str, Wording] = {
    "name": {"en": "your name", "zh": "你的名字"},
    "language": {"en": "your language", "zh": "你使用的语言"},
}

LISTED: Wording = {"en": ", ", "zh": "、"}
COLON: Wording = {"en": ": ", "zh": "："}

# Whole messages, in lower case and without what stands around them. Each is linear: nothing is repeated within itself.
_PLEASE = r"(?:please |could you |can you |would you )?"
SHOW = (
    r"what (?:do|did|can) you (?:know|remember|store|keep|have) (?:about|on|of) me(?: please)?",
    r"what (?:information|data) do you (?:have|keep|store) (?:about|on) me",
    r"(?:show me|tell me) (?:what|everything) you (?:know|have stored|keep|remember) about me",
    r"do you (?:know|remember) (?:me|who i am|anything about me)",
    r"你?(?:都)?(?:知道|了解|记得|保存了?|存了)我?(?:的)?(?:什么|哪些)(?:信息|资料|数据|事)?(?:吗)?",
    r"关于我 ?你(?:都)?(?:知道|了解|记得|保存了?)(?:些)?(?:什么|哪些)(?:信息|资料)?",
    r"你(?:还)?(?:认识|记得)我吗",
)
FORGET = (
    _PLEASE + r"(?:forget|delete|erase|remove) (?:me|everything|all|all of it|my data|my profile|all my data|"
    r"everything (?:you know |you have )?about me|what you know about me|all you know about me)(?: please)?",
    r"(?:请|麻烦)?(?:你)?(?:忘记|忘掉|忘了)(?:关于)?我(?:的(?:一切|所有信息|信息|资料))?(?:吧)?",
    r"(?:请|麻烦)?(?:你)?(?:把)?(?:删除|清除|删掉)(?:关于)?我的(?:所有)?(?:信息|资料|数据)(?:吧)?",
)
FORGET_FACT = (
    _PLEASE + r"(?:forget|delete|erase|remove) (?P<label>(?:my|our) [\w ]{1,60})",
    r"(?:请|麻烦)?(?:你)?(?:忘记|忘掉|忘了|删除|删掉)(?P<label>我的?\w{1,20}?)(?:吧)?",
)
ALLOW = (
    r"(?:yes )?(?:you may|you can|you are allowed to|feel free to) (?:remember|keep)"
    r" (?:me|that|it|this|what i (?:say|said|told you))(?: for next time)?",
    _PLEASE + r"remember me(?: please)?",
    r"(?:你)?可以(?:记住|记得|保留)(?:我|这些|我的信息)?(?:的信息)?",
    r"(?:请)?(?:记住|记得)我(?:吧)?",
)
REFUSE = (
    r"(?:no )?(?:you may not|you can not|you cannot|you can't|you must not|please do not|please don't|do not|don't)"
    r" (?:remember|keep|store) (?:me|that|it|this|anything|anything about me|my data|what i (?:say|said|told you))",
    r"(?:请)?(?:你)?(?:不要|别|不可以|不能|不许)(?:记住|记得|保留|保存)(?:我|这些|我的信息|任何信息)(?:的信息)?",
)
YES = (
    r"(?:yes|yeah|yep|yup|sure|ok|okay|of course|certainly|go ahead|please do|you may|fine|no problem)"
    r"(?: (?:please|you may|of course|sure|go ahead|do|please do|thank you|thanks))?",
    r"(?:可以|好|好的|好啊|行|行啊|没问题|当然|当然可以|是|是的|嗯|同意)(?:的|吧|啊)?",
)
NO = (
    r"(?:no|nope|nah|no thanks|no thank you|not now|better not|rather not|i'd rather not|please don't|don't|never)"
    r"(?: (?:please|thanks|thank you))?",
    r"(?:不|不用|不用了|不要|不行|不可以|不同意|不必|不必了|别|算了|还是不要了?)(?:了| ?谢谢)?",
)
REMEMBER = (
    r"(?:please )?remember(?: that)? (?P<what>(?:i|my|we|our)\b.{1,200})",
    r"(?:请)?(?:你)?记(?:住|得|一下)[ :]*(?P<what>我.{1,100})",
)

TELLS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "my name is {name}",
        "my name's {name}",
        "call me {name}",
        "you can call me {name}",
        "i am called {name}",
        "i'm called {name}",
        "我叫{name}",
        "我的名字是{name}",
        "我的名字叫{name}",
        "请叫我{name}",
        "就叫我{name}",
        "你可以叫我{name}",
    ),
    "language": (
        "speak {language}",
        "talk {language}",
        "please speak {language}",
        "answer in {language}",
        "answer me in {language}",
        "speak {language} with me",
        "switch to {language}",
        "my language is {language}",
        "i speak {language}",
        "说{language}",
        "请说{language}",
        "用{language}",
        "用{language}回答",
        "请用{language}回答",
        "请用{language}",
        "跟我说{language}",
    ),
}
"""How users tell a fact; `{name}` is what they tell."""

NOT_NAMES = frozenset(
    "a an the at on in if when later back again tomorrow today tonight now soon asap please crazy maybe anytime "
    "anything what whatever names stupid cheap old not by him her them up".split()
)
"""With what a name does not begin: `call me later`, `call me a taxi`."""

NOT_NAMES_CHINESE = ("什么", "你", "他", "她", "不", "别", "起", "怎么", "去", "来", "过来", "一声", "谁")

LANGUAGES: Mapping[str, str] = {
    "english": "en",
    "chinese": "zh",
    "mandarin": "zh",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "japanese": "ja",
    "korean": "ko",
    "russian": "ru",
    "arabic": "ar",
    "英语": "en",
    "英文": "en",
    "中文": "zh",
    "汉语": "zh",
    "普通话": "zh",
    "国语": "zh",
    "德语": "de",
    "法语": "fr",
    "西班牙语": "es",
    "日语": "ja",
    "日文": "ja",
    "韩语": "ko",
    "俄语": "ru",
}
