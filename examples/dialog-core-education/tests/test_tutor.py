"""The tutor as a policy: its contract, two devices of one learner, courses that change, and what can go wrong."""

import functools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import dialog_education
from dialog_core import Bot, FactLearned, FlowStarted, FlowStepped, Turn, read_bot_file
from dialog_core.testing import NASTY_TEXTS, PolicyContract, TestChat, make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_education.options import TutorOptions
from dialog_education.schedule.progress import Progress, decode, encode
from dialog_education.schedule.sm2 import PERFECT
from dialog_education.tutor.policy import TutorPolicy
from dialog_education.tutor.round import FLOW, Round

COURSES = Path(dialog_education.__file__).parent / "courses"
BASE = "extends: education:bots/{language}.yaml\n"


@functools.cache
def tutor(**options: Any) -> TutorPolicy:
    courses = {name: COURSES / f"{name}.yaml" for name in ("maths.en", "world.en", "words")}
    return TutorPolicy(TutorOptions(courses=courses, **options), make_context("tutor"))


def in_a_round(item: str, *queue: str) -> list[Any]:
    state = Round(item, queue, "maths/fractions")
    return [FlowStarted(FLOW, "tutor", item), FlowStepped(FLOW, item, state.state())]


class TestContract(PolicyContract):
    answers = "quiz me on fractions"
    others = ("capitals", "how am i doing?", "stop", "15")

    def make_policy(self, tmp_path: Path) -> TutorPolicy:
        return tutor()

    def make_turn(self, text: str) -> Turn:
        return make_turn(text)


class TestContractInARound(PolicyContract):
    answers = "15"
    others = ("stop", "hint", "why?", "tell me the answer", "20", "test me on capitals", "skip")

    def make_policy(self, tmp_path: Path) -> TutorPolicy:
        return tutor()

    def make_turn(self, text: str) -> Turn:
        return make_turn(text, events=in_a_round("maths/f1", "maths/f2"))


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
@pytest.mark.parametrize("item", ["maths/f1", "maths/e3", "maths/e7", "maths/o1", "world/france", "words/cat>zh"])
def test_nasty_texts_cost_nothing_in_a_round(item: str, text: str) -> None:
    (candidate,) = tutor().propose(make_turn(text, events=in_a_round(item, "maths/f2")))
    assert candidate.text


def test_the_answer_is_not_in_what_is_said_before_the_last_hint() -> None:
    policy, events = tutor(), in_a_round("maths/f1", "maths/f2")
    for _ in range(3):
        (candidate,) = policy.propose(make_turn("just tell me the answer", events=events))
        assert "15" not in candidate.text
        events += candidate.effects
    (candidate,) = policy.propose(make_turn("just tell me the answer", events=events))
    assert "The answer is **15**" in candidate.text


def test_a_course_that_changed_ends_the_round_it_broke_and_nothing_else() -> None:
    events = in_a_round("maths/gone", "maths/gone_too")
    assert tutor().propose(make_turn("15", events=events)) == []
    (candidate,) = tutor().propose(make_turn("quiz me on fractions", events=events))
    assert [type(event).__name__ for event in candidate.effects] == ["FlowEnded", "FlowStarted", "FlowStepped"]
    (candidate,) = tutor().propose(make_turn("15", events=in_a_round("maths/f1", "maths/gone")))
    assert "Round done" in candidate.text


@pytest.mark.parametrize("state", [{}, {"item": 1}, {"item": "maths/f1"}, {"item": "maths/f1", "queue": 3, "unit": ""}])
def test_a_state_that_is_no_round_begins_anew(state: dict[str, Any]) -> None:
    events = [FlowStarted(FLOW, "tutor", "x"), FlowStepped(FLOW, "x", state)]
    (candidate,) = tutor().propose(make_turn("capitals", events=events))
    assert "France" in candidate.text


def test_somebody_elses_task_is_not_interrupted() -> None:
    events = [*in_a_round("maths/f1"), FlowStarted("teacher", "flows", "asks")]
    assert tutor().propose(make_turn("15", events=events)) == []


