"""What custom actions say and want to happen."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dialog_core.testing import make_manager
from dialog_rasa.acting.wording import say
from tests.plugins.dialog_rasa.acting.talking import actions_of, bot_of, flow, make_policy, remarks, slots, told

SHOP = """
intents: [search, buy, hello, help]
entities: [item]
slots:
  item: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: item}]}
  found: {type: list, influence_conversation: false, mappings: [{type: custom}]}
  paid: {type: bool, mappings: [{type: custom}]}
  size: {type: text, influence_conversation: false, initial_value: small, mappings: [{type: custom}]}
responses:
  utter_hello: [{text: "Hello."}]
  utter_found: [{text: "Found {{ slots.found }} for {{ slots.who }}."}]
  utter_done: [{text: "Done."}]
  utter_ask_item: [{text: "Which item?"}]
  utter_paid: [{text: "Thanks for paying."}]
actions: [action_search, action_pay]
forms:
  order: {required_slots: [item]}
rules:
  - rule: search
    steps: [{intent: search}, {action: action_search}, {action: utter_done}]
  - rule: hello
    steps: [{intent: hello}, {action: utter_hello}]
  - rule: buy
    steps: [{intent: buy}, {action: order}, {active_loop: order}]
  - rule: bought
    condition: [{active_loop: order}]
    steps: [{action: order}, {active_loop: null}, {action: action_pay}, {action: utter_paid}]
"""


def answering(*events: Mapping[str, Any], responses: list[dict[str, Any]] | None = None) -> Callable[..., Any]:
    def action(call: Mapping[str, Any]) -> dict[str, Any]:
        return {"events": list(events), "responses": responses or []}

    return action


def event(kind: str, **values: Any) -> dict[str, Any]:
    return {"event": kind, **values}


def test_an_action_sets_slots_says_things_and_the_story_goes_on(tmp_path: Path) -> None:
    responses = [
        {"text": "Let me see."},
        {"response": "utter_found", "who": "you", "buttons": [{"title": "Buy", "payload": "/buy"}]},
        {"custom": {"list": [1]}},
    ]
    found = answering(event("slot", name="found", value="a lamp"), responses=responses)
    with bot_of(tmp_path, SHOP, actions={"action_search": found, "action_pay": answering()}) as bot:
        reply = bot.reply('/search{"item": "lamp"}')
        assert reply.text == "Let me see.\n\nFound  for you.\n\nDone."
        assert reply.messages[0].quick_replies == ("Buy",)
        assert slots(bot) == {"item": "lamp", "found": ["a lamp"], "size": "small"}
        assert actions_of(bot) == ["action_search", "utter_done"]


def test_an_action_is_told_the_conversation(tmp_path: Path) -> None:
    calls: list[Mapping[str, Any]] = []

    def search(call: Mapping[str, Any]) -> dict[str, Any]:
        calls.append(call)
        return {"events": [], "responses": []}

    with bot_of(tmp_path, SHOP, actions={"action_search": search, "action_pay": answering()}) as bot:
        bot.reply("/hello")
        bot.reply('/search{"item": "lamp"}')
    (call,) = calls
    assert call["next_action"] == "action_search"
    assert call["tracker"]["slots"]["item"] == "lamp"
    assert call["tracker"]["latest_message"]["intent"]["name"] == "search"
    names = [one["name"] for one in call["tracker"]["events"] if one["event"] == "action"]
    assert "utter_hello" in names
    assert call["domain"]["forms"] == {"order": {"required_slots": ["item"], "ignored_intents": []}}


def failing(call: Mapping[str, Any]) -> Any:
    raise RuntimeError("the shop is closed")


@pytest.mark.parametrize("actions", [{}, {"action_search": failing}, {"action_search": lambda call: [1]}])
def test_an_action_that_fails_says_so_and_what_rests_on_it_is_not_said(tmp_path: Path, actions: dict[str, Any]) -> None:
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        reply = bot.reply("/search")
        assert reply.text.startswith("I am sorry, something went wrong")
        assert "Done" not in reply.text
        assert "action_search failed" in remarks(reply)
        assert told(bot, "/hello") == ["Hello."]


def test_after_a_forms_end_too(tmp_path: Path) -> None:
    with bot_of(tmp_path, SHOP, actions={"action_search": answering(), "action_pay": failing}) as bot:
        told(bot, "/buy")
        reply = bot.reply('/buy{"item": "lamp"}')
        assert "Thanks for paying" not in reply.text
        assert reply.text.startswith("I am sorry")
        assert flow(bot) is None


def test_an_action_that_cannot_go_on_leaves_the_message_to_others(tmp_path: Path) -> None:
    others = """
