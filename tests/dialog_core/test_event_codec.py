import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Literal, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.errors import StoreError
from dialog_core.event_codec import MAX_DEPTH, decode_event, encode_event
from dialog_core.events import (
    Attachment,
    BotSaid,
    Event,
    Evidence,
    FeedbackGiven,
    FlowEnded,
    FlowStarted,
    FlowStepped,
    Message,
    SlotSet,
    UserSaid,
)
from dialog_core.stores.json_text import to_json_text
from dialog_core.testing.sample_events import EVERY_KIND_OF_EVENT, NOON

EVENT_CLASSES = get_args(Event)

VERSION_1 = r"""
{"type":"SessionStarted","v":1,"at":"2026-03-01T12:00:00+00:00"}
{"type":"UserSaid","v":1,"message":{"text":"Look at this","attachments":[{"media_type":"image/png","data":"iVBORwD/","name":"a.png"},{"media_type":"audio/ogg","url":"https://a/b.ogg"}],"user_id":"user-1","client_id":"message-1","at":"2026-03-01T17:30:00+05:30","metadata":{"device":{"screen":[1,2.5,null,true]}}}}
{"type":"FlowStarted","v":1,"flow":"return","policy":"flows","step":"ask_order"}
{"type":"FlowStepped","v":1,"flow":"return","step":"ask_reason","state":{"tries":2}}
{"type":"SlotSet","v":1,"name":"order","value":{"number":12,"lines":["a","b"]}}
{"type":"SlotSet","v":1,"name":"order","value":null}
{"type":"BotSaid","v":1,"text":"Which order is it?","at":"2026-03-01T12:00:01.000005+00:00","in_reply_to":"message-1","policy":"flows","probability":0.75,"evidence":[{"text":"orders","source":"flows.yaml:3","score":0.5,"metadata":{"title":"Orders"}}],"quick_replies":["The last one","Another"],"attachments":[{"media_type":"text/plain","data":""}]}
{"type":"FlowEnded","v":1,"flow":"return","outcome":"cancelled"}
{"type":"HandedOver","v":1,"at":"2026-03-01T12:00:02+00:00","reason":"asked for a person"}
{"type":"HumanSaid","v":1,"text":"Hello, this is Ann.","at":"2026-03-01T12:00:03+00:00","author":"ann"}
{"type":"HandedBack","v":1,"at":"2026-03-01T12:00:04+00:00"}
{"type":"ReplyEdited","v":1,"in_reply_to":"message-1","text":"Which order number?","at":"2026-03-01T12:00:05+00:00","author":"ann"}
{"type":"FeedbackGiven","v":1,"in_reply_to":"message-1","verdict":"bad","at":"2026-03-01T12:00:06+00:00","comment":"did not help"}
{"type":"Remembered","v":1,"policy":"llm","values":{"summary":"Asked about an order.","spent":{"tokens":12}}}
{"type":"Remembered","v":1,"policy":"llm","values":{"summary":null}}
{"type":"FactLearned","v":1,"name":"name","value":"Ann"}
{"type":"FactLearned","v":1,"name":"name","value":null}
{"type":"ConsentGiven","v":1,"given":true,"at":"2026-03-01T12:00:07+00:00"}
"""  # noqa: E501 - as they stand in files

# --- Every event there can be -----------------------------------------------------------------------------------------

any_text = st.text(st.characters(exclude_categories=()))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=8,
)
mappings = st.dictionaries(any_text, json_values, max_size=3)
offsets = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    str: any_text,
    str | None: st.none() | any_text,
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    float | None: st.none() | st.floats(0, 1),
    bytes | None: st.none() | st.binary(),
    datetime: st.datetimes(timezones=offsets),
    datetime | None: st.none() | st.datetimes(timezones=offsets),
    tuple[str, ...]: st.lists(any_text, max_size=3).map(tuple),
    Mapping[str, Any]: mappings | mappings.map(MappingProxyType),
    Any: json_values,
    Literal["good", "bad"]: st.sampled_from(["good", "bad"]),
}


