"""The metrics of generated texts: against values reckoned by hand, against the libraries, and what always holds."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer
from sacrebleu import corpus_bleu, corpus_chrf

from dialog_core import Context
from dialog_core.interfaces import Likelihood
from dialog_core.testing import NASTY_TEXTS
from dialog_evaluation.replies.words import normalised, words

ENGLISH = (
    ["the cat is on the mat", "There is a restaurant , the Golden House .", "no", ""],
    ["there is a cat on the mat", "The Golden House is a restaurant in the centre .", "No, sorry.", "Goodbye!"],
)
CHINESE = (["推荐您去讲礼驴肉馆用餐。", "好的，再见！"], ["推荐您去人均消费68元的讲礼驴肉馆用餐。", "不客气，再见！"])
TEXT_METRICS = ("bleu", "chrf", "rouge", "unigram_f1", "distinct", "repetition", "reply_length")

texts = st.lists(
    st.text(max_size=30) | st.sampled_from(["the cat", "a cat sat", "你好吗", "Hello, World!"]), max_size=6
)
some_texts = st.lists(st.text(alphabet="ab c.你好", min_size=1, max_size=30), min_size=1, max_size=6)


def metric(name: str, **options: Any) -> Any:
    return Context(name="test").create("metric", {"use": name, **options})


def compute(name: str, predictions: Any, references: Any, **options: Any) -> dict[str, float]:
    found: dict[str, float] = metric(name, **options).compute(predictions, references)
    return found


# --- Against the libraries


@pytest.mark.parametrize(("said", "gold", "tokenize"), [(*ENGLISH, "13a"), (*CHINESE, "zh")])
def test_bleu_is_sacrebleus(said: list[str], gold: list[str], tokenize: str) -> None:
    assert compute("bleu", said, gold)["bleu"] == corpus_bleu(said, [gold], tokenize=tokenize).score
    assert f"tok:{tokenize}" in metric("bleu").signature(gold)
    assert "nrefs:1" in metric("bleu").signature(gold)


@pytest.mark.parametrize(("said", "gold"), [ENGLISH, CHINESE])
def test_bleu_is_also_the_sum_of_what_is_counted_text_by_text(said: list[str], gold: list[str]) -> None:
    bleu = metric("bleu")
    rows = bleu.counts(said, gold)
    assert bleu.score(rows.sum(axis=0)) == pytest.approx(compute("bleu", said, gold)["bleu"])
    assert bleu.score(rows[0]) > 0


@pytest.mark.parametrize(("said", "gold"), [ENGLISH, CHINESE])
def test_chrf_is_sacrebleus(said: list[str], gold: list[str]) -> None:
    assert compute("chrf", said, gold)["chrf"] == corpus_chrf(said, [gold]).score


def test_rouge_is_that_of_rouge_score_for_english() -> None:
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=DefaultTokenizer(use_stemmer=False))
    theirs = [scorer.score(gold, said) for said, gold in zip(*ENGLISH, strict=True)]
    ours = compute("rouge", *ENGLISH)
    for name, their_name in (("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")):
        assert ours[name] == pytest.approx(sum(one[their_name].fmeasure for one in theirs) / len(theirs))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_words_of_ascii_texts_are_those_of_rouge_score(text: str) -> None:
    assert words(text) == DefaultTokenizer(use_stemmer=False).tokenize(text)


# --- Against values reckoned by hand


def test_rouge_of_chinese_is_counted_by_the_character() -> None:
    assert words("我在北京，at 798 art.") == ["我", "在", "北", "京", "at", "798", "art"]
    found = compute("rouge", ["我在北京"], ["我在南京"])
    assert found["rouge_1"] == pytest.approx(3 / 4)
    assert found["rouge_2"] == pytest.approx(1 / 3)  # 我在, of 我在 在北 北京 and 我在 在南 南京
    assert found["rouge_l"] == pytest.approx(3 / 4)


def test_articles_capitals_and_punctuation_do_not_matter_to_unigram_f1() -> None:
    assert normalised("The cat, an ANIMAL: it's “here”！") == ["cat", "animal", "it", "s", "here"]
    assert compute("unigram_f1", ["A cat sat."], ["the cat ran!"]) == {"unigram_f1": pytest.approx(0.5)}
    assert compute("unigram_f1", ["好的再见"], ["好的！"])["unigram_f1"] == pytest.approx(2 * 2 / 6)
    assert compute("unigram_f1", ["", "a b"], ["x", "c d"]) == {"unigram_f1": 0.0}


def test_distinct_counts_over_all_texts() -> None:
    found = compute("distinct", ["i do not know", "i do not care"], ["", ""])
    assert found == {"distinct_1": 5 / 8, "distinct_2": 4 / 6}
    assert compute("distinct", ["hello", ""], ["", ""]) == {"distinct_1": 1.0}  # there are no pairs


def test_repetition_is_told_within_a_text_between_texts_and_from_turn_to_turn() -> None:
    said = ["go to go to go to go to", "OK.", "ok", ""]  # five runs of four words, of which two differ
    found = compute("repetition", said, ["", "ok!", "something else", ""])
    assert found["repeated_4grams"] == pytest.approx((1 - 2 / 5) / 4)
    assert found["most_frequent"] == pytest.approx(2 / 4)
    assert found["says_it_again"] == pytest.approx(1 / 4)


def test_every_token_counts_the_same_for_perplexity() -> None:
    one, two = Likelihood(-2 * math.log(4), 2), Likelihood(-6 * math.log(2), 6)  # 4 bits and 6 bits
    found = compute("perplexity", [one, two], ["ab", "你"])
    assert found["perplexity"] == pytest.approx(2 ** (10 / 8))
    assert found["bits_per_byte"] == pytest.approx(10 / 5)
    assert compute("perplexity", [Likelihood(-1e6, 1)], ["a"])["perplexity"] == math.inf
    assert compute("perplexity", [], []) == {}


def test_length_groundedness_and_speed() -> None:
    assert compute("reply_length", ["Hello, you", "你好"], ["", ""]) == {"characters": 6.0, "words": 2.0}
    assert compute("groundedness", [0.5, None, 1.0], [""] * 3) == {"groundedness": 0.75}
    assert compute("groundedness", [None], [""]) == {}
    costs = [{"seconds": 2.0, "tokens_out": 10, "first_token_seconds": 0.5}, {"seconds": 1.0, "tokens_out": 10}, {}]
    found = compute("generation_speed", costs, [""] * 3)
    assert found["tokens_per_second_p50"] == pytest.approx(7.5)
    assert found["first_token_seconds_p95"] == 0.5
    assert found["seconds_p50"] == pytest.approx(1.5)
    assert found["tokens"] == 10
    assert compute("generation_speed", [{}], [""]) == {}


# --- What always holds


@given(some_texts)
def test_what_is_identical_scores_best(said: list[str]) -> None:
    long_enough = [f"{text} one two three four" for text in said]
    assert compute("bleu", long_enough, long_enough)["bleu"] == pytest.approx(100)
    assert compute("chrf", long_enough, long_enough)["chrf"] == pytest.approx(100)
    assert compute("rouge", long_enough, long_enough)["rouge_l"] == pytest.approx(1)
    assert compute("unigram_f1", said, said)["unigram_f1"] == pytest.approx(1)


@given(st.text(), st.text())
def test_unigram_f1_takes_no_sides(one: str, other: str) -> None:
    there, back = compute("unigram_f1", [one], [other]), compute("unigram_f1", [other], [one])
    assert there == back
    assert 0 <= there["unigram_f1"] <= 1


@given(texts)
def test_shares_are_between_none_and_all(said: list[str]) -> None:
    for name in ("distinct", "repetition"):
        for value in compute(name, said, said).values():
            assert 0 <= value <= 1


@pytest.mark.parametrize("name", TEXT_METRICS)
def test_no_text_is_too_odd_to_be_measured(name: str) -> None:
    odd = [text[:2000] for text in NASTY_TEXTS.values()]
    for said, gold in ((odd, odd), (odd, [""] * len(odd)), ([""] * len(odd), odd), (["", ""], ["", ""])):
        assert all(math.isfinite(value) for value in compute(name, said, gold).values())


@pytest.mark.parametrize("name", TEXT_METRICS)
def test_of_nothing_there_are_no_figures(name: str) -> None:
    assert compute(name, [], []) == {}


@pytest.mark.parametrize("name", ["bleu", "chrf", "rouge", "unigram_f1", "repetition", "perplexity"])
def test_predictions_and_references_have_to_belong_together(name: str) -> None:
    with pytest.raises(ValueError, match="1 predictions for 2 references"):
        compute(name, ["a"], ["a", "b"])
