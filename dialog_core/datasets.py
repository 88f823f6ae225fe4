"""The values that readers, writers, trainers and metrics share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from dialog_core.values import JsonValue, empty_mapping


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
class DialogueAct:
    """What a turn does, as annotators have put it: `inform(hotel, area, east)`.

    Attributes:
        act: What is done: `inform`, `request`, `greet`, as the source writes it.
        domain: What it is about; empty: the source knows no domains.
        slot: Which detail; empty: none.
        value: What is said about it; empty: nothing.
    """

    act: str
    domain: str = ""
    slot: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """One utterance of a recorded dialogue.

    Attributes:
        role: Who speaks.
        text: What is said.
        metadata: More about it (JSON values).
        acts: What it does, as far as the source says so.
        state: What is known when it has been said, as far as the source says so: what the user wants by slot, such as
            `{"hotel-area": "east"}`; a list of texts where several values are right. Empty: not told.
    """

    role: Literal["user", "bot", "system"]
    text: str
    metadata: Mapping[str, JsonValue] = empty_mapping()
    acts: tuple[DialogueAct, ...] = ()
    state: Mapping[str, JsonValue] = empty_mapping()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A recorded dialogue.

    Attributes:
        id: Unique in its source.
        turns: Its turns, in order.
        metadata: More about it (JSON values). `line` is where a file has it; `user`, `at` (ISO 8601) and `split` say
            who took part, when, and in which part of its source it stands.
    """

    id: str
    turns: tuple[DialogueTurn, ...]
    metadata: Mapping[str, JsonValue] = empty_mapping()


DataItem: TypeAlias = Dialogue | LabelledText | KnowledgeEntry
"""What data sets are made of: what readers yield, writers write, and cleaners and augmenters work on."""

AUGMENTED = "augmented"
"""The key in an item's metadata under which stands how it was made, if nobody ever said it: `by` whom, and `of` what
(an id, or of a labelled text the text). Such items are for training alone."""


def texts_of(item: DataItem) -> list[str]:
    """Return everything that is said in an item, in order: turns; a text; questions and the answer."""
    if isinstance(item, Dialogue):
        return [turn.text for turn in item.turns]
    if isinstance(item, LabelledText):
        return [item.text]
    return [*item.questions, item.answer]


def with_texts(item: DataItem, texts: Sequence[str]) -> DataItem:
    """Return an item with other texts in the places of `texts_of(item)`.

    Marked entities go with a text that changes only around them; those whose own words have changed are left out.

    Raises:
        ValueError: They are not as many.
    """
    if isinstance(item, Dialogue):
        turns = zip(item.turns, texts, strict=True)
        return replace(item, turns=tuple(_with_text(turn, text) for turn, text in turns))
    if isinstance(item, LabelledText):
        (text,) = texts
        return item if text == item.text else replace(item, text=text, entities=_found_again(item, text))
    if len(texts) != len(item.questions) + 1:
        raise ValueError(f"{len(texts)} texts for {len(item.questions)} questions and an answer")
    *questions, answer = texts
    return replace(item, questions=tuple(questions), answer=answer)


def find_near(text: str, words: str, expected: int, behind: int = 0) -> int:
    """Return where words stand that should stand about there, at the earliest at `behind`; -1: nowhere."""
    after = text.find(words, max(expected, behind))
    before = text.rfind(words, behind, max(expected, behind) + len(words))
    if before < 0 or after < 0:
        return max(before, after)
    return after if after - expected < expected - before else before


def origin_of(item: DataItem) -> str | None:
    """Return of what an item was made: an id, or of a labelled text a text. None: it was not made up.

    What is measured on must not hold such items, nor may one be learnt from whose origin is measured on.
    """
    mark = item.metadata.get(AUGMENTED)
    if mark is None:
        return None
    return str(mark.get("of", "")) if isinstance(mark, Mapping) else ""


def _with_text(turn: DialogueTurn, text: str) -> DialogueTurn:
    return turn if text == turn.text else replace(turn, text=text)


def _found_again(item: LabelledText, text: str) -> tuple[EntitySpan, ...]:
    """Return the entities where they stand now, in their order, each about as far into the text as it was before."""
    found: list[EntitySpan] = []
    behind = 0
    for span in item.entities:
        words = item.text[span.start : span.end]
        expected = round(span.start * len(text) / max(len(item.text), 1))
        start = find_near(text, words, expected, behind)
        if start >= 0:
            behind = start + len(words)
            found.append(replace(span, start=start, end=behind))
    return tuple(found)
