"""Replies that say the same again and others, and replies with where their first sentence ends."""

ANSWERS = {
    "en": (
        "You can bring the lamp back within thirty days, with the receipt.",
        "Our shop in York is open from nine to six, and on Sundays from eleven.",
        "A parcel to Germany takes four to six days and costs twelve pounds.",
        "The battery lasts about ten hours if the screen is not too bright.",
        "You can pay by card, by bank transfer or in cash at the counter.",
        "The lamp needs a bulb with a large thread, and sixty watts at most.",
        "I have written down that the glass was broken when it arrived.",
        "Gift cards are valid for three years from the day they were bought.",
        "You can bring the chair back within thirty days if it is not assembled.",
        "A parcel to France takes three to five days and costs ten pounds.",
    ),
    "zh": (
        "三十天之内，带上小票，可以把灯退回来。",
        "我们的门店早上九点开门，晚上六点关门，周日十一点才开。",
        "寄到德国的包裹要四到六天，运费十二英镑。",
        "屏幕不太亮的话，电池大约可以用十个小时。",
        "可以刷卡、银行转账，也可以在柜台付现金。",
        "这盏灯要用大螺口的灯泡，最多六十瓦。",
        "我已经记下来了，玻璃送到的时候就是碎的。",
        "礼品卡从购买之日起三年内有效。",
        "椅子没有组装的话，三十天之内可以退回来。",
        "寄到法国的包裹要三到五天，运费十英镑。",
    ),
}
"""Answers that all say something else, the last ones in much the same words as others."""

CIRCLES = (
    "I am sure that I am sure that I am sure that I am sure that I am sure.",
    "The lamp is the lamp is the lamp is the lamp is the lamp is the lamp.",
    "Please call us. Please call us. Please call us. Please call us. Please call us.",
    "我觉得很好我觉得很好我觉得很好我觉得很好我觉得很好。",
    "请稍等一下。请稍等一下。请稍等一下。请稍等一下。请稍等一下。",
)

FIRST_SENTENCES = (
    ("It is 3.5 km away. Take the bus.", "It is 3.5 km away."),
    ("Bring a document, e.g. a passport. It will be copied.", "Bring a document, e.g. a passport."),
    ("Yes! We are open.", "Yes!"),
    ('He asked "Why?" and left. I do not know.', 'He asked "Why?" and left.'),
    ("Dr. Lee is in today. She is free at four.", "Dr. Lee is in today."),
    ("The U.S. office opens at nine. Call then.", "The U.S. office opens at nine."),
    ("Wait… I will look. Done.", "Wait… I will look."),
    ("It costs 5.99. that is all", "It costs 5.99. that is all"),
    ("(It is free.) You may come in.", "(It is free.)"),
    (
        "We ship to Germany, France, etc. and to Spain. It takes a week.",
        "We ship to Germany, France, etc. and to Spain.",
    ),
    ("离这里三公里。可以坐公交！", "离这里三公里。"),
    ("他说“为什么？”然后走了。我不知道。", "他说“为什么？”然后走了。"),
    ("价格是3.5元。很便宜。", "价格是3.5元。"),
    ("好的！马上来。", "好的！"),
    ("“请进。”他说。门开了。", "“请进。”他说。"),
)
"""Replies, and what is left of each that is cut to one sentence."""
