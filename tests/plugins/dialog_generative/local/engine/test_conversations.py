"""What is kept of conversations: how much, for how long, and for whom."""

from dataclasses import dataclass
from typing import Any

from dialog_generative.local.engine.conversations import Conversations, common_length
from dialog_generative.local.options import CacheOptions


@dataclass
class Held:
    """So many bytes, of which nothing but their number matters here."""

    nbytes: int
    length: int = 0


def _kept(*, conversations: int = 4, megabytes: int = 100) -> Conversations:
    return Conversations(CacheOptions(conversations=conversations, megabytes=megabytes))


def _held(megabytes: float = 1) -> Any:
    return Held(int(megabytes * 1_000_000))


def test_a_conversation_goes_on_where_it_was_left_off() -> None:
    conversations, cache = _kept(), _held()
    conversations.keep("a", [1, 2, 3], cache)
    assert conversations.take("a", [1, 2, 3, 4, 5]) == (cache, 3)
    assert cache.length == 3


def test_what_was_changed_since_is_read_anew() -> None:
    conversations, cache = _kept(), _held()
    conversations.keep("a", [1, 2, 3, 4], cache)
    assert conversations.take("a", [1, 2, 9, 4, 5]) == (cache, 2)
    assert cache.length == 2


def test_at_least_one_token_is_left_to_read() -> None:
    conversations, cache = _kept(), _held()
    conversations.keep("a", [1, 2, 3], cache)
    assert conversations.take("a", [1, 2, 3]) == (cache, 2)
    conversations.keep("a", [1, 2, 3], cache)
    assert conversations.take("a", [1, 2]) == (cache, 1)
    conversations.keep("a", [1, 2, 3], cache)
    assert conversations.take("a", [1]) is None


def test_nobody_gets_what_is_anothers() -> None:
    conversations = _kept()
    conversations.keep("a", [1, 2, 3], _held())
    assert conversations.take("b", [1, 2, 3, 4]) is None
    assert conversations.take("a", [1, 2, 3, 4]) is not None
    assert conversations.take("a", [1, 2, 3, 4]) is None  # whoever has it, has it alone


def test_those_not_heard_of_for_the_longest_time_go_first() -> None:
    conversations = _kept(conversations=2)
    for key in ("a", "b"):
        conversations.keep(key, [1, 2], _held())
    conversations.keep("a", [1, 2, 3], _held())
    conversations.keep("c", [1, 2], _held())
    assert conversations.take("b", [1, 2, 3]) is None
    assert conversations.take("a", [1, 2, 3, 4]) is not None
    assert conversations.take("c", [1, 2, 3]) is not None


def test_memory_has_a_limit() -> None:
    conversations = _kept(megabytes=10)
    conversations.keep("a", [1], _held(4))
    conversations.keep("b", [1], _held(4))
    assert conversations.nbytes == 8_000_000
    conversations.keep("c", [1], _held(4))
    assert (len(conversations), conversations.nbytes) == (2, 8_000_000)
    conversations.keep("d", [1], _held(11))  # one that is too large drives out no other
    assert conversations.take("d", [1, 2]) is None
    assert len(conversations) == 2


def test_nothing_is_kept_where_nothing_may_be() -> None:
    conversations = _kept(conversations=0)
    conversations.keep("a", [1, 2], _held())
    assert conversations.take("a", [1, 2, 3]) is None


def test_a_conversation_can_be_forgotten() -> None:
    conversations = _kept()
    conversations.keep("a", [1, 2], _held())
    conversations.keep("b", [1, 2], _held())
    conversations.drop("a")
    conversations.drop("unknown")
    assert conversations.take("a", [1, 2, 3]) is None
    conversations.clear()
    assert len(conversations) == 0


def test_sequences_are_compared_up_to_the_first_difference() -> None:
    assert common_length((), (1, 2)) == 0
    assert common_length((1, 2, 3), (1, 2, 3)) == 3
    assert common_length((1, 2, 3), (1, 2, 3, 4)) == 3
    assert common_length((1, 2, 3, 4), (1, 9, 3, 4)) == 1
