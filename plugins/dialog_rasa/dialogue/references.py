"""Finds names that nothing declares, in a dialogue as a whole, whoever has read it.

Where a kind of thing is declared nowhere at all (no `entities:`, say), its names are taken as they come: such a file
is a piece of a bot, and complaining of every name in it would help nobody.
"""

from collections.abc import Collection, Iterator

from dialog_core.configuration import Problem, did_you_mean
from dialog_rasa.dialogue.values import (
    DEFAULT_ACTIONS,
    DEFAULT_INTENTS,
    REQUESTED_SLOT,
    ActionStep,
    CheckpointStep,
    Dialogue,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotsStep,
    Step,
    Story,
    UserStep,
)

TWO_STAGE_FALLBACK = "action_two_stage_fallback"
_SESSION_SLOT = "session_started_metadata"  # what came with the message that began a session
_DECLARE = {
    "intent": "Declare it under `intents:`.",
    "entity": "Declare it under `entities:`.",
    "slot": "Declare it under `slots:`.",
    "form": "Declare it under `forms:`.",
    "action": "Declare it under `actions:`.",
    "response": "Write it under `responses:`.",
}


def unknown_names(dialogue: Dialogue) -> Iterator[Problem]:
    """Yield a problem for every name that is used and declared nowhere."""
    names = _Names(dialogue)
    yield from names.of_domain()
    for rule in dialogue.rules:
        for condition in rule.condition:
            yield from names.of_step(condition, rule)
        for step in rule.steps:
            yield from names.of_step(step, rule)
    for story in dialogue.stories:
        for step in story.steps:
            yield from names.of_step(step, story)


class _Names:
    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._intents = frozenset((*dialogue.intents, *DEFAULT_INTENTS))
        self._entities = frozenset(dialogue.entities)
        self._slots = frozenset((*dialogue.slots, REQUESTED_SLOT, _SESSION_SLOT))
        self._loops = frozenset((*dialogue.forms, TWO_STAGE_FALLBACK))
        retrieval = (name.split("/")[0] for name in dialogue.responses if "/" in name)
        self._responses = frozenset((*dialogue.responses, *retrieval))
        self._actions = frozenset((*dialogue.actions, *DEFAULT_ACTIONS, *self._loops, *self._responses))

    def of_domain(self) -> Iterator[Problem]:
        dialogue = self._dialogue
        for intent in dialogue.intents.values():
            for entity in (*(intent.use_entities or ()), *intent.ignore_entities):
                yield from self._entity(entity.split("#")[0], intent.place, f"the intent {intent.name!r}")
        for slot in dialogue.slots.values():
            by = f"the slot {slot.name!r}"
            for mapping in slot.mappings:
                if mapping.entity:
                    yield from self._entity(mapping.entity, mapping.place, by)
                for name in (*mapping.intents, *mapping.not_intents):
                    yield from self._intent(name, mapping.place, by)
                if mapping.action and dialogue.actions and mapping.action not in self._actions:
                    yield _unknown("action", mapping.action, self._actions, mapping.place, by)
                for condition in mapping.conditions:
                    loop, requested = condition.get("active_loop"), condition.get("requested_slot")
                    if loop is not None:
                        yield from self._loop(loop, mapping.place, by)
                    if requested is not None:
                        yield from self._slot(requested, mapping.place, by)
        for form in dialogue.forms.values():
            by = f"the form {form.name!r}"
            for name in form.required:
                yield from self._slot(name, form.place, by)
            for name in form.ignored_intents:
                yield from self._intent(name, form.place, by)
        for response, variations in dialogue.responses.items():
            for variation in variations:
                for name, _ in variation.conditions:
                    yield from self._slot(name, variation.place, f"the response {response!r}")

    def of_step(self, step: Step, teller: Story | Rule) -> Iterator[Problem]:
        by = f"the {'rule' if isinstance(teller, Rule) else 'story'} {teller.name!r}"
        match step:
            case UserStep():
                if step.intent:
                    yield from self._intent(step.intent, step.place, by)
                for entity in step.entities:
                    yield from self._entity(entity.name, step.place, by)
            case ActionStep():
                if not step.text:
                    yield from self._action(step.name, step.place, by)
            case SlotsStep():
                for name, _ in step.values:
                    yield from self._slot(name, step.place, by)
            case LoopStep():
                if step.loop is not None:
                    yield from self._loop(step.loop, step.place, by)
            case CheckpointStep():
                for name, _ in step.slots:
                    yield from self._slot(name, step.place, by)
            case OrStep():
                for choice in step.choices:
                    yield from self.of_step(choice, teller)

    def _intent(self, name: str, place: Place, by: str) -> Iterator[Problem]:
        if self._dialogue.intents and name.split("/")[0] not in self._intents:
            yield _unknown("intent", name, self._intents, place, by)

    def _entity(self, name: str, place: Place, by: str) -> Iterator[Problem]:
        if self._entities and name not in self._entities:
            yield _unknown("entity", name, self._entities, place, by)

    def _slot(self, name: str, place: Place, by: str) -> Iterator[Problem]:
        if self._dialogue.slots and name not in self._slots:
            yield _unknown("slot", name, self._slots, place, by)

    def _loop(self, name: str, place: Place, by: str) -> Iterator[Problem]:
        # Rasa's loops are mostly forms, but any action may be one that says so itself.
        if self._dialogue.forms and name not in self._loops and name not in self._dialogue.actions:
            yield _unknown("form", name, self._loops, place, by)

    def _action(self, name: str, place: Place, by: str) -> Iterator[Problem]:
        dialogue = self._dialogue
        if name.startswith("utter_"):
            if dialogue.responses and name not in self._responses:
                yield _unknown("response", name, self._responses, place, by)
        elif (dialogue.actions or dialogue.forms or dialogue.responses) and name not in self._actions:
            yield _unknown("action", name, self._actions, place, by)


def _unknown(kind: str, name: str, known: Collection[str], place: Place, by: str) -> Problem:
    near = did_you_mean(name, known)
    remedy = f"{near} If not: {_DECLARE[kind].lower()}" if near.startswith("Did you mean") else _DECLARE[kind]
    return Problem(f"{by} names the {kind} {name!r}, and there is none", place.file, place.line, remedy=remedy)
