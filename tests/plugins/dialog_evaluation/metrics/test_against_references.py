"""The figures of texts agree with the packages and the definitions others use, on a thousand pairs of each data set."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer
from sacrebleu import corpus_bleu, corpus_chrf
from sacrebleu.metrics.bleu import BLEU

from dialog_core import Context
from dialog_evaluation.replies.words import normalised, words
from tests.plugins.dialog_evaluation.metrics.published_pairs import PAIRS, pairs

ENGLISH, CHINESE = ("multiwoz21", "camrest676"), ("kdconv", "crosswoz")
CLOSE = 1e-6

Pairs = tuple[list[str], list[str]]


@pytest.fixture(scope="module", params=[*ENGLISH, *CHINESE])
def named(request: pytest.FixtureRequest) -> tuple[str, Pairs]:
    return request.param, pairs(request.param)


def metric(name: str, **options: Any) -> Any:
    return Context(name="test").create("metric", {"use": name, **options})


class OurWords:
    """What rouge-score is given as its tokenizer."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)


def test_bleu_is_sacrebleus_together_and_text_by_text(named: tuple[str, Pairs]) -> None:
    name, (said, gold) = named
    tokenize = "zh" if name in CHINESE else "13a"
    bleu = metric("bleu")

    assert bleu.compute(said, gold)["bleu"] == pytest.approx(
        corpus_bleu(said, [gold], tokenize=tokenize).score, abs=CLOSE
    )

    rows = bleu.counts(said, gold)
    assert bleu.score(rows.sum(axis=0)) == pytest.approx(corpus_bleu(said, [gold], tokenize=tokenize).score, abs=CLOSE)
    alone = BLEU(tokenize=tokenize, effective_order=True)
    for row, one, reference in zip(rows, said, gold, strict=True):
        theirs = alone.sentence_score(one, [reference])
        assert row.tolist() == [*theirs.counts, *theirs.totals, theirs.sys_len, theirs.ref_len]


def test_parts_of_the_pairs_have_sacrebleus_bleu_too(named: tuple[str, Pairs]) -> None:
    """What intervals are made from: sums of some rows, with orders that nothing matches among them."""
    name, (said, gold) = named
    bleu = metric("bleu")
    rows = bleu.counts(said, gold)
    for start in range(0, PAIRS, 7):
        part = slice(start, start + 7)
        theirs = corpus_bleu(said[part], [gold[part]], tokenize="zh" if name in CHINESE else "13a", force=True).score
        assert bleu.score(rows[part].sum(axis=0)) == pytest.approx(theirs, abs=CLOSE)


def test_chrf_is_sacrebleus(named: tuple[str, Pairs]) -> None:
    _, (said, gold) = named
    assert metric("chrf").compute(said, gold)["chrf"] == pytest.approx(corpus_chrf(said, [gold]).score, abs=CLOSE)


def test_rouge_is_that_of_rouge_score(named: tuple[str, Pairs]) -> None:
    """With its own tokenizer for English; of Chinese that leaves nothing, so that it is given ours."""
    name, (said, gold) = named
    tokenizer = OurWords() if name in CHINESE else DefaultTokenizer(use_stemmer=False)
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=tokenizer)
    ours = metric("rouge").per_text(said, gold)
    for number, (one, reference) in enumerate(zip(said, gold, strict=True)):
        scores = theirs.score(reference, one)
        for ours_name, their_name in (("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")):
            assert ours[ours_name][number] == pytest.approx(scores[their_name].fmeasure, abs=CLOSE)


def test_rouge_score_alone_sees_nothing_in_chinese_and_we_do() -> None:
    said, gold = pairs("crosswoz")
    alone = RougeScorer(["rouge1"], tokenizer=DefaultTokenizer(use_stemmer=False))
    blind = [
        alone.score(b, a)["rouge1"].fmeasure for a, b in zip(said, gold, strict=True) if not re.search(r"\w", b, re.A)
    ]
    assert blind
    assert set(blind) == {0.0}
    assert metric("rouge").compute(said, gold)["rouge_1"] > 0.3


def f1(said: list[str], gold: list[str]) -> float:
    """The definition ParlAI and the evaluation script of SQuAD share, written out."""
    shared = sum((Counter(said) & Counter(gold)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def parlai(text: str) -> list[str]:
    """How ParlAI prepares a text: capitals, then punctuation, which becomes a blank, then articles."""
    for pattern in (r"[^\w\s\x80-\U0010ffff]|_", r"\b(?:a|an|the)\b"):
        text = re.sub(pattern, " ", text.lower())
    return text.split()


def test_unigram_f1_is_that_of_parlai(named: tuple[str, Pairs]) -> None:
    name, (said, gold) = named
    tokens: Callable[[str], list[str]] = normalised if name in CHINESE else parlai
    ours = metric("unigram_f1").per_text(said, gold)
    theirs = [f1(tokens(one), tokens(reference)) for one, reference in zip(said, gold, strict=True)]
    assert len(theirs) == PAIRS
    assert ours == pytest.approx(theirs, abs=CLOSE)


def test_distinct_is_that_of_li_et_al_and_that_of_those_who_followed(named: tuple[str, Pairs]) -> None:
    """Different n-grams over n-grams; the paper itself divides both by words."""
    name, (said, _) = named
    tokens = [words(text) if name in CHINESE else DefaultTokenizer(use_stemmer=False).tokenize(text) for text in said]
    singles = Counter(word for text in tokens for word in text)
    doubles = Counter(pair for text in tokens for pair in pairwise(text))
    ours, paper = metric("distinct").compute(said, said), metric("distinct", per="words").compute(said, said)
    assert ours["distinct_1"] == paper["distinct_1"] == pytest.approx(len(singles) / singles.total(), abs=CLOSE)
    assert ours["distinct_2"] == pytest.approx(len(doubles) / doubles.total(), abs=CLOSE)
    assert paper["distinct_2"] == pytest.approx(len(doubles) / singles.total(), abs=CLOSE)
