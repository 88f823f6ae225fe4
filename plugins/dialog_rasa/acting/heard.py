"""What a message means: from its words and what the annotators say to a `Heard`.

Three kinds of messages need no annotator: one that is word for word what a button just offered, one that names its
intent itself (`/inform{"city": "Rome"}`), and one that stands in a story with just these words.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dialog_core import JsonValue
from dialog_core.annotations import EntityAnnotation, LabelAnnotation, entities_of, label_of
from dialog_core.datasets import OUT_OF_SCOPE
from dialog_rasa.acting.parts import UNSURE
from dialog_rasa.dialogue.values import DEFAULT_INTENTS, FALLBACK_INTENT, Dialogue, OrStep, Rule, Story, UserStep
from dialog_rasa.options import StoriesOptions
from dialog_rasa.tracker.features import Features, words_of
from dialog_rasa.tracker.state import Heard, HeardEntity

_PAYLOAD = re.compile(r"/(?P<intent>[^\s{@]+)(?:@(?P<sure>[01](?:\.\d+)?))?\s*(?P<entities>\{.*)?", re.DOTALL)
MOST_ENTITIES = 100  # of one message


@dataclass(frozen=True, slots=True)
class Understood:
    """A message as it was understood.

    Attributes:
        heard: What it means.
        sure: How sure that is, from 0 to 1, for those who compare it with what other policies would answer.
        remarks: What is to be told of it, in words.
    """

    heard: Heard
    sure: float = 1.0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listener:
    """Understands messages as one bot's options say."""

    dialogue: Dialogue
    features: Features
    options: StoriesOptions

    def understand(self, text: str, annotations: Mapping[str, object], offers: Mapping[str, str]) -> Understood:
        """Return what a message means.

        Args:
            text: Its words.
            annotations: What annotators say about it, by their names.
            offers: The payloads of the buttons that were just offered, by the words on them (see `words_of`).
        """
        offered = offers.get(words_of(text)) if offers else None
        if offered:
            text = offered
        if text.startswith("/"):
            named = self._named(text)
            if named is not None:
                return named
        entities = self._entities(annotations)
        if self.features.texts and words_of(text) in self.features.texts:
            label = label_of(annotations, self.options.intents)
            intent = (label["label"] or "").partition("/")[0] if label is not None else ""
            return Understood(Heard(text, intent, entities=entities))
        return self._classified(text, annotations, entities)

    def likeliest(self, annotations: Mapping[str, object]) -> list[str]:
        """Return the intents a message may have, the likeliest first."""
        return [name for name, _ in self.ranking(annotations)]

    def ranking(self, annotations: Mapping[str, object]) -> list[tuple[str, float]]:
        """Return the intents a message may have with their probabilities, the likeliest first."""
        label = label_of(annotations, self.options.intents)
        found: dict[str, float] = {}
        for item in (label.get("ranked") or ()) if label is not None else ():
            found.setdefault(item["label"].partition("/")[0], item["probability"])
        found.pop(FALLBACK_INTENT, None)
        return list(found.items())

    def _named(self, text: str) -> Understood | None:
        """Read a message that names its intent; None: it does not."""
        match = _PAYLOAD.fullmatch(text)
        if match is None:
            return None
        name, remarks = match["intent"], []
        intent, slash, _ = name.partition("/")
        entities: list[HeardEntity] = []
        if written := match["entities"]:
            try:
                given = json.loads(written)
            except (ValueError, RecursionError):
                given = None
            if isinstance(given, dict):
                for entity, value in given.items():
                    values = value if isinstance(value, list) else [value]
                    entities.extend(HeardEntity(str(entity), one) for one in values)
            else:
                remarks.append(f"what stands behind /{name} is no JSON object of entities, and is passed over")
        if intent not in self.dialogue.intents and intent not in DEFAULT_INTENTS:
            remarks.append(f"no intent is called {intent!r}")
        sure = float(match["sure"] or 1.0)
        heard = Heard(text, intent, name if slash else "", sure, tuple(entities[:MOST_ENTITIES]))
        return Understood(heard, sure, tuple(remarks))

    def _classified(
        self, text: str, annotations: Mapping[str, object], entities: tuple[HeardEntity, ...]
    ) -> Understood:
        options = self.options
        label = label_of(annotations, options.intents)
        if label is None:
            told = f"the annotator {options.intents!r} says nothing" if options.intents not in annotations else ""
            return Understood(Heard(text, probability=0.0, entities=entities), 0.0, (told,) if told else ())
        if not label["label"] and self._answers_out_of_scope:
            # Examples of it teach the annotator what is none of the intents, and that is what it says then.
            sure = label["probability"]
            heard = Heard(text, OUT_OF_SCOPE, probability=sure, entities=entities)
            return Understood(heard, min(sure, UNSURE))  # other policies may well know an answer
        if doubt := self._doubt(label):
            heard = Heard(text, FALLBACK_INTENT, probability=label["probability"], entities=entities)
            return Understood(heard, 0.0, (doubt,))
        probability = label["probability"]
        name = label["label"] or ""
        intent, slash, _ = name.partition("/")
        retrieval = name if slash else ""
        if not retrieval and (selector := options.selectors.get(intent)):
            chosen = label_of(annotations, selector)
            if chosen is None or not chosen["label"]:
                told = f"the annotator {selector!r} knows no answer of {intent!r} to it"
                return Understood(Heard(text, FALLBACK_INTENT, entities=entities), 0.0, (told,))
            key = chosen["label"].removeprefix(f"{intent}/")
            retrieval = f"{intent}/{key}"
            probability = min(probability, chosen["probability"])
        return Understood(Heard(text, intent, retrieval, probability, entities), probability)

    @cached_property
    def _answers_out_of_scope(self) -> bool:
        """Whether stories and rules say what to do about it, and not about what is not understood."""
        tellers: tuple[Story | Rule, ...] = (*self.dialogue.stories, *self.dialogue.rules)
        steps = (step for teller in tellers for step in teller.steps)
        flat = (one for step in steps for one in (step.choices if isinstance(step, OrStep) else (step,)))
        intents = {one.intent for one in flat if isinstance(one, UserStep)}
        return OUT_OF_SCOPE in intents and FALLBACK_INTENT not in intents

    def _doubt(self, label: LabelAnnotation) -> str:
        """Return why an intent is not believed; empty: it is."""
        options = self.options
        if not label["label"]:
            return "its intent is none of those that are known"
        if label["probability"] < options.threshold:
            return f"{label['label']}: {label['probability']:.2f} is below the threshold {options.threshold:g}"
        ranked = label.get("ranked") or ()
        if options.ambiguity and len(ranked) > 1:
            lead = ranked[0]["probability"] - ranked[1]["probability"]
            if lead < options.ambiguity:
                return f"{ranked[0]['label']} is ahead of {ranked[1]['label']} by only {lead:.2f}"
        return ""

    @cached_property
    def _known(self) -> frozenset[str]:
        """The entities that anything goes by."""
        mappings = (mapping for slot in self.dialogue.slots.values() for mapping in slot.mappings)
        return frozenset((*self.dialogue.entities, *(mapping.entity for mapping in mappings if mapping.entity)))

    def _entities(self, annotations: Mapping[str, object]) -> tuple[HeardEntity, ...]:
        found = entities_of(annotations, self.options.entities)[:MOST_ENTITIES]
        return tuple(
            HeardEntity(one["entity"], self._value(one), str(one.get("role") or ""), str(one.get("group") or ""))
            for one in found
            if one["entity"] in self._known
        )

    def _value(self, entity: EntityAnnotation) -> JsonValue:
        """Return an entity's value, by the name it has where it is called by another one."""
        value = entity["value"]
        if isinstance(value, str):
            return self.dialogue.synonyms.get(value.casefold(), value)
        return value
