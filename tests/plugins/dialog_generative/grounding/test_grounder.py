import asyncio
from dataclasses import replace

import pytest

from dialog_core import Candidate, Evidence, Turn
from dialog_core.testing import make_context, make_turn
from dialog_generative.chat import Completion
from dialog_generative.grounding.grounder import Grounder
from dialog_generative.options import GenerativeOptions

FAQ = {"title": "Can I return shoes?", "answer": "Within 30 days."}
RETURNS = Evidence("Can I return shoes?", "faq:returns", 0.8, FAQ)
CLEAN = Evidence("Shoes have to be clean and dry.", "terms.md", 0.9, {"title": "Terms"})
PARCEL = Evidence("A parcel takes three days.", "terms.md", 0.1, {"title": "Terms"})


def grounder(*grounded_in: str, limit: int = 4) -> Grounder:
    return Grounder(GenerativeOptions(grounded_in=grounded_in, evidence_limit=limit), make_context())


def found(**evidence: tuple[Evidence, ...]) -> Turn:
    return replace(make_turn("Can I return my shoes?"), evidence=evidence)


def candidate(completion: Completion | str, *evidence: Evidence) -> Candidate:
    said = Completion(completion) if isinstance(completion, str) else completion
    return asyncio.run(grounder("faq").candidate(found(), said, evidence))


# --- Gathering


def test_evidence_of_the_named_policies_is_gathered_best_first() -> None:
    turn = found(faq=(RETURNS, PARCEL), documents=(CLEAN,), rules=(Evidence("Hello!", "rules.yaml:1", 1.0),))
    assert grounder("faq", "documents").gather(turn) == (CLEAN, RETURNS, PARCEL)
    assert grounder("documents", "nobody").gather(turn) == (CLEAN,)
    assert grounder().gather(turn) == ()


def test_what_says_the_same_is_given_once_and_no_more_than_wanted() -> None:
    twice = replace(CLEAN, text="Shoes have to be  clean and DRY.", score=0.2)
    turn = found(a=(RETURNS, CLEAN), b=(twice, Evidence("", "empty", 1.0), replace(RETURNS, metadata={})))
    assert grounder("a", "b").gather(turn) == (CLEAN, RETURNS, replace(RETURNS, metadata={}))
    assert grounder("a", "b", limit=1).gather(turn) == (CLEAN,)


# --- Judging


def test_a_reply_carries_what_it_cites_and_how_well_it_is_grounded() -> None:
    made = candidate(Completion("Yes, within 30 days [2].", log_probability=-6.0, tokens=12), CLEAN, RETURNS)
    assert (made.text, made.evidence) == ("Yes, within 30 days [1].", (RETURNS,))
    assert made.score == pytest.approx(0.95)
    assert made.features == {
        "groundedness": 1.0,
        "cited": 1.0,
        "evidence_count": 2.0,
        "tokens": 12.0,
        "log_probability": -6.0,
        "mean_log_probability": -0.5,
        "cut": 0.0,
    }


def test_what_a_reply_says_without_citing_is_shown_as_what_it_rests_on() -> None:
    made = candidate("Within 30 days.", CLEAN, RETURNS)
    assert (made.text, made.evidence, made.features["cited"]) == ("Within 30 days.", (RETURNS,), 0.0)
    assert candidate("Ask my colleague Peter.", CLEAN, RETURNS).evidence == ()


def test_an_invented_reply_has_a_low_score_although_it_cites() -> None:
    made = candidate("Returns cost 70 euros [1].", RETURNS)
    assert made.evidence == (RETURNS,)
    assert made.features["groundedness"] < 0.3
    assert made.score == pytest.approx(0.8 * made.features["groundedness"] + 0.2 * 0.5)


def test_evidence_about_something_else_does_not_keep_a_model_from_chatting() -> None:
    def score(**options: bool) -> float:
        judge = Grounder(GenerativeOptions(grounded_in="faq", **options), make_context())
        return asyncio.run(judge.candidate(found(), Completion("I am fine!"), (PARCEL,))).score

    assert score() == pytest.approx(0.9 * 0.5)
    assert score(answer_ungrounded=False) == 0.0


def test_without_evidence_there_is_no_telling() -> None:
    made = candidate("Sure [1].")
    assert (made.text, made.score, made.evidence) == ("Sure.", 0.5, ())
    assert "groundedness" not in made.features
    assert made.features["evidence_count"] == 0.0


@pytest.mark.parametrize("finish", ["length", "deadline"])
def test_what_was_broken_off_ends_with_its_last_whole_sentence(finish: str) -> None:
    made = candidate(Completion("Within 30 days. Shoes have to", finish), RETURNS)  # type: ignore[arg-type]
    assert made.text == "Within 30 days."
    assert (made.features["cut"], made.score) == (1.0, pytest.approx(0.9 * 0.9))
    assert candidate(Completion("Well, shoes", finish)).text == "Well, shoes…"  # type: ignore[arg-type]
    assert candidate(Completion("可以退货。三十天", finish)).text == "可以退货。"  # type: ignore[arg-type]
    assert candidate(Completion("It costs 3.", finish)).text == "It costs 3."  # type: ignore[arg-type]


def test_what_wants_an_action_run_is_not_judged_yet() -> None:
    made = grounder("faq").acting(found(), Completion("One moment [1] [7].", tokens=3), (RETURNS,))
    assert (made.text, made.score, made.evidence) == ("One moment [1].", 0.5, (RETURNS,))
    assert made.features == {"tokens": 3.0}
