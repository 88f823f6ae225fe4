import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.candidate import ActionCall, Candidate, Ranked
from dialog_core.events import Evidence
from dialog_core.trace import CUTS, MAX_BYTES, PartReport, PolicyReport, Trace, brief

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def trace(*ranked: Ranked, **more: Any) -> dict[str, Any]:
    return Trace(
        message_id="1",
        policies=(PolicyReport("faq", 0, "proposed", 0.00123456789), PolicyReport("llm", 1, "failed", 0.1, "no line")),
        ranked=ranked,
        chosen=more.pop("chosen", 0 if ranked else None),
        reason="faq: accepted at 0.90",
        ranker="table (uncalibrated)",
        parts=(PartReport("guard pii", "rewrote the text", 0.5),),
        seconds=0.25,
        at=NOON,
        **more,
    ).to_json()


def test_a_trace_tells_everything_as_json() -> None:
    candidate = Candidate(
        "At nine.",
        0.8,
        "faq",
        "retrieval",
        evidence=(Evidence("When?", "faq.yaml:3", 0.8, MappingProxyType({"title": "Hours"})),),
        action=ActionCall("look_up", {"day": "Monday"}),
        features={"overlap": 0.5},
    )
    told = trace(Ranked(candidate, 0.9, {"retrieval score": 0.9}))

    assert told == json.loads(json.dumps(told, allow_nan=False))
    assert told == {
        "message_id": "1",
        "at": "2026-03-01T12:00:00+00:00",
        "seconds": 0.25,
        "ranker": "table (uncalibrated)",
        "scale": "probability",
        "reason": "faq: accepted at 0.90",
        "chosen": 0,
        "policies": [
            {"policy": "faq", "tier": 0, "status": "proposed", "seconds": 0.001235, "error": ""},
            {"policy": "llm", "tier": 1, "status": "failed", "seconds": 0.1, "error": "no line"},
        ],
        "candidates": [
            {
                "policy": "faq",
                "kind": "retrieval",
                "text": "At nine.",
                "score": 0.8,
                "features": {"overlap": 0.5},
                "probability": 0.9,
                "contributions": {"retrieval score": 0.9},
                "evidence": [
                    {"text": "When?", "source": "faq.yaml:3", "score": 0.8, "metadata": {"title": "Hours"}},
                ],
                "action": {"name": "look_up", "arguments": {"day": "Monday"}},
            }
        ],
        "parts": [{"part": "guard pii", "verdict": "rewrote the text", "seconds": 0.5}],
    }


class Unspeakable:
    def __repr__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    "odd",
    [
        object(),
        float("nan"),
        {1, 2},
        10**5000,
        b"bytes",
        [float("inf")],
        {"deep": object()},
        {(1, 2): 3},
        Unspeakable(),
    ],
    ids=lambda odd: type(odd).__name__,
)
def test_what_json_cannot_hold_is_described_and_never_the_end_of_a_turn(odd: Any) -> None:
    evidence = Evidence("page", metadata={"odd": odd, "fine": 1})
    candidate = Candidate("x", 0.5, evidence=(evidence,), features={"odd": odd}, action=ActionCall("a", {"odd": odd}))
    (told,) = trace(Ranked(candidate, 0.5))["candidates"]

    assert json.dumps(told, allow_nan=False)
    for values in (told["features"], told["action"]["arguments"], told["evidence"][0]["metadata"]):
        assert isinstance(values["odd"], str)


def size(told: Any) -> int:
    return len(json.dumps(told, ensure_ascii=False).encode())


def long_candidate(number: int, letters: int, passages: int = 5) -> Candidate:
    evidence = tuple(Evidence("passage " * (letters // 8), f"{number}-{place}", 0.5) for place in range(passages))
    return Candidate(f"{number} " + "word " * (letters // 5), 0.5, "faq", "retrieval", evidence)


def test_the_texts_of_a_usual_turn_are_kept_whole() -> None:
    candidate = long_candidate(1, 900, passages=2)
    (told,) = trace(Ranked(candidate, 0.9))["candidates"]
    assert told["text"] == candidate.text
    assert "length" not in told


def test_a_trace_of_twenty_long_candidates_stays_within_its_limit_and_keeps_most_of_the_winner() -> None:
    contributions = {f"some feature {number}": 0.123456789 for number in range(12)}
    ranked = [Ranked(long_candidate(number, 5_000), 0.9 - number / 100, contributions) for number in range(20)]

    told = trace(*ranked, chosen=7)

    assert size(told) <= MAX_BYTES
    assert [row["text"].partition(" ")[0] for row in told["candidates"]] == [str(number) for number in range(20)]
    winner, loser = told["candidates"][7], told["candidates"][0]
    assert len(winner["text"]) == CUTS[0].text > len(loser["text"])
    assert winner["text"].endswith("…")
    assert winner["length"] == len(ranked[7].candidate.text)
    assert all(row["contributions"].keys() == contributions.keys() for row in told["candidates"])


@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.integers(0, 3_000), st.integers(0, 8), st.integers(0, 3_000)), max_size=25
    )
)
def test_a_trace_stays_within_its_limit_whatever_is_proposed(rows: list[tuple[str, int, int, int]]) -> None:
    ranked = [
        Ranked(
            Candidate(
                text * repeats,
                0.5,
                evidence=tuple(Evidence("证据" * length, "s") for _ in range(pieces)),
                action=ActionCall("act", {"argument": "x" * length}),
            ),
            0.5,
        )
        for text, repeats, pieces, length in rows
    ]
    told = trace(*ranked, chosen=None)
    assert size(told) <= MAX_BYTES
    assert len(told["candidates"]) == len(ranked)


def test_a_trace_stays_within_its_limit_however_many_numbers_and_long_names_there_are() -> None:
    numbers = {f"{'name ' * 20}{number}": float(number) for number in range(5000)}
    few = {f"n{number}": float(number) for number in range(100)}
    evidence = (Evidence("text", "source " * 10_000),)
    ranked = [
        Ranked(Candidate(f"{n}", 0.5, "faq", features=numbers if n % 2 else few, evidence=evidence), 0.5, few)
        for n in range(50)
    ]
    told = trace(*ranked)
    assert size(told) <= MAX_BYTES
    chosen, *others = told["candidates"]
    assert (len(chosen["contributions"]), len(chosen["features"]), chosen["contributions"]["n99"]) == (64, 64, 99.0)
    for row in told["candidates"]:
        assert sum(row["contributions"].values()) == sum(few.values())
    assert all(1 < len(row["contributions"]) < 64 for row in others)


def test_what_annotators_found_is_told_in_brief() -> None:
    found = {"label": "hours", "ranked": [{"label": f"label {number}", "probability": 0.1} for number in range(150)]}
    told = trace(language="en", annotations={"intents": found})
    assert told["language"] == "en"
    assert told["annotations"]["intents"]["label"] == "hours"
    assert told["annotations"]["intents"]["ranked"] == found["ranked"][:5]


def test_brief_values_end_at_some_depth() -> None:
    deep: Any = "core"
    for _ in range(10):
        deep = {"in": deep}
    assert brief(deep) == {"in": {"in": {"in": {"in": "…"}}}}


def test_what_was_left_to_chance_is_told_where_a_bot_explores() -> None:
    assert "propensity" not in trace()
    told = trace(propensity=0.25, explored=True)
    assert (told["propensity"], told["explored"]) == (0.25, True)
