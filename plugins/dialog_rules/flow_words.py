"""What users say in any flow, and what is said where no step says it. English and Chinese; a file may replace each."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, ...]] = {
    "yes": (
        "(yes|yeah|yep|ok|okay|oh|um) [yes|yeah|yep|yup|sure|ok|okay|correct|right|exactly|absolutely|definitely|y] "
        "(please|pls|plz|thanks|thank you)",
        "(yes|yeah|yep|yup|sure|ok|okay|right) [of course|go ahead|go on|please do|do it|that's right|thats right|"
        "that is right|that's correct|thats correct|that is correct|sounds good|fine|great|perfect|yes it is|it is|"
        "i do|i am] (please|thanks|thank you|then)",
        "(嗯|嗯嗯|对|好|好的|是的) [是|是的|对|对的|好|好的|好吧|行|可以|嗯|没错|当然|确定|确认|要|没问题|同意] "
        "(谢谢|啊|呀|吧|的|了)",
        "(嗯|对|好|好的|行|可以|没问题|那) [就这样|就这么办|就这么定|就这么定了|麻烦你了|麻烦您了] (吧|谢谢)",
    ),
    "no": (
        "[no|nope|nah|not really|n] (thanks|thank you|please)",
        "[rather not|i don't|i do not|don't|no i don't|not at all|no way|never]",
        "[不|不是|不用|不要|不行|不了|没有|否|不对|不可以|不需要|算了吧] (谢谢|了|的|啊)",
    ),
    "cancel": (
        "(ok|okay|oh|well|hm|actually|sorry|please) (just|please|let's|lets) [stop|cancel|quit|exit|abort|never mind|"
        "nevermind|nvm|forget it|forget about it|leave it|drop it] (please|thanks|then|now)",
        "[stop|cancel] [it|this|that|everything] (please)",
        "[i] [changed my mind|have changed my mind|want to [stop|cancel|quit] (this|it)|don't want this any more|"
        "don't want to do this any more]",
        "(那|那就|还是) (请|我要|我想) [取消|停止|停|算了|不办了|不弄了|退出|放弃|不要了|不想办了|先不办了] "
        "(吧|了|一下|啦)",
        "(我|那|那我) [不|不想] [订|预订|预约|约|买|办|弄|退|换|做|继续] 了 (吧|谢谢)",
        "(那) 算了 (吧) [不办了|不弄了|不要了|不想办了|先不办了|先这样] (吧|啦)",
    ),
    # What a correction begins with; what follows is the right value.
    "correction": (
        "(oh|ah|um|hm|hmm|er|well) [no|nope|sorry|wait|oops|hold on|actually|correction] (no|sorry|wait|actually) "
        "(i meant|i mean|it is|it's|its|it should be|that should be|make that|make it|change it to|rather)",
        "[i meant|i mean|i meant to say|it should be|that should be|make that|make it|change it to|change that to]",
        "(哦|噢|啊|呃|嗯) [不|不对|不是|错了|等等|等一下|抱歉|对不起|说错了|我说错了|搞错了] (了) "
        "(我是说|我的意思是|应该是|改成|改为|是|换成)",
        "[我是说|我的意思是|应该是|改成|改为|换成]",
    ),
    # What means the last answer, without saying what would be right.
    "other": (
        "(no) (sorry) [the other (one)|not that one|not this one|the other one please|i meant the other (one)]",
        "(no) (sorry) [that's wrong|that is wrong|that's not right|that is not right|go back|back|wrong one]",
        "[不对|不是|不] [另一个|另外一个|换一个|那个不对]",
        "[另一个|另外一个|换一个|返回|上一步|说错了|我说错了|刚才说错了|不是这个|那个不对|不对|错了]",
    ),
}

MESSAGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cancelled": (
        ("", "All right, I have stopped that. Is there anything else?"),
        ("zh", "好的，已经取消了。还需要别的帮助吗？"),
    ),
    "switch": (
        ("", "We are in the middle of something: {{ task }}. Shall we leave that and turn to: {{ other }}?"),
        ("zh", "我们正在办理：{{ task }}。要先放下，改办“{{ other }}”吗？"),
    ),
    "handed_over": (
        ("", "I am passing you on to a colleague, who will get back to you here."),
        ("zh", "我帮您转接同事，请稍候。"),
    ),
    "given_up": (
        ("", "I am sorry, I could not make out what I need for this. Let us leave it there for now."),
        ("zh", "抱歉，我没能弄清楚需要的信息，这次先到这里吧。"),
    ),
    "failed": (
        ("", "I am sorry, that did not work just now. Please try again later."),
        ("zh", "抱歉，刚才没有办成，请稍后再试。"),
    ),
    "done": (("", "Done."), ("zh", "办好了。")),
    "corrected": (("", "All right: {{ value }}."), ("zh", "好的，改为：{{ value }}。")),
    "too_late": (
        ("", "I am sorry, that can no longer be changed."),
        ("zh", "抱歉，这一项已经不能更改了。"),
    ),
    "invalid": (
        ("", "Sorry, I did not understand that as an answer."),
        ("zh", "抱歉，这个回答我没看懂。"),
    ),
    "ask": (("", "What is the {{ slot }}?"), ("zh", "请告诉我：{{ slot }}。")),
    "yes": (("", "Yes"), ("zh", "是")),
    "no": (("", "No"), ("zh", "否")),
}

MESSAGE_NAMES: Mapping[str, tuple[str, ...]] = {
    "switch": ("task", "other"),
    "corrected": ("value",),
    "invalid": ("value", "error"),
    "failed": ("error",),
    "ask": ("slot",),
}
"""What the templates of a message can use beside what every template can."""
