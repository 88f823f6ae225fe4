import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.append_log import AppendLog

NUMBERS = st.lists(st.integers(), max_size=6)


def test_appending_leaves_the_log_in_hand_as_it_was() -> None:
    short = AppendLog([1, 2])
    long = short.extended([3])

    assert list(short) == [1, 2]
    assert list(long) == [1, 2, 3]
    assert (len(short), len(long)) == (2, 3)


def test_appending_to_the_longest_copies_nothing() -> None:
    log = AppendLog(range(10_000))
    grown = log.extended([1]).extended([2, 3])

    assert grown._items is log._items
    assert grown.is_newest
    assert not log.is_newest


def test_a_fork_copies_and_goes_its_own_way() -> None:
    base = AppendLog(["a"])
    left = base.extended(["left"])
    right = base.extended(["right"])

    assert list(left) == ["a", "left"]
    assert list(right) == ["a", "right"]
    assert right._items is not left._items


def test_appending_nothing_gives_the_log_itself() -> None:
    log = AppendLog([1])
    assert log.extended([]) is log


def test_what_came_later_is_out_of_reach() -> None:
    short = AppendLog([1, 2])
    short.extended([3, 4])

    assert short[-1] == 2
    assert short[1:] == [2]
    assert short[::-1] == [2, 1]
    assert 3 not in short
    for index in (2, -3):
        with pytest.raises(IndexError, match="in a log of 2"):
            short[index]


def test_logs_are_compared_by_what_they_hold() -> None:
    assert AppendLog([1, 2]) == AppendLog([1]).extended([2])
    assert AppendLog([1]) != AppendLog([2])
    assert AppendLog([1]) != AppendLog([1, 2])
    assert AppendLog([1]) != [1]
    assert repr(AppendLog([1])) == "AppendLog([1])"


@given(NUMBERS, st.lists(st.tuples(st.integers(min_value=0), NUMBERS), max_size=12))
def test_any_tree_of_appends_behaves_like_lists(first: list[int], appends: list[tuple[int, list[int]]]) -> None:
    """Given any history of appends to any earlier value, when all are looked at, then each is what a list would be."""
    logs, lists = [AppendLog(first)], [list(first)]
    for chosen, items in appends:
        place = chosen % len(logs)
        logs.append(logs[place].extended(items))
        lists.append([*lists[place], *items])

    for log, expected in zip(logs, lists, strict=True):
        assert list(log) == expected
        assert len(log) == len(expected)
        assert log[1:4] == expected[1:4]
        assert log[-2:] == expected[-2:]
        assert list(reversed(log)) == expected[::-1]
