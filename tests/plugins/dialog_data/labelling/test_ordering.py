"""Which texts come first."""

from hypothesis import given
from hypothesis import strategies as st

from dialog_core.datasets import OUT_OF_SCOPE, EntitySpan
from dialog_data.labelling.ordering import RECENT, at_random, spread, uncertain_first
from dialog_data.labelling.suggesting import Suggestion, suggestion_from
from dialog_data.labelling.units import Unit


def units(*texts: str) -> list[Unit]:
    return [Unit(str(number), text) for number, text in enumerate(texts)]


def test_the_most_uncertain_comes_first_and_what_nobody_judged_last() -> None:
    found = uncertain_first(units("sure", "unknown", "open?", "perhaps"), {"0": 0.1, "2": 0.9, "3": 0.5})
    assert [unit.text for unit in found] == ["open?", "perhaps", "sure", "unknown"]


def test_ten_nearly_identical_texts_do_not_come_in_a_row() -> None:
    alike = [f"book a table for {number} people" for number in range(10)]
    others = [
        "sing me a song",
        "what is on the menu",
        "cancel everything",
        "怎么退货",
        "are dogs allowed",
        "call my wife",
    ]
    given_texts = units(*alike, *others)

    found = uncertain_first(given_texts, {unit.id: 1 - int(unit.id) / 100 for unit in given_texts})

    first = [unit.text in alike for unit in found[: len(others) + 1]]
    assert first == [True] + [False] * len(others)
    assert sorted(unit.id for unit in found) == sorted(unit.id for unit in given_texts)


def test_with_enough_others_texts_that_are_alike_stay_apart() -> None:
    texts = [f"order number {letter * 9} {letter * 5}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    found = [unit.text for unit in spread(units(*texts[:13], *texts[:13]))]
    for place, text in enumerate(found[:-1]):
        assert text not in found[place + 1 : place + RECENT]


@given(st.lists(st.text(max_size=12), max_size=30))
def test_nothing_is_lost_on_the_way(texts: list[str]) -> None:
    given_texts = units(*texts)
    assert sorted(spread(given_texts), key=lambda unit: int(unit.id)) == given_texts
    assert at_random(given_texts, 1) == at_random(given_texts, 1)
    assert sorted(at_random(given_texts, 2), key=lambda unit: int(unit.id)) == given_texts


def test_uncertain_is_where_the_best_label_is_unlikely() -> None:
    sure = Suggestion((("a", 0.9), ("b", 0.05)))
    close = Suggestion((("a", 0.48), ("b", 0.47)))
    foreign = Suggestion((("a", 0.3), ("b", 0.01)))  # what is missing to 1 is none of them
    assert Suggestion().uncertainty < sure.uncertainty < close.uncertainty < foreign.uncertainty < 1


def test_what_annotators_find_becomes_a_suggestion() -> None:
    found = {
        "mood": {"label": "calm", "probability": 0.9, "ranked": [{"label": "calm", "probability": 0.9}], "labels": []},
        "intents": {
            "label": None,
            "probability": 0.7,
            "ranked": [{"label": "book", "probability": 0.2}, {"label": "hours", "probability": 0.1}],
            "labels": [],
        },
        "entities": [
            {"entity": "city", "value": "New York", "text": "New York", "start": 3, "end": 11},
            {"entity": "word", "value": "York", "text": "York", "start": 7, "end": 11},
            {"entity": "rubbish", "value": "x", "text": "x", "start": 7, "end": 99},
        ],
    }
    suggestion = suggestion_from(found, 11)
    assert suggestion.labels == ((OUT_OF_SCOPE, 0.7), ("book", 0.2), ("hours", 0.1))
    assert suggestion.entities == (EntitySpan(3, 11, "city"),)
    assert suggestion_from({"mood": found["mood"]}, 3).labels == (("calm", 0.9),)
    assert suggestion_from({}, 3) == Suggestion()