stories:
  - story: search, with words instead
    steps: [{intent: search}, {action: utter_hello}]
"""
    with bot_of(tmp_path, SHOP + others, actions={"action_search": lambda call: {"rejected": "not now"}}) as bot:
        reply = bot.reply("/search")
        assert reply.text == "Hello."
        assert "action_search could not go on with this message" in remarks(reply)


def test_and_where_there_are_none_the_bot_does_not_pretend(tmp_path: Path) -> None:
    with bot_of(tmp_path, SHOP, actions={"action_search": lambda call: {"rejected": "not now"}}) as bot:
        assert told(bot, "/search") == [say("rephrase", "en")]
        assert told(bot, "/hello") == ["Hello."]


def test_the_words_for_it_are_in_the_bots_language(tmp_path: Path) -> None:
    settings = {"language": "zh"}
    with bot_of(tmp_path, SHOP, settings=settings) as bot:
        assert bot.reply("/search").text.startswith("很抱歉")


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([event("followup", name="utter_hello")], ["Hello."]),
        ([event("bot", text="I am a bot.", data={})], ["I am a bot.", "Done."]),
        ([event("active_loop", name="order")], ["Which item?"]),
        ([event("slot", name="size", value="large"), event("reset_slots")], ["Done."]),
        ([event("rewind")], ["…"]),
    ],
)
def test_what_an_action_wants_to_happen_happens(tmp_path: Path, events: list[Any], said: list[str]) -> None:
    with bot_of(tmp_path, SHOP, actions={"action_search": answering(*events)}) as bot:
        assert told(bot, "/search") == said
        assert slots(bot).get("size") == "small"


def test_a_restart_forgets_and_a_pause_hands_over(tmp_path: Path) -> None:
    actions = {"action_search": answering(event("restart")), "action_pay": answering()}
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        told(bot, '/search{"item": "lamp"}')
        assert slots(bot) == {"size": "small"}
    actions["action_search"] = answering(event("pause"), responses=[{"text": "Somebody will come."}])
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        assert told(bot, "/search") == ["Somebody will come.", "Done."]
        assert bot.conversation().handed_over


@pytest.mark.parametrize("kind", ["reminder", "undo", "user_featurization", "made_up"])
def test_what_is_not_done_is_told(tmp_path: Path, kind: str) -> None:
    with bot_of(tmp_path, SHOP, actions={"action_search": answering(event(kind, name="x"))}) as bot:
        reply = bot.reply("/search")
        assert reply.text == "Done."
        assert kind in remarks(reply)


def test_an_action_that_comes_again_and_again_is_stopped(tmp_path: Path) -> None:
    again = answering(event("followup", name="action_search"))
    with bot_of(tmp_path, SHOP, actions={"action_search": again}) as bot:
        reply = bot.reply("/search")
        assert "custom actions in one turn" in remarks(reply)
        assert reply.text.startswith("I am sorry")
        assert told(bot, "/hello") == ["Hello."]


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("It is a lamp.", ["It is a lamp.", "Done."]),
        (None, ["Done."]),
        ({"paid": True}, ["Done."]),
        ({"events": [], "responses": [{"text": "Yes."}]}, ["Yes.", "Done."]),
        (42, ["I am sorry, something went wrong, and that could not be done. Please try again later."]),
        ({"unknown": 1}, ["I am sorry, something went wrong, and that could not be done. Please try again later."]),
    ],
)
def test_an_action_that_is_not_made_for_stories_is_given_slots_by_their_names(
    tmp_path: Path, returned: Any, said: list[str]
) -> None:
    given: list[Any] = []

    def search(item: str, size: str = "", colour: str = "red") -> Any:
        given.append((item, size, colour))
        return returned

    with bot_of(tmp_path, SHOP, actions={"action_search": search}) as bot:
        assert told(bot, '/search{"item": "lamp"}') == said
        assert given == [("lamp", "small", "red")]
        assert slots(bot).get("paid") == (True if returned == {"paid": True} else None)


def test_what_such_an_action_needs_and_nobody_knows_makes_it_fail(tmp_path: Path) -> None:
    with bot_of(tmp_path, SHOP, actions={"action_search": lambda item: "found"}) as bot:
        reply = bot.reply("/search")
        assert reply.text.startswith("I am sorry")
        assert "item" in remarks(reply)


FILLED = """
intents: [say]
slots:
  word:
    type: text
    influence_conversation: false
    mappings: [{type: from_text}]
  length:
    type: float
    influence_conversation: false
    mappings: [{type: custom, action: action_measure}]
responses:
  utter_it: [{text: "{{ slots.word }} has {{ slots.length }}."}]
