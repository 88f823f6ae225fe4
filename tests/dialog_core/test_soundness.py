import math
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate, Proposal
from dialog_core.events import Attachment, BotSaid, Evidence, Message, SlotSet, UserSaid
from dialog_core.soundness import MAX_CANDIDATES, MAX_TEXT, sound_candidates, sound_proposal
from dialog_core.testing import make_turn

NOW = make_turn("hi").now


def test_sound_candidates_are_kept_and_stamped_with_who_proposed_them() -> None:
    proposed = [Candidate("Hello", 0.5, policy="an impostor"), Candidate("Bye", 1, kind="rules")]

    sound, complaint = sound_candidates(proposed, "faq", "retrieval")

    assert [(c.text, c.score, c.policy, c.kind) for c in sound] == [
        ("Hello", 0.5, "faq", "retrieval"),
        ("Bye", 1.0, "faq", "retrieval"),
    ]
    assert complaint == ""


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_a_policy_may_have_nothing_to_say(nothing: Any) -> None:
    assert sound_candidates(nothing, "faq", "") == ((), "")


def test_one_candidate_need_not_be_in_a_list() -> None:
    assert [candidate.text for candidate in sound_candidates(Candidate("Hello", 0.5), "faq", "")[0]] == ["Hello"]


@pytest.mark.parametrize(
    ("rubbish", "told"),
    [
        ("Hello", "proposed a str instead of a list of Candidate"),
        ({"text": "Hello"}, "proposed a dict"),
        (42, "proposed a int"),
        ((candidate for candidate in ()), "proposed a generator"),
        (["Hello"], "proposed a str instead of a Candidate"),
        ([None], "proposed a NoneType"),
        ([Candidate("Hello", math.nan)], "the score nan, which is not a number from 0 to 1"),
        ([Candidate("Hello", math.inf)], "the score inf"),
        ([Candidate("Hello", "high")], "the score 'high'"),
        ([Candidate("Hello", True)], "the score True"),
        ([Candidate(None, 0.5)], "a text that is a NoneType"),
        ([Candidate(b"Hello", 0.5)], "a text that is a bytes"),
        ([Candidate("", 0.5)], "an empty text"),
        ([Candidate(" \n\t", 0.5)], "an empty text"),
        ([Candidate("x" * 10_000_000, 0.5)], "a text of 10,000,000 characters; at most 100,000"),
        ([Candidate("Hello", 0.5, follow_up="x" * (MAX_TEXT + 1))], "a text of 100,001 characters"),
        ([Candidate("Hello", 0.5, follow_up=None)], "a text that is a NoneType"),
        ([Candidate("Hello", 0.5, effects=("slot",))], "effects that are not events"),
        ([Candidate("Hello", 0.5, effects=None)], "effects that are not events"),
        ([Candidate("Hello", 0.5, effects=SlotSet("a", 1))], "effects that are not events"),
        ([Candidate("Hello", 0.5, effects=(UserSaid(Message("hi")),))], "somebody said something"),
        ([Candidate("Hello", 0.5, effects=(BotSaid("hi", NOW),))], "somebody said something"),
        ([Candidate("Hello", 0.5, quick_replies=(1,))], "quick replies that are not texts"),
        ([Candidate("Hello", 0.5, quick_replies="yes")], "quick replies that are not texts"),
        ([Candidate("Hello", 0.5, attachments=("a.png",))], "attachments that are not"),
        ([Candidate("Hello", 0.5, evidence=("a page",))], "evidence that is not"),
        ([Candidate("Hello", 0.5, evidence=None)], "evidence that is not"),
        ([Candidate("Hello", 0.5, evidence=(Evidence("a page", score=math.nan),))], "no finite number"),
        ([Candidate("Hello", 0.5, evidence=(Evidence(None),))], "evidence whose text or source is no text"),
        ([Candidate("Hello", 0.5, features=[1.0])], "features that are a list"),
        ([Candidate("Hello", 0.5, action="refund")], "an action that is not an ActionCall"),
        ([Candidate("", 0.5, action=ActionCall("refund", None))], "with a name and a mapping of arguments"),
        ([Candidate("", 0.5, action=ActionCall(object()))], "with a name and a mapping of arguments"),
    ],
)
def test_rubbish_is_told_in_words(rubbish: Any, told: str) -> None:
    sound, complaint = sound_candidates(rubbish, "faq", "")
    assert sound == ()
    assert told in complaint


