"""What users say about what is known about them, and what they are answered."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Candidate, ConsentGiven, Context, FactLearned, User
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import NASTY_TEXTS, PolicyContract, make_turn, write_bot
from dialog_core.testing.turns import NOON
from dialog_core.turn import Turn
from dialog_profiles.options import ProfileOptions
from dialog_profiles.policy import ProfilePolicy

FACTS = {"name": "What they want to be called", "language": "Which language they want", "plan": "What they pay for"}


def policy(declared: dict[str, str] | None = FACTS, **options: Any) -> ProfilePolicy:
    context = Context(name="profile", languages=("en", "zh"), facts=declared)
    return ProfilePolicy(ProfileOptions.model_validate(options), context)


def said(text: str, language: str = "en", user: User | None = None, **options: Any) -> Candidate | None:
    turn = make_turn(text, language=language, user=user or User("u"))
    return next(iter(policy(**options).propose(turn)), None)


class TestProfilePolicy(PolicyContract):
    answers = "what do you know about me?"
    others = ("my name is Ann", "forget me", "where is my order?", "记住我", "我叫小明", "yes")

    def make_policy(self, tmp_path: Path) -> ProfilePolicy:
        return policy()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What do you know about me?", "en"),
        ("what data do you have on me", "en"),
        ("Tell me everything you know about me.", "en"),
        ("Do you remember me?", "en"),
        ("你知道我什么？", "zh"),
        ("你知道我的哪些信息", "zh"),
        ("关于我，你知道什么？", "zh"),
        ("你还记得我吗？", "zh"),
    ],
)
def test_what_is_known_is_shown(text: str, language: str) -> None:
    known = said(text, language, User("u", {"name": "Ann", "plan": {"level": 2}}, consent=True))
    assert known is not None
    assert "Ann" in known.text
    assert '{"level": 2}' in known.text
    assert ("forget me" if language == "en" else "忘记我") in known.text
    nothing = said(text, language)
    assert nothing is not None
    assert nothing.text == ("I know nothing about you." if language == "en" else "关于你，我什么都不知道。")


@pytest.mark.parametrize(
    "text",
    [
        "forget me",
        "Please forget everything you know about me!",
        "delete my data",
        "忘记我",
        "请忘掉关于我的一切",
        "请删除我的信息",
        "忘掉我吧。",
    ],
)
def test_everything_is_forgotten(text: str) -> None:
    candidate = said(text, user=User("u", {"name": "Ann"}, consent=True))
    assert candidate is not None
    assert candidate.effects == (ConsentGiven(given=False, at=NOON),)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("forget my name", "name"),
        ("please delete my plan.", "plan"),
        ("forget my language", "language"),
        ("忘记我的名字", "name"),
        ("忘掉我的名字吧", "name"),
        ("forget my umbrella", None),
        ("delete my order", None),
        ("forget it", None),
    ],
)
def test_a_single_fact_is_forgotten(text: str, fact: str | None) -> None:
    candidate = said(text, user=User("u", {"name": "Ann"}))
    assert (candidate.effects if candidate else None) == ((FactLearned(fact, None),) if fact else None)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("You may remember me.", True),
        ("remember me", True),
        ("yes you can keep that for next time", True),
        ("你可以记住我", True),
        ("请记住我", True),
        ("you may not remember me", False),
        ("please don't store my data", False),
        ("do not remember that", False),
        ("请不要记住我", False),
        ("别保存我的信息", False),
    ],
)
def test_consent_is_given_and_withdrawn_unasked(text: str, given: bool) -> None:
    candidate = said(text)
    assert candidate is not None
    assert candidate.effects == (ConsentGiven(given=given, at=NOON),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ann", "Ann"),
        ("Hi, my name is Ann Smith, and I have a question", "Ann Smith"),
        ("remember that my name is Ann", "Ann"),
        ("please call me “Ann”.", "Ann"),
        ("you can call me O'Neil", "O'Neil"),
        ("我叫小明", "小明"),
        ("你好，我叫小明，请问几点开门", "小明"),
        ("记住，我的名字是王小明。", "王小明"),
        ("请叫我老王吧", "老王"),
        ("call me later", None),
        ("call me a taxi", None),
        ("call me back", None),
        ("call me", None),
        ("my name is", None),
        ("my name is on the invoice", None),
        ("your name is Ann", None),
        ("what does my name is mean to you and why would you ask that at all today", None),
        ("please call me Frank from now on", "Frank"),
        ("my name is david my password is abc", "david"),
        ("call me 12345", None),
        ("my name is ann account number 6456", None),
        ("my name is ann and my password is abc", "ann"),
        ("我叫你一声", None),
        ("我叫什么名字？", None),
        ("请叫我起床", None),
        ("my name is " + "very " * 20 + "long", None),
    ],
)
def test_names_are_learnt_and_nothing_else_is_a_name(text: str, name: str | None) -> None:
    candidate = said(text)
    assert (candidate.effects if candidate else ()) == ((FactLearned("name", name),) if name else ())


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("please speak Chinese", "zh", "好的，以后我用中文回答。"),
        ("说中文", "zh", "好的，以后我用中文回答。"),
        ("请用英语回答", "en", "From now on I answer in English."),
        ("speak German", "de", "Noted: your language is de."),
        ("speak up", None, None),
        ("用户在哪里登录", None, None),
    ],
)
def test_the_language_is_learnt(text: str, language: str | None, answer: str | None) -> None:
    candidate = said(text, user=User("u", consent=True))
    assert (candidate.effects if candidate else ()) == ((FactLearned("language", language),) if language else ())
    assert (candidate.text if candidate else None) == answer


def test_facts_of_ones_own_have_patterns_and_labels_of_ones_own() -> None:
    candidate = said("my plan is gold", facts={"plan": "my plan is {plan}"}, labels={"plan": {"en": "your plan"}})
    assert candidate is not None
    assert candidate.effects == (FactLearned("plan", "gold"),)
    assert candidate.text == "Noted: your plan is gold."


def test_what_the_bot_does_not_declare_is_not_learnt_and_said_so() -> None:
    options = {"plan": ["plan {plan}"]}
    assert list(policy({"plan": ""}, facts=options).propose(make_turn("my name is Ann"))) == []
    candidate = said("remember that I like tea")
    assert candidate is not None
    assert candidate.text == "All I can remember about you is your name, your language."
    assert list(policy(None).propose(make_turn("remember that I like tea"))) == []


def test_a_bot_without_profiles_learns_a_name_for_the_session() -> None:
    (candidate,) = policy(None).propose(make_turn("call me Ann"))
    assert candidate.text == "Noted: your name is Ann."


@pytest.mark.parametrize("text", [*NASTY_TEXTS.values(), "my name is " * 2_000, "forget my " + "x" * 490])
def test_no_text_takes_long_or_breaks_it(text: str) -> None:
    policy().propose(make_turn(text))


# --- Within a bot ---------------------------------------------------------------------------------------------------

BOT = """
version: 1
bot: {name: Aria, language: en, languages: [zh]}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: profile, use: profile}
dispatch: {tiers: [[rules, profile]]}
profiles:
  use: memory
  facts: {name: What they want to be called, plan: What they pay for, seen: {needs_consent: false}}
