"""What belongs together, what looks as if it did, and what logs tell."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dialog_core import Bot, FeedbackGiven, ReplyEdited, TrainingError
from dialog_core.datasets import KnowledgeEntry
from dialog_core.testing import write_bot
from dialog_core.training import SilentProgress
from dialog_retrieval.bm25.options import BM25Options
from dialog_retrieval.bm25.policy import BM25Policy
from dialog_retrieval_training.logs import read_logs
from dialog_retrieval_training.negatives import Mine
from dialog_retrieval_training.pairs import Pair, pairs_of_knowledge, pairs_of_questions
from dialog_retrieval_training.reading import Knowledge, Question
from tests.plugins.dialog_retrieval_training.shop import ENTRIES, context_of, faq, numbered

BOT = """
version: 1
bot: {name: Aria}
knowledge: {faq: {path: faq.yaml}}
policies: [{name: faq, use: bm25, knowledge: faq}]
store: {use: sqlite, path: talks.db}
"""


def test_phrasings_belong_to_each_other_and_questions_to_their_answers() -> None:
    entries = numbered([KnowledgeEntry("a", ("one", "two", "three"), "answer"), KnowledgeEntry("b", ("four",), "")])
    found = pairs_of_knowledge(entries, ("phrasings", "answers"))
    assert [(pair.asked, pair.found, pair.kind) for pair in found] == [
        ("two", "one", "phrasing"),
        ("three", "two", "phrasing"),
        ("one", "answer", "answer"),
    ]
    assert pairs_of_knowledge(entries, ("phrasings", "answers"), held={0}) == []


def test_a_question_belongs_to_what_is_searched_of_its_entry() -> None:
    entries = numbered(
        [KnowledgeEntry("a", ("Price",), "It is 3.", passage=True), KnowledgeEntry("b", ("cost?",), "4")]
    )
    found = pairs_of_questions([Question("how much", frozenset({0, 1}))], entries)
    assert [(pair.found, pair.kind) for pair in found] == [("Price\nIt is 3.", "answer"), ("cost?", "phrasing")]


def test_entries_that_say_the_same_are_right_for_each_other() -> None:
    entries = numbered(
        [
            KnowledgeEntry("a", ("one", "two"), "x"),
            KnowledgeEntry("b", ("ONE",), "y"),
            KnowledgeEntry("c", ("three",), "Y"),
            KnowledgeEntry("d", ("four",), "z"),
        ]
    )
    right = {pair.asked: pair.right for pair in pairs_of_knowledge(entries, ("answers",))}
    assert right == {"one": {0, 1}, "ONE": {0, 1, 2}, "three": {1, 2}, "four": {3}}


def test_hard_negatives_are_near_and_neither_right_nor_suspiciously_near() -> None:
    texts = ["red lamp", "red lamp shade", "red desk", "blue sofa", "lamp red"]
    entries = numbered(KnowledgeEntry(text, (text,), "") for text in texts)
    # The angle of each text: how similar the untrained encoder finds them.
    angles = np.radians([10.0, 8.0, 40.0, 90.0, 0.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    pair = Pair("red lamp price", texts[0], frozenset({0, 4}), "phrasing")
    asked = np.array([[1.0, 0.0]], dtype=np.float32)
    context = context_of(Path("unused"))
    words = BM25Policy.make_indexing(BM25Options(knowledge=("faq",)), context).build(entries, None)
    mine = Mine(entries, "phrasing", texts, vectors)
    (example,) = mine.find([pair], asked, vectors[:1], words, 2, 0.95, SilentProgress(), 1)
    # The shade is nearer than the right one; nobody knows whether it is wrong. Entry 4 is right.
    assert example.wrong == ["red desk", "blue sofa"]
    (hardest,) = mine.find([pair], asked, vectors[:1], words, 1, 1.0, SilentProgress(), 1)
    assert hardest.wrong == ["red desk"]
    (everything,) = mine.find([pair], asked, vectors[:1], words, 9, 0.95, SilentProgress(), 1)
    assert 0 not in everything.wrong_entries
    assert 4 not in everything.wrong_entries


def test_what_users_found_good_and_people_put_right_is_learnt_from(tmp_path: Path) -> None:
    path = write_bot(tmp_path, BOT, **{"faq.yaml": faq(ENTRIES[:4])})
    with Bot.load(path) as bot:
        now = datetime.now(UTC)
        for number, text in enumerate(("the lamp, how much?", "How much is the desk?", "what about a stool?"), 1):
            bot.reply(text, conversation="a", client_id=str(number))
        bot.record(
            "a",
            [
                FeedbackGiven("1", "good", now),
                FeedbackGiven("2", "good", now),
                FeedbackGiven("2", "bad", now),
                ReplyEdited("3", "A chair it is.", now, "Ann"),
            ],
        )
        # The bot is still running: its database is read, and not changed.
        before = (tmp_path / "talks.db").read_bytes()
        knowledge = Knowledge(["faq"], context_of(tmp_path, ENTRIES[:4]))
        logged = read_logs(tmp_path / "talks.db", knowledge)
        assert (tmp_path / "talks.db").read_bytes() == before
    assert {question.text: question.answers for question in logged.questions} == {
        "the lamp, how much?": {0},
        "what about a stool?": {2},
    }
    assert (logged.good, logged.edited, logged.unknown) == (1, 1, 0)


def test_what_is_no_database_of_conversations_is_named(tmp_path: Path) -> None:
    (tmp_path / "talks.db").write_text("no database at all, but long enough to be looked at" * 20)
    knowledge = Knowledge(["faq"], context_of(tmp_path))
    with pytest.raises(TrainingError, match=r"talks\.db cannot be read: file is not a database"):
        read_logs(tmp_path / "talks.db", knowledge)
