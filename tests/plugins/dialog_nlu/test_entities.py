"""The annotator `entities` as a whole: what overlaps, where things stand, and texts nobody expects."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog_core.testing import make_turn
from tests.plugins.dialog_nlu.finding import FRIDAY, KINDS, finder, values

EVERYTHING = {
    **dict.fromkeys(KINDS),
    "city": {
        "values": {"Berlin": ["BLN"], "New York": ["NYC"], "北京": ["Peking"]},
        "fuzzy": True,
        "roles": {"from": ["from", "从", "...出发"], "to": ["to", "到"]},
    },
    "order": {"regex": r"[A-Z]{2}\d+"},
}
ANNOTATORS = (
    finder(EVERYTHING),
    finder(["datetime", "number"], prefer="past"),
    finder(EVERYTHING, language="de", languages=[]),
    finder(["datetime"], language="es", languages=[]),
    finder(["date", "time"], language="ja", languages=[]),
)
WORDS = (
    "one two twenty hundred million point half a dozen and past to quarter o'clock at in ago days week month may 5 5th "
    "31 2026 0 24 99 999999999 9999 : / . - , $ € usd dollars + ( ) pm am next last friday noon the end of christmas "
    "三 十 百 万 零 两 点 半 刻 天 后 前 下 上 周 月 日 号 年 明 块 毛 第 个 下午 国庆 初 底 北京 从 出发 Berlni New "
    "York from AB12 a@b.co http://x.y www. +49 170 １２ ３月 \x00 \ud83d İ ß ﬁ 👍 שלום mañana pasado mai montag drei "
    "tagen 明日"
).split()


@st.composite
def messages(draw: st.DrawFn) -> str:
    """Draw texts that are close to what the annotator looks for, and any others."""
    pieces = draw(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=14))
    return draw(st.sampled_from(["", " ", "\n"])).join(pieces)


@settings(deadline=None)  # the first message loads what it needs
@given(messages() | st.text(), st.sampled_from(ANNOTATORS), st.datetimes(timezones=st.just(UTC)))
def test_whatever_is_said_and_whenever_entities_stand_in_the_text_and_apart(text, annotator, now) -> None:  # type: ignore[no-untyped-def]
    end = 0
    for found in annotator.entities(text, now):
        assert end <= found["start"] < found["end"] <= len(text)
        assert found["text"] == text[found["start"] : found["end"]]
        json.dumps(found, allow_nan=False)
        end = found["end"]


def test_the_longest_counts_and_of_equally_long_ones_the_first_named() -> None:
    assert values(finder(["number", "money"]), "20 dollars") == [{"amount": 20, "currency": "USD"}]
    assert values(finder(["number", "date"]), "2026-12-01") == ["2026-12-01"]
    assert values(finder(["number", "phone"]), "13800138000") == [13800138000]
    assert values(finder(["phone", "number"]), "13800138000") == ["13800138000"]


def test_one_message_with_many_things() -> None:
    annotator = finder(EVERYTHING)
    text = "Fly 2 people from BLN to new york next Friday at 3pm for $300, order AB77, mail ann@example.com"
    assert [(found["entity"], found["value"], found.get("role")) for found in annotator.entities(text, FRIDAY)] == [
        ("number", 2, None),
        ("city", "Berlin", "from"),
        ("city", "New York", "to"),
        ("date", "2026-12-04", None),
        ("time", "15:00", None),
        ("money", {"amount": 300, "currency": "USD"}, None),
        ("order", "AB77", None),
        ("email", "ann@example.com", None),
    ]


def test_places_are_those_of_the_message_whatever_width_it_is_written_in() -> None:
    (found,) = finder(["money"]).entities("共１２３块", FRIDAY)
    assert (found["text"], found["start"], found["end"]) == ("１２３块", 1, 5)


def test_dates_are_relative_to_the_time_of_the_turn() -> None:
    turn = make_turn("tomorrow", now=datetime(2030, 1, 31, 12, tzinfo=UTC))
    assert [found["value"] for found in finder(["date"]).annotate(turn)] == ["2030-02-01"]


def test_a_message_of_a_megabyte_is_read_from_its_beginning() -> None:
    annotator = finder(EVERYTHING)
    assert values(annotator, "7 " + "x" * 1_000_000) == [7]
    assert values(annotator, "x " * 500_000 + "7") == []


def test_what_may_take_time_is_not_called_on_the_event_loop() -> None:
    assert finder(["number", "date"]).inline
    assert not finder(EVERYTHING).inline  # it has an expression, and a fuzzy list
    assert not finder(["date"], language="de", languages=[]).inline
