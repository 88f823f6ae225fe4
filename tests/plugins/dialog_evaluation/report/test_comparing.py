import json
import random
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from itertools import product

import numpy as np
import pytest
from rich.console import Console
from sacrebleu import corpus_bleu

from dialog_evaluation.replies.significance import randomised
from dialog_evaluation.replies.statistics import mean
from dialog_evaluation.report.comparing import Side, compare
from dialog_evaluation.report.comparison import Comparison
from dialog_evaluation.report.console_comparison import print_comparison
from dialog_evaluation.report.html_comparison import html_comparison
from dialog_evaluation.runs.answers import DialogueAnswers
from dialog_evaluation.runs.info import EvaluatedFile
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_evaluation.report.runs import FALLBACK, Says, answers, dialogue, dialogues, info, mixed, tools

WORDS = "we open at nine on every day but sunday and close at six please bring your card".split()


def talk(number: int) -> Sequence[tuple[str, str]]:
    rng = random.Random(number)
    return [(f"question {n}", " ".join(rng.sample(WORDS, 6))) for n in range(rng.randint(1, 4))]


HELD = [dialogue(str(number), talk(number), number) for number in range(40)]


def knows(share: float, seed: int = 1) -> Says:
    rng = random.Random(seed)
    return lambda question, gold: gold if rng.random() < share else " ".join(rng.sample(WORDS, 5))


