"""Ratings as dialogues, for those who learn from them."""

from pathlib import Path
from typing import Any

from dialog_core import Context
from dialog_core.datasets import DialogueTurn
from dialog_core.interfaces import Sample
from dialog_evaluation.rating.reader import RatingsReader
from tests.plugins.dialog_evaluation.rating.pairs import rated, written


def test_rated_pairs_are_dialogues_with_what_was_said_of_them(tmp_path: Path) -> None:
    ratings = [rated(0, "people", "ann", reasons=("correct",)), rated(0, "", "bob"), rated(2, "bot.yaml")]
    file = written(tmp_path / "r.jsonl", ratings, items=5)
    first, second = Context().create("reader", "ratings").read(file)

    assert first.turns == (DialogueTurn("user", "How long? 0"),)
    assert (first.id, first.metadata["dialogue"], first.metadata["line"]) == ("d0/1", "d0", 2)
    told = first.metadata["ratings"]
    assert told["replies"] == [
        {"system": "bot.yaml", "policy": "faq", "text": "Three days. 0"},
        {"system": "people", "policy": "", "text": "A week. 0"},
    ]
    assert told["said"] == [
        {"rater": "ann", "verdict": "better", "winner": 1, "reasons": ["correct"]},
        {"rater": "bob", "verdict": "tie", "winner": None, "reasons": []},
    ]
    assert second.metadata["ratings"]["said"][0]["winner"] == 0


def test_ratings_are_recognized_and_nothing_else() -> None:
    told = {"ratings": 1, "bot": "a", "other": "b", "data": "x"}
    assert RatingsReader.recognizes(Sample(Path("x"), first=told))
    others: list[Any] = [None, [], {"ratings": 4, "text": "a film"}, {"id": "d", "turns": []}]
    for other in others:
        assert not RatingsReader.recognizes(Sample(Path("x"), first=other))