def every(cls: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(cls)
    return st.builds(cls, **{field.name: FIELDS[hints[field.name]] for field in dataclasses.fields(cls)})


for part in (Attachment, Evidence, Message):
    FIELDS[tuple[part, ...]] = st.lists(st.deferred(lambda part=part: FIELDS[part]), max_size=2).map(tuple)
    FIELDS[part] = every(part)


@pytest.mark.parametrize("cls", EVENT_CLASSES)
@given(data=st.data())
def test_every_event_comes_back_from_json_as_it_was(cls: type[Event], data: st.DataObject) -> None:
    event = data.draw(every(cls))
    assert decode_event(json.loads(to_json_text(encode_event(event)))) == event


def test_there_is_a_sample_of_every_kind_of_event() -> None:
    assert {type(event) for event in EVERY_KIND_OF_EVENT} == set(EVENT_CLASSES)


# --- What stands in files already -------------------------------------------------------------------------------------


def test_events_written_as_version_1_are_read_for_ever() -> None:
    assert [decode_event(json.loads(line)) for line in VERSION_1.split("\n") if line] == list(EVERY_KIND_OF_EVENT)


def test_events_are_written_as_version_1() -> None:
    assert [to_json_text(encode_event(event)) for event in EVERY_KIND_OF_EVENT] == VERSION_1.strip().split("\n")


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ({"type": "FlowEnded", "v": 1, "flow": "return"}, FlowEnded("return", "completed")),
        ({"type": "FlowStarted", "v": 1, "flow": "return", "policy": "flows"}, FlowStarted("return", "flows", "")),
        ({"type": "FlowStepped", "v": 1, "flow": "return", "step": "a"}, FlowStepped("return", "a", {})),
        (
            {"type": "BotSaid", "v": 1, "text": "hi", "at": "2026-03-01T12:00:00+00:00"},
            BotSaid("hi", NOON, "", "", None, (), (), ()),
        ),
        (
            {"type": "UserSaid", "v": 1, "message": {"text": "hi", "at": "2026-03-01T12:00:00+00:00"}},
            UserSaid(Message("hi", (), "", "", NOON, {})),
        ),
        (
            {"type": "FeedbackGiven", "v": 1, "in_reply_to": "1", "verdict": "good", "at": "2026-03-01T12:00:00+00:00"},
            FeedbackGiven("1", "good", NOON, ""),
        ),
    ],
)
def test_what_was_left_out_as_a_default_keeps_its_meaning(written: dict[str, Any], event: Event) -> None:
    assert decode_event(written) == event
    assert encode_event(event).keys() - {"state"} == written.keys()


def test_an_addition_of_a_later_version_is_passed_over() -> None:
    assert decode_event({"type": "SlotSet", "v": 1, "name": "a", "value": 1, "reason": "why not"}) == SlotSet("a", 1)


@pytest.mark.parametrize("written", [{"type": "SlotSet", "v": 2, "name": "a", "value": 1}, {"type": "Winked", "v": 1}])
def test_what_a_newer_version_wrote_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match=r"written by a newer dialog-core.*; update it"):
        decode_event(written)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({}, "it has no 'type'"),
        ({"type": "SlotSet"}, "it has no 'v'"),
        ({"type": "SlotSet", "v": 1, "name": "a"}, "'value'"),
        ({"type": "SlotSet", "v": "one", "name": "a", "value": 1}, "'str' and 'int'"),
        ({"type": ["SlotSet"], "v": 1}, "unhashable"),
        ({"type": "SessionStarted", "v": 1, "at": "yesterday"}, "yesterday"),
        ({"type": "SessionStarted", "v": 1, "at": 12}, "must be str"),
        ({"type": "UserSaid", "v": 1, "message": None}, "NoneType"),
        (
            {"type": "UserSaid", "v": 1, "message": {"text": "a", "attachments": [{"media_type": "a", "data": "%"}]}},
            "base64",
        ),
        ([], "list indices"),
    ],
)
def test_a_damaged_event_is_refused(written: Any, message: str) -> None:
    with pytest.raises(StoreError, match=f"a stored event is damaged .*{message}.*; restore it from a backup"):
        decode_event(written)


