"""What a bot talks about, and what it does not."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dialog_core import Bot, Candidate, DialogError
from dialog_core.interfaces import Allow, Refuse
from dialog_core.testing import make_context, make_turn, write_bot
from dialog_guards.topics.guard import Topics
from dialog_guards.topics.options import TopicsOptions

MEDICAL = {
    "name": "medical",
    "patterns": ["ibuprofen", "/aspirins?/", "布洛芬"],
    "examples": ["My head hurts, what should I take?", "Which medicine helps against a cold?", "我头疼，吃什么药好？"],
    "reply": {"en": "Please ask a doctor.", "zh": "请咨询医生。"},
}
BANKING = {
    "name": "banking",
    "patterns": ["account", "账户"],
    "examples": ["How do I open an account?", "How do I pay my doctor's bill?", "我的银行卡丢了"],
}


def guard(**options: object) -> Topics:
    return Topics(TopicsOptions.model_validate({"denied": [MEDICAL], **options}), make_context())


def reply_to(text: str, *, language: str = "en", **options: object) -> str:
    verdict = guard(**options).check_input(make_turn(text, language=language))
    return verdict.reply if isinstance(verdict, Refuse) else ""


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("how much IBUPROFEN may I take?", "about medical: 'IBUPROFEN'"),
        ("are aspirins safe", "about medical: 'aspirins'"),
        ("Which medicines help against colds?", "like an example"),
        ("Hello there. My head hurts! What should I take?", "like an example"),
        ("头疼吃什么药好？", "like an example"),
        ("孩子能吃布洛芬吗", "about medical: '布洛芬'"),
    ],
)
def test_a_denied_topic_is_known_by_its_words_and_by_what_is_like_an_example(text: str, because: str) -> None:
    verdict = guard().check_input(make_turn(text))
    assert isinstance(verdict, Refuse)
    assert because in verdict.reason


@pytest.mark.parametrize("text", ["Where is my parcel?", "hello", "", "   ", "包裹到哪里了？", "???"])
def test_what_is_about_something_else_passes(text: str) -> None:
    assert guard().check_input(make_turn(text)) == Allow()


def test_a_topic_has_a_reply_of_its_own_in_each_language() -> None:
    assert reply_to("ibuprofen?") == "Please ask a doctor."
    assert reply_to("布洛芬？", language="zh-TW") == "请咨询医生。"
    assert reply_to("ibuprofen?", denied=[{"name": "medical", "patterns": "ibuprofen"}]).startswith("I cannot help")


def test_what_is_allowed_goes_before_what_is_denied_in_the_same_sentence_alone() -> None:
    assert reply_to("My head hurts, what should I take?", allowed=[BANKING])
    assert not reply_to("Can I pay for ibuprofen from my account?", allowed=[BANKING])
    assert reply_to("I have an account. Which medicine helps against a cold?", allowed=[BANKING])


def test_a_bot_may_keep_to_what_it_is_for() -> None:
    only = {"denied": [], "allowed": [BANKING], "allowed_only": True}
    assert reply_to("Who won the match last night?", **only).startswith("I cannot help")
    assert reply_to("昨晚的比赛谁赢了？", **only)
    for text in ("How can I open an account?", "银行卡丢了", "yes please", "好的谢谢", "hello"):
        assert not reply_to(text, **only), text


def test_what_a_flow_asks_for_is_on_topic(tmp_path: Path) -> None:
    flows = """
        slots:
          address: {ask: Where do you live now?}
        flows:
          moving:
            title: moving
            start: {when: [move]}
            steps:
              - collect: address
              - say: "Noted: {{ slots.address }}."
        """
    bot = """
        version: 1
        policies: [{use: flows, path: flows.yaml}]
        guards:
          - use: topics
            allowed_only: true
            allowed: [{name: moving, patterns: [move]}]
            reply: Not here.
        """
    path = write_bot(tmp_path, bot, **{"flows.yaml": flows})
    with Bot.load(path) as loaded:
        assert loaded.reply("the white house on the hill", conversation="one").text == "Not here."
        assert loaded.reply("move", conversation="one").text == "Where do you live now?"
        assert loaded.reply("the white house on the hill", conversation="one").text.startswith("Noted: the white house")


def test_a_models_reply_on_a_denied_topic_is_refused_where_that_is_wanted() -> None:
    candidate = Candidate("Take ibuprofen.", 1.0, kind="generative")
    assert guard().check_output(make_turn("hi"), candidate) == Allow()
    assert isinstance(guard(outgoing=True).check_output(make_turn("hi"), candidate), Refuse)
    assert (
        guard(outgoing=True).check_output(make_turn("hi"), Candidate("Take ibuprofen.", 1.0, kind="rules")) == Allow()
    )


def test_sentences_may_be_compared_by_what_an_encoder_makes_of_them() -> None:
    encoding = guard(encoder="lsa", threshold=0.6)
    assert not encoding.inline
    assert isinstance(encoding.check_input(make_turn("which medicine against a cold")), Refuse)
    assert encoding.check_input(make_turn("zebra")) == Allow()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "nothing is denied"),
        ({"allowed_only": True}, "`allowed_only` needs topics"),
        ({"denied": [{"name": "x"}]}, "nothing is about 'x'"),
        ({"denied": [{"name": "x", "patterns": ["/(/"]}]}, "no regular expression"),
        ({"denied": [{"name": "x", "patterns": [" "]}]}, "empty pattern"),
        ({"denied": [MEDICAL, MEDICAL]}, "several topics called 'medical'"),
    ],
)
def test_what_makes_no_sense_is_a_mistake(options: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TopicsOptions.model_validate(options)


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    bot = """
        version: 1
        policies: [{use: rules, path: rules.yaml}]
        guards:
          - use: topics
            denied:
              - {name: law, pattern: court}
        """
    with pytest.raises(DialogError, match=r"bot\.yaml:\d+:\d+: .*patterns"):
        Bot.load(write_bot(tmp_path, bot, **{"rules.yaml": "rules: [{name: hi, when: hi, say: Hello!}]"}))


def test_an_expression_that_takes_too_long_makes_the_guard_fail_and_not_the_turn() -> None:
    slow = guard(denied=[{"name": "slow", "patterns": ["/(?:a+)+$/"]}])
    with pytest.raises(TimeoutError):
        slow.check_input(make_turn("a" * 5_000 + "!"))


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    verdict = guard(allowed=[BANKING], allowed_only=True).check_input(make_turn(text))
    assert isinstance(verdict, Allow | Refuse)
