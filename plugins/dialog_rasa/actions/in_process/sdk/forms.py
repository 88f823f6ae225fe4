"""Actions that say which slots a form asks for, take values out of messages, and validate them."""

import logging
from abc import ABC
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dialog_rasa.actions.in_process.sdk.events import EventType, SlotSet
from dialog_rasa.actions.in_process.sdk.interfaces import Action, Tracker
from dialog_rasa.actions.in_process.sdk.utils import call_potential_coroutine

if TYPE_CHECKING:
    from dialog_rasa.actions.in_process.sdk.executor import CollectingDispatcher
    from dialog_rasa.actions.in_process.sdk.types import DomainDict

logger = logging.getLogger(__name__)

REQUESTED_SLOT = "requested_slot"
LOOP_INTERRUPTED_KEY = "is_interrupted"
ACTION_VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"


class FormAction(Action):
    """A form as Rasa 2 had them. Some files still import it; none may build on it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        raise TypeError(
            f"{cls.__name__} is a FormAction, which is of Rasa 2: name its slots under `forms:`, and have a "
            "FormValidationAction validate them"
        )


class ValidationAction(Action, ABC):
    """Looks after slots that no form asks for: `extract_<slot>` takes a value out, `validate_<slot>` checks one."""

    def name(self) -> str:
        """Return what Rasa calls it."""
        return ACTION_VALIDATE_SLOT_MAPPINGS

    async def run(self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict") -> list[EventType]:
        """Take values out of the message, then validate them and those that the message has filled already."""
        tracker.add_slots(await self.get_extraction_events(dispatcher, tracker, domain))
        return await self._validated(dispatcher, tracker, domain)

    async def _validated(
        self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> list[EventType]:
        events = await self.get_validation_events(dispatcher, tracker, domain)
        tracker.add_slots(events)
        return events

    async def required_slots(
        self, domain_slots: list[str], dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> list[str]:
        """Return which slots to look after; `domain_slots` are those that the domain says."""
        return domain_slots

    def domain_slots(self, domain: "DomainDict") -> list[str]:
        """Return the slots that the domain leaves to this action."""
        return self.global_slots(domain)

    def global_slots(self, domain: "DomainDict") -> list[str]:
        """Return the slots that no mapping ties to a loop."""
        return [name for name, slot in domain.get("slots", {}).items() if not _is_of_a_loop(slot)]

    async def get_extraction_events(
        self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> list[EventType]:
        """Return what the methods `extract_<slot>` find."""
        found: dict[str, Any] = {}
        of_domain = self.domain_slots(domain)
        for slot in await self._required(dispatcher, tracker, domain):
            extract = getattr(self, _method("extract", slot), None)
            if extract is None:
                if slot not in of_domain:
                    logger.warning("%s has no method %s", self._place, _method("extract", slot))
                continue
            values = await call_potential_coroutine(extract(dispatcher, tracker, domain))
            if isinstance(values, Mapping):
                found.update(values)
                tracker.slots.update(values)  # the next one may go by it
            else:
                self._wrong(_method("extract", slot), values)
        return [SlotSet(slot, value) for slot, value in found.items()]

    async def get_validation_events(
        self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> list[EventType]:
        """Return what the methods `validate_<slot>` make of the slots that were just filled."""
        required = await self._required(dispatcher, tracker, domain)
        filled = {slot: value for slot, value in tracker.slots_to_validate().items() if slot in required}
        valid = dict(filled)
        for slot, value in filled.items():
            validate = getattr(self, _method("validate", slot), None)
            if validate is None:
                continue
            values = await call_potential_coroutine(validate(value, dispatcher, tracker, domain))
            if isinstance(values, Mapping):
                valid.update(values)
                tracker.slots.update(values)
            else:
                self._wrong(_method("validate", slot), values)
        return [SlotSet(slot, value) for slot, value in valid.items()]

    async def _required(self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict") -> list[str]:
        slots = self.required_slots(self.domain_slots(domain), dispatcher, tracker, domain)
        required: list[str] = await call_potential_coroutine(slots)
        return required

    def _wrong(self, method: str, returned: Any) -> None:
        kind = type(returned).__name__
        logger.warning("%s: %s returned %s and no dict of slots: it changes nothing", self._place, method, kind)

    @property
    def _place(self) -> str:
        return type(self).__qualname__


class FormValidationAction(ValidationAction, ABC):
    """Looks after the slots of a form: it is called `validate_<form>`."""

    def name(self) -> str:
        """Return `validate_<form>`."""
        raise NotImplementedError("An action must implement a name")

    def form_name(self) -> str:
        """Return the form's name."""
        return self.name().replace("validate_", "", 1)

    def domain_slots(self, domain: "DomainDict") -> list[str]:
        """Return the slots that the form asks for as the domain says."""
        slots: list[str] = domain.get("forms", {}).get(self.form_name(), {}).get("required_slots", [])
        return slots

    async def _validated(
        self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> list[EventType]:
        events = await super()._validated(dispatcher, tracker, domain)
        requested = await self.next_requested_slot(dispatcher, tracker, domain)
        return [*events, requested] if requested else events

    async def next_requested_slot(
        self, dispatcher: "CollectingDispatcher", tracker: Tracker, domain: "DomainDict"
    ) -> EventType | None:
        """Return what to ask for next; None leaves it to the form, where `required_slots` changes nothing.

        To ask for nothing (`SlotSet("requested_slot", None)`) ends the form.
        """
        required = await self._required(dispatcher, tracker, domain)
        if required == self.domain_slots(domain):
            return None
        missing: Iterator[str] = (slot for slot in required if tracker.slots.get(slot) is None)
        return SlotSet(REQUESTED_SLOT, next(missing, None))


def _method(what: str, slot: str) -> str:
    return f"{what}_{slot.replace('-', '_')}"


def _is_of_a_loop(slot: Mapping[str, Any]) -> bool:
    mappings = slot.get("mappings") or ()
    return any(condition.get("active_loop") for one in mappings for condition in one.get("conditions") or ())
