import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, ActionResult, Candidate, Ranked
from dialog_core.conversation import BotSaid, Evidence
from dialog_core.reply import Reply
from dialog_core.trace import PartReport, PolicyReport, Trace

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def trace(*ranked: Ranked) -> dict[str, Any]:
    return Trace(
        message_id="1",
        policies=(PolicyReport("faq", 0, "proposed", 0.00123456789), PolicyReport("llm", 1, "failed", 0.1, "no line")),
        ranked=ranked,
        chosen=0 if ranked else None,
        reason="faq: accepted at 0.90",
        ranker="table (uncalibrated)",
        parts=(PartReport("guard pii", "rewrote the text", 0.5),),
        seconds=0.25,
        at=NOON,
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


def test_a_reply_sums_up_its_messages() -> None:
    first = BotSaid("At nine.", NOON, "1", "faq", 0.9, (Evidence("a"),), ("Thanks",))
    second = BotSaid("Which day?", NOON, "1", "flows", None, (Evidence("b"),), ("Mon", "Tue"))
    reply = Reply("c", "1", (first, second))

    assert reply.text == "At nine.\n\nWhich day?"
    assert (reply.policy, reply.probability) == ("faq", 0.9)
    assert reply.evidence == (Evidence("a"), Evidence("b"))
    assert reply.quick_replies == ("Mon", "Tue")


def test_a_reply_without_messages_says_nothing() -> None:
    reply = Reply("c", "1", ())
    assert (reply.text, reply.policy, reply.probability, reply.evidence, reply.quick_replies) == ("", "", None, (), ())


def test_a_result_is_fine_unless_it_says_what_went_wrong() -> None:
    assert ActionResult(ActionCall("a")).ok
    assert not ActionResult(ActionCall("a"), error="no").ok
