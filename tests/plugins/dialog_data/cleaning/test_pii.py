"""The step `pii`: what a recognizer finds is replaced, and nothing else moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import Dialogue, DialogueAct, DialogueTurn, EntitySpan, KnowledgeEntry, LabelledText

WORDS = "mail joe@example.com or call 415-555-2671"


def test_a_placeholder_says_what_stood_there(step) -> None:
    assert step("pii").clean(LabelledText(WORDS, "")).text == "mail [email] or call [phone]"
    assert step("pii", kinds="phone").clean(LabelledText(WORDS, "")).text == "mail joe@example.com or call [phone]"


def test_a_text_without_personal_data_is_the_same_object(step, talk) -> None:
    dialogue = talk("where is order 4155552671?", "on its way")

    assert step("pii").clean(dialogue) is dialogue


def test_marked_entities_keep_their_places_and_do_not_tell_the_value(step) -> None:
    item = LabelledText(
        "Ann, joe@example.com, Ely",
        "contact",
        entities=(
            EntitySpan(0, 3, "person"),
            EntitySpan(5, 20, "email", value="joe@example.com"),
            EntitySpan(22, 25, "city"),
        ),
    )

    cleaned = step("pii").clean(item)

    assert cleaned.text == "Ann, [email], Ely"
    assert [(cleaned.text[span.start : span.end], span.value) for span in cleaned.entities] == [
        ("Ann", ""),
        ("[email]", ""),
        ("Ely", ""),
    ]


def test_an_entity_that_is_a_part_of_what_goes_has_all_that_takes_its_place(step) -> None:
    item = LabelledText("write joe@example.com", "", entities=(EntitySpan(10, 21, "host"), EntitySpan(0, 9, "words")))

    spans = step("pii").clean(item).entities

    assert [(span.start, span.end) for span in spans] == [(6, 13), (0, 13)]


def test_what_is_noted_about_a_turn_goes_as_well(step) -> None:
    turn = DialogueTurn(
        "user",
        "my number is 07700 900123",
        {"raw": ["tel. 07700 900123"], "turn": 3},
        (DialogueAct("inform", "", "phone", "07700 900123"),),
        {"phone": "07700 900123", "day": "monday"},
    )
    dialogue = Dialogue("d", (turn,), {"user": "joe@example.com", "line": 4, "at": "2024-05-03T10:00:00"})

    cleaned = step("pii").clean(dialogue)

    (said,) = cleaned.turns
    assert "900123" not in repr(cleaned)
    assert said.acts[0].value == said.state["phone"] == "[phone]"
    assert (said.state["day"], said.metadata["turn"]) == ("monday", 3)
    assert cleaned.metadata == {"user": "[email]", "line": 4, "at": "2024-05-03T10:00:00"}


def test_pseudonyms_are_the_same_for_the_same_and_begin_anew_in_each_dialogue(step, talk) -> None:
    pii = step("pii", replacement="pseudonym")

    first = pii.clean(talk("I am joe@example.com", "Not ann@example.com?", "No, JOE@example.com."))
    second = pii.clean(talk("ann@example.com here"))

    assert [turn.text for turn in first.turns] == ["I am [email 1]", "Not [email 2]?", "No, [email 1]."]
    assert second.turns[0].text == "[email 1] here"


def test_a_hash_is_the_same_everywhere_and_another_with_another_salt(step) -> None:
    texts = [
        step("pii", replacement="hash", salt=salt).clean(LabelledText(words, "")).text
        for salt in ("a long secret", "another secret")
        for words in ("+44 7700 900123", "+44 (7700) 900-123")
    ]

    assert texts[0] == texts[1]
    assert texts[2] == texts[3] != texts[0]
    assert not any(map(str.isdigit, texts[0]))


def test_a_hash_without_a_salt_is_refused(step) -> None:
    with pytest.raises(ConfigurationError, match="a secret of 8 characters"):
        step("pii", replacement="hash")


@pytest.mark.parametrize(
    "options", [{}, {"replacement": "pseudonym"}, {"replacement": "hash", "salt": "a long secret"}]
)
def test_what_took_the_place_of_something_is_not_taken_for_something(step, options) -> None:
    text = f"{WORDS}; https://joe:secret1@example.com/x, SSN 536-90-4399, 我的手机13812345678，微信号：lamp_lover"
    cleaned = step("pii", **options).clean(LabelledText(text, ""))

    assert step("pii", **options).clean(cleaned) is cleaned
    assert cleaned.text.count("[") == 6


def test_an_entry_is_cleaned_too(step) -> None:
    entry = KnowledgeEntry("e", ("who is joe@example.com?",), "Call 415-555-2671.", metadata={"by": "ann@example.com"})

    cleaned = step("pii").clean(entry)

    assert (cleaned.questions, cleaned.answer, cleaned.metadata) == (
        ("who is [email]?",),
        "Call [phone].",
        {"by": "[email]"},
    )


def test_a_kind_there_is_none_of_is_refused(step) -> None:
    with pytest.raises(ConfigurationError, match="Did you mean 'email'"):
        step("pii", recognizer={"use": "pii", "kinds": ["emial"]})


PIECES = """joe@example.com 415-555-2671 4155552671 +44 20 7946 0958 13812345678 010-62345678 4111111111111111 1.2.3.4
    https://a:b1@c.de 536-90-4399 AB123456C 11010519491231002X E12345678 粤B12345 微信号 lamp_lover QQ 12 Elm Street
    Springfield, IL 62704 中山路27号 502室 阳光花园 北京市 born May 3, 1990 1990年5月3日 call order
    订单 : - [ ] @ . 1 12""".split()


@pytest.mark.parametrize("replacement", ["placeholder", "pseudonym", "hash"])
@settings(max_examples=150, deadline=None)
@given(words=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", "\n"])), max_size=8))
def test_cleaned_twice_nothing_more_is_replaced(replacement: str, words: list[tuple[str, str]]) -> None:
    spec = {"use": "pii", "replacement": replacement, "salt": "a long secret"}
    pii = Context(name="test").create("cleaner", spec)
    text = "".join(word + between for word, between in words)

    cleaned = pii.clean(LabelledText(text, ""))

    assert pii.clean(cleaned) is cleaned
