import asyncio
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core.candidate import ActionCall, Candidate
from dialog_core.component import Context
from dialog_core.configuration import Options
from dialog_core.errors import ConversationChanged
from dialog_core.events import Event, Message, SlotSet, UserSaid
from dialog_core.interfaces import ConversationStore, Refuse
from dialog_core.manager import MAX_CONFLICTS, DialogueManager
from dialog_core.stores.memory import MemoryStore
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing import Hang, ScriptedGuard, ScriptedPolicy, make_manager
from dialog_core.turn import Turn
from tests.talking import say

LONG = 30.0


async def said_by_user(manager: DialogueManager, conversation: str = "c") -> list[str]:
    events = (await manager.store.load(conversation)).events
    return [event.message.text for event in events if isinstance(event, UserSaid)]


class Competitor:
    """A policy during whose first proposals another process takes steps in the same conversation."""

    def __init__(self, *steps: Any, reply: Any = "Hello") -> None:
        self.calls = 0
        self._steps = list(steps)
        self._reply = reply

    async def propose(self, turn: Turn) -> list[Candidate]:
        self.calls += 1
        if self._steps:
            await self._steps.pop(0)()
        return [Candidate(self._reply, 1.0) if isinstance(self._reply, str) else self._reply]


# --- The same message again


async def test_a_message_sent_again_gets_the_stored_reply() -> None:
    policy = ScriptedPolicy("first", "second")
    manager = make_manager(policy)
    first = await say(manager, "hi", client_id="1")
    again = await say(manager, "hi", client_id="1")

    assert (first.replayed, again.replayed) == (False, True)
    assert again.messages == first.messages
    assert again.trace == first.trace
    assert policy.calls == 1
    assert await said_by_user(manager) == ["hi"]


async def test_a_message_sent_many_times_at_once_is_answered_once() -> None:
    policy = ScriptedPolicy("first", "second")
    manager = make_manager(policy)

    replies = await asyncio.gather(*(say(manager, "hi", client_id="1") for _ in range(20)))

    assert {reply.text for reply in replies} == {"first"}
    assert sum(not reply.replayed for reply in replies) == 1
    assert policy.calls == 1
    assert len(await manager.store.load("c")) == 3


async def test_the_stored_reply_is_given_also_much_later() -> None:
    policy = ScriptedPolicy(lambda turn: f"You said {turn.text}")
    manager = make_manager(policy)
    for number in range(5):
        await say(manager, f"text {number}", client_id=str(number))
    assert (await say(manager, "text 1", client_id="1")).text == "You said text 1"
    assert policy.calls == 5


async def test_ids_belong_to_their_conversation() -> None:
    policy = ScriptedPolicy(lambda turn: f"{turn.conversation.id}: {turn.text}")
    manager = make_manager(policy)
    replies = [await say(manager, "hi", conversation=name, client_id="1") for name in "ab"]
    assert [reply.text for reply in replies] == ["a: hi", "b: hi"]


async def test_what_a_guard_answered_is_answered() -> None:
    guard = ScriptedGuard(input=Refuse("an emergency", "Call 112."))
    manager = make_manager("Hello", guards=[guard])
    replies = [await say(manager, "fire", client_id="1") for _ in range(2)]
    assert [reply.text for reply in replies] == ["Call 112.", "Call 112."]
    assert len(guard.inputs.asked) == 1


# --- A message that was stored and never answered


async def test_a_stored_message_that_was_never_answered_is_answered_when_it_comes_again() -> None:
    """Given a process that ended between storing a message and answering it, the message is taken up again."""
    policy = ScriptedPolicy(lambda turn: f"You said {turn.text}")
    manager = make_manager(policy)
    await manager.record("c", [UserSaid(Message("the stored text", client_id="1")), SlotSet("name", "Ann")])

    reply = await say(manager, "the text sent again", client_id="1")

    assert reply.text == "You said the stored text"
    assert not reply.replayed
    assert await said_by_user(manager) == ["the stored text"]