# --- What cannot be written -------------------------------------------------------------------------------------------


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = [value]
    return value


CIRCLE: dict[str, Any] = {}
CIRCLE["again"] = CIRCLE


@pytest.mark.parametrize(
    ("event", "error", "message"),
    [
        (SlotSet("a", {1, 2}), TypeError, "SlotSet.value: a set is not a JSON value; use str, int, float, bool, None,"),
        (SlotSet("a", {"b": [1, {"c": b"x"}]}), TypeError, "SlotSet.value['b'][1]['c']: a bytes is not a JSON value"),
        (SlotSet("a", {"b": {3: 1}}), TypeError, "SlotSet.value['b']: the key 3 is an int; JSON has only text as keys"),
        (SlotSet("a", math.nan), ValueError, "SlotSet.value: JSON has no notation for nan"),
        (SlotSet("a", [1.0, -math.inf]), ValueError, "SlotSet.value[1]: JSON has no notation for -inf"),
        (SlotSet("a", 10**5000), ValueError, "SlotSet.value: is an integer too long for JSON"),
        (SlotSet("a", nested(MAX_DEPTH + 1)), ValueError, "is nested more than 100 deep, or contains itself"),
        (SlotSet("a", CIRCLE), ValueError, "is nested more than 100 deep, or contains itself"),
        (SlotSet(None, 1), TypeError, "SlotSet.name: needs text, not None"),
        (FlowStepped("f", "s", ["a"]), TypeError, "FlowStepped.state: needs a mapping, not a list"),
        (UserSaid("hello"), TypeError, "UserSaid.message: needs a Message, not a str"),
        (
            UserSaid(Message("a", metadata={"x": object()})),
            TypeError,
            "UserSaid.message.metadata['x']: an object is not",
        ),
        (UserSaid(Message("a", ("b",))), TypeError, "UserSaid.message.attachments[0]: needs an Attachment, not a str"),
        (
            UserSaid(Message("a", (Attachment("image/png"), Attachment("image/png", data="text")))),
            TypeError,
            "UserSaid.message.attachments[1].data: needs bytes, not a str",
        ),
        (UserSaid(Message("a", at=datetime(2026, 3, 1))), ValueError, "UserSaid.message.at: has no time zone; use"),
        (UserSaid(Message("a", at="now")), TypeError, "UserSaid.message.at: needs a datetime, not a str"),
        (BotSaid("a", NOON, probability=math.nan), ValueError, "BotSaid.probability: JSON has no notation for nan"),
        (BotSaid("a", NOON, probability="high"), TypeError, "BotSaid.probability: needs a number, not a str"),
        (BotSaid("a", NOON, quick_replies="yes"), TypeError, "BotSaid.quick_replies: needs a tuple, not a str"),
        (BotSaid("a", NOON, quick_replies=("yes", 1)), TypeError, "BotSaid.quick_replies[1]: needs text, not an int"),
        (BotSaid("a", NOON, evidence=(Evidence("b", score=True),)), TypeError, "BotSaid.evidence[0].score: needs a"),
        (Message("a"), TypeError, "Message is not an event; events are BotSaid, ConsentGiven,"),
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(event: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        encode_event(event)
    assert message in str(caught.value)


def test_the_deepest_value_that_is_written_can_be_read() -> None:
    event = SlotSet("a", nested(MAX_DEPTH))
    assert decode_event(json.loads(to_json_text(encode_event(event)))) == event


def test_tuples_inside_values_become_lists() -> None:
    assert encode_event(SlotSet("a", ({"b": (1, 2)},)))["value"] == [{"b": [1, 2]}]


def test_encoding_copies_what_may_still_change() -> None:
    value = {"lines": ["a"]}
    encoded = encode_event(SlotSet("order", value))
    value["lines"].append("b")
    assert encoded["value"] == {"lines": ["a"]}


def test_an_event_of_a_derived_class_is_refused() -> None:
    class Nicer(SlotSet):
        pass

    with pytest.raises(TypeError, match="Nicer is not an event"):
        encode_event(Nicer("a", datetime.now(UTC)))
