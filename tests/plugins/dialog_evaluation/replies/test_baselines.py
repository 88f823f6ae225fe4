import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_evaluation.replies.baselines import K1, B, Index, most_frequent, nearest
from dialog_evaluation.replies.cases import Case, pairs_of

TEXT = st.lists(st.sampled_from("abcdefg"), max_size=8)


def bm25(query: list[str], texts: list[list[str]], place: int) -> float:
    """BM25 as its formula has it, one text after the other."""
    size, mean = len(texts), max(sum(map(len, texts)) / len(texts), 1)
    counts, score = Counter(texts[place]), 0.0
    for word in query:
        having = sum(word in text for text in texts)
        if counts[word]:
            rarity = math.log(1 + (size - having + 0.5) / (having + 0.5))
            penalty = K1 * (1 - B + B * len(texts[place]) / mean)
            score += rarity * counts[word] * (K1 + 1) / (counts[word] + penalty)
    return score


@given(st.lists(TEXT, min_size=1, max_size=12), st.lists(TEXT, min_size=1, max_size=4))
def test_the_best_question_is_that_of_looking_at_all(texts: list[list[str]], queries: list[list[str]]) -> None:
    index = Index(texts)
    for query in queries:  # one after the other: nothing is left from the search before
        scores = [bm25(query, texts, place) for place in range(len(texts))]
        assert math.isclose(scores[index.best(query)], max(scores), abs_tol=1e-9)


def cases(id: str, *pairs: tuple[str, str]) -> list[Case]:
    turns = [turn for question, reply in pairs for turn in (DialogueTurn("user", question), DialogueTurn("bot", reply))]
    return pairs_of(Dialogue(id, tuple(turns)))


def test_the_nearest_message_lends_its_reply() -> None:
    learnt = cases("a", ("when do you open", "At nine."), ("what does it cost", "Nothing."))
    asked = cases(
        "b", ("When do you open on Sunday?", "x"), ("and the cost", "y"), ("When do you open on Sunday?", "z")
    )
    assert nearest(asked, learnt) == ["At nine.", "Nothing.", "At nine."]


def test_the_most_frequent_reply_is_never_that_of_the_dialogue_itself() -> None:
    one, two = cases("a", ("hi", "Hello!"), ("hi", "Hello!")), cases("b", ("bye", "Bye!"))
    assert most_frequent([*one, *two], []) == ["Bye!", "Bye!", "Hello!"]
    assert most_frequent(one, two) == ["Bye!", "Bye!"]