async def test_a_turn_that_was_stopped_is_taken_up_again() -> None:
    policy = ScriptedPolicy(Hang(), "Here I am.", mode="async")
    manager = make_manager(policy, timeout=LONG, deadline=LONG)
    task = asyncio.create_task(say(manager, "hi", client_id="1"))
    while not policy.calls:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert (await say(manager, "hi", client_id="1")).text == "Here I am."
    assert await said_by_user(manager) == ["hi"]


async def test_whoever_waits_for_a_turn_that_is_stopped_takes_it_up() -> None:
    policy = ScriptedPolicy(Hang(), "Here I am.", mode="async")
    manager = make_manager(policy, timeout=LONG, deadline=LONG)
    first = asyncio.create_task(say(manager, "hi", client_id="1"))
    while not policy.calls:
        await asyncio.sleep(0.001)
    second = asyncio.create_task(say(manager, "hi", client_id="1"))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).text == "Here I am."
    assert await said_by_user(manager) == ["hi"]


# --- Another process in the same conversation


@pytest.fixture(params=["memory", "sqlite"])
async def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Two stores of the same data, as two processes have them."""
    if request.param == "memory":
        shared = MemoryStore(Options(), Context())
        yield shared, shared
        return
    options = SQLiteOptions(path=tmp_path / "conversations.db", synchronous="off")
    pair = SQLiteStore(options, Context()), SQLiteStore(options, Context())
    yield pair
    for store in pair:
        await store.close()


Stores = tuple[ConversationStore, ConversationStore]


async def test_who_loses_reloads_and_gives_the_reply_of_who_won_without_asking_again(stores: Stores) -> None:
    """Given two processes with the same message, when one is overtaken, then it gives the other's reply."""
    here, there = stores
    winner = make_manager("from there", store=there)
    policy = Competitor(lambda: say(winner, "hi", client_id="1"), reply="from here")

    reply = await say(make_manager({"p": policy}, store=here), "hi", client_id="1")

    assert (reply.text, reply.replayed) == ("from there", True)
    assert policy.calls == 1
    assert await said_by_user(winner) == ["hi"]
    assert len((await there.load("c")).messages) == 2


async def test_who_is_overtaken_by_something_else_answers_from_what_there_is_now(stores: Stores) -> None:
    here, there = stores
    other = make_manager("Hello", store=there)
    policy = Competitor(lambda: other.record("c", [SlotSet("name", "Ann")]))

    reply = await say(make_manager({"p": policy}, store=here), "hi", client_id="1")

    assert not reply.replayed
    assert policy.calls == 2
    conversation = await there.load("c")
    assert conversation.slots == {"name": "Ann"}
    assert len(conversation.messages) == 2


async def test_who_is_overtaken_before_the_message_is_stored_starts_anew(stores: Stores) -> None:
    here, there = stores
    other = make_manager("Hello", store=there)

    class Overtaking:
        """An input guard, at work before anything is stored."""

        def __init__(self) -> None:
            self.done = False

        async def check_input(self, turn: Turn) -> Any:
            from dialog_core.interfaces import Allow

            if not self.done:
                self.done = True
                await say(other, "before you", client_id="other")
            return Allow()

    manager = make_manager("Hello", store=here, guards=[Overtaking()])
    reply = await say(manager, "hi", client_id="1")
    assert not reply.replayed
    assert await said_by_user(manager) == ["before you", "hi"]


async def test_an_action_run_again_after_a_conflict_has_the_same_key(stores: Stores) -> None:
    here, there = stores
    other = make_manager("Hello", store=there)
    keys: list[str] = []

    async def pay(context: Any) -> None:
        keys.append(context.idempotency_key)
        if len(keys) == 1:
            await other.record("c", [SlotSet("name", "Ann")])

    policy = ScriptedPolicy(Candidate("Paying.", 1.0, action=ActionCall("pay")), resume=["Paid."])
    reply = await say(make_manager(policy, store=here, actions={"pay": pay}), "pay", client_id="1")

    assert reply.text == "Paid."
    assert keys == ["c/1/0", "c/1/0"]


