"""The tagger of entities: its words, its features, its search."""

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dialog_nlu.tagger import FEATURES_EACH, Tagger, features, shape, spans, tokenize, viterbi


def test_a_word_or_sign_or_chinese_character_is_a_token() -> None:
    assert [token.text for token in tokenize("Fly to 北京, ok?")] == ["Fly", "to", "北", "京", ",", "ok", "?"]
    assert [token.text for token in tokenize("ＡＢ１")] == ["AB1"]


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


@pytest.mark.parametrize(("word", "found"), [("Berlin", "Aa"), ("NYC", "A"), ("AB12", "A9"), ("北", "中"), ("-", "-")])
def test_shapes(word: str, found: str) -> None:
    assert shape(word) == found


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6))
def test_every_word_has_as_many_features(words: list[str]) -> None:
    assert [len(row) for row in features(words)] == [FEATURES_EACH] * len(words)


SCORES = st.floats(-10, 10, width=16)


@given(
    st.integers(1, 4).flatmap(
        lambda words: st.tuples(
            arrays.arrays(float, (words, 3), elements=SCORES), arrays.arrays(float, (4, 3), elements=SCORES)
        )
    )
)
def test_the_best_sequence_is_found(scores: tuple[Any, Any]) -> None:
    emissions, transitions = scores

    def total(path: tuple[int, ...]) -> float:
        steps = sum(transitions[one, other] for one, other in pairwise(path))
        return transitions[-1, path[0]] + steps + sum(emissions[at, tag] for at, tag in enumerate(path))

    best = max(map(total, product(range(3), repeat=len(emissions))))
    assert np.isclose(total(tuple(viterbi(emissions, transitions))), best)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("O O", []),
        ("B-city I-city O B-city", [(0, 1, "city"), (3, 3, "city")]),
        ("B-city B-city", [(0, 0, "city"), (1, 1, "city")]),
        ("O I-city I-city", [(1, 2, "city")]),
        ("B-city I-date", [(0, 0, "city"), (1, 1, "date")]),
        ("B-city|from", [(0, 0, "city|from")]),
    ],
)
def test_entities_in_a_sequence_of_tags(tags: str, found: list[tuple[int, int, str]]) -> None:
    assert list(spans(tags.split())) == found


def test_marks_between_words_are_no_names() -> None:
    every_word = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    tagger = Tagger(["O", "B-dish"], {}, np.zeros((1, 2)), every_word, {})
    assert [found.value for found in tagger.find("饭，汤 ... 5 €")] == ["饭", "汤", "5", "€"]
