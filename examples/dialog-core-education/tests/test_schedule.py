"""Intervals grow with right answers, and two devices of a learner do not destroy each other's work."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dialog_education.schedule.progress import MAX_ITEMS, Progress, decode, encode, merge
from dialog_education.schedule.sm2 import HELPED, LONGEST, PERFECT, STRUGGLED, TOLD, Learning, after

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
qualities = st.sampled_from([PERFECT, HELPED, STRUGGLED, TOLD])
histories = st.lists(st.tuples(st.sampled_from("abcdef"), qualities, st.integers(0, 40)), max_size=25)


def practised(history: list[tuple[str, int, int]], start: datetime = NOW) -> Progress:
    progress, now = Progress(), start
    for key, quality, hours in history:
        now += timedelta(hours=hours)
        progress = progress.answered(f"course/{key}", quality, now)
    return progress


@given(st.lists(st.sampled_from([PERFECT, HELPED]), min_size=2, max_size=12))
def test_intervals_grow_with_right_answers(answers: list[int]) -> None:
    learning, now, intervals = None, NOW, []
    for quality in answers:
        learning = after(learning, quality, now)
        intervals.append(learning.interval)
        assert not learning.due(now)
        now += timedelta(days=learning.interval)
        assert learning.due(now)
    assert intervals[:2] == [1, 6]  # Wozniak 1990: I(1) = 1, I(2) = 6
    assert all(later > earlier or later == LONGEST for earlier, later in pairwise(intervals))


@given(histories)
def test_a_wrong_answer_brings_it_back_tomorrow(history: list[tuple[str, int, int]]) -> None:
    before = practised([*history, ("a", PERFECT, 1)])
    learning = before.answered("course/a", TOLD, NOW + timedelta(days=60)).items["course/a"]
    assert (learning.repetitions, learning.interval) == (0, 1)
    assert learning.ease >= 1.3


def test_practising_again_the_same_day_moves_nothing() -> None:
    once = after(None, PERFECT, NOW)
    again = after(once, PERFECT, NOW + timedelta(hours=2))
    assert (again.repetitions, again.interval, again.last) == (once.repetitions, once.interval, once.last)
    assert again.right == 2


def test_mastered_takes_three_times_when_due() -> None:
    learning, now = after(None, PERFECT, NOW), NOW
    for _ in range(2):
        assert not learning.mastered
        now += timedelta(days=learning.interval)
        learning = after(learning, PERFECT, now)
    assert learning.mastered


def test_a_clock_that_goes_back_loses_nothing() -> None:
    learning = after(after(None, PERFECT, NOW), TOLD, NOW - timedelta(days=3))
    assert learning.last == after(None, PERFECT, NOW).last


@given(histories, histories, histories)
def test_merging_is_the_same_in_any_order_and_as_often_as_one_likes(
    first: list[tuple[str, int, int]], second: list[tuple[str, int, int]], third: list[tuple[str, int, int]]
) -> None:
    one, two, three = practised(first), practised(second), practised(third)
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(merge(one, two), two) == merge(one, two)
    assert set(merge(one, two).items) == set(one.items) | set(two.items)


@given(histories)
def test_progress_survives_being_kept(history: list[tuple[str, int, int]]) -> None:
    kept = json.loads(json.dumps(encode(practised(history))))
    assert encode(decode(kept)) == kept


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=6) | st.dictionaries(st.sampled_from(["v", "items", "days", "at", "course/a"]), x)
        ),
        max_leaves=20,
    )
)
def test_whatever_a_profile_holds_is_read(value: object) -> None:
    progress = decode(value)
    assert encode(progress)["v"] == 1
    if isinstance(value, dict):
        decode({**value, "v": 1})


def test_five_hundred_questions_take_less_than_50_kb() -> None:
    items = {
        f"chinese-words/some_long_item_name_{n}>zh": Learning(12, 2.36, 365, 29_540_123, 12, 10) for n in range(500)
    }
    assert len(json.dumps(encode(Progress(items, 20_514, 100, "chinese-words/unit", "x", 29_540_123)))) < 50_000


def test_the_oldest_are_left_out_where_there_are_too_many() -> None:
    items = {f"c/{n}": Learning(last=n + 1) for n in range(MAX_ITEMS + 10)}
    kept = decode(encode(Progress(items)))
    assert len(kept.items) == MAX_ITEMS
    assert "c/0" not in kept.items


def test_a_missed_day_ends_the_streak() -> None:
    progress = Progress()
    for day in range(3):
        progress = progress.answered("c/a", PERFECT, NOW + timedelta(days=day))
    assert progress.streak_at(NOW + timedelta(days=3)) == 3
    assert progress.streak_at(NOW + timedelta(days=4)) == 0
    assert progress.answered("c/a", PERFECT, NOW + timedelta(days=9)).streak == 1
