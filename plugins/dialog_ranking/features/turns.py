"""What features see of a turn: the message, what was said before, and what annotators found."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dialog_core import BotSaid, HumanSaid, Turn, UserSaid
from dialog_core.annotations import LabelAnnotation, label_of
from dialog_ranking.choices.choice import HISTORY, TEXT
from dialog_ranking.features.names import LONGEST
from dialog_ranking.features.numbers import MISSING, number
from dialog_ranking.features.texts import Text, look_at, union

MESSAGE = 1000  # characters of the message; what comes later in a letter is not its question
LIKELIEST = 5  # intents that are looked at: as many as every trace keeps
INTENTS = "intents"  # what the annotator is usually called
QUESTION_MARKS = "?？؟"
OF_TURNS = (
    "flow_active",
    "intent_probability",
    "intent_margin",
    "intent_entropy",
    "out_of_scope",
    "message_length",
    "question",
    "first",
)  # the features that are the same for all candidates
EAST_ASIAN = frozenset({"zh", "cmn", "yue", "ja", "ko"})


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn as features see it.

    Attributes:
        message: The user's message.
        context: The terms of what was said before it.
        replied: Of those, the terms of what the bot said.
        last: What the bot said last, cut; None: nothing.
        flow: The policy whose flow is under way; None: no flow is.
        east_asian: Whether the language to answer in is written so.
        features: Those of the turn alone.
    """

    message: Text
    context: frozenset[str]
    replied: frozenset[str]
    last: str | None
    flow: str | None
    east_asian: bool
    features: Mapping[str, float]


def look_at_turn(turn: Turn) -> Seen:
    """Return what features see of a turn; of a long conversation they see its end."""
    conversation = turn.conversation
    message = look_at(turn.text, MESSAGE)
    said: list[Text] = []
    replies: list[Text] = []
    last: str | None = None
    first = True
    for event in _before(turn):
        if isinstance(event, UserSaid):
            first = False
            said.append(look_at(event.message.text, TEXT))
        else:
            said.append(seen := look_at(event.text, TEXT))
            if isinstance(event, BotSaid):
                replies.append(seen)
                last = seen.cut
    flow = conversation.active_flow
    return Seen(
        message=message,
        context=union(said) if said else frozenset(),
        replied=union(replies) if replies else frozenset(),
        last=last,
        flow=None if flow is None else flow.policy,
        east_asian=turn.language.partition("-")[0].casefold() in EAST_ASIAN,
        features={
            "flow_active": 0.0 if flow is None else 1.0,
            **_intents(turn.annotations),
            "message_length": min(math.log1p(message.size), LONGEST),
            "question": 1.0 if any(mark in message.cut for mark in QUESTION_MARKS) else 0.0,
            "first": 1.0 if first else 0.0,
        },
    )


def said_last(turn: Turn) -> str | None:
    """Return what the bot said last, cut; None: nothing that a choice would keep."""
    for event in reversed(_before(turn)):
        if isinstance(event, BotSaid):
            return event.text[:TEXT]
    return None


def _before(turn: Turn) -> list[UserSaid | BotSaid | HumanSaid]:
    """Return as much of what was said before the message as a choice keeps."""
    asked = turn.message.client_id
    return [
        event
        for event in turn.conversation.messages[-HISTORY - 1 :]
        if not (isinstance(event, UserSaid) and event.message.client_id == asked)
    ][-HISTORY:]


def _intents(annotations: Mapping[str, object]) -> dict[str, float]:
    """Return what the annotator says that is called after intents."""
    features = {"intent_probability": MISSING, "intent_margin": MISSING, "intent_entropy": MISSING}
    found = _annotation(annotations)
    if found is None:
        return {**features, "out_of_scope": MISSING}
    features["out_of_scope"] = 1.0 if found["label"] is None else 0.0
    ranked = found.get("ranked")
    rows = ranked[:LIKELIEST] if isinstance(ranked, list | tuple) else ()
    probabilities = [min(max(number(row.get("probability")), 0.0), 1.0) for row in rows if isinstance(row, Mapping)]
    if probabilities and not any(map(math.isnan, probabilities)):
        probabilities.sort(reverse=True)
        features["intent_probability"] = probabilities[0]
        features["intent_margin"] = probabilities[0] - (probabilities[1] if len(probabilities) > 1 else 0.0)
        features["intent_entropy"] = abs(sum(p * math.log(p) for p in probabilities if p > 0))
    return features


def _annotation(annotations: Mapping[str, object]) -> LabelAnnotation | None:
    if not annotations:
        return None
    named = label_of(annotations, INTENTS)
    if named is not None:
        return named
    others = (label_of(annotations, name) for name in annotations if "intent" in name)
    return next((found for found in others if found is not None), None)
