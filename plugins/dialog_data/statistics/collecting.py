"""What is counted of a data set, item by item."""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from dialog_core.datasets import AUGMENTED, DataItem, Dialogue, KnowledgeEntry, LabelledText, texts_of
from dialog_data.augmentation.words import WORD
from dialog_data.files.seen_ids import SeenIds
from dialog_data.statistics.counting import DistinctCounter, Distribution, Tally

SAMPLE = 300  # items whose language is looked at
MOST_SEEN = 4_000_000  # items that duplicates are looked for among: 140 MB
SLOT_VALUES = 1_024  # different values of a slot that are counted exactly
MOST_SLOTS = 1_000
_SEED = 20_261


class TextStatistics:
    """What is counted of the texts of one kind: those of users, those of the bot, questions, answers."""

    def __init__(self) -> None:
        self.words = Distribution()
        self.characters = Distribution()
        self.distinct = DistinctCounter()
        self.empty = 0

    def add(self, text: str, words: int) -> None:
        """Count a text."""
        self.words.add(words)
        self.characters.add(len(text))
        self.distinct.add(text)
        if not text.strip():
            self.empty += 1

    @property
    def different(self) -> int:
        """How many different ones there are; about, where `distinct` is not exact."""
        return min(self.distinct.count, self.words.total)


