"""The shapes of what annotators say about a message, so that one plugin's rules can ask for another's findings.

An annotation is a JSON value under the annotator's name in `turn.annotations`. These are the shapes everybody agrees
on; an annotator may add keys, and may of course say something else entirely.
"""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict


class ScoredLabel(TypedDict):
    """A label with its probability."""

    label: str
    probability: float


class LabelAnnotation(TypedDict):
    """What a classifier says: intents, sentiment, urgency, topic.

    Keys:
        label: The decision; None when the message is out of scope (nothing the classifier knows).
        probability: How sure it is of the decision: of `label`, or that the message is out of scope.
        ranked: The labels by probability, the likeliest first.
        labels: Every label the message carries, in the order of the text, where it carries several
            ("cancel it and give me the money back"); else just `label`, or nothing when out of scope.
    """

    label: str | None
    probability: float
    ranked: Sequence[ScoredLabel]
    labels: Sequence[str]


class EntityAnnotation(TypedDict):
    """A piece of the message that names something. An entity annotator's finding is a list of these, in text order.

    Keys:
        entity: What kind of thing: `city`, `date`, `order_number`.
        value: Its normal form (a JSON value): `Berlin`, `2026-11-22`, `{"amount": 5, "currency": "EUR"}`.
        text: As it stands in the message.
        start: Where it begins, in characters.
        end: Where it ends, exclusive.
        role: What part it plays (`from`, `to`), where that is known.
    """

    entity: str
    value: object
    text: str
    start: int
    end: int
    role: NotRequired[str]


class LanguageAnnotation(TypedDict):
    """What language a message is in.

    Keys:
        language: A BCP 47 tag, or None when too little was said to tell. The bot answers in it where it is one of
            the bot's languages.
        probability: How sure that is.
    """

    language: str | None
    probability: float


def label_of(annotations: Mapping[str, object], name: str) -> LabelAnnotation | None:
    """Return what the classifier `name` said, or None if it is missing or said something of another shape."""
    found = annotations.get(name)
    if isinstance(found, Mapping) and "label" in found and isinstance(found.get("labels"), list | tuple):
        return found  # type: ignore[return-value]  # the shape has just been looked at
    return None


def as_language(annotation: object) -> LanguageAnnotation | None:
    """Return what an annotator said if it is the language of the message, or None if it has another shape."""
    is_one = isinstance(annotation, Mapping) and annotation.keys() >= {"language", "probability"}
    return annotation if is_one and isinstance(annotation["language"], str | None) else None  # type: ignore[index,return-value]


def entities_of(annotations: Mapping[str, object], name: str) -> Sequence[EntityAnnotation]:
    """Return what the entity annotator `name` found; nothing if it is missing or said something of another shape."""
    found = annotations.get(name)
    if not isinstance(found, list | tuple):
        return ()
    return [item for item in found if isinstance(item, Mapping) and "entity" in item and "value" in item]  # type: ignore[misc]
