"""What the shop's bot consists of, and calls of its actions."""

from datetime import UTC, datetime
from typing import Any

from dialog_core import (
    BotSaid,
    Conversation,
    Event,
    Evidence,
    FlowStarted,
    Message,
    SessionStarted,
    SlotSet,
    UserSaid,
)
from dialog_rasa.actions.protocol import call_json
from dialog_rasa.dialogue.values import Button, Dialogue, Form, IntentUse, Slot, SlotMapping, Variation
from dialog_rasa.tracker.features import Features
from dialog_rasa.tracker.state import Heard, HeardEntity, Tracker

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
NOTHING = Heard()
ORDERING = {"active_loop": "order_form"}

SHOP_BOT = Dialogue(
    intents={"order": IntentUse("order"), "inform": IntentUse("inform", ignore_entities=("city",))},
    entities=("drink", "city", "topping"),
    actions=("action_offer", "action_report"),
    slots={
        "drink": Slot("drink", "text", mappings=(SlotMapping("from_entity", entity="drink"),)),
        "size": Slot("size", "categorical", values=("small", "large"), mappings=(SlotMapping("from_text"),)),
        "milk": Slot("milk", "bool", mappings=(SlotMapping("custom", conditions=(ORDERING,)),)),
        "customer": Slot("customer", "text", influences=False),
        "asked": Slot("asked", "any", influences=False),
        "seconds": Slot("seconds", "float", maximum=60.0, mappings=(SlotMapping("custom", conditions=(ORDERING,)),)),
    },
    forms={
        "order_form": Form("order_form", ("drink", "size"), ("chitchat",)),
        "plain_form": Form("plain_form", ("drink",)),
    },
    responses={
        "utter_price": (Variation("That is {{ slots.price }} €, {{ slots.customer }}", buttons=(Button("OK", "/ok"),)),)
    },
)


def tracker(heard: Heard = NOTHING, loop: str = "", requested: str = "", **slots: Any) -> Tracker:
    """Return where a conversation stands right after this was said."""
    started = Tracker(Features(SHOP_BOT)).with_slots(slots)
    return (started.entered(loop, requested) if loop else started).heard(heard)


def heard(text: str, intent: str = "", **entities: Any) -> Heard:
    """Return a message; an entity is written `drink="tea"`, with a role or group `drink=("tea", "role", "group")`."""
    found = [
        HeardEntity(name, *value) if isinstance(value, tuple) else HeardEntity(name, value)
        for name, value in entities.items()
    ]
    return Heard(text, intent, probability=0.9, entities=tuple(found))


def conversation(*events: Event, text: str = "", session: bool = True) -> Conversation:
    """Return a conversation in which this has happened, and this was said last."""
    begun = (SessionStarted(AT),) if session else ()
    said = (UserSaid(Message(text, client_id="m9", at=AT, metadata={"from": "test"})),) if text else ()
    return Conversation("c1", (*begun, *events, *said))


def call(action: str, standing: Tracker | None = None, **rest: Any) -> dict[str, Any]:
    """Return a call of an action."""
    return call_json(action, "c1", standing or tracker(), SHOP_BOT, **rest)


def past() -> tuple[Event, ...]:
    """Return a little of everything that may have happened."""
    did = {"cite": False, "actions": ["action_offer"], "messages": [{"text": "Tea?", "buttons": [], "image": "i.png"}]}
    return (
        UserSaid(Message("hällo", client_id="m1", at=AT)),
        SlotSet("customer", "Zoë"),
        FlowStarted("order_form", "stories"),
        FlowStarted("a flow of rules", "rules"),
        BotSaid("Tea?", AT, "m1", "stories", evidence=(Evidence("", metadata=did),)),
        UserSaid(Message("what?", client_id="m2", at=AT)),
        BotSaid("I said tea.", AT, "m2", "faq", quick_replies=("Yes",)),
    )
