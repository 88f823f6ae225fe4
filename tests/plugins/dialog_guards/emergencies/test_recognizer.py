"""What is recognized in messages of the kind people write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_guards.emergencies.recognizer import LONG, judge, parts_of

THRESHOLD = 0.5

EMERGENCIES = {
    "medical": [
        "my dad collapsed and he isn't breathing",
        "crushing pain in my chest and my left arm is numb",
        "grandma's face is drooping and she can't speak properly",
        "she is choking on a grape, no sound is coming out",
        "mi husbnd cant breeth an his lips r blue",
        "baby won't wake up and feels floppy",
        "haha so my arm won't stop bleeding, soaked three towels, is that bad lol",
        "ich bin okay but my friend is having a seizure right now",
        "我爷爷突然倒在地上叫不醒了",
        "胸口像压了块石头，左胳膊发麻，出冷汗",
        "奶奶嘴歪了，说话含糊不清，半边身子动不了",
        "孩子被果冻噎住了，脸都紫了",
        "爺爺突然倒在地上叫不醒，怎麼辦",
        "哈哈我好像割到动脉了，血止不住，毛巾都湿透了",
    ],
    "self_harm": [
        "I want to kill myself",
        "I have written the letters and I won't be here tomorrow",
        "my friend texted that she is going to end her life tonight",
        "我不想活了，今晚就从楼顶跳下去",
        "遗书写好了，药也准备好了",
    ],
    "poisoning": [
        "my toddler drank some bleach",
        "I took 40 paracetamol an hour ago",
        "孩子误喝了洁厕灵",
        "我妈吃了一整瓶安眠药",
    ],
    "violence": [
        "my husband is hitting me again and I locked myself in the bathroom",
        "a man with a knife is outside my door trying to get in",
        "他又在打我，我躲在厕所里",
        "有人拿着刀在砸我家的门",
    ],
    "danger": ["the kitchen is on fire", "家里着火了，浓烟很大"],
}

HARMLESS = [
    "hello",
    "thanks, that helped",
    "where is my order?",
    "I lost my card and my phone battery is dead",
    "I am not having a heart attack, I only want to book an appointment",
    "Nobody is hurt, I just want to know how to treat a small burn",
    "My father had a stroke five years ago, can he fly?",
    "What are the signs of a heart attack?",
    "How do I get rid of hiccups?",
    "In the film the hero is shot and bleeds to death, which film is that?",
    "I'm dying of laughter lol",
    "my feet are killing me after shopping",
    "this homework is killing me haha",
    "When is the emergency room open?",
    "你好",
    "我的订单到哪了",
    "我没有心脏病发作，只想预约体检",
    "我爸五年前中过风，现在能坐飞机吗",
    "中风的前兆有哪些",
    "电影里男主角中枪了，片名是什么",
    "笑死我了哈哈哈",
    "今天上班累死了",
    "急诊室几点开门",
    "轻微感冒喝什么好",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in EMERGENCIES.items() for text in texts])
def test_what_is_an_emergency_is_recognized_with_its_kind(kind: str, text: str) -> None:
    judged = judge(text)
    assert judged.score >= THRESHOLD, judged
    assert judged.kind == kind
    assert judged.because


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_is_let_through(text: str) -> None:
    assert judge(text).score < THRESHOLD, judge(text)


CHAT = (
    "Hi, I ordered a jacket last week and it has not arrived. The order number is 4711. "
    "I would like to know when it comes. "
)
CHAT_ZH = "你好，我上周买了一件外套，还没有收到。订单号是四七一一。我想知道什么时候能到。"


@pytest.mark.parametrize(
    ("chat", "emergency"),
    [(CHAT, "My husband just collapsed and is not breathing. "), (CHAT_ZH, "我老公刚刚突然倒地，没有呼吸了。")],
)
@pytest.mark.parametrize("before", [1, 5, 40])
def test_one_sentence_of_a_long_message_is_enough(chat: str, emergency: str, before: int) -> None:
    assert judge(chat * before).score < THRESHOLD
    assert judge(chat * before + emergency + chat * 3).score >= THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "can I get an appointment? i want to kms",
        "nobody would miss me",
        "When are you open? I am going to unalive myself.",
        "没有我大家会更好",
        "请问怎么挂号？爸妈没了我会过得更好",
    ],
)
def test_a_farewell_is_heard_beside_what_else_is_asked_for(text: str) -> None:
    judged = judge(text)
    assert (judged.kind, judged.score >= THRESHOLD) == ("self_harm", True)


@pytest.mark.parametrize("text", ["my homework makes me want to kms lol", "in the film nobody would miss me, she says"])
def test_and_not_in_jokes_and_films(text: str) -> None:
    assert judge(text).score < THRESHOLD, judge(text)


def test_a_film_told_of_before_takes_the_certainty_from_what_happens_in_it() -> None:
    assert judge("I can't breathe").score >= THRESHOLD
    assert judge("In the film the girl says I can't breathe, which film is it?").score < THRESHOLD


def test_capitals_apostrophes_and_repeated_letters_change_nothing() -> None:
    told = judge("he isn't breathing help")
    assert judge("HE ISN’T BREATHING HELP") == told
    assert judge("he isnt breathing helppp").score >= THRESHOLD


def test_words_without_spaces_are_read() -> None:
    assert judge("shecantbreathehelp").score >= THRESHOLD


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    assert 0 <= judge(text).score <= 1


@settings(max_examples=12, deadline=None)
@given(st.text(alphabet="a. \n!?救命血x1", min_size=1, max_size=12), st.integers(1_000, 20_000))
def test_of_a_text_of_any_length_each_character_is_looked_at_a_few_times_at_most(piece: str, length: int) -> None:
    text = (piece * length)[:20_000]
    looked_at = sum(map(len, parts_of(text, "zh")))
    assert looked_at <= (1 if len(text) > LONG else 3) * len(text)
    assert 0 <= judge(text).score <= 1
