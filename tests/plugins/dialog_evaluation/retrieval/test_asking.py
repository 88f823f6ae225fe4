from collections.abc import Sequence

import pytest

from dialog_core import DialogError
from dialog_core.configuration import ConfigurationError
from dialog_core.retrieval import Hit
from dialog_core.testing import make_bot
from dialog_evaluation.retrieval.asking import ask, find_retrievers, found_in
from dialog_evaluation.retrieval.questions import Question
from tests.plugins.dialog_evaluation.searching import ScriptedRetriever, hit, searching_bot

HOW = Question("how", ("a", "b"), 2)


def test_what_is_found_is_kept_with_the_rank_of_the_first_right_entry() -> None:
    found = found_in([hit("x", 0.9), hit("y", 0.8), hit("b", 0.7), hit("a", 0.6)], HOW)
    assert found.keys == ("faq:x", "faq:y", "b", "a")
    assert (found.rank, found.score) == (3, 0.9)
    assert found.right is not None
    assert (found.right.id, found.right.score) == ("b", 0.7)


def test_where_nothing_is_found_the_score_is_0() -> None:
    found = found_in([], HOW)
    assert (found.keys, found.rank, found.right, found.score) == ((), None, None, 0.0)


def test_of_an_entry_that_is_found_twice_the_better_place_counts() -> None:
    assert found_in([hit("x", 0.9), hit("x", 0.8), hit("a", 0.7)], HOW).rank == 2


@pytest.mark.parametrize(("known", "same"), [("How?", True), ("HOW !", True), ("How much?", False)])
def test_a_question_that_stands_in_the_knowledge_is_noticed(known: str, same: bool) -> None:
    assert found_in([hit("x", 0.9), hit("a", 0.8, question=known)], HOW).verbatim is same


def test_every_retriever_is_asked_every_question_for_as_many_entries_as_wanted() -> None:
    words, meaning = ScriptedRetriever({"how": [("a", 0.5)]}), ScriptedRetriever({})
    steps: list[int] = []
    with searching_bot(words=words, meaning=meaning) as bot:
        asked = ask(bot, ["words", "meaning"], [HOW, Question("why", (), 3)], 25, lambda: steps.append(1))
        assert bot.conversations() == []
    assert {name: [one.rank for one in made.found] for name, made in asked.items()} == {
        "words": [1, None],
        "meaning": [None, None],
    }
    assert set(words.asked) == {("how", 25), ("why", 25)}
    assert len(steps) == 4


def fails_on(word: str) -> ScriptedRetriever:
    def search(text: str) -> Sequence[Hit]:
        if word in text:
            raise RuntimeError("no index")
        return [hit("a", float("nan") if text == "odd" else 0.5)]

    return ScriptedRetriever(search)


def test_a_question_on_which_a_retriever_fails_is_not_found_and_told() -> None:
    questions = [Question(text, ("a",), line) for line, text in enumerate(["boom", "fine", "odd"], start=2)]
    with searching_bot(words=fails_on("boom")) as bot:
        made = ask(bot, ["words"], questions, 10)["words"]
    assert [one.rank for one in made.found] == [None, 1, None]
    assert made.failures == ["Line 2: RuntimeError: no index", "Line 4: ValueError: the score of 'a' is nan"]


def test_a_retriever_that_always_fails_ends_the_evaluation() -> None:
    questions = [Question(f"boom {line}", ("a",), line) for line in range(50)]
    with searching_bot(words=fails_on("boom")) as bot, pytest.raises(DialogError, match="fails again and again"):
        ask(bot, ["words"], questions, 10)


def test_all_retrievers_are_measured_with_the_parts_of_those_that_put_others_together() -> None:
    both = ScriptedRetriever({}, words=ScriptedRetriever({}), meaning=ScriptedRetriever({}))
    with searching_bot(faq={}, both=both) as bot:
        assert find_retrievers(bot, ()) == ["faq", "both", "both.words", "both.meaning"]
        assert find_retrievers(bot, ["both.words", "faq", "both.words"]) == ["both.words", "faq"]
        with pytest.raises(ConfigurationError, match=r"no retriever 'both.word'. Did you mean 'both.words'\?"):
            find_retrievers(bot, ["both.word"])


def test_a_bot_that_searches_nothing_is_told_so() -> None:
    with make_bot("Hello!") as bot, pytest.raises(ConfigurationError, match=r"none .* searches knowledge"):
        find_retrievers(bot, ())
