from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Conversation, UserSaid
from dialog_generative.memory.beginning import after_turns, beginning
from tests.plugins.dialog_generative.talks import talk, turns

lines = st.lists(st.sampled_from(["> a", "B", "agent: C"]), max_size=60)


def told(conversation: Conversation, since: int) -> int:
    """Return how many turns are told before the one to be answered; what is said in a row is one turn."""
    said = [isinstance(item, UserSaid) for item in conversation.messages[since:]]
    return sum(now and not (place and said[place - 1]) for place, now in enumerate(said)) - 1


@given(lines, st.integers(1, 12))
def test_never_more_turns_are_told_than_wanted_and_never_much_fewer(said: list[str], recent: int) -> None:
    conversation = Conversation("c", talk(*said, "> now"))
    since = beginning(conversation, recent)
    assert told(conversation, since) <= recent
    if since:
        assert isinstance(conversation.messages[since], UserSaid)
        assert not isinstance(conversation.messages[since - 1], UserSaid)
        assert told(conversation, since) >= recent - recent // 4 - 1
    else:
        assert told(conversation, 0) <= recent


@given(lines, st.integers(1, 12))
def test_the_beginning_never_moves_back(said: list[str], recent: int) -> None:
    events = talk(*said)
    places = [beginning(Conversation("c", events[: length + 1]), recent) for length in range(len(events))]
    assert places == sorted(places)


@pytest.mark.parametrize("recent", [4, 8, 20])
def test_a_quarter_is_left_out_at_a_time(recent: int) -> None:
    events = turns(100)
    places = [beginning(Conversation("c", events[:length]), recent) for length in range(1, 200, 2)]
    steps = [after - before for before, after in pairwise(places) if after != before]
    assert set(steps[1:]) == {2 * (recent // 4)}
    assert places[:recent] == [0] * recent


def test_a_long_conversation_is_not_walked_through() -> None:
    conversation = Conversation("c", turns(5000))
    seen: list[int] = []

    class Watched:
        def __len__(self) -> int:
            return len(conversation.messages)

        def __getitem__(self, position: int) -> object:
            seen.append(position)
            return conversation.messages[position]

    class Long:
        messages = Watched()

    assert beginning(Long(), 20) > 9950  # type: ignore[arg-type]
    assert len(seen) < 200


def test_turns_are_counted_from_where_one_begins() -> None:
    conversation = Conversation("c", talk("Hi!", "> a", "> b", "B", "> c", "C", "C", "> d"))
    assert [after_turns(conversation, 0, count) for count in range(5)] == [1, 4, 7, 7, 7]
    assert after_turns(conversation, 4, 1) == 7
