"""The steps `duplicates` and `near_duplicates`."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.datasets import Dialogue, DialogueTurn, KnowledgeEntry, LabelledText
from dialog_core.interfaces import Removed
from dialog_data.likeness.shingles import shingles


def kept(cleaner, *texts: str, label: str = "") -> list[str]:
    items = [LabelledText(text, label, {"line": line}) for line, text in enumerate(texts, 1)]
    return [item.text for item in items if not isinstance(cleaner.clean(item), Removed)]


def test_what_differs_in_case_width_and_spaces_alone_is_the_same(step) -> None:
    assert kept(step("duplicates"), "Where is it?", "where  is it?", "ｗｈｅｒｅ is it?", "Where is it") == [
        "Where is it?",
        "Where is it",
    ]
    assert kept(step("duplicates", punctuation=False), "Where is it?", "where is it", "?!", "...") == [
        "Where is it?",
        "?!",
        "...",
    ]


def test_the_first_is_named(step) -> None:
    duplicates = step("duplicates")
    duplicates.clean(LabelledText("hi", "", {"line": 3}))

    assert duplicates.clean(LabelledText("Hi", "", {"line": 9})) == Removed("said before", "as in line 3")


def test_labels_and_roles_make_a_difference_and_metadata_none(step, talk) -> None:
    duplicates = step("duplicates")

    assert not isinstance(duplicates.clean(LabelledText("hi", "greet")), Removed)
    assert not isinstance(duplicates.clean(LabelledText("hi", "other")), Removed)
    assert not isinstance(duplicates.clean(talk("hi", "hello", id="a")), Removed)
    assert not isinstance(
        duplicates.clean(Dialogue("b", (DialogueTurn("bot", "hi"), DialogueTurn("user", "hello")))), Removed
    )
    assert duplicates.clean(talk("hi", "hello", id="c")) == Removed("said before", "as in a")
    assert not isinstance(duplicates.clean(KnowledgeEntry("e", ("hi",), "hello")), Removed)
    assert isinstance(duplicates.clean(KnowledgeEntry("f", ("hi",), "hello", tags=("x",))), Removed)


def test_of_pairs_only_those_go_that_were_there(step, talk) -> None:
    pairs = step("duplicates", of="pairs")
    pairs.clean(talk("hi", "hello", "bye", "see you"))

    shorter = pairs.clean(talk("hi", "hello", "what?", "that"))
    assert [turn.text for turn in shorter.turns] == ["what?", "that"]
    assert pairs.clean(talk("bye", "see you")) == Removed("said before", "each message with its reply")
    assert [turn.text for turn in pairs.clean(talk("hi", "good day")).turns] == ["hi", "good day"]


def test_a_lone_surrogate_is_compared_like_any_other(step) -> None:
    assert kept(step("duplicates"), "a\ud800", "a\ud800", "a\ud801") == ["a\ud800", "a\ud801"]
    assert kept(step("near_duplicates", least=1), "a\ud800 b", "b a\ud800") == ["a\ud800 b"]


def test_what_shares_most_words_goes_and_the_original_is_named(step) -> None:
    near = step("near_duplicates")
    near.clean(LabelledText("I would like to book a table for two people tonight", "", {"line": 1}))

    again = near.clean(LabelledText("i would like to book a tabel for two people tonight!", "", {"line": 2}))

    assert again == Removed("almost said before", "83% as in line 1")


def test_chinese_is_compared_by_its_characters(step) -> None:
    assert kept(
        step("near_duplicates"),
        "我想预订今天晚上的两人桌谢谢",
        "我想预定今天晚上的两人桌，谢谢！",
        "请问附近有没有好吃的火锅店",
    ) == [
        "我想预订今天晚上的两人桌谢谢",
        "请问附近有没有好吃的火锅店",
    ]


def test_texts_with_other_numbers_are_others(step) -> None:
    talk = ("please book a table for us at 7 tonight", "please book a table for us at 8 tonight")

    assert kept(step("near_duplicates"), *talk) == list(talk)
    assert kept(step("near_duplicates", numbers=False), *talk) == [talk[0]]


def test_short_texts_and_those_of_other_labels_are_left_alone(step) -> None:
    assert kept(step("near_duplicates"), "yes please", "please, yes") == ["yes please", "please, yes"]
    near = step("near_duplicates")
    assert kept(near, "turn on the light in the kitchen", label="on")
    assert kept(near, "turn on the light in the kitchen", label="off")


def test_of_a_row_of_variants_one_stays_or_those_that_are_not_near_to_it(step) -> None:
    row = ("a b c d e f g h", "a b c d e f g x", "a b c d e f y x", "a b c d e z y x")

    assert kept(step("near_duplicates"), *row) == [row[0]]
    assert kept(step("near_duplicates", chains=False), *row) == [row[0], row[2]]


def test_a_dialogue_is_compared_by_all_that_is_said(step, talk) -> None:
    near = step("near_duplicates")
    near.clean(talk("where is the station from here", "go left, then straight on", id="a"))

    assert isinstance(
        near.clean(talk("Where is the station from here?", "Go left and then straight on", id="b")), Removed
    )
    assert not isinstance(
        near.clean(talk("where is the station from here", "who knows it, ask at the desk", id="c")), Removed
    )


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), threshold=st.sampled_from([0.5, 0.7, 0.9]))
def test_nothing_goes_that_is_less_alike_than_asked(seed: int, threshold: float) -> None:
    rng = random.Random(seed)
    texts = [" ".join(rng.choices("abcdefghijkl", k=rng.randrange(4, 12))) for _ in range(60)]
    near = Context(name="test").create(
        "cleaner", {"use": "near_duplicates", "threshold": threshold, "chains": False, "least": 1}
    )
    stayed: list[set[int]] = []
    for text in texts:
        own = shingles(text, "auto", 1, 2)
        closest = max((len(own & other) / len(own | other) for other in stayed), default=0.0)
        if isinstance(near.clean(LabelledText(text, "")), Removed):
            assert closest >= threshold
        else:
            stayed.append(own)


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("...", 0), ("a b a", 2), ("don't", 1), ("你好吗", 2), ("好", 1), ("我 love 你们好", 4)],
)
def test_words_and_pairs_of_characters_are_the_pieces(text: str, count: int) -> None:
    assert len(shingles(text, "auto", 1, 2)) == count


@pytest.mark.parametrize("permutations", [16, 64])
def test_few_permutations_find_what_is_all_but_the_same(step, permutations: int) -> None:
    near = step("near_duplicates", permutations=permutations)
    one = "I would like to book a table for two people tonight at the place beside the river please"
    assert kept(near, one, f"{one}!", "where is my parcel") == [one, "where is my parcel"]