"""
RULES = """
entities: {word: "[a-z]+"}
rules:
  - {name: hours, when: when are you open, say: At nine.}
  - {name: plan, when: "i pay for {word}", learn: {plan: "{{ word }}"}, say: I see.}
  - {name: seen, when: look, learn: {seen: true}, say: Seen.}
"""
Say = Callable[..., list[str]]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.load(write_bot(tmp_path, BOT, **{"rules.yaml": RULES})) as bot:
        yield bot


@pytest.fixture
def say(bot: Bot) -> Say:
    def say(text: str, conversation: str = "c", user: str = "u") -> list[str]:
        return [message.text for message in bot.reply(text, conversation=conversation, user=user).messages]

    return say


def test_consent_is_asked_with_what_was_learnt_and_yes_keeps_it(bot: Bot, say: Say) -> None:
    (answer,) = say("my name is Ann")
    assert answer.startswith("Noted: your name is Ann.\n\nMay I remember what you tell me about yourself (your name)")
    assert say("Yes, please!") == ["Thank you. I will remember it; say “forget me” whenever you like."]
    assert bot.user("u", "other").facts == {"name": "Ann"}
    assert say("my name is Anna", "other") == ["Noted: your name is Anna."], "who has agreed is not asked again"
    assert say("remember me", "other") == ["I do already."]
    assert say("yes") == ["I am sorry, I do not know that."], "nobody has asked anything"


def test_who_refuses_is_not_asked_again(bot: Bot, say: Say) -> None:
    say("my name is Ann")
    assert say("no thanks") == ["All right. I keep nothing about you beyond this conversation."]
    for conversation in ("c", "d", "e"):
        assert say("my name is Ann", conversation) == ["Noted: your name is Ann."]
    assert not bot.profile("u").facts


def test_what_somebody_else_has_learnt_is_asked_about_beside_the_next_answer_and_once(bot: Bot, say: Say) -> None:
    assert say("i pay for gold") == ["I see."]
    answer, question = say("when are you open")
    assert answer == "At nine."
    assert "(plan)" in question
    for _ in range(3):
        assert say("when are you open") == ["At nine."], "who does not answer is not asked again in this session"
    assert say("you may remember me") == ["Thank you. I will remember it; say “forget me” whenever you like."]
    assert bot.user("u", "other").facts == {"plan": "gold"}


def test_an_answer_to_the_question_beside_an_answer_is_understood(bot: Bot, say: Say) -> None:
    say("i pay for gold")
    say("when are you open")
    assert say("ok")[0].startswith("Thank you.")


def test_what_needs_no_consent_is_not_asked_about_nor_is_nobody(say: Say) -> None:
    say("look")
    assert say("when are you open") == ["At nine."]
    say("i pay for gold", "d", "")
    assert say("when are you open", "d", "") == ["At nine."]


def test_users_of_one_conversation_are_asked_each_for_themselves_and_see_only_their_own(say: Say) -> None:
    say("my name is Ann", user="ann")
    assert say("what do you know about me", user="bob") == ["I know nothing about you."]
    assert "Ann" in say("what do you know about me", user="ann")[0]


def test_forgetting_is_done(bot: Bot, say: Say) -> None:
    say("my name is Ann")
    say("yes")
    say("forget my name")
    assert bot.user("u", "c").facts == {}
    say("my name is Ann")
    say("forget me")
    assert bot.user("u", "c") == User("u", {}, consent=False)


def test_in_chinese(tmp_path: Path) -> None:
    text = BOT.replace("language: en, languages: [zh]", "language: zh, languages: [en]")
    with Bot.load(write_bot(tmp_path, text, **{"rules.yaml": RULES})) as bot:
        answers = [bot.reply(line, conversation="c", user="u").text for line in ("我叫小明", "可以", "你知道我什么？")]
    assert answers[0].startswith("记下了：你的名字是小明。")
    assert "我可以记得你告诉我的事（你的名字）吗？" in answers[0]
    assert answers[1].startswith("谢谢，我会记住的。")
    assert "- 你的名字：小明" in answers[2]


def test_mistakes_are_told_where_they_stand(tmp_path: Path) -> None:
    options = "use: profile, facts: {plna: 'my plan is {plna}', plan: ['my plan is gold', '{plan}']}, labels: {nam: x}"
    text = BOT.replace("use: profile", options)
    with pytest.raises(ConfigurationError) as caught:
        Bot.load(write_bot(tmp_path, text, **{"rules.yaml": RULES}))
    told = str(caught.value)
    for part in (
        "the bot declares no fact 'plna'. Did you mean 'plan'?",
        "the pattern 'my plan is gold' does not say once where the fact stands. Write {plan} there.",
        "the pattern '{plan}' matches everything. Write words around it",
        "the bot declares no fact 'nam'. Did you mean 'name'?",
    ):
        assert part in told, told


def test_other_words_are_used(tmp_path: Path) -> None:
    options = 'use: profile, ask: false, messages: {learned: "OK: {value}", refused: {en: Fine., zh: 好。}}'
    with Bot.load(write_bot(tmp_path, BOT.replace("use: profile", options), **{"rules.yaml": RULES})) as bot:
        assert bot.reply("my name is Ann", user="u").text == "OK: Ann"
        assert bot.reply("you may not remember me", user="u").text == "Fine."


def test_a_turn_of_a_flow_is_not_disturbed() -> None:
    from dialog_core import FlowStarted

    turn: Turn = make_turn("hm", events=[FlowStarted("order", "flows")], user=User("u", unasked=frozenset({"name"})))
    assert list(policy().propose(turn)) == []
