"""Texts of items, changed in place, and what items are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import (
    AUGMENTED,
    Dialogue,
    DialogueAct,
    DialogueTurn,
    EntitySpan,
    KnowledgeEntry,
    LabelledText,
    origin_of,
    texts_of,
    with_texts,
)

TALK = Dialogue(
    "d1",
    (DialogueTurn("user", "hello", acts=(DialogueAct("greet"),)), DialogueTurn("bot", "hi", state={"mood": "good"})),
    {"line": 3},
)
ENTRY = KnowledgeEntry("k1", ("When do you open?", "opening hours"), "At nine.", tags=("hours",))


def test_the_texts_of_an_item_come_in_order() -> None:
    assert texts_of(TALK) == ["hello", "hi"]
    assert texts_of(ENTRY) == ["When do you open?", "opening hours", "At nine."]
    assert texts_of(LabelledText("cancel it", "cancel")) == ["cancel it"]


@pytest.mark.parametrize("item", [TALK, ENTRY, LabelledText("a", "b", {"line": 1})])
def test_an_item_with_its_own_texts_is_the_item(item: Dialogue | KnowledgeEntry | LabelledText) -> None:
    assert with_texts(item, texts_of(item)) == item


def test_everything_but_the_texts_stays() -> None:
    changed = with_texts(TALK, ["HELLO", "hi"])
    assert isinstance(changed, Dialogue)
    assert changed.turns[0] == DialogueTurn("user", "HELLO", acts=(DialogueAct("greet"),))
    assert changed.turns[1] is TALK.turns[1]
    assert with_texts(ENTRY, ["Q", "R", "A"]) == KnowledgeEntry("k1", ("Q", "R"), "A", tags=("hours",))


@pytest.mark.parametrize("item", [TALK, ENTRY, LabelledText("a", "b")])
def test_another_number_of_texts_is_refused(item: Dialogue | KnowledgeEntry | LabelledText) -> None:
    with pytest.raises(ValueError, match=r"."):
        with_texts(item, ["one", "two", "three", "four"])


def test_entities_stand_where_their_words_stand_now() -> None:
    item = LabelledText("fly to Rome", "fly", {}, (EntitySpan(7, 11, "city"),))
    changed = with_texts(item, ["please, fly to Rome"])
    assert changed == LabelledText("please, fly to Rome", "fly", {}, (EntitySpan(15, 19, "city"),))
    assert with_texts(item, ["fly away"]) == LabelledText("fly away", "fly")


def test_the_same_words_elsewhere_in_a_text_are_not_taken_for_the_entity() -> None:
    item = LabelledText("May I fly in May?", "fly", {}, (EntitySpan(13, 16, "month"),))
    changed = with_texts(item, ["May I fly in May??"])
    assert isinstance(changed, LabelledText)
    assert changed.entities == (EntitySpan(13, 16, "month"),)


@given(st.text(max_size=20), st.text(min_size=1, max_size=5), st.text(max_size=20), st.text(max_size=60))
def test_entities_always_lie_in_their_text(before: str, words: str, after: str, other: str) -> None:
    span = EntitySpan(len(before), len(before) + len(words), "any")
    changed = with_texts(LabelledText(before + words + after, "x", {}, (span,)), [other])
    assert isinstance(changed, LabelledText)
    assert all(other[one.start : one.end] == words for one in changed.entities)


def test_what_was_made_up_says_of_what() -> None:
    assert origin_of(TALK) is None
    made = LabelledText("cancle it", "cancel", {AUGMENTED: {"by": "typos", "of": "cancel it"}})
    assert origin_of(made) == "cancel it"
    assert origin_of(LabelledText("x", "y", {AUGMENTED: True})) == ""