actions: [action_measure, action_validate_slot_mappings]
rules:
  - rule: say
    steps: [{intent: say}, {action: utter_it}]
"""


def test_actions_fill_slots_after_a_message_and_one_judges_what_is_filled(tmp_path: Path) -> None:
    def measure(call: Mapping[str, Any]) -> dict[str, Any]:
        length = len(call["tracker"]["slots"]["word"])
        return {"events": [event("slot", name="length", value=length)], "responses": []}

    def judge(call: Mapping[str, Any]) -> dict[str, Any]:
        last = {one["name"]: one["value"] for one in call["tracker"]["events"][-2:] if one["event"] == "slot"}
        assert set(last) == {"word", "length"}
        return {"events": [event("slot", name="word", value=last["word"].upper())], "responses": []}

    actions = {"action_measure": measure, "action_validate_slot_mappings": judge}
    with bot_of(tmp_path, FILLED, means={"tiger": "say"}, actions=actions) as bot:
        assert told(bot, "tiger") == ["TIGER has 5."]
    del actions["action_validate_slot_mappings"]  # the dialogue names it, and nobody has it
    with bot_of(tmp_path, FILLED, means={"tiger": "say"}, actions=actions) as bot:
        assert told(bot, "tiger")[0].startswith("I am sorry, I cannot check that")
    actions["action_validate_slot_mappings"] = failing
    with bot_of(tmp_path, FILLED, means={"tiger": "say"}, actions=actions) as bot:
        assert told(bot, "tiger") == [
            "I am sorry, I cannot check that at the moment. Please try again later.",
            "has .",
        ]


def test_what_was_judged_once_is_not_lost_where_nobody_can_judge(tmp_path: Path) -> None:
    def measure(call: Mapping[str, Any]) -> dict[str, Any]:
        return {"events": [event("slot", name="length", value=len(call["tracker"]["slots"]["word"]))], "responses": []}

    def judge(call: Mapping[str, Any]) -> dict[str, Any]:
        if call["tracker"]["latest_message"]["text"] == "lion":
            raise RuntimeError("down")
        return {"events": [], "responses": []}

    actions = {"action_measure": measure, "action_validate_slot_mappings": judge}
    with bot_of(tmp_path, FILLED, means={"tiger": "say", "lion": "say"}, actions=actions) as bot:
        assert told(bot, "tiger") == ["tiger has 5."]
        assert told(bot, "lion")[1:] == ["tiger has 5."]
        assert slots(bot) == {"word": "tiger", "length": 5}


def test_a_custom_session_start_comes_before_the_first_message(tmp_path: Path) -> None:
    begin = answering(event("slot", name="size", value="large"), responses=[{"text": "Welcome."}])
    actions = {"action_session_start": begin}
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        assert told(bot, "/hello") == ["Welcome.", "Hello."]
        assert told(bot, "/hello") == ["Hello."]
        assert slots(bot) == {"size": "large"}


async def test_an_action_runs_only_for_the_winner(tmp_path: Path) -> None:
    runs: list[Any] = []

    def search(call: Mapping[str, Any]) -> dict[str, Any]:
        runs.append(call)
        return {"events": [], "responses": []}

    from dialog_core import Message

    policy = make_policy(tmp_path, SHOP, actions={"action_search": search})
    from dialog_core.testing import ScriptedPolicy

    manager = make_manager(
        {"stories": policy, "other": ScriptedPolicy("Mine.", score=1.0)},
        kinds={"stories": "stories", "other": "flows"},
        actions={"action_search": search},
    )
    reply = await manager.take("c", Message("/search"))
    assert reply.text == "Mine."
    assert runs == []
    await manager.close()


def test_a_message_that_counts_as_never_said_may_lead_back_to_the_form(tmp_path: Path) -> None:
    actions = {
        "action_search": answering(event("rewind"), event("followup", name="order"), responses=[{"text": "No."}])
    }
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        assert told(bot, "/buy") == ["Which item?"]
        assert told(bot, "/search") == ["No.", "Which item?"]
        assert told(bot, "/search") == ["No.", "Which item?"]
        assert flow(bot) == ("order", "item")


def test_after_beginning_anew_something_may_follow(tmp_path: Path) -> None:
    actions = {"action_search": answering(event("restart"), event("followup", name="utter_hello"))}
    with bot_of(tmp_path, SHOP, actions=actions) as bot:
        assert told(bot, "/search") == ["Hello."]
        assert told(bot, "/hello") == ["Hello."]
    silent = {"action_search": answering(event("rewind"), event("followup", name="action_listen"))}
    with bot_of(tmp_path, SHOP, actions=silent) as bot:
        assert told(bot, "/search") == ["…"]
        assert told(bot, "/hello") == ["Hello."]
