"""The questionnaire: cautious whatever is answered, and readable for those who check it."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import BotSaid, Conversation, FlowEnded, FlowStarted, Message, Turn, UserSaid
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import NASTY_TEXTS, PolicyContract, make_context, make_turn
from dialog_core.testing.turns import NOON
from dialog_medical.options import TRIAGE_FILE, TriageOptions
from dialog_medical.triage import hearing
from dialog_medical.triage.deciding import decide
from dialog_medical.triage.policy import FLOW, TriagePolicy
from dialog_medical.triage.questionnaire import NO, QUESTIONS, UNSURE, YES, Complaint, Outcome, Questionnaire, RedFlag
from dialog_medical.triage.reading import read_questionnaire

QUESTIONNAIRE = read_questionnaire(TRIAGE_FILE, ("en", "zh"))
COMPLAINTS = list(QUESTIONNAIRE.complaints.values())
CHOICES = {
    question: [one.id for one in QUESTIONNAIRE.answers[question]] if question in QUESTIONNAIRE.answers else [YES, NO]
    for question in QUESTIONS
}
ANSWERS = st.fixed_dictionaries({question: st.sampled_from([*ids, UNSURE]) for question, ids in CHOICES.items()})
SAID = st.one_of(
    st.sampled_from(
        [label for answers in QUESTIONNAIRE.answers.values() for one in answers for label in one.label.values()]
        + [
            "yes",
            "no",
            "not sure",
            "有",
            "没有",
            "不确定",
            "3 days",
            "两周",
            "i'm 70",
            "4",
            "hm",
            "what?",
            "why?",
            "为什么",
            "stop",
        ]
    ),
    st.text(max_size=20),
)


@given(complaint=st.sampled_from(COMPLAINTS), answers=ANSWERS, question=st.sampled_from(["emergency", "today"]))
def test_a_further_red_flag_never_makes_it_less_urgent(
    complaint: Complaint, answers: dict[str, str], question: str
) -> None:
    without = decide(QUESTIONNAIRE, [complaint], {**answers, question: NO})
    assert decide(QUESTIONNAIRE, [complaint], {**answers, question: YES}) >= without


@given(complaint=st.sampled_from(COMPLAINTS), answers=ANSWERS, question=st.sampled_from(QUESTIONS))
def test_not_sure_counts_as_the_most_urgent_answer_and_goes_at_least_one_step_up(
    complaint: Complaint, answers: dict[str, str], question: str
) -> None:
    unsure = decide(QUESTIONNAIRE, [complaint], {**answers, question: UNSURE})
    assert all(unsure >= decide(QUESTIONNAIRE, [complaint], {**answers, question: id}) for id in CHOICES[question])
    others = {name: answer for name, answer in answers.items() if name != question and answer != UNSURE}
    assert unsure >= min(decide(QUESTIONNAIRE, [complaint], others) + 1, Outcome.EMERGENCY)


@given(first=st.sampled_from(COMPLAINTS), second=st.sampled_from(COMPLAINTS), answers=ANSWERS)
def test_a_second_complaint_never_makes_it_less_urgent(
    first: Complaint, second: Complaint, answers: dict[str, str]
) -> None:
    assert decide(QUESTIONNAIRE, [first, second], answers) >= decide(QUESTIONNAIRE, [first], answers)


@given(complaint=st.sampled_from(COMPLAINTS), answers=ANSWERS)
def test_a_red_flag_that_is_added_to_the_file_never_makes_it_less_urgent(
    complaint: Complaint, answers: dict[str, str]
) -> None:
    flag = RedFlag("new", Outcome.EMERGENCY, {"en": "..."}, {})
    more = replace(complaint, red_flags=(*complaint.red_flags, flag))
    assert decide(QUESTIONNAIRE, [more], answers) >= decide(QUESTIONNAIRE, [complaint], answers)


def make_policy(path: Path = TRIAGE_FILE) -> TriagePolicy:
    return TriagePolicy(TriageOptions(path=path), make_context("triage", languages=("en", "zh")))


def outcome_of(conversation: Conversation) -> str | None:
    ended = [event.outcome for event in conversation.events if isinstance(event, FlowEnded) and event.flow == FLOW]
    return ended[-1] if ended else None


def hold(policy: TriagePolicy, *messages: str, language: str = "en") -> tuple[Conversation, list[str]]:
    """Say the messages until the questionnaire ends; return the conversation and what was said to it."""
    conversation, said = Conversation("test"), []
    for number, text in enumerate(messages):
        candidates = policy.propose(make_turn(text, events=conversation.events, language=language))
        conversation = conversation.append((UserSaid(Message(text, client_id=str(number))),))
        if not candidates:
            continue
        best = max(candidates, key=lambda candidate: candidate.score)
        conversation = conversation.append(best.effects)
        said.append(best.text)
        if outcome_of(conversation):
            break
    return conversation, said


@pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda one: one.id)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_path_of_picked_answers_ends_with_the_outcome_its_answers_decide(
    complaint: Complaint, language: str
) -> None:
    policy = make_policy()
    begin = f"i have {complaint.when['en'][0]}" if language == "en" else complaint.when["zh"][0]
    flags = {"en": {YES: "yes", NO: "no", UNSURE: "not sure"}, "zh": {YES: "有", NO: "没有", UNSURE: "不确定"}}[
        language
    ]
    choices = []
    for question in QUESTIONS:
        labels = {one.id: one.label[language] for one in QUESTIONNAIRE.answers.get(question, ())} | {
            UNSURE: flags[UNSURE]
        }
        choices.append(
            [(question, id, text) for id, text in (labels if question in QUESTIONNAIRE.answers else flags).items()]
        )
    paths = list(itertools.product(*choices))
    for path in paths[:: 23 if language == "en" else 61]:
        conversation, _ = hold(policy, begin, *(text for _, _, text in path), language=language)
        answers: dict[str, str] = {}
        for question, id, _ in path:
            answers[question] = id
            expected = decide(QUESTIONNAIRE, [complaint], answers)
            if expected is Outcome.EMERGENCY:
                break
        assert outcome_of(conversation) == expected.name.lower(), path


@settings(max_examples=80, deadline=None)
@given(
    begin=st.sampled_from(["my head hurts", "我肚子疼", "i feel ill", "fever"]),
    messages=st.lists(SAID, min_size=40, max_size=40),
)
def test_whatever_is_answered_there_is_an_outcome_in_the_end(begin: str, messages: list[str]) -> None:
    conversation, _ = hold(make_policy(), begin, *messages)
    assert outcome_of(conversation) in {outcome.name.lower() for outcome in Outcome}
    assert not conversation.flows


class TestTriagePolicy(PolicyContract):
    answers = "my head hurts"

    def make_turn(self, text: str) -> Turn:
        return make_turn(text)  # without a flow of somebody else's, in which it does not interfere

    def make_policy(self, tmp_path: Path) -> TriagePolicy:
        return make_policy()


@pytest.mark.parametrize("text", NASTY_TEXTS.values(), ids=NASTY_TEXTS)
def test_nasty_answers_are_unclear_ones(text: str) -> None:
    conversation, _ = hold(
        make_policy(), "my back hurts", text, "no", "none", "no", "today", "mild", "mild", "mild", "stop"
    )
    assert outcome_of(conversation)


@pytest.mark.parametrize(
    ("said", "denied"), [("my mum is dizzy", "no, she's fine otherwise"), ("我妈头晕", "没那么严重")]
)
def test_whoever_says_that_it_is_no_emergency_is_asked_the_questions_instead(said: str, denied: str) -> None:
    alarmed = (UserSaid(Message(said, client_id="1")), BotSaid("Call 112 now.", NOON, "1", policy="guard"))
    (candidate,) = make_policy().propose(make_turn(denied, events=alarmed))
    assert FLOW in [event.flow for event in candidate.effects if isinstance(event, FlowStarted)]
    assert not make_policy().propose(make_turn(denied, events=alarmed[:1]))


ILLNESSES = (
    "migraine|meningitis|stroke|flu|influenza|appendicitis|cancer|pneumonia|infection|covid|heart attack|sepsis|"
    "gastritis|"
    "偏头痛|脑膜炎|中风|流感|阑尾炎|癌|肺炎|感染|新冠|心梗|胃炎|感冒"
).split("|")


def test_it_never_names_an_illness() -> None:
    texts = [
        text
        for one in COMPLAINTS
        for words in (one.name, *(flag.ask for flag in one.red_flags))
        for text in words.values()
    ]
    texts += [text for one in COMPLAINTS if one.self_care for text in one.self_care.text.values()]
    texts += [
        text for words in (*QUESTIONNAIRE.ask.values(), *QUESTIONNAIRE.outcomes.values()) for text in words.values()
    ]
    assert len(texts) > 150
    assert not [(text, illness) for text in texts for illness in ILLNESSES if illness in text.casefold()]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("no", NO),
        ("nope", NO),
        ("none of these", NO),
        ("no, none of those", NO),
        ("no, not at all", NO),
        ("都没有", NO),
        ("没有的", NO),
        ("no fever, no blood and no chest pain", NO),
        ("yes", YES),
        ("the first one", YES),
        ("有", YES),
        ("no but my neck is stiff", ""),
        ("not sure", UNSURE),
        ("maybe", UNSURE),
        ("不知道", UNSURE),
        ("好像有点", UNSURE),
        ("no idea", UNSURE),
        ("hmm", ""),
        ("没有，就是有点晕", ""),
        ("嗯嗯啊", ""),
        ("", ""),
        ("nobody knows", ""),
    ],
)
def test_only_a_clear_no_is_a_no(text: str, answer: str) -> None:
    assert hearing.yes_or_no(hearing.plain(text)) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("none", "none"),
        ("i am 70", "old"),
        ("she is 5", "none"),
        ("2 months old", "infant"),
        ("3岁", "none"),
        ("两个月大", "infant"),
        ("pregnant", "pregnant"),
        ("not pregnant", "none"),
        ("i had chemo", "immune"),
        ("pregnant, and i take chemo", "pregnant"),
        ("68岁", "old"),
        ("怀孕了", "pregnant"),
        ("没有怀孕", "none"),
        ("don't know", UNSURE),
        ("blah", ""),
    ],
)
def test_who_it_is_about(text: str, answer: str) -> None:
    assert hearing.who(hearing.plain(text), QUESTIONNAIRE.answers["who"]) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("today", "today"),
        ("since yesterday", "today"),
        ("3 days", "days"),
        ("a week or so, maybe two weeks", "week"),
        ("about a month", "weeks"),
        ("两天", "today"),
        ("三天了", "days"),
        ("一个月了", "weeks"),
        ("很久了", "weeks"),
        ("not sure", UNSURE),
        ("blah", ""),
    ],
)
def test_since_when(text: str, answer: str) -> None:
    assert hearing.since(hearing.plain(text), QUESTIONNAIRE.answers["since"]) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("mild", "mild"),
        ("very mild", "mild"),
        ("it's not that bad", "mild"),
        ("terrible", "severe"),
        ("8", "severe"),
        ("3/10", "mild"),
        ("5 out of 10", "moderate"),
        ("mild but getting worse", "severe"),
        ("很疼", "severe"),
        ("不严重", "mild"),
        ("7分", "severe"),
        ("hard to say", UNSURE),
        ("blah", ""),
    ],
)
def test_how_bad(text: str, answer: str) -> None:
    assert hearing.severity(hearing.plain(text), QUESTIONNAIRE.answers["severity"]) == answer


def test_signs_count_only_where_they_are_not_denied() -> None:
    headache = QUESTIONNAIRE.complaints["headache"]
    assert [flag.id for flag in hearing.flags_in("my neck is stiff", [headache])] == ["stiff_neck"]
    assert not hearing.flags_in("no stiff neck", [headache])
    assert not hearing.flags_in("没有脖子僵硬", [headache])


@pytest.mark.parametrize(
    "text", ["my head really hurts", "my tummy hurts on the right", "肚子右边疼", "我脑袋一阵阵疼"]
)
def test_complaints_are_heard_with_words_between(text: str) -> None:
    assert make_policy().propose(make_turn(text))


@pytest.mark.parametrize("text", ["my head no longer hurts", "my stomach doesn't hurt", "肚子不疼", "头不疼了"])
def test_what_does_not_hurt_is_no_complaint(text: str) -> None:
    assert not make_policy().propose(make_turn(text))


def test_a_message_about_a_complaint_in_general_begins_nothing() -> None:
    policy = make_policy()
    for text in (
        "what causes headaches?",
        "头痛是什么原因引起的",
        "i need an appointment for my back pain",
        "我没有头疼",
        "hello",
    ):
        assert not policy.propose(make_turn(text))


def broken(tmp_path: Path, old: str, new: str) -> str:
    text = TRIAGE_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "triage.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_questionnaire(path, ("en", "zh"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('outcome: emergency\n    ask: {en: "trouble', 'outcome: emergancy\n    ask: {en: "trouble', "emergency"),
        ("zh: 头痛}\n    when", "de: Kopfweh}\n    when", "says nothing in 'zh'"),
        ("id: none, label", "id: nothing, label", "'none'"),
        ("days: 8,", "days: 2,", "have to begin with 0 and to rise"),
        ("- id: sudden\n", "- id: stiff_neck\n", "two red flags 'stiff_neck'"),
        ("    least: appointment\n", "", "may end in self care"),
        ("url: https://medlineplus.gov/headache.html", "url: medlineplus", "url"),
        ("\nred_flags: ", "\nredflags: ", "Did you mean 'red_flags'"),
        ('  since:\n    ask: {en: "Since when?", zh: 什么时候开始的？}\n', "", "'since' is missing"),
    ],
)
def test_mistakes_in_the_file_are_told_with_their_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    message = broken(tmp_path, old, new)
    assert told in message
    assert "triage.yaml:" in message
    assert message.split("triage.yaml:")[1][0].isdigit()


def test_what_is_asked_comes_from_the_file() -> None:
    assert isinstance(QUESTIONNAIRE, Questionnaire)
    _, said = hold(make_policy(), "my head hurts")
    assert all(
        flag.ask["en"] in said[0]
        for flag in QUESTIONNAIRE.complaints["headache"].red_flags
        if flag.outcome is Outcome.EMERGENCY
    )
