"""Features, one after the other: what they say, and when they are missing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dialog_core import ActionCall, BotSaid, Candidate, Event, Evidence, FlowStarted, HumanSaid, Message, UserSaid
from dialog_core.ranking import default_probability
from dialog_core.testing import make_turn
from dialog_core.testing.turns import NOON
from dialog_ranking.choices import Choice
from dialog_ranking.features.extract import extract, judged_by_default
from dialog_ranking.features.schema import Schema

RULE = Candidate("Hello!", 1.0, "rules", "rules")
FAQ = Candidate(
    "Parcels arrive within two days.",
    0.6,
    "faq",
    "retrieval",
    (Evidence("How long does delivery take?", "faq:3"),),
)
SECOND_FAQ = Candidate("We ship to all countries.", 0.4, "faq", "retrieval")
LLM = Candidate(
    "Your parcel should arrive in two days.",
    0.5,
    "llm",
    "generative",
    (Evidence("How long does delivery take?", "faq:3"),),
    features={"mean_log_probability": -0.4, "tokens": 9.0, "groundedness": 0.8, "cited": 1.0},
)
INTENTS = {
    "label": "delivery",
    "labels": ["delivery"],
    "probability": 0.7,
    "ranked": [{"label": "delivery", "probability": 0.7}, {"label": "returns", "probability": 0.2}],
}


def missing(found: Mapping[str, float], *names: str) -> bool:
    return all(math.isnan(found[name]) for name in names)


def features_of(
    place: int,
    candidates: Sequence[Candidate],
    *,
    text: str = "How long does delivery take?",
    events: Sequence[Event] = (),
    language: str = "en",
    annotations: Mapping[str, Any] | None = None,
    ignored: frozenset[str] = frozenset(),
    given: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, float]:
    turn = make_turn(text, events=events, language=language, annotations=annotations)
    schema = Schema.of([Choice("1", turn, tuple(candidates), (None,) * len(candidates))], encoder=True, rankers=["ce"])
    found = extract(turn, candidates, schema, ignored=ignored, given=given or {})
    return dict(zip(found.names, found.matrix[place].tolist(), strict=True))


def test_a_policys_own_opinion_is_its_score_its_place_and_its_lead() -> None:
    first, second = (features_of(place, [RULE, FAQ, SECOND_FAQ]) for place in (1, 2))
    assert (first["score"], first["rank"], first["margin"]) == pytest.approx((0.6, 1.0, 0.2))
    assert (second["score"], second["rank"], second["margin"]) == pytest.approx((0.4, 0.5, -0.2))
    assert first["default_odds"] == pytest.approx(math.log(default_probability(FAQ) / (1 - default_probability(FAQ))))


def test_the_only_candidate_of_a_policy_has_no_margin_unless_the_policy_tells_one() -> None:
    assert missing(features_of(0, [FAQ]), "margin")
    told = Candidate("yes", 0.6, "faq", "retrieval", features={"margin": 0.15})
    assert features_of(0, [told])["margin"] == 0.15


def test_of_a_language_model_the_mean_log_probability_of_a_token_counts() -> None:
    assert features_of(0, [LLM])["log_probability"] == -0.4
    summed = Candidate("yes", 0.5, "llm", "generative", features={"log_probability": -6.0, "tokens": 3})
    assert features_of(0, [summed])["log_probability"] == -2.0
    assert missing(features_of(0, [FAQ]), "log_probability")


def test_what_others_propose_is_told_by_what_the_default_ranker_makes_of_it() -> None:
    found = features_of(1, [RULE, FAQ, SECOND_FAQ, LLM])
    assert found["best_other"] == pytest.approx(0.97)
    assert found["best_other_kind"] == pytest.approx(0.97)
    assert found["proposing"] == 3
    assert found["other.llm"] == pytest.approx(default_probability(LLM))
    assert missing(found, "other.faq")  # its own


def test_nobody_else_is_nothing_and_not_unknown() -> None:
    found = features_of(0, [FAQ, SECOND_FAQ])
    assert (found["best_other"], found["best_other_kind"], found["proposing"]) == (0.0, 0.0, 1.0)
    assert missing(found, "agreement", "same_text", "same_evidence")


def test_policies_agree_in_other_words_and_from_the_same_evidence() -> None:
    faq, llm = (features_of(place, [RULE, FAQ, LLM]) for place in (1, 2))
    assert faq["agreement"] == llm["agreement"] > 0.5
    assert faq["same_evidence"] == llm["same_evidence"] == 1.0
    assert features_of(0, [RULE, FAQ, LLM])["agreement"] == 0.0
    assert missing(features_of(0, [RULE, FAQ, LLM]), "same_evidence")


def test_a_copy_is_told_as_a_copy_and_confirms_nothing_however_many_copy() -> None:
    copies = [Candidate(FAQ.text, 1.0, f"parrot{number}", "other") for number in range(3)]
    one, three = features_of(0, [FAQ, copies[0]]), features_of(0, [FAQ, *copies])
    assert one["same_text"] == three["same_text"] == 1.0
    assert missing(one, "agreement")
    assert missing(three, "agreement")
    assert features_of(0, [FAQ, LLM, *copies])["agreement"] == features_of(0, [FAQ, LLM])["agreement"]


def test_the_best_of_several_agreements_counts_whoever_comes_first() -> None:
    others = [
        Candidate("Two days.", 0.5, "short", "retrieval"),
        Candidate("Parcels arrive within three days, or within two.", 0.5, "long", "retrieval"),
        Candidate("?!", 0.5, "silent", "retrieval"),
    ]
    for order in (others, others[::-1]):
        assert features_of(0, [FAQ, *order])["agreement"] == pytest.approx(2 * 5 / (5 + 6))  # with the long one
    assert features_of(2, [FAQ, *others[::2]])["agreement"] == 0.0
    assert features_of(0, [replace(FAQ, text="..."), others[2]])["agreement"] == 0.0


def test_two_empty_texts_with_actions_are_no_copies() -> None:
    acting = [Candidate("", 0.9, name, "flows", action=ActionCall("pay")) for name in ("a", "b")]
    assert features_of(0, acting)["same_text"] == 0.0


def test_who_is_ignored_confirms_nobody_and_stands_in_nobodys_way() -> None:
    copy = Candidate(FAQ.text, 1.0, "parrot", "other")
    found = features_of(0, [FAQ, copy], ignored=frozenset({"parrot"}))
    assert missing(found, "same_text")
    assert (found["best_other"], found["proposing"], found["other.parrot"]) == (0.0, 1.0, 0.0)


def test_message_reply_and_evidence_are_compared_in_both_directions() -> None:
    found = features_of(0, [FAQ])
    assert found["message_in_evidence"] == found["evidence_in_message"] == 1.0
    assert found["message_in_reply"] == 0.0
    partly = features_of(0, [Candidate("Delivery takes two days, returns three.", 0.5, "faq", "retrieval")])
    assert partly["message_in_reply"] == pytest.approx(2 / 3)  # of long, delivery, take
    assert partly["reply_in_message"] == pytest.approx(2 / 6)
    assert missing(partly, "message_in_evidence", "groundedness")
    assert partly["evidence"] == 0.0


def test_of_several_pieces_of_evidence_the_one_most_like_the_message_counts() -> None:
    pieces = (Evidence("Opening hours"), Evidence("delivery take long"), Evidence("delivery"))
    found = features_of(0, [Candidate("Two days.", 0.5, "faq", "retrieval", pieces)])
    assert found["message_in_evidence"] == 1.0
    assert found["evidence"] == 3.0
    empty = Candidate("Two days.", 0.5, "faq", "retrieval", (Evidence(""), Evidence("Opening hours")))
    assert features_of(0, [empty])["evidence_in_message"] == 0.0


def test_chinese_is_compared_like_english() -> None:
    reply = Candidate("退货请联系客服。", 0.5, "faq", "retrieval", (Evidence("怎么退货"),))
    found = features_of(0, [reply], text="怎么退货？", language="zh")
    assert found["message_in_evidence"] == 1.0
    assert 0 < found["message_in_reply"] < 1
    assert found["language_match"] == 1.0
    assert found["question"] == 1.0
    english = features_of(0, [FAQ], text="怎么退货？", language="zh-TW")
    assert english["language_match"] == english["message_in_reply"] == 0.0


def test_the_policys_own_groundedness_goes_before_shared_words() -> None:
    assert features_of(0, [LLM])["groundedness"] == 0.8
    told = Candidate("two days", 0.5, "llm", "generative", (Evidence("two weeks"),))
    assert features_of(0, [told])["groundedness"] == 0.5


def test_what_was_said_before_counts_as_context_and_as_repetition() -> None:
    events: list[Event] = [UserSaid(Message("where is my order", client_id="m1")), BotSaid(FAQ.text, NOON)]
    faq, llm = (features_of(place, [FAQ, LLM], events=events) for place in (0, 1))
    assert (faq["repeats_last"], faq["repeats"]) == (1.0, 1.0)
    assert llm["repeats_last"] == 0.0
    assert llm["repeats"] == 1.0  # in other words, but with all of the same terms
    assert faq["reply_in_context"] == 1.0
    assert faq["context_in_reply"] == pytest.approx(5 / 6)  # of order, parcels, arrive, within, two, days
    assert faq["first"] == 0.0
    assert features_of(0, [SECOND_FAQ], events=events)["repeats"] == 0.0


def test_before_anything_was_said_there_is_no_context() -> None:
    found = features_of(0, [FAQ])
    assert missing(found, "context_in_reply", "reply_in_context")
    assert missing(found, "repeats_last", "repeats")
    assert found["first"] == 1.0


def test_a_person_on_the_bots_side_is_context_but_no_repetition() -> None:
    found = features_of(0, [FAQ], events=[HumanSaid(FAQ.text, NOON)])
    assert found["reply_in_context"] == 1.0
    assert missing(found, "repeats_last")


def test_intents_are_told_by_probability_lead_and_spread() -> None:
    found = features_of(0, [FAQ], annotations={"intents": INTENTS})
    assert (found["intent_probability"], found["intent_margin"], found["out_of_scope"]) == pytest.approx((0.7, 0.5, 0))
    assert found["intent_entropy"] == pytest.approx(-0.7 * math.log(0.7) - 0.2 * math.log(0.2))
    nowhere = features_of(0, [FAQ], annotations={"intents": {**INTENTS, "label": None, "labels": []}})
    assert nowhere["out_of_scope"] == 1.0


@pytest.mark.parametrize(
    "annotations",
    [
        {},
        {"sentiment": INTENTS},
        {"intents": "delivery"},
        {"intents": {"label": "x", "labels": ["x"], "ranked": [{"label": "x", "probability": "much"}]}},
    ],
    ids=["none", "not of intents", "of another shape", "no numbers"],
)
def test_without_intents_they_are_missing(annotations: dict[str, Any]) -> None:
    found = features_of(0, [FAQ], annotations=annotations)
    assert missing(found, "intent_probability", "intent_margin", "intent_entropy")


def test_the_flow_under_way_is_told_and_whose_it_is() -> None:
    candidates = [FAQ, Candidate("Which size?", 1.0, "orders", "flows")]
    other, own = (features_of(place, candidates, events=[FlowStarted("order", "orders")]) for place in (0, 1))
    assert (other["of_flow"], own["of_flow"], other["flow_active"]) == (0.0, 1.0, 1.0)
    assert missing(features_of(0, [FAQ]), "of_flow")
    assert features_of(0, [FAQ])["flow_active"] == 0.0


def test_policies_and_kinds_have_columns_which_are_missing_for_strangers() -> None:
    turn = make_turn("hi")
    schema = Schema.of([Choice("1", turn, (RULE, FAQ), (None, None))])
    found = extract(turn, [RULE, Candidate("x", 0.5, "stranger", "oracle")], schema)
    known, stranger = (dict(zip(found.names, row, strict=True)) for row in found.matrix.tolist())
    assert (known["policy.rules"], known["policy.faq"], known["kind.rules"]) == (1.0, 0.0, 1.0)
    assert missing(stranger, "policy.rules", "policy.faq", "kind.rules")


def test_numbers_of_a_policys_own_are_features() -> None:
    assert features_of(0, [LLM])["own.cited"] == 1.0
    assert missing(features_of(1, [LLM, FAQ]), "own.cited")
    assert "own.groundedness" not in features_of(0, [LLM])  # a documented feature tells it


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "high", None, 10**400], ids=repr)
def test_numbers_that_are_none_are_missing_and_told(value: Any) -> None:
    odd = Candidate("x", 0.5, "llm", "generative", features={"cited": value, "margin": value})
    turn = make_turn("hi")
    schema = Schema.of([Choice("1", turn, (odd,), (None,))])
    found = extract(turn, [odd], schema)
    row = dict(zip(found.names, found.matrix[0].tolist(), strict=True))
    assert missing(row, "own.cited", "margin")
    assert found.unsound == [("llm", "cited"), ("llm", "margin")]


def test_columns_that_were_found_elsewhere_are_taken_over() -> None:
    found = features_of(1, [RULE, FAQ], given={"ranker.ce": [0.1, 0.9], "meaning": [0.2, 0.3]})
    assert (found["ranker.ce"], found["meaning"]) == (0.9, 0.3)
    assert missing(found, "evidence_meaning")
    assert missing(features_of(0, [FAQ]), "ranker.ce")


def test_the_offset_is_what_the_default_ranker_says_repetition_discounted() -> None:
    turn = make_turn("hi", events=[BotSaid(FAQ.text, NOON)])
    found = extract(turn, [FAQ, Candidate("never", 0.0, "faq", "retrieval")], Schema())
    repeated, never = judged_by_default(found).tolist()
    worth = default_probability(FAQ) * 0.6
    assert repeated == pytest.approx(math.log(worth / (1 - worth)))
    assert never == pytest.approx(math.log(0.001 / 0.999))


def test_features_can_be_left_out_by_name_or_by_family() -> None:
    choice = Choice("1", make_turn("hi"), (RULE, FAQ), (None, None))
    names = Schema.of([choice], without=["policy", "score", "other.faq"]).names
    assert not {"policy.rules", "policy.faq", "score", "other.faq"} & {*names}
    assert {"kind.rules", "other.rules", "margin"} <= {*names}
    assert "meaning" not in names  # without an encoder


@pytest.mark.parametrize("names", [("scroe",), ("score", "score"), ("policy",)], ids=["unknown", "twice", "family"])
def test_columns_there_cannot_be_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="feature"):
        Schema(names)
