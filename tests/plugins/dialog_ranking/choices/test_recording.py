"""Choices made of turns: what a bot would do, and what it has done."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core import BotSaid, Candidate, Conversation, Evidence, FlowStarted, Message, Turn, UserSaid
from dialog_core.testing import ScriptedAnnotator, ScriptedPolicy, make_bot
from dialog_ranking.choices import (
    choice_of_rehearsed,
    choice_of_trace,
    from_json,
    in_full,
    read_choices,
    to_json,
    write_choices,
)
from dialog_ranking.choices.choice import HISTORY, PASSAGE, PASSAGES, TEXT, Choice

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG = Candidate(
    "long " * 200,
    0.9,
    evidence=tuple(Evidence("passage " * 100, f"e{number}", 0.5) for number in range(9)),
    features={"margin": 0.25},
)


def bot(**settings: Any) -> Any:
    policies = {
        "rules": ScriptedPolicy(None),
        "faq": ScriptedPolicy([Candidate("Second.", 0.2), LONG]),
        "llm": ScriptedPolicy(Candidate("Perhaps.", 0.99)),
    }
    tiers = [["rules"], ["faq"], ["llm"]]
    return make_bot(policies, tiers=tiers, annotators={"intents": ScriptedAnnotator({"label": "x"})}, **settings)


def test_a_rehearsed_turn_and_its_trace_are_the_same_choice() -> None:
    with bot(accept_at=1.0, clock=lambda: NOON) as made:
        message = Message("when?", client_id="1", at=NOON)
        rehearsed = choice_of_rehearsed(made.rehearse(message, Conversation("c"), now=NOON), id="c/1", user="c")
        made._loop.call(made._manager.take("c", message))
        conversation = made.conversation("c")
        before = Conversation("c", conversation.events[: (conversation.position_of("1") or 0) + 1])
        traced = choice_of_trace(before, message, made.trace("c", "1"))

    one, other = (to_json(choice) for choice in (rehearsed, traced))
    for told in (one, other):
        told.pop("seconds")
    assert one == other


def test_candidates_stand_in_the_order_of_the_tiers_and_who_was_silent_is_not_forgotten() -> None:
    with bot(accept_at=1.0) as made:
        rehearsed = made.rehearse("when?")
        choice = choice_of_rehearsed(rehearsed, id="1")

    assert [candidate.policy for candidate in choice.candidates] == ["faq", "faq", "llm"]
    assert choice.tiers == {"rules": 0, "faq": 1, "llm": 2}
    assert choice.chosen is not None
    assert in_full(rehearsed)[choice.chosen].text == rehearsed.text


def test_no_more_is_kept_of_a_turn_than_features_look_at() -> None:
    said = [
        event
        for number in range(50)
        for event in (
            UserSaid(Message("u" * 1000, client_id=str(number))),
            BotSaid("b" * 1000, NOON, str(number), policy="faq"),
        )
    ]
    with bot() as made:
        choice = choice_of_rehearsed(made.rehearse("when?", Conversation("c", [*said, FlowStarted("f", "p")])), id="1")

    kept = next(candidate for candidate in choice.candidates if candidate.text.startswith("long"))
    assert (len(kept.text), len(kept.evidence), len(kept.evidence[0].text)) == (TEXT, PASSAGES, PASSAGE)
    assert kept.features == {"margin": 0.25}
    history = choice.turn.conversation.messages[:-1]
    assert len(history) == HISTORY
    assert all(len(event.text if isinstance(event, BotSaid) else event.message.text) == TEXT for event in history)  # type: ignore[union-attr]
    assert choice.turn.conversation.active_flow is not None


def test_policies_a_cascade_did_not_ask_have_no_tier() -> None:
    with bot(accept_at=0.5) as made:
        made.reply("when?", conversation="c", client_id="1")
        conversation = made.conversation("c")
        choice = choice_of_trace(conversation, Message("when?", client_id="1"), made.trace("c", "1"))

    assert choice.tiers == {"rules": 0, "faq": 1}
    assert choice.propensity == 1.0


@pytest.mark.parametrize(("told", "kept"), [(None, 1.0), (0.0, 0.0), (0.3, 0.3), (1, 1.0)])
def test_a_propensity_that_is_too_small_to_be_told_is_not_taken_for_certainty(told: Any, kept: float) -> None:
    with bot() as made:
        made.reply("when?", conversation="c", client_id="1")
        trace = {**made.trace("c", "1"), "propensity": told}
        choice = choice_of_trace(made.conversation("c"), Message("when?", client_id="1"), trace)

    assert choice.propensity == kept


def test_features_that_a_trace_could_only_describe_are_left_out() -> None:
    def odd(turn: Turn) -> Candidate:
        return Candidate("x", 0.9, features={"fine": 1.0, "nan": float("nan"), "text": "much"})  # type: ignore[dict-item]

    with make_bot(odd) as made:
        rehearsed = choice_of_rehearsed(made.rehearse("when?"), id="1")
        made.reply("when?", conversation="c", client_id="1")
        traced = choice_of_trace(made.conversation("c"), Message("when?", client_id="1"), made.trace("c", "1") or {})

    assert rehearsed.candidates[0].features == traced.candidates[0].features == {"fine": 1.0}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything that stands in a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from places(child, (*at, key))


@pytest.fixture(scope="module")
def told() -> tuple[Conversation, dict[str, Any]]:
    """A conversation of one turn, and its trace."""
    with bot(accept_at=1.0, explore=0.5) as made:
        made.reply("when?", conversation="c", client_id="1")
        return made.conversation("c"), dict(made.trace("c", "1"))


MISSING = object()
WRONG = st.one_of(
    st.just(MISSING),
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(max_size=5),
    st.just("2026-03-01T12:00:00"),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_trace_that_was_damaged_is_refused_or_gives_a_choice_that_can_be_kept(
    told: tuple[Conversation, dict[str, Any]], data: st.DataObject
) -> None:
    conversation, trace = told
    damaged = copy.deepcopy(trace)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(places(damaged))))
        parent = damaged
        for key in way:
            parent = parent[key]
        value = data.draw(WRONG)
        if value is not MISSING:
            parent[last] = value
        elif isinstance(parent, dict):
            del parent[last]

    try:
        choice = choice_of_trace(conversation, Message("when?", client_id="1"), damaged)
    except ValueError:
        return

    assert isinstance(choice, Choice)
    assert to_json(from_json(to_json(choice))) == to_json(choice)


def test_what_stands_in_a_damaged_trace_is_written_and_read_like_any_other(tmp_path: Any, told: Any) -> None:
    conversation, trace = told
    odd = {**trace, "at": "2026-03-01T12:00:00", "language": None, "fingerprints": []}
    choice = choice_of_trace(conversation, Message("when?", client_id="1"), odd)
    write_choices([choice], tmp_path / "odd.choices.jsonl")
    (read,) = read_choices(tmp_path / "odd.choices.jsonl")
    assert choice.turn.now == NOON
    assert to_json(read) == to_json(choice)
