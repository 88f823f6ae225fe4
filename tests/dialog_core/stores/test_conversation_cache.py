import gc

from dialog_core.conversation import Conversation
from dialog_core.stores.conversation_cache import ConversationCache
from dialog_core.testing.sample_events import said


def talk(name: str, length: int = 1) -> Conversation:
    return Conversation(name, [said(str(number)) for number in range(length)])


def test_it_is_bounded_by_events_and_drops_what_was_not_used_for_longest() -> None:
    cache = ConversationCache(5)
    for number, name in enumerate("abc"):
        cache.put(number, talk(name, 2))

    assert cache.get("a") is None
    assert cache.get("b") is not None
    assert cache.get("c") is not None


def test_what_was_dropped_is_found_while_somebody_holds_it() -> None:
    cache = ConversationCache(2)
    held = talk("held")
    cache.put(1, held)
    for number in range(2, 100):
        cache.put(number, talk(f"c{number}"))
    gc.collect()

    found = cache.get("held")
    assert found is not None
    assert (found.key, found.conversation) == (1, held)
    assert len(cache._dropped) == 1, "and of those nobody holds, nothing is kept"


def test_what_is_forgotten_is_not_found_even_if_somebody_holds_it() -> None:
    cache = ConversationCache(0)
    held = talk("held")
    cache.put(1, held)
    cache.forget("held")

    assert cache.get("held") is None


def test_it_never_goes_back_to_an_older_state() -> None:
    cache = ConversationCache(10)
    young, old = talk("c", 1), talk("c", 3)
    cache.put(1, old)
    cache.put(1, young)

    found = cache.get("c")
    assert found is not None
    assert found.conversation is old
