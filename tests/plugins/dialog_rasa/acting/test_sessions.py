"""Sessions, and what is kept with a conversation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Bot, Conversation, Message, Remembered
from dialog_core.testing import make_manager
from dialog_rasa.acting.memory import Memory, recalled, remembered
from dialog_rasa.dialogue.values import Dialogue
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker
from tests.plugins.dialog_rasa.acting.talking import bot_of, make_policy, slots, told

NAMES = """
intents: [{say: {use_entities: []}}, hello, more]
slots:
  name: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: name}]}
  size: {type: text, influence_conversation: false, initial_value: small, mappings: [{type: custom}]}
entities: [name]
responses:
  utter_hi: [{text: "Hi {{ slots.name }}."}]
  utter_more: [{text: "More."}]
stories:
  - story: hello
    steps: [{intent: hello}, {action: utter_hi}, {intent: more}, {action: utter_more}]
  - story: say
    steps: [{intent: say}, {action: utter_hi}, {intent: more}, {action: utter_more}]
"""


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def say(self, bot: Bot, text: str) -> list[str]:
        """Say something now."""
        reply = bot.send("default", Message(text, at=self.now))
        return [line for one in reply.messages for line in one.text.split("\n\n")]


@pytest.mark.parametrize("carried", [True, False])
def test_slots_outlive_a_session_only_where_they_are_to(tmp_path: Path, carried: bool) -> None:
    dialogue = f"{NAMES}\nsession_config: {{carry_over_slots_to_new_session: {str(carried).lower()}}}\n"
    clock = Clock()

    with bot_of(tmp_path, dialogue, settings={"clock": clock, "session_expiry": 60.0}) as bot:
        clock.say(bot, '/say{"name": "Ann"}')
        clock.now += timedelta(seconds=30)
        assert clock.say(bot, "/more") == ["More."]
        clock.now += timedelta(hours=1)
        assert clock.say(bot, "/hello") == ["Hi Ann." if carried else "Hi ."]
        assert slots(bot) == {"size": "small", **({"name": "Ann"} if carried else {})}
        assert clock.say(bot, "/more") == ["More."]  # the history began anew: this is the second turn of a story


def test_a_session_that_another_policy_began_is_noticed(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedPolicy

    clock = Clock()
    other = ScriptedPolicy(lambda turn: "Noon." if turn.text == "time" else None, score=1.0)
    settings = {"clock": clock, "session_expiry": 60.0, "kinds": {"other": "rules"}}
    with bot_of(tmp_path, NAMES, beside={"other": other}, settings=settings) as bot:
        clock.say(bot, '/say{"name": "Ann"}')
        clock.now += timedelta(hours=1)
        assert clock.say(bot, "time") == ["Noon."]
        assert clock.say(bot, "/hello") == ["Hi Ann."]
        assert clock.say(bot, "/more") == ["More."]


def test_a_session_is_noticed_however_much_others_have_said_in_it(tmp_path: Path) -> None:
    from dialog_core.testing import ScriptedPolicy

    clock = Clock()
    other = ScriptedPolicy(lambda turn: "Noon." if turn.text == "time" else None, score=1.0)
    settings = {"clock": clock, "session_expiry": 60.0, "kinds": {"other": "rules"}}
    with bot_of(tmp_path, NAMES, beside={"other": other}, settings=settings) as bot:

        def since() -> int:
            kept = bot.conversation().memory["stories"]["stories"]
            return int(kept["since"])

        clock.say(bot, "/hello")
        for _ in range(250):
            clock.say(bot, "time")
        assert len(bot.conversation().events) - since() < 250
        assert clock.say(bot, "/more") == ["More."]
        clock.now += timedelta(hours=1)
        for _ in range(250):
            clock.say(bot, "time")
        assert clock.say(bot, "/hello") == ["Hi ."]
        assert clock.say(bot, "/more") == ["More."]


def test_what_other_policies_set_counts(tmp_path: Path) -> None:
    from dialog_core import Candidate, SlotSet
    from dialog_core.testing import ScriptedPolicy

    noted = Candidate("Noted.", 1.0, effects=(SlotSet("name", "Bob"),))
    other = ScriptedPolicy(lambda turn: noted if turn.text == "I am Bob" else None)
    with bot_of(tmp_path, NAMES, beside={"other": other}, settings={"kinds": {"other": "rules"}}) as bot:
        assert told(bot, "I am Bob") == ["Noted."]
        assert told(bot, "/hello") == ["Hi Bob."]


async def test_a_turn_that_is_asked_again_comes_out_the_same(tmp_path: Path) -> None:
    policy = make_policy(tmp_path, NAMES)
    manager = make_manager({"stories": policy}, kinds={"stories": "stories"})
    await manager.take("c", Message("/hello", client_id="1"))
    conversation = await manager.store.load("c")
    branches = [await manager.rehearsal.rehearse(Message("/more"), conversation) for _ in range(2)]
    assert [branch.text for branch in branches] == ["More.", "More."]
    fork = Conversation("fork", tuple(conversation.events))
    again = await manager.rehearsal.rehearse(Message("/say"), fork)
    assert again.text != "More."
    reply = await manager.take("c", Message("/more", client_id="2"))
    assert reply.text == "More."
    assert (await manager.take("c", Message("/more", client_id="2"))).replayed
    await manager.close()


FEATURES = Features(Dialogue())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def kept(memory: Memory) -> Any:
    event = remembered(memory, "stories")
    return event.values


@given(JSON)
def test_a_memory_is_read_or_not_at_all(value: Any) -> None:
    recalled({"stories": value}, FEATURES)


@given(st.sampled_from(["v", "tracker", "at", "since", "slots", "offers", "asked", "doubts", "before", "turn"]), JSON)
def test_whatever_was_done_to_it(key: str, value: Any) -> None:
    whole = kept(Memory(Tracker(FEATURES)))["stories"]
    recalled({"stories": {**whole, key: value}}, FEATURES)


def test_a_memory_comes_back_as_it_was() -> None:
    tracker = Tracker(FEATURES).heard(Heard("hi", "greet", "", 0.5, (HeardEntity("city", "Rome", "from"),)))
    tracker = tracker.acted("form").entered("form", "a").rejected()
    memory = Memory(
        tracker,
        slots={"a": [1, None]},
        at=3,
        since=5,
        offers={"yes": "/affirm"},
        asked={"text": "What?"},
        doubts=("nlu_fallback",),
        before=Tracker(FEATURES),
        turn={"steps": 1},
    )
    assert recalled(kept(memory), FEATURES) == memory


def test_a_memory_stays_small(tmp_path: Path) -> None:
    with bot_of(tmp_path, NAMES) as bot:
        sizes = []
        for _ in range(60):
            bot.reply("/hello")
            bot.reply("/more " + "x" * 5_000)
            events = [event for event in bot.conversation().events if isinstance(event, Remembered)]
            sizes.append(len(str(dict(events[-1].values))))
    assert max(sizes) < 6_000
    assert sizes[-1] == pytest.approx(sizes[-10], rel=0.1)


def test_what_is_found_there_from_another_program_is_not_believed(tmp_path: Path) -> None:
    with bot_of(tmp_path, NAMES) as bot:
        bot.reply("/hello")
        rubbish = {"v": 1, "tracker": "rubbish", "at": 1, "since": 1}
        bot.record("default", [Remembered("stories", {"stories": rubbish})])
        assert told(bot, "/hello") == ["Hi ."]


GUARDED = """
intents: [look, hello]
responses:
  utter_hi: [{text: "Hi."}]
