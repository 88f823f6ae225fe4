import time
from pathlib import Path

import pytest

from dialog_core.datasets import KnowledgeEntry
from dialog_core.errors import UnknownComponentError
from dialog_core.events import BotSaid, SlotSet, UserSaid
from dialog_core.testing import make_context, make_turn
from dialog_core.testing.turns import NOON


def test_a_turn_is_as_the_manager_makes_it() -> None:
    turn = make_turn(
        "hi",
        events=[BotSaid("Hello", NOON)],
        slots={"name": "Ann"},
        annotations={"intent": "greet"},
        language="de",
        seed=7,
    )
    assert (turn.text, turn.language, turn.seed, turn.now) == ("hi", "de", 7, NOON)
    assert list(turn.conversation.events) == [BotSaid("Hello", NOON), SlotSet("name", "Ann"), UserSaid(turn.message)]
    assert (turn.slots, turn.annotations) == ({"name": "Ann"}, {"intent": "greet"})
    assert turn.deadline > time.monotonic()


def test_a_context_has_the_knowledge_and_the_parts_it_is_given() -> None:
    entry = KnowledgeEntry("1", ("when?",), "at nine")
    encoder = object()
    context = make_context("faq", language="zh", knowledge={"faq": [entry]}, parts={("encoder", "mine"): encoder})

    assert context.knowledge("faq") == [entry]
    assert context.create("encoder", "mine") is encoder
    assert context.create("encoder", {"use": "mine", "dimension": 3}) is encoder
    assert (context.name, context.language, context.models) == ("faq", "zh", Path("models"))
    with pytest.raises(KeyError):
        context.knowledge("other")


def test_what_it_is_not_given_comes_from_the_built_in_plugins() -> None:
    assert type(make_context().create("ranker", "table")).__name__ == "TableRanker"
    with pytest.raises(UnknownComponentError, match="no ranker named 'tabel'"):
        make_context().create("ranker", "tabel")
