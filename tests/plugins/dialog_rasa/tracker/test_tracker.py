"""The tracker: what stories and rules see of a conversation, and how much of it is kept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_rasa.dialogue.values import LISTEN, Dialogue, IntentUse, Slot
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.past import MOST_STATES
from dialog_rasa.tracker.saving import tracker_from, tracker_json
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

FEATURES = Features(Dialogue(slots={"size": Slot("size", "text")}))


def hear(tracker: Tracker, intent: str) -> Tracker:
    return tracker.heard(Heard(intent=intent))


def seen_by_stories(tracker: Tracker) -> list[str]:
    return [state.key for state in (*tracker.states, tracker.state)]


def test_every_state_in_which_something_was_done_is_kept() -> None:
    tracker = hear(Tracker(FEATURES), "hi").acted("utter_hi").with_slots({"size": "xl"}).acted(LISTEN)
    tracker = hear(tracker, "bye")
    assert seen_by_stories(tracker) == ["action_listen|hi|||", "utter_hi|hi||size=set|", "action_listen|bye||size=set|"]
    assert tracker.moments == 2


def test_what_is_hidden_from_stories_is_seen_by_rules() -> None:
    begun = hear(Tracker(FEATURES), "hi").acted("utter_hi").acted(LISTEN)
    between = hear(begun, "challenge").acted("utter_bot", hidden=True).acted(LISTEN, hidden=True)
    assert hear(between, "bye").told == hear(begun, "bye").told
    assert [state.action for state in between.whole.states[-2:]] == [LISTEN, "utter_bot"]
    assert between.hiding


def test_the_end_of_a_turn_that_stories_have_seen_something_of_is_not_hidden() -> None:
    tracker = hear(Tracker(FEATURES), "hi").acted("utter_hi").acted(LISTEN, hidden=True)
    assert tracker.told == tracker.whole


def test_how_a_loop_asks_is_no_part_of_the_conversation() -> None:
    begun = hear(Tracker(FEATURES), "order").acted("f").entered("f", "a")
    asked = hear(begun.acted(LISTEN), "inform").acted("f").entered("f", "b")
    asked = hear(asked.acted(LISTEN), "inform").acted("f")
    assert asked.left().told == begun.left().told
    assert asked.left().whole == begun.left().whole
    assert asked.latest.intent == "inform"


def test_what_is_done_between_two_runs_of_a_loop_is() -> None:
    begun = hear(Tracker(FEATURES), "order").acted("f").entered("f", "a").acted(LISTEN)
    stopped = hear(begun, "stop").rejected().acted("utter_sure").acted(LISTEN)
    back = hear(stopped, "affirm").acted("f").entered("f", "a")
    assert [state.action for state in back.states] == [LISTEN, "f", LISTEN, "utter_sure", LISTEN]
    assert back.state.user == "affirm"
    assert hear(back.acted(LISTEN), "inform").acted("f").told == back.told


def test_for_stories_a_hidden_answer_is_not_between() -> None:
    begun = hear(Tracker(FEATURES), "order").acted("f").entered("f", "a").acted(LISTEN)
    chatted = hear(begun, "chat").rejected().acted("utter_chat", hidden=True).acted("f", hidden=True)
    done = hear(chatted.acted(LISTEN, hidden=True), "inform").acted("f").left()
    assert done.told == hear(begun, "inform").acted("f").left().told
    assert done.whole != done.told


def test_a_loop_stays_rejected_until_it_runs_again() -> None:
    tracker = hear(Tracker(FEATURES), "order").acted("f").entered("f", "a").acted(LISTEN)
    tracker = hear(tracker, "stop").rejected().acted("utter_sure").acted(LISTEN)
    assert (loop := hear(tracker, "x").loop) is not None
    assert loop.rejected
    assert (loop := tracker.interrupted().acted("f").loop) is not None
    assert not loop.rejected
    assert not loop.interrupted


def test_of_a_long_conversation_the_latest_states_are_kept_and_a_checksum_of_all() -> None:
    tracker, other = Tracker(FEATURES), hear(Tracker(FEATURES), "another").acted("x").acted(LISTEN)
    for _ in range(100):
        tracker, other = (hear(one, "hi").acted("utter_hi").acted(LISTEN) for one in (tracker, other))
    assert len(tracker.states) == MOST_STATES
    assert tracker.states == other.states
    assert tracker.seen != other.seen
    assert tracker.moments == 200
    assert len(json.dumps(tracker_json(tracker))) < 2_000


def test_an_entity_stands_for_its_roles_and_what_nobody_declares_does_not_count() -> None:
    features = Features(
        Dialogue(
            intents={"go": IntentUse("go", use_entities=("city",)), "see": IntentUse("see", ignore_entities=("city",))},
            entities=("city", "day"),
        )
    )
    named = [("city", "from", ""), ("day", "", ""), ("mood", "", "")]
    assert features.entities("go", named) == {"city", "city#from"}
    assert features.entities("see", named) == {"day"}
    assert features.entities("else", named) == {"city", "city#from", "day"}


names = st.sampled_from(["a", "b", LISTEN, "f"])
moves = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), names, st.booleans()),
        st.tuples(st.just("act"), names, st.booleans()),
        st.tuples(st.just("enter"), names, st.booleans()),
        st.tuples(st.just("leave"), names, st.booleans()),
        st.tuples(st.just("reject"), names, st.booleans()),
    ),
    max_size=60,
)


def moved(steps: list[tuple[str, str, bool]]) -> Tracker:
    """Return where a conversation stands after some moves, sensible or not."""
    tracker = Tracker(FEATURES)
    for kind, name, flag in steps:
        match kind:
            case "hear":
                entities = (HeardEntity("city", ["x", 1], "from"),) if flag else ()
                tracker = tracker.heard(Heard("words", name, entities=entities))
            case "act":
                tracker = tracker.acted(name, hidden=flag)
            case "enter":
                tracker = tracker.entered(name, "slot" if flag else "")
            case "leave":
                tracker = tracker.left()
            case _:
                tracker = tracker.rejected()
    return tracker


@given(moves)
@settings(deadline=None)
def test_whatever_happens_a_tracker_is_read_back_as_it_was_written(steps: list[tuple[str, str, bool]]) -> None:
    tracker = moved(steps)
    written = json.loads(json.dumps(tracker_json(tracker, whole=True)))
    assert tracker_from(written, FEATURES) == tracker
    assert len(tracker.states) <= MOST_STATES
    assert len(tracker.states) <= tracker.moments


_garbage = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(moves, st.data())
@settings(deadline=None, max_examples=200)
def test_half_a_tracker_is_none(steps: list[tuple[str, str, bool]], data: st.DataObject) -> None:
    written: Any = json.loads(json.dumps(tracker_json(moved(steps), whole=True)))
    key = data.draw(st.sampled_from(sorted(written)))
    written[key] = data.draw(_garbage)
    try:
        tracker = tracker_from(written, FEATURES)
    except ValueError:
        return
    assert json.dumps(tracker_json(tracker, whole=True))
    tracker.heard(Heard(intent="hi")).acted("f").acted(LISTEN)


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"told": {}}])
def test_what_is_no_tracker_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="this is no tracker"):
        tracker_from(value, FEATURES)
