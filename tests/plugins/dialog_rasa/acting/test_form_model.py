"""A form beside one that is written in thirty lines: whatever people say in whatever order, both do the same."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dialog_core import Bot, BotSaid, UserSaid
from tests.plugins.dialog_rasa.acting.talking import bot_of, entity

DIALOGUE = """
intents: [request, inform, affirm, deny, chitchat]
entities: [cuisine, number]
slots:
  cuisine: {type: text, mappings: [{type: from_entity, entity: cuisine}]}
  people: {type: float, influence_conversation: false, mappings: [{type: from_entity, entity: number}]}
  outdoors:
    type: bool
    mappings:
      - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: table, requested_slot: outdoors}]}
      - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: table, requested_slot: outdoors}]}
  wish:
    type: text
    influence_conversation: false
    mappings: [{type: from_text, not_intent: chitchat, conditions: [{active_loop: table, requested_slot: wish}]}]
forms:
  table: {required_slots: [cuisine, people, outdoors, wish]}
actions: [validate_table, action_book]
responses:
  utter_ask_cuisine: [{text: "Which cuisine?"}]
  utter_ask_people: [{text: "How many?"}, {text: "How many people?"}]
  utter_ask_outdoors: [{text: "Outdoors?", buttons: [{title: "Sure", payload: "/affirm"}]}]
  utter_ask_wish: [{text: "A wish?"}]
  utter_done: [{text: "All done!"}]
  utter_chitchat: [{text: "Chit."}, {text: "Chat."}, {text: "Chit chat."}]
rules:
  - rule: begin
    steps: [{intent: request}, {action: table}, {active_loop: table}]
  - rule: book
    condition: [{active_loop: table}]
    steps: [{action: table}, {active_loop: null}, {action: utter_done}, {action: action_book}]
  - rule: chat
    steps: [{intent: chitchat}, {action: utter_chitchat}]