class Statistics:
    """Counts a data set. Words are runs of letters and digits, and of Chinese single characters.

    Attributes:
        items: How many there are, by class.
        texts: By who says it or what it is: `user`, `bot`, `system`, `text`, `question`, `answer`.
        turns_per_dialogue: How long dialogues are.
        same_speaker: Turns whose speaker has also said the one before.
        one_sided: Dialogues in which only one side says something.
        vocabulary: How many different words there are, capitals aside.
        labels: Of labelled texts.
        entities: What is marked in them.
        acts: Of turns.
        slots: In states and acts: in how many turns.
        slot_values: How many different values each has.
        splits: In which part of their sources items stand.
        questions_per_entry: How many phrasings entries have.
        passages: Entries that are parts of documents.
        duplicates: Items that say word for word what an earlier one does.
        augmented: Items that nobody ever said.
    """

    def __init__(self) -> None:
        self.items = Tally()
        self.texts: dict[str, TextStatistics] = {}
        self.turns_per_dialogue = Distribution()
        self.same_speaker = 0
        self.one_sided = 0
        self.turns_with_acts = 0
        self.turns_with_state = 0
        self.vocabulary = DistinctCounter()
        self.labels = Tally()
        self.entities = Tally()
        self.acts = Tally()
        self.slots = Tally()
        self.slot_values: dict[str, DistinctCounter] = {}
        self.splits = Tally()
        self.questions_per_entry = Distribution()
        self.passages = 0
        self.duplicates = 0
        self.augmented = 0
        self.sample: list[str] = []
        self._seen = SeenIds()
        self._random = random.Random(_SEED)

    @property
    def total(self) -> int:
        """How many items there are."""
        return self.items.total

    @property
    def all_texts(self) -> int:
        """How many texts there are in them."""
        return sum(found.words.total for found in self.texts.values())

    @property
    def all_seen(self) -> bool:
        """Whether duplicates were looked for among all items."""
        return len(self._seen) < MOST_SEEN

    def add(self, item: DataItem) -> None:
        """Count an item."""
        if isinstance(item, Dialogue):
            self._dialogue(item)
        elif isinstance(item, LabelledText):
            self._labelled(item)
        else:
            self._entry(item)
        split = item.metadata.get("split")
        if isinstance(split, str) and split:
            self.splits.add(split)
        if item.metadata.get(AUGMENTED):
            self.augmented += 1
        self._whole(texts_of(item))

    def _dialogue(self, item: Dialogue) -> None:
        self.items.add("dialogues")
        self.turns_per_dialogue.add(len(item.turns))
        before = ""
        roles = set()
        for turn in item.turns:
            self._text(turn.role, turn.text)
            roles.add(turn.role)
            self.same_speaker += turn.role == before
            before = turn.role
            self.turns_with_acts += bool(turn.acts)
            self.turns_with_state += bool(turn.state)
            slots = set()
            for act in turn.acts:
                self.acts.add(act.act)
                if act.slot:
                    slots.add(name := f"{act.domain}-{act.slot}" if act.domain else act.slot)
                    self._value(name, act.value)
            for name, value in turn.state.items():
                slots.add(str(name))
                self._value(str(name), value)
            for name in slots:
                self.slots.add(name)
        self.one_sided += len(roles & {"user", "bot"}) < 2

    def _labelled(self, item: LabelledText) -> None:
        self.items.add("labelled texts")
        self._text("text", item.text)
        self.labels.add(item.label)
        for span in item.entities:
            self.entities.add(f"{span.entity}:{span.role}" if span.role else span.entity)

    def _entry(self, item: KnowledgeEntry) -> None:
        self.items.add("passages" if item.passage else "entries")
        self.passages += item.passage
        self.questions_per_entry.add(len(item.questions))
        for question in item.questions:
            self._text("heading" if item.passage else "question", question)
        self._text("passage" if item.passage else "answer", item.answer)

    def _text(self, kind: str, text: str) -> None:
        words = WORD.findall(text)
        if kind not in self.texts:
            self.texts[kind] = TextStatistics()
        self.texts[kind].add(text, len(words))
        add = self.vocabulary.add
        for word in words:
            add(word.casefold())

    def _value(self, slot: str, value: Any) -> None:
        if slot not in self.slot_values:
            if len(self.slot_values) >= MOST_SLOTS:
                return
            self.slot_values[slot] = DistinctCounter(SLOT_VALUES)
        for one in value if isinstance(value, list | tuple) else (value,):
            if one not in (None, "", {}):
                self.slot_values[slot].add(str(one))

    def _whole(self, texts: Iterable[str]) -> None:
        """Look for duplicates, and keep the item for the sample (Vitter 1985, Algorithm R)."""
        said = "\n".join(texts)
        if self.all_seen and not self._seen.add(said):
            self.duplicates += 1
        if len(self.sample) < SAMPLE:
            self.sample.append(said)
        elif (place := self._random.randrange(self.total)) < SAMPLE:
            self.sample[place] = said

    def to_json(self) -> dict[str, Any]:
        """Return every figure, by name."""
        return {
            "items": self.total,
            "kinds": dict(self.items),
            "duplicates": self.duplicates,
            "duplicates_looked_for_among": len(self._seen) + self.duplicates,
            "augmented": self.augmented,
            "splits": dict(self.splits),
            "vocabulary": _distinct(self.vocabulary),
            "texts": {kind: _texts(found) for kind, found in self.texts.items()},
            "turns_per_dialogue": _spread(self.turns_per_dialogue),
            "same_speaker_twice": self.same_speaker,
            "one_sided_dialogues": self.one_sided,
            "turns_with_acts": self.turns_with_acts,
            "turns_with_state": self.turns_with_state,
            "labels": dict(self.labels),
            "entities": dict(self.entities),
            "acts": dict(self.acts),
            "slots": {
                name: {
                    "turns": count,
                    "values": _distinct(self.slot_values[name]) if name in self.slot_values else None,
                }
                for name, count in self.slots
            },
            "questions_per_entry": _spread(self.questions_per_entry),
        }


def _texts(found: TextStatistics) -> Mapping[str, Any]:
    return {
        "count": found.words.total,
        "empty": found.empty,
        "different": {"count": found.different, "exact": found.distinct.exact},
        "words": _spread(found.words),
        "characters": _spread(found.characters),
        "words_histogram": [{"from": low, "to": high, "count": count} for low, high, count in found.words.histogram()],
    }


def _distinct(found: DistinctCounter) -> Mapping[str, Any]:
    return {"count": found.count, "exact": found.exact}


def _spread(found: Distribution) -> Mapping[str, Any] | None:
    if not found.total:
        return None
    percentiles = {f"p{percent}": found.percentile(percent / 100) for percent in (5, 25, 50, 75, 95, 99)}
    return {"mean": found.mean, **percentiles, "max": found.largest, "sum": found.sum}