def test_what_one_conversation_learnt_is_not_destroyed_by_another() -> None:
    """Each writes the whole fact: what the profile lacks of this conversation's is put back with the next answer."""
    other_device = encode(Progress().answered("world/france", PERFECT, NOON - timedelta(hours=1)))
    here = encode(Progress().answered("maths/o1", PERFECT, NOON - timedelta(hours=2)))
    events = [FactLearned("progress", here), *in_a_round("maths/f1", "maths/f2")]
    (candidate,) = tutor().propose(make_turn("15", events=events, facts={"progress": other_device}))
    (learned,) = [event for event in candidate.effects if isinstance(event, FactLearned)]
    assert set(decode(learned.value).items) == {"world/france", "maths/o1", "maths/f1"}


def test_a_round_in_which_nothing_is_found_ends_all_the_same() -> None:
    policy, events = tutor(round=2), in_a_round("maths/f1", "maths/f2")
    said: list[str] = []
    while not said or "Round done" not in said[-1]:
        (candidate,) = policy.propose(make_turn("give me the solution", events=events))
        events += candidate.effects
        said.append(candidate.text)
        assert len(said) < 40
    assert len(said) >= 8


def bot(tmp_path: Path, language: str, more: str = "") -> Bot:
    file = tmp_path / f"{language}.yaml"
    store = f"store: memory\nprofiles: {{use: sqlite, path: {tmp_path / 'learners.db'}}}\n"
    file.write_text(BASE.format(language=language) + store + more, encoding="utf-8")
    return Bot.load(file)


def test_two_devices_of_a_learner_know_of_each_other(tmp_path: Path) -> None:
    with bot(tmp_path, "en") as tutor_bot:

        def say(device: str, text: str) -> str:
            return tutor_bot.reply(text, conversation=device, user="ann").text

        say("tablet", "remember me")
        say("tablet", "capitals")
        say("phone", "fractions")
        say("tablet", "paris")
        say("phone", "15")
        say("tablet", "canberra")
        for device in ("tablet", "phone", "a third one"):
            told = say(device, "how am i doing?")
            assert "| Countries and capitals | 0 | 2 | 5 |" in told
            assert "| Fractions and percent | 0 | 1 | 6 |" in told


def test_another_learner_of_the_same_conversation_sees_nothing_of_it(tmp_path: Path) -> None:
    with bot(tmp_path, "zh") as tutor_bot:
        for text in ("记住我", "地理", "巴黎", "停"):
            tutor_bot.reply(text, conversation="class", user="xiaoming")
        assert "还没有练过" in tutor_bot.reply("我学得怎么样", conversation="class", user="xiaohong").text
        assert "| 地理 |" in tutor_bot.reply("我学得怎么样", conversation="class", user="xiaoming").text


def test_a_school_that_has_the_consent_asks_nobody(tmp_path: Path) -> None:
    more = "policies: [{name: tutor, ask_consent: false}]\n"
    file = tmp_path / "school.yaml"
    profiles = f"profiles: {{use: sqlite, path: {tmp_path / 'learners.db'}, consent: given}}\n"
    file.write_text(BASE.format(language="en") + "store: memory\n" + profiles + more, encoding="utf-8")
    with Bot.load(file) as tutor_bot:
        for text in ("capitals", "paris"):
            tutor_bot.reply(text, user="ann")
        assert "remember" not in tutor_bot.reply("stop", user="ann").text
        told = tutor_bot.reply("how am i doing", conversation="another", user="ann").text
        assert "Countries and capitals" in told


def test_a_mistake_in_a_course_is_told_when_the_bot_is_loaded(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("course: own\ntitle: Own\nunits: [{id: a, title: A, items: [{id: b, kind: x}]}]\n", encoding="utf-8")
    file = tmp_path / "bot.yaml"
    file.write_text(
        BASE.format(language="en") + "policies: [{name: tutor, courses: {own: own.yaml}}]\n", encoding="utf-8"
    )
    with pytest.raises(Exception, match=r"own\.yaml:3:\d+: units\[0\]\.items\[0\]\.kind: there is no 'x' here"):
        Bot.load(file)


def test_a_course_is_taken_away_with_null(tmp_path: Path) -> None:
    more = "policies: [{name: tutor, courses: {maths: null, words: null}}]\n"
    with bot(tmp_path, "en", more) as tutor_bot:
        TestChat(tutor_bot).user("quiz").bot_contains("Countries and capitals")
        assert "Fractions" not in tutor_bot.reply("quiz", conversation="2").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_base_configurations_have_no_mistakes(language: str) -> None:
    base = Path(dialog_education.__file__).parent / "bots" / f"{language}.yaml"
    assert read_bot_file(base, training=False).policies