"""
SLOTS = ("cuisine", "people", "outdoors", "wish")
ASKS = {
    "Which cuisine?": "cuisine",
    "How many?": "people",
    "How many people?": "people",
    "Outdoors?": "outdoors",
    "A wish?": "wish",
}
CHAT = ("Chit.", "Chat.", "Chit chat.")
MEANS = {
    "a table": "request",
    "a Thai table": "request",
    "Thai": "inform",
    "Klingon": "inform",
    "four": "inform",
    "Greek for two": "inform",
    "yes": "affirm",
    "no": "deny",
    "how is life": "chitchat",
    "life in Greek": "chitchat",
}
NAMED = {
    "a Thai table": {"cuisine": "Thai"},
    "Thai": {"cuisine": "Thai"},
    "Klingon": {"cuisine": "Klingon"},
    "four": {"number": 4},
    "Greek for two": {"cuisine": "Greek", "number": 2},
    "life in Greek": {"cuisine": "Greek"},
}
TEXTS = [*MEANS, "sure", "hrmpf", "by the window", "/affirm", '/inform{"cuisine": "Thai"}', "/request"]
REFUSED = "Klingon"
UNKNOWN = ("I do not know.", "Could you put that in other words?")
TROUBLE = "I am sorry"
LARGEST = 4_000  # characters of what is kept with a conversation of these messages
MOST_LINES = 4


@dataclass
class Model:
    """What a form does, in few words."""

    slots: dict[str, Any] = field(default_factory=dict)
    asked: str = ""  # while it is under way

    def hear(self, text: str, down: frozenset[str]) -> tuple[str, ...]:
        """Return what is said, a word for each message: a slot that is asked for, or what else is said."""
        intent, named = self._meaning(text)
        found = {"cuisine": named.get("cuisine"), "people": named.get("number")}
        if self.asked == "outdoors" and intent in ("affirm", "deny"):
            found["outdoors"] = intent == "affirm"
        if self.asked == "wish" and intent != "chitchat":
            found["wish"] = text
        found = {name: value for name, value in found.items() if value is not None}
        under_way = bool(self.asked)
        if not under_way and intent not in ("request", "chitchat"):
            return ("unknown",)
        if intent == "chitchat" and not (under_way and found):
            self.slots |= found
            return ("chat", self.asked) if under_way else ("chat",)
        if under_way and not found:
            return (self.asked,) if intent == "request" else ("unknown", self.asked)
        return self._checked(found, down)

    def _checked(self, found: Mapping[str, Any], down: frozenset[str]) -> tuple[str, ...]:
        """Take what was found if it may be taken, and ask for what is missing."""
        if "validate_table" in down:  # nothing is filled, and before a form is under way nothing was checked
            if not self.asked:
                self.slots, self.asked = {}, SLOTS[0]
            return ("trouble", self.asked)
        for name, value in found.items():
            if (name, value) == ("cuisine", REFUSED):
                self.slots.pop(name, None)
            else:
                self.slots[name] = value
        missing = [name for name in SLOTS if name not in self.slots]
        self.asked = missing[0] if missing else ""
        return (self.asked,) if missing else ("done", "trouble" if "action_book" in down else "booked")

    def _meaning(self, text: str) -> tuple[str, Mapping[str, Any]]:
        if text.startswith("/"):
            return text[1:].partition("{")[0], {"cuisine": "Thai"} if "{" in text else {}
        if text == "sure" and self.asked == "outdoors":
            return "affirm", {}
        return MEANS.get(text, ""), NAMED.get(text, {})


class FormMachine(RuleBasedStateMachine):
    """Two people talk to a bot with a form at once; now and then its actions fail, or one of them begins anew."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.down: frozenset[str] = frozenset()
        self.bot = self._bot()
        self.models = {name: Model() for name in ("ann", "bo")}
        self.said: list[tuple[str, str, frozenset[str], str]] = []

    def _bot(self) -> Bot:
        def validate(call: Mapping[str, Any]) -> dict[str, Any]:
            if "validate_table" in self.down:
                raise RuntimeError("down")
            refused = call["tracker"]["slots"]["cuisine"] == REFUSED
            return {"events": [{"event": "slot", "name": "cuisine", "value": None}] if refused else [], "responses": []}

        def book(call: Mapping[str, Any]) -> dict[str, Any]:
            if "action_book" in self.down:
                raise RuntimeError("down")
            slots = call["tracker"]["slots"]
            assert all(slots[name] is not None for name in SLOTS), "a form has ended with something missing"
            return {"events": [], "responses": [{"text": "Booked."}]}

        folder = Path(self.open.enter_context(TemporaryDirectory()))
        entities = {text: [entity(kind, value) for kind, value in named.items()] for text, named in NAMED.items()}
        actions = {"validate_table": validate, "action_book": book}
        return self.open.enter_context(bot_of(folder, DIALOGUE, means=MEANS, entities=entities, actions=actions))

    @rule(who=st.sampled_from(["ann", "bo"]), text=st.sampled_from(TEXTS))
    def say(self, who: str, text: str) -> None:
        reply = self._say(who, text)
        assert words(reply) == self.models[who].hear(text, self.down), (text, reply)

    @rule(who=st.sampled_from(["ann", "bo"]))
    def answer(self, who: str) -> None:
        """Say what is asked for, so that forms come to their end."""
        answers = {"cuisine": "Thai", "people": "four", "outdoors": "sure", "wish": "by the window"}
        self.say(who, answers.get(self.models[who].asked, "a table"))

    @rule(who=st.sampled_from(["ann", "bo"]))
    def restart(self, who: str) -> None:
        self._say(who, "/restart")
        self.models[who] = Model()

    @rule(what=st.sampled_from(["validate_table", "action_book"]))
    def break_or_mend(self, what: str) -> None:
        self.down ^= {what}

    @invariant()
    def both_know_the_same(self) -> None:
        for who, model in self.models.items():
            conversation = self.bot.conversation(who)
            assert dict(conversation.slots) == model.slots
            asked = conversation.active_flow.step if conversation.active_flow else ""
            assert asked == model.asked

    @invariant()
    def each_message_has_one_reply_and_little_is_kept(self) -> None:
        for who in self.models:
            conversation = self.bot.conversation(who)
            asked = [one.message.client_id for one in conversation.events if isinstance(one, UserSaid)]
            answered = [one.in_reply_to for one in conversation.events if isinstance(one, BotSaid)]
            assert len(answered) == len(set(answered))
            assert sorted(answered) == sorted(asked)
            kept = conversation.memory.get("stories", {})
            assert len(json.dumps(kept, default=dict)) < LARGEST

    def teardown(self) -> None:
        """Say all of it once more to another bot, which has the same words for it."""
        try:
            told = self.said
            self.said, self.bot = [], self._bot()
            for who, text, down, reply in told:
                self.down = down
                assert self._say(who, text) == reply
        finally:
            self.open.close()

    def _say(self, who: str, text: str) -> str:
        reply = self.bot.reply(text, conversation=who, client_id=str(len(self.said)))
        self.said.append((who, text, self.down, reply.text))
        return reply.text


def words(reply: str) -> tuple[str, ...]:
    """Return a word for each message of a reply."""
    lines = reply.split("\n\n")
    assert len(lines) <= MOST_LINES
    return tuple(
        ASKS.get(line)
        or ("chat" if line in CHAT else "unknown" if line in UNKNOWN else "trouble" if TROUBLE in line else "")
        or {"All done!": "done", "Booked.": "booked"}[line]
        for line in lines
    )


TestFormMachine = FormMachine.TestCase
TestFormMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