actions: [action_look]
rules:
  - rule: look
    steps: [{intent: look}, {action: action_look}]
  - rule: hello
    steps: [{intent: hello}, {action: utter_hi}]
"""


def test_a_turn_that_was_cut_short_is_no_hindrance_to_the_next(tmp_path: Path) -> None:
    from dialog_core import Allow, Refuse
    from dialog_core.testing import ScriptedGuard

    guard = ScriptedGuard(output=lambda turn, candidate: Refuse("rude") if "bad" in candidate.text else Allow())
    actions = {"action_look": lambda call: {"events": [], "responses": [{"text": "bad word"}]}}
    with bot_of(tmp_path, GUARDED, actions=actions, settings={"guards": [guard]}) as bot:
        assert told(bot, "/look") == ["I do not know."]
        assert told(bot, "/hello") == ["Hi."]
        event = kept_event(bot)
        event["turn"] = {"rubbish": True}
        bot.record("default", [Remembered("stories", {"stories": event})])
        assert told(bot, "/hello") == ["Hi."]


def kept_event(bot: Bot) -> dict[str, Any]:
    return dict(bot.conversation().memory["stories"]["stories"])


async def test_a_form_that_a_later_version_of_the_bot_has_no_more_is_left(tmp_path: Path) -> None:
    asking = """
    intents: [ask, hello]
    slots: {a: {type: text, influence_conversation: false, mappings: [{type: custom}]}}
    responses:
      utter_ask_a: [{text: "What?"}]
      utter_hi: [{text: "Hi."}]
    forms: {old: {required_slots: [a]}}
    rules:
      - {rule: ask, steps: [{intent: ask}, {action: old}, {active_loop: old}]}
      - {rule: hello, steps: [{intent: hello}, {action: utter_hi}]}
    """
    before = make_manager({"stories": make_policy(tmp_path, asking)}, kinds={"stories": "stories"})
    assert (await before.take("c", Message("/ask"))).text == "What?"
    later = asking.replace("old:", "new:").replace("old", "new")
    after = make_manager({"stories": make_policy(tmp_path, later)}, kinds={"stories": "stories"}, store=before.store)
    assert (await after.take("c", Message("/hello"))).text == "Hi."
    assert not (await after.store.load("c")).flows
    await after.close()
