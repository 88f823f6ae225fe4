"""What the light engine sees of a text."""

from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from dialog_nlu.ngrams import LONGEST, MAX_CHARACTERS, SHORTEST, character_terms, pieces, terms, tokens, word_terms


def test_words_their_neighbours_and_those_one_word_apart() -> None:
    assert word_terms("Book a flight") == [
        *("book", "a", "flight"),
        *("\x02 book", "book a", "a flight", "flight \x03"),
        *("\x02 * a", "book * flight", "a * \x03"),
    ]


def test_a_word_alone_has_no_term_that_every_word_alone_has() -> None:
    assert word_terms("hi") == ["hi", "\x02 hi", "hi \x03"]


def test_chinese_is_cut_into_characters_and_runs() -> None:
    assert [token for token, _ in tokens("取消order 5吧")] == ["取消", "order", "5", "吧"]
    assert word_terms("取消吧")[:3] == ["取", "消", "吧"]
    assert "取消" in character_terms("取消吧")


def test_case_and_width_and_accents_written_in_two_ways_are_the_same() -> None:
    assert terms("ＨＥＬＬＯ１") == terms("hello1")
    assert terms("Straße") == terms("STRASSE")
    assert terms("cafe\u0301") == terms("CAFÉ")


def test_emoji_are_words_and_punctuation_is_not() -> None:
    assert [token for token, _ in tokens("ok 👍!!! ...")] == ["ok", "👍"]
    assert terms("?!... --") == ([], [])


@given(st.text(alphabet="abcdeé", min_size=1, max_size=12))
def test_pieces_are_those_of_scikit_learn(word: str) -> None:
    analyse = CountVectorizer(analyzer="char_wb", ngram_range=(SHORTEST, LONGEST)).build_analyzer()
    assert sorted(pieces(word)) == sorted(analyse(word))


@given(st.text())
def test_any_text_has_terms_and_only_its_beginning_counts(text: str) -> None:
    assert terms(text[:MAX_CHARACTERS] + "." * MAX_CHARACTERS + "more") == terms(text[:MAX_CHARACTERS])
