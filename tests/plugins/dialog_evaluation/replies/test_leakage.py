from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

import dialog_evaluation.replies.near_duplicates as near_duplicates_module
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.replies.cases import Case, pairs_of
from dialog_evaluation.replies.leakage import leakage_of
from dialog_evaluation.replies.near_duplicates import near_duplicates

WORDS = st.lists(st.sampled_from(["we", "open", "at", "nine", "on", "sunday", "never"]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=12)


def runs(text: str) -> set[str]:
    plain = " ".join(text.casefold().split()).ljust(5)
    return {plain[place : place + 5] for place in range(len(plain) - 4)}


@given(TEXTS, TEXTS, st.sampled_from([0.5, 0.8, 1.0]), st.sampled_from([1, 40, 4_000_000]))
def test_near_duplicates_are_those_that_comparing_each_with_each_finds(
    texts: list[str], others: list[str], least: float, at_once: int
) -> None:
    expected = [
        any(len(runs(one) & runs(two)) >= least * len(runs(one) | runs(two)) - 1e-9 for two in others) for one in texts
    ]
    with patch.object(near_duplicates_module, "AT_ONCE", at_once):
        assert near_duplicates(texts, others, least).tolist() == expected


def test_of_nothing_there_are_no_near_duplicates() -> None:
    assert near_duplicates([], ["a"]).tolist() == []
    assert near_duplicates(["a", ""], []).tolist() == [False, False]
    assert near_duplicates(["", "A  b"], ["", "a b"]).tolist() == [True, True]


def cases(*pairs: tuple[str, str]) -> list[Case]:
    turns = [turn for question, reply in pairs for turn in (DialogueTurn("user", question), DialogueTurn("bot", reply))]
    return pairs_of(Dialogue("a", tuple(turns)))


def test_each_kind_of_leakage_is_told_apart() -> None:
    learnt = cases(("hello", "Hello!"), ("when do you open in the morning", "At nine."))
    found = leakage_of(
        cases(
            ("HELLO ", "hello!"),
            ("hello", "Bye."),
            ("thanks", "At nine."),
            ("when do you open in the morning", "At nine"),
        ),
        learnt,
    )
    assert found.pairs.tolist() == [True, False, False, False]
    assert found.contexts.tolist() == [True, False, False, False]
    assert found.replies.tolist() == [True, False, True, False]
    assert found.questions.tolist() == [True, True, False, True]
    assert found.nearly.tolist() == [True, False, False, True]
    assert found.shares["nearly"] == 0.5
