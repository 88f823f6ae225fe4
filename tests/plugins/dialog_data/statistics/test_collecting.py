"""What is counted of a data set."""

import json

from dialog_core.datasets import (
    AUGMENTED,
    DataItem,
    Dialogue,
    DialogueAct,
    DialogueTurn,
    EntitySpan,
    KnowledgeEntry,
    LabelledText,
)
from dialog_data.statistics.collecting import Statistics

TALK = Dialogue(
    "a",
    (
        DialogueTurn("user", "a room in the East", acts=(DialogueAct("inform", "hotel", "area", "east"),)),
        DialogueTurn("user", "please", state={"hotel-area": ["east", "centre"]}),
        DialogueTurn("bot", "", acts=(DialogueAct("request", "hotel", "stars"), DialogueAct("bye"))),
    ),
    {"split": "train"},
)


def counted(*items: DataItem) -> Statistics:
    found = Statistics()
    for item in items:
        found.add(item)
    return found


def test_turns_words_acts_slots_and_their_values_are_counted() -> None:
    found = counted(TALK)
    assert dict(found.items) == {"dialogues": 1}
    assert (found.texts["user"].words.sum, found.texts["bot"].empty) == (6, 1)
    assert (found.turns_per_dialogue.total, found.turns_per_dialogue.largest) == (1, 3)
    assert (found.same_speaker, found.one_sided, found.turns_with_acts, found.turns_with_state) == (1, 0, 2, 1)
    assert dict(found.acts) == {"inform": 1, "request": 1, "bye": 1}
    assert dict(found.slots) == {"hotel-area": 2, "hotel-stars": 1}
    assert {name: values.count for name, values in found.slot_values.items()} == {"hotel-area": 2, "hotel-stars": 0}
    assert found.vocabulary.count == 6


def test_labels_entities_and_what_stands_there_twice_are_counted() -> None:
    text = LabelledText("to Berlin", "book", {AUGMENTED: "typos"}, (EntitySpan(3, 9, "city", "to"),))
    found = counted(text, LabelledText("to Berlin", "book"), LabelledText("hi", ""))
    assert dict(found.labels) == {"book": 2, "": 1}
    assert dict(found.entities) == {"city:to": 1}
    assert (found.duplicates, found.augmented) == (1, 1)


def test_chinese_characters_are_words() -> None:
    assert counted(LabelledText("我要 two 张票", "x")).texts["text"].words.sum == 5


def test_passages_are_told_from_questions_with_answers() -> None:
    found = counted(KnowledgeEntry("p", ("Tea",), "A leaf.", passage=True), KnowledgeEntry("q", ("a?", "b?"), "c"))
    assert dict(found.items) == {"passages": 1, "entries": 1}
    assert {kind: texts.words.total for kind, texts in found.texts.items()} == {
        "heading": 1,
        "passage": 1,
        "question": 2,
        "answer": 1,
    }


def test_every_figure_is_json() -> None:
    figures = json.loads(json.dumps(counted(TALK, LabelledText("hi", "greet")).to_json()))
    assert figures["texts"]["user"]["words"]["p50"] == 1
    assert figures["slots"]["hotel-area"] == {"turns": 2, "values": {"count": 2, "exact": True}}
