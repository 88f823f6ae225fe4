# ruff: noqa: UP006, UP019, UP035, UP045  (as people write it)
"""Custom actions as people write them for Rasa's SDK. Tests run this file on a real server and in this process."""

import asyncio
import time
from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, FormValidationAction, Tracker, ValidationAction
from rasa_sdk.events import (
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    EventType,
    FollowupAction,
    ReminderScheduled,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.types import DomainDict

SIZES = {"s": "small", "small": "small", "l": "large", "large": "large", "größe l": "large"}
Slots = Dict[Text, Any]
Dispatcher = CollectingDispatcher


class ActionOffer(Action):
    """Offers two drinks."""

    def name(self) -> Text:
        return "action_offer"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        drink = next(tracker.get_latest_entity_values("drink"), None)
        dispatcher.utter_message(
            text=f"Ein {drink or 'Kaffee'}, süß? — 你好, {tracker.get_slot('customer')}",
            buttons=[{"title": "Ja", "payload": '/affirm{"sweet": "true"}'}, {"title": "Nein", "payload": "/deny"}],
        )
        dispatcher.utter_message(response="utter_price", price=3.5)
        dispatcher.utter_message(image="https://example.org/cup.png")
        dispatcher.utter_message(json_message={"kind": "card", "rows": [1, 2]})
        dispatcher.utter_message(attachment="https://example.org/menu.pdf")
        dispatcher.utter_message(elements=[{"title": "Cup"}])
        return [SlotSet("drink", drink), SlotSet("asked", True)]


class ActionReport(Action):
    """Tells all it knows of the conversation."""

    def name(self) -> Text:
        return "action_report"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        last = tracker.get_last_event_for("action", exclude=["action_listen"])
        dispatcher.utter_message(
            json_message={
                "slots": tracker.current_slot_values(),
                "state": tracker.current_state(),
                "loop": tracker.active_loop_name,
                "intent": tracker.latest_message.get("intent"),
                "ranked": tracker.get_intent_of_latest_message(),
                "fallback": tracker.get_intent_of_latest_message(skip_fallback_intent=False),
                "roles": list(tracker.get_latest_entity_values("city", entity_role="from")),
                "groups": list(tracker.get_latest_entity_values("topping", entity_group="1")),
                "channel": tracker.get_latest_input_channel(),
                "paused": tracker.is_paused(),
                "last": last and last["name"],
                "offered": tracker.last_executed_action_has("action_offer"),
                "offered_before": tracker.last_executed_action_has("action_offer", skip=1),
                "applied": tracker.applied_events(),
                "restart": tracker.idx_after_latest_restart(),
                "since": len(tracker.events_after_latest_restart()),
                "fresh": tracker.slots_to_validate(),
                "same": tracker.copy() == tracker,
                "missing": tracker.get_slot("no_such_slot"),
                "forms": domain.get("forms"),
            }
        )
        return []


class ActionEvents(Action):
    def name(self) -> Text:
        return "action_events"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        import datetime

        from rasa_sdk.events import ActionExecuted, ReminderCancelled  # while it runs

        at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
        return [
            AllSlotsReset(),
            FollowupAction("action_offer"),
            ActiveLoop("order_form"),
            ActiveLoop(None),
            Restarted(),
            SessionStarted(),
            UserUtteranceReverted(),
            ConversationPaused(),
            BotUttered("Hallo", data={"a": 1}),
            ReminderScheduled("EXTERNAL_reminder", trigger_date_time=at, name="r", kill_on_user_message=False),
            ReminderCancelled(name="r"),
            ActionExecuted("action_listen"),
        ]


class ActionBroken(Action):
    def name(self) -> Text:
        return "action_broken"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        dispatcher.utter_message(text="never said")
        raise ValueError("the till is jämmed")


class ActionUnwilling(Action):
    def name(self) -> Text:
        return "action_unwilling"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        raise ActionExecutionRejection(self.name(), "not in the mood")


class ActionAsync(Action):
    def name(self) -> Text:
        return "action_async"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        await asyncio.sleep(0.01)
        dispatcher.utter_message("warm")
        return [SlotSet("drink", "tea")]


class ActionNothing(Action):
    def name(self) -> Text:
        return "action_nothing"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Any:
        return None


class ActionSloppy(Action):
    def name(self) -> Text:
        return "action_sloppy"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Any:
        return [SlotSet("drink", "tea"), {"name": "of no kind"}, None, "event"]


class ActionSlow(Action):
    def name(self) -> Text:
        return "action_slow"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> List[EventType]:
        time.sleep(float(tracker.get_slot("seconds") or 1))
        return [SlotSet("drink", "late")]


class ValidateOrderForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_order_form"

    async def required_slots(
        self,
        domain_slots: List[Text],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> List[Text]:
        extra = ["milk"] if tracker.slots.get("drink") == "coffee" else []
        return domain_slots + extra

    def validate_drink(self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        if str(value).lower() in ("coffee", "tea"):
            return {"drink": str(value).lower()}
        dispatcher.utter_message(text=f"There is no {value}.")
        return {"drink": None}

    async def validate_size(self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        await asyncio.sleep(0)
        if value == "explode":
            raise RuntimeError("no such cup")
        size = SIZES.get(str(value).lower())
        if size is None:
            dispatcher.utter_message(response="utter_wrong_size", size=value)
        return {"size": size, "asked": True}

    async def extract_milk(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        text: Optional[Text] = tracker.latest_message.get("text")
        return {"milk": "with milk" in text} if text and "milk" in text else {}


class ValidatePlainForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_plain_form"

    def validate_drink(self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        return {"drink": value}


class ValidateEverywhere(ValidationAction):
    async def extract_customer(self, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        text = tracker.latest_message.get("text") or ""
        return {"customer": text.removeprefix("I am ")} if text.startswith("I am ") else {}

    def validate_customer(self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        return {"customer": str(value).title()}
