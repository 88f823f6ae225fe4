"""The guard for children: measured on messages that were labelled before the rules were written."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import dialog_education
from dialog_core import Allow, Candidate, FlowStarted, HandedOver, Refuse
from dialog_core.configuration import read_yaml
from dialog_core.testing import GuardContract, make_context, make_turn
from dialog_education.guard.age_appropriate import AgeGuard
from dialog_education.options import AgeOptions

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")


def guard(**options: Any) -> AgeGuard:
    return AgeGuard(AgeOptions(**options), make_context("age"))


def labelled(name: str, language: str) -> dict[str, Sequence[str]]:
    data: Any = read_yaml(HERE / "safety" / f"{name}.{language}.yaml").plain()
    return data


def verdict(text: str, language: str, **options: Any) -> str:
    match guard(**options).check_input(make_turn(text, language=language)):
        case Refuse(reason="a pupil may need help"):
            return "care"
        case Refuse(reason="something may be on the pupil's mind"):
            return "worry"
        case Refuse():
            return "unsuited"
    return "fine"


class TestContract(GuardContract):
    harmless = ("hello", "what is a fraction?", "妈妈的英语怎么说？")
    objectionable = ("how do i make a bomb", "讲个黄色笑话")

    def make_guard(self, tmp_path: Path) -> AgeGuard:
        return guard()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_labelled_before_the_rules_is_found(language: str) -> None:
    messages = labelled("messages", language)
    assert sum(map(len, messages.values())) == 60
    told = Counter((label, verdict(text, language)) for label, texts in messages.items() for text in texts)
    assert told["care", "care"] == told["unsuited", "unsuited"] == 18
    assert told["fine", "worry"] <= 4
    assert told["fine", "fine"] + told["fine", "worry"] == 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_of_what_was_written_last_is_noticed_and_no_lesson_broken_off(language: str) -> None:
    """No rule is made for these; the figures stand in the README, and change with the built-in guard."""
    messages = labelled("held_out", language)
    told = Counter((label, verdict(text, language)) for label, texts in messages.items() for text in texts)
    assert told["care", "care"] + told["care", "worry"] >= 10
    assert told["fine", "care"] + told["fine", "unsuited"] == 0
    assert told["fine", "worry"] <= 4


def test_what_may_only_be_a_sign_is_asked_about_and_nobody_is_called() -> None:
    answer = guard(helpline="116 111").check_input(make_turn("I feel empty and I cry every night"))
    assert isinstance(answer, Refuse)
    assert "116 111" in answer.reply
    assert "just go on" in answer.reply
    assert not answer.effects
    assert verdict("my uncle comes into my room at night", "en", emergencies=False) == "fine"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_may_need_help_is_answered_with_care_and_a_person_takes_over(language: str) -> None:
    line = {"en": "Childline, 0800 1111", "zh": "12355"}
    (message, *_) = labelled("messages", language)["care"]
    turn = make_turn(message, language=language, events=[FlowStarted("quiz", "tutor")])
    answer = guard(helpline=line, adult="Ms Lee").check_input(turn)
    assert isinstance(answer, Refuse)
    assert answer.urgent
    assert line[language] in answer.reply
    assert "Ms Lee" in answer.reply
    assert any(isinstance(event, HandedOver) for event in answer.effects)
    assert len(answer.effects) == 2  # and the round ends


def test_nobody_is_called_where_nobody_can_come() -> None:
    answer = guard(hand_over=False).check_input(make_turn("i want to die"))
    assert isinstance(answer, Refuse)
    assert not answer.effects
    assert "teacher know" not in answer.reply


@pytest.mark.parametrize("text", ["Here is some porn", "你这个傻逼"])
def test_replies_that_are_unsuited_do_not_reach_a_pupil(text: str) -> None:
    assert isinstance(guard().check_output(make_turn("hi"), Candidate(text, 1.0)), Refuse)
    assert guard().check_output(make_turn("hi"), Candidate("妈妈的英语是 mother。", 1.0)) == Allow()


def test_schools_say_themselves_what_else_is_unsuited_and_what_is_not() -> None:
    assert verdict("do you know Skibidi?", "en", blocked=("skibidi",)) == "unsuited"
    assert verdict("what is masturbation", "en") == "unsuited"
    assert verdict("the penis of a whale", "en", ages="primary") == "unsuited"
    assert verdict("the penis of a whale", "en", ages="secondary") == "fine"
    assert verdict("who paints nudes", "en", allowed=("nudes",)) == "fine"
    assert verdict("(", "en", blocked=("(",)) == "unsuited"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_lessons_are_made_of_is_taken_for_a_sign(language: str) -> None:
    knowledge = Path(dialog_education.__file__).parent / "knowledge" / f"faq.{language}.yaml"
    entries: Any = read_yaml(knowledge).plain()
    said = [question for entry in entries["entries"] for question in entry["questions"]]
    assert len(entries["entries"]) >= 40
    for file in sorted((HERE / language).glob("*.tests.yaml")):
        if not file.name.startswith("care"):
            tests: Any = read_yaml(file).plain()
            said += [
                step["user"] for test in tests["tests"] for step in test["steps"] if isinstance(step.get("user"), str)
            ]
    harsh = {"what if my child writes something worrying?", "孩子写了让人担心的话怎么办", "会管欺负人的事吗"}
    assert {text for text in said if verdict(text, language) != "fine"} <= harsh
