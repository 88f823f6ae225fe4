"""A stored choice has the features its turn had: nothing beyond what a choice keeps is looked at."""

import string
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import (
    ActionCall,
    BotSaid,
    Candidate,
    Event,
    Evidence,
    FlowStarted,
    HumanSaid,
    Message,
    SlotSet,
    Turn,
    UserSaid,
)
from dialog_core.testing import make_turn
from dialog_ranking.choices import Choice
from dialog_ranking.choices.recording import brief_candidate, brief_turn
from dialog_ranking.features.extract import extract
from dialog_ranking.features.schema import Schema, documented

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = [
    "order",
    "return",
    "shipping",
    "the",
    "退货",
    "订单",
    "怎么",
    "12345",
    "?",
    "？",
    "a" * 50,
    "é",
    "\u3000",
    "👍",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=200).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=40).map("".join),
    st.text(max_size=30),
)
EVIDENCE = st.builds(Evidence, TEXTS, st.sampled_from(["", "a", "b"]), st.floats(0, 1))
NUMBERS = st.dictionaries(
    st.sampled_from(["margin", "groundedness", "mean_log_probability", "log_probability", "tokens", "told"]),
    st.floats() | st.integers() | st.booleans(),
    max_size=4,
)
CANDIDATES = st.builds(
    Candidate,
    text=TEXTS,
    score=st.floats(0, 1),
    policy=st.sampled_from(["rules", "faq", "llm", "new.one"]),
    kind=st.sampled_from(["rules", "retrieval", "generative", ""]),
    evidence=st.lists(EVIDENCE, max_size=5).map(tuple),
    action=st.none() | st.builds(ActionCall, st.sampled_from(string.ascii_lowercase)),
    features=NUMBERS,
)
EVENTS = st.lists(
    st.one_of(
        TEXTS.map(lambda text: BotSaid(text, NOON)),
        TEXTS.map(lambda text: HumanSaid(text, NOON)),
        TEXTS.map(lambda text: UserSaid(Message(text, client_id="earlier", at=NOON))),
        st.just(FlowStarted("order", "rules")),
        st.just(SlotSet("a", 1)),
    ),
    max_size=12,
)
TURNS = st.builds(
    lambda text, events, language: make_turn(text, events=_numbered(events), language=language),
    TEXTS,
    EVENTS,
    st.sampled_from(["en", "zh", "zh-TW", "de"]),
)


def _numbered(events: list[Event]) -> list[Event]:
    return [
        UserSaid(Message(event.message.text, client_id=f"m{number}", at=NOON)) if isinstance(event, UserSaid) else event
        for number, event in enumerate(events)
    ]


def _schema(turn: Turn, candidates: list[Candidate]) -> Schema:
    return Schema.of([Choice("1", turn, tuple(candidates), (None,) * len(candidates))])


@given(TURNS, st.lists(CANDIDATES, max_size=8))
def test_what_a_choice_keeps_has_the_same_features(turn: Turn, candidates: list[Candidate]) -> None:
    schema = _schema(turn, candidates)
    whole = extract(turn, candidates, schema)
    brief = extract(brief_turn(turn), list(map(brief_candidate, candidates)), schema)
    np.testing.assert_array_equal(whole.matrix, brief.matrix)
    assert (whole.defaults, whole.odds, whole.repeated) == (brief.defaults, brief.odds, brief.repeated)


@given(TURNS, st.lists(CANDIDATES, max_size=8))
def test_every_feature_is_within_its_documented_scale_or_missing(turn: Turn, candidates: list[Candidate]) -> None:
    schema = _schema(turn, candidates)
    found = extract(turn, candidates, schema)
    assert found.matrix.shape == (len(candidates), len(schema.names))
    for name, column in zip(found.names, found.matrix.T, strict=True):
        feature = documented(name)
        there = column[~np.isnan(column)]
        assert (there >= feature.low).all(), name
        assert (there <= feature.high).all(), name
        if not feature.missing:
            assert len(there) == len(candidates), name


@given(TURNS, st.lists(CANDIDATES, min_size=1, max_size=6), st.randoms())
def test_the_order_of_policies_does_not_matter(turn: Turn, candidates: list[Candidate], random: object) -> None:
    different = {(one.policy, one.score): one for one in candidates}  # those of one policy have different scores
    kinds = {one.policy: one.kind for one in candidates}
    given_order = [
        Candidate(one.text, one.score, one.policy, kinds[one.policy], one.evidence) for one in different.values()
    ]
    shuffled = list(given_order)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    schema = _schema(turn, given_order)
    rows = dict(zip(map(id, given_order), extract(turn, given_order, schema).matrix, strict=True))
    for candidate, row in zip(shuffled, extract(turn, shuffled, schema).matrix, strict=True):
        np.testing.assert_array_equal(rows[id(candidate)], row)