async def test_recording_is_tried_again_too(stores: Stores) -> None:
    here, there = stores
    managers = make_manager("Hello", store=here), make_manager("Hello", store=there)
    await asyncio.gather(*(managers[n % 2].record("c", [SlotSet(f"s{n}", n)]) for n in range(20)))
    assert len((await here.load("c")).slots) == 20


async def test_two_processes_talking_at_once_lose_and_mix_nothing(stores: Stores) -> None:
    managers = [make_manager({"p": lambda turn: f"You said {turn.text}"}, store=store) for store in stores]
    replies = await asyncio.gather(
        *(say(managers[n % 2], f"text {n % 10}", client_id=str(n % 10)) for n in range(40)),
    )

    assert [reply.text for reply in replies] == [f"You said text {n % 10}" for n in range(40)]
    assert sorted(await said_by_user(managers[0])) == sorted(f"text {n}" for n in range(10))
    assert len((await stores[1].load("c")).messages) == 20


async def test_a_conversation_that_never_stands_still_is_given_up() -> None:
    class Restless(MemoryStore):
        async def append(self, conversation_id: str, events: Sequence[Event], **options: Any) -> Any:
            raise ConversationChanged("somebody was first")

    policy = ScriptedPolicy("Hello")
    manager = make_manager(policy, store=Restless(Options(), Context()))
    with pytest.raises(ConversationChanged, match="somebody was first"):
        await say(manager, "hi")
    assert policy.calls == 0
    assert MAX_CONFLICTS > 1


SENDER = """
import asyncio, sys
from dialog_core.component import Context
from dialog_core.events import Message
from dialog_core.stores.options import SQLiteOptions
from dialog_core.stores.sqlite import SQLiteStore
from dialog_core.testing import make_manager

async def main(path):
    store = SQLiteStore(SQLiteOptions(path=path, synchronous="off"), Context())
    manager = make_manager({"p": lambda turn: f"You said {turn.text}"}, store=store)
    for number in range(20):
        reply = await manager.take("c", Message(f"text {number}", client_id=str(number)))
        assert reply.text == f"You said text {number}", reply
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


async def test_two_real_processes_that_send_the_same_messages_store_each_once(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(SENDER), str(path)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told

    store = SQLiteStore(SQLiteOptions(path=path), Context())
    conversation = await store.load("c")
    await store.close()
    assert sorted(e.message.client_id for e in conversation.events if isinstance(e, UserSaid)) == sorted(
        str(number) for number in range(20)
    )
    assert len(conversation.messages) == 40


# --- Many conversations


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_of_five_thousand_conversations_at_once_no_turn_is_lost_or_crossed(kind: str, tmp_path: Path) -> None:
    count = 5_000
    store: ConversationStore = (
        MemoryStore(Options(), Context())
        if kind == "memory"
        else SQLiteStore(SQLiteOptions(path=tmp_path / "c.db", synchronous="off"), Context())
    )
    policy = ScriptedPolicy(lambda turn: f"{turn.conversation.id} said {turn.text}", mode="async")
    manager = make_manager(policy, store=store, deadline=LONG * 4, timeout=LONG * 4)

    replies = await asyncio.gather(
        *(say(manager, f"text {number}", conversation=f"c{number}", client_id="1") for number in range(count))
    )

    assert [reply.text for reply in replies] == [f"c{number} said text {number}" for number in range(count)]
    for number in range(0, count, 97):
        conversation = await store.load(f"c{number}")
        assert [type(event).__name__ for event in conversation.events] == ["SessionStarted", "UserSaid", "BotSaid"]
        assert conversation.last_user_message is not None
        assert conversation.last_user_message.text == f"text {number}"
    assert len(await store.list()) == count
    assert len(manager._locks) == 0
    await store.close()