def compared(first: Says | list[DialogueAnswers], second: Says | list[DialogueAnswers], **more: object) -> Comparison:
    sides = [one if isinstance(one, list) else answers(HELD, one) for one in (first, second)]
    return compare(Side(info(), sides[0], HELD), Side(info(bot="b.yaml"), sides[1], HELD), tools(), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compared(knows(0.2), knows(0.7, 2))


def test_a_bot_that_knows_more_is_better_by_more_than_chance(comparison: Comparison) -> None:
    for name in ("bleu", "chrf", "rouge_l", "unigram_f1"):
        one = comparison.differences[name]
        assert one.verdict == "better", name
        assert one.interval is not None
        assert 0 < one.interval[0] < one.value < one.interval[1]
    better, same, worse = comparison.wins
    assert better + same + worse == comparison.counts["turns"] == sum(len(one.turns) // 2 for one in HELD)
    assert better > worse
    assert all(pair.change > 0 for pair in comparison.better)
    assert all(pair.change < 0 for pair in comparison.worse)


def test_the_figures_are_those_of_each_side(comparison: Comparison) -> None:
    gold = [turn.text for one in HELD for turn in one.turns[1::2]]
    for value, says in ((comparison.differences["bleu"].first, knows(0.2)), (None, knows(0.7, 2))):
        said = [says("", text) for text in gold]
        expected = corpus_bleu(said, [gold], tokenize="13a").score
        assert (value if value is not None else comparison.differences["bleu"].second) == pytest.approx(expected)


def test_a_run_against_itself_differs_in_nothing() -> None:
    found = compared(knows(0.4), knows(0.4))
    assert found.counts["same"] == found.counts["turns"]
    assert all(one.value == 0 and not one.significant for one in found.differences.values())
    assert "No figure differs" in found.remarks[-1]
    assert found.better == [] == found.worse


def test_it_does_not_matter_which_run_comes_first(comparison: Comparison) -> None:
    back = compared(knows(0.7, 2), knows(0.2))
    for name, one in comparison.differences.items():
        assert back.differences[name].value == pytest.approx(-one.value)
        assert back.differences[name].p_value == pytest.approx(one.p_value, abs=0.01)
    assert back.wins == comparison.wins[::-1]


def test_the_p_value_is_that_of_all_ways_to_swap() -> None:
    rng = np.random.default_rng(3)
    groups = [0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 7]
    ours, theirs = rng.random(12), rng.random(12) + 0.15
    observed = abs(theirs.mean() - ours.mean())
    exact = []
    for swap in product([False, True], repeat=8):
        swapped = np.array([swap[group] for group in groups])
        exact.append(
            abs(np.where(swapped, ours, theirs).mean() - np.where(swapped, theirs, ours).mean()) >= observed - 1e-12
        )
    numbers = np.array(groups, np.intp), 8
    found = randomised({"x": mean(ours)}, {"x": mean(theirs)}, numbers, 1, rounds=20_000)["x"]
    assert found == pytest.approx(np.mean(exact), abs=0.01)


@pytest.mark.slow
def test_where_there_is_no_difference_one_in_twenty_is_called_one() -> None:
    rng = np.random.default_rng(7)
    groups = np.repeat(np.arange(30), 4)
    called = 0
    for trial in range(1000):
        ease = np.repeat(rng.random(30), 4)  # dialogues are hard or easy for both
        ours, theirs = (ease + rng.normal(scale=0.3, size=120) for _ in range(2))
        p_value = randomised({"x": mean(ours)}, {"x": mean(theirs)}, (groups, 30), trial, rounds=500)["x"]
        called += p_value < 0.05
    assert 30 <= called <= 70  # of 1000, 50 are expected; 997 times in 1000 it is between these


@pytest.mark.slow
def test_two_halves_of_the_same_bot_are_told_apart_as_often_as_chance_has_it() -> None:
    called = tested = 0
    for trial in range(40):
        found = compared(knows(0.4, 2 * trial + 1), knows(0.4, 2 * trial + 2), encoder=None, rounds=300)
        tested += 1
        called += any(one.significant for one in found.differences.values())
    assert called / tested <= 0.175  # 5 % for all figures together; more than 7 of 40 would be one chance in 500


def test_turns_that_only_one_run_has_are_left_out_and_told() -> None:
    first, second = answers(HELD[:30], knows(0.3)), answers(HELD[10:], knows(0.3, 2))
    found = compare(
        Side(info(), first, HELD), Side(info(files=(EvaluatedFile("other.jsonl", "cd" * 32),)), second, HELD), tools()
    )
    assert found.counts["dialogues"] == 20
    assert found.counts["first"] == sum(len(one.turns) for one in first[:10])
    assert found.remarks[0] == "The two runs are of different files: compared is what they have in common."
    assert f"{found.counts['turns']} turns are compared" in found.remarks[1]


def test_the_same_dialogue_recorded_otherwise_is_another_turn() -> None:
    other = [dialogue(one.id, [("question 0", "Something else.")]) for one in HELD]
    found = compare(Side(info(), answers(HELD, mixed), HELD), Side(info(), answers(other, mixed), other), tools())
    assert found.counts["turns"] == 0
    assert "nothing to compare" in found.remarks[0]
    json.loads(found.to_text())
    assert "nothing to compare" in read(html_comparison(found)).text


def test_who_speaks_instead_is_told() -> None:
    held = dialogues()
    first, second = answers(held, mixed), answers(held, lambda question, gold: gold, policy="llm")
    found = compare(Side(info(), first, held), Side(info(), second, held), tools())
    assert {(one, two): count for one, two, count in found.speakers} == {
        ("faq", "llm"): 6,
        ("fallback", "llm"): 4,
    }
    assert found.differences["fallback"].first == 0.4
    assert found.differences["fallback"].second == 0
    assert {policy.name: policy.won for policy in found.policies} == {"faq": (6, 0)}


def test_of_one_dialogue_nothing_is_called_a_difference() -> None:
    held = dialogues()[:1]
    found = compare(
        Side(info(), answers(held, mixed), held), Side(info(), answers(held, lambda q, gold: gold), held), tools()
    )
    assert all(one.interval is None and one.p_value is None for one in found.differences.values())
    assert "one dialogue only" in found.remarks[0]


def test_slower_is_told_and_not_tested() -> None:
    held = dialogues()
    first = answers(held, mixed)
    second = [replace(one, turns=tuple(replace(turn, seconds=1.0) for turn in one.turns)) for one in first]
    found = compare(Side(info(), first, held), Side(info(), second, held), tools())
    slower = found.differences["seconds_p50"]
    assert slower.value == pytest.approx(0.98)
    assert slower.p_value is None


def test_the_json_and_the_page_say_it_all(comparison: Comparison) -> None:
    told = json.loads(comparison.to_text(), parse_constant=pytest.fail)
    assert told["differences"]["bleu"].keys() == {
        "first", "second", "difference", "low", "high", "p_value", "p_corrected", "verdict",
    }  # fmt: skip
    assert told["wins"].keys() == {"first", "second", "neither"}
    html = html_comparison(comparison)
    page = read(html)
    assert page.addresses == []
    assert "script" not in page.tags
    assert "http" not in html
    assert "Turns that changed most" in page.text


@pytest.mark.parametrize("width", [80, 120])
def test_the_terminal_shows_what_differs_and_fits(comparison: Comparison, width: int) -> None:
    out = StringIO()
    print_comparison(comparison, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    told = out.getvalue()
    assert "▲ better" in told
    assert "Closer to people's reply at" in told
    assert all(len(line.rstrip()) <= width for line in told.partition("Intervals:")[0].splitlines()[1:])


def test_escape_codes_of_bots_do_not_reach_the_terminal() -> None:
    first = answers(HELD, lambda question, gold: f"\x1b[31m{gold}")
    second = answers(HELD, lambda question, gold: f"<i>{FALLBACK}</i>")
    out = StringIO()
    found = compared(first, second, encoder=None, rounds=100)
    print_comparison(found, Console(file=out, width=80, highlight=False, markup=False, emoji=False))
    assert "\x1b" not in out.getvalue()
    assert "\x1b" not in html_comparison(found)
    assert "<i>" not in html_comparison(found).replace("<i class", "")