def test_rubbish_does_not_cost_the_sound_ones_beside_it() -> None:
    sound, complaint = sound_candidates([Candidate("", 0.5), Candidate("Hello", 0.5), 42], "faq", "")
    assert [candidate.text for candidate in sound] == ["Hello"]
    assert complaint == "proposed an empty text; proposed a int instead of a Candidate"


def test_of_too_many_candidates_the_first_are_kept() -> None:
    sound, complaint = sound_candidates([Candidate(str(n), 0.5) for n in range(100_000)], "faq", "")
    assert [candidate.text for candidate in sound] == [str(n) for n in range(MAX_CANDIDATES)]
    assert complaint == "proposed 100000 candidates, the first 50 were kept"


def test_complaints_are_few() -> None:
    assert sound_candidates([42] * 50, "faq", "")[1].count("proposed") == 3


@pytest.mark.parametrize(("score", "kept"), [(-1, 0.0), (0, 0.0), (0.3, 0.3), (7.5, 1.0)])
def test_scores_are_kept_between_0_and_1(score: float, kept: float) -> None:
    ((candidate,), complaint) = sound_candidates([Candidate("Hello", score)], "faq", "")
    assert candidate.score == kept
    assert complaint == ""


@pytest.mark.parametrize(
    ("scores", "told"),
    [
        ((0.5, -1), "proposed the score -1, which is taken for 0: scores are from 0 to 1"),
        ((7.5, -1), "proposed the score 7.5, which is taken for 1: scores are from 0 to 1"),
        ((0.0, 1.0 + 1e-9, -1e-9), ""),
    ],
)
def test_a_score_beyond_0_and_1_is_told_and_no_failure(scores: tuple[float, ...], told: str) -> None:
    candidates = [Candidate(f"Hello {number}", score) for number, score in enumerate(scores)]
    for proposed in (candidates, Proposal(tuple(candidates))):
        sound = sound_proposal(proposed, "faq", "")
        assert (len(sound.candidates), sound.failure, sound.complaint) == (len(scores), "", told)


def test_evidence_can_be_written() -> None:
    whole, half = Evidence("é", "a page", 0.5), Evidence("half \ud83d", "\ud83d", 0.5, {"id": "7"})
    ((candidate,), _) = sound_candidates([Candidate("Hello", 0.5, evidence=(whole, half))], "faq", "")
    assert candidate.evidence[0] is whole
    assert candidate.evidence[1] == Evidence("half \ufffd", "\ufffd", 0.5, {"id": "7"})


def test_names_of_features_can_be_written() -> None:
    proposed = Candidate("Hello", 0.5, features={"half \ud83d": 1.0, "é": 2.0, 3: 4.0})  # type: ignore[dict-item]
    ((candidate,), _) = sound_candidates([proposed], "faq", "")
    assert candidate.features == {"half \ufffd": 1.0, "é": 2.0, 3: 4.0}


def test_an_action_may_stand_in_for_the_text() -> None:
    ((candidate,), _) = sound_candidates([Candidate("", 0.5, action=ActionCall("refund"))], "faq", "")
    assert candidate.action == ActionCall("refund")


def test_lists_become_tuples_and_half_surrogate_pairs_are_repaired() -> None:
    proposed = Candidate(
        "half \ud83d",
        0.5,
        evidence=[Evidence("a page")],
        effects=[SlotSet("a", 1)],
        follow_up="half \ud83d",
        quick_replies=["half \ud83d"],
        attachments=[Attachment("image/png")],
    )

    ((candidate,), _) = sound_candidates([proposed], "faq", "")

    assert candidate.text == candidate.follow_up == "half \N{REPLACEMENT CHARACTER}"
    assert candidate.quick_replies == ("half \N{REPLACEMENT CHARACTER}",)
    assert candidate.evidence == (Evidence("a page"),)
    assert candidate.effects == (SlotSet("a", 1),)
    assert candidate.attachments == (Attachment("image/png"),)
