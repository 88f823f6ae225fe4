"""The values that readers, trainers and metrics share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dialog_core.conversation import JsonValue, empty_mapping


@dataclass(frozen=True, slots=True)
class KnowledgeEntry:
    """One thing a bot knows: questions people ask and the answer to them.

    Attributes:
        id: Unique within its knowledge.
        questions: Phrasings of the question, the canonical one first.
        answer: The answer (markdown).
        language: A BCP 47 tag; empty: the bot's.
        source: Where it comes from (a URL, a document), for citations.
        tags: For filters.
        valid_from: The first day it holds; None: always has.
        valid_until: The last day it holds; None: no end known.
        metadata: Further fields of the source (JSON values).
        passage: Whether it is a part of a document: its answer is what stands there, its questions are the headings it
            stands under.
    """

    id: str
    questions: tuple[str, ...]
    answer: str
    language: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    metadata: Mapping[str, JsonValue] = empty_mapping()
    passage: bool = False


OUT_OF_SCOPE = "out_of_scope"
"""The label of messages that are about nothing a bot knows, in training data, in test files and in predictions."""


@dataclass(frozen=True, slots=True)
class EntitySpan:
    """An entity marked in a text.

    Attributes:
        start: Where it begins, in characters.
        end: Where it ends, exclusive.
        entity: Its kind.
        role: The part it plays; empty: none.
        value: Its normal form; empty: as it stands there.
    """

    start: int
    end: int
    entity: str
    role: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with what people have said about it: a label (an intent, a sentiment, a topic), the entities in it.

    Attributes:
        text: What was said.
        label: Its label; empty: none was given.
        metadata: More about it (JSON values); `line` is where a file has it.
        entities: The entities in it, in text order.
    """

    text: str
    label: str
    metadata: Mapping[str, JsonValue] = empty_mapping()
    entities: tuple[EntitySpan, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One utterance of a recorded dialogue."""

    role: Literal["user", "bot", "system"]
    text: str
    metadata: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A recorded dialogue."""

    id: str
    turns: tuple[DialogueTurn, ...]
    metadata: Mapping[str, JsonValue] = empty_mapping()
