"""A data set with its variants."""

from typing import Any

from dialog_core import Context
from dialog_core.datasets import AUGMENTED, Dialogue, DialogueTurn, LabelledText, origin_of
from dialog_data.augmentation.pipeline import AugmentationReport, augmented

TEXTS = [LabelledText("where is my parcel now", "track"), LabelledText("please cancel the order", "cancel")]


def made(items: list[Any], *names: str, count: int = 1, **how: Any) -> tuple[list[Any], AugmentationReport]:
    report = AugmentationReport()
    context = Context(name="augment", seed=4)
    augmenters = {name: context.create("augmenter", name) for name in names}
    return list(augmented(items, augmenters, count, report, **how)), report


def test_every_item_is_followed_by_its_variants_which_say_what_they_are() -> None:
    found, report = made(TEXTS, "typos", "word_dropout", count=2)
    assert [origin_of(item) for item in found] == [origin for text in TEXTS for origin in (None, *[text.text] * 4)]
    assert [item.metadata[AUGMENTED]["by"] for item in found[1:5]] == ["typos"] * 2 + ["word_dropout"] * 2
    assert report.made == {"typos": 4, "word_dropout": 4}
    assert report.items == 2


def test_variants_of_dialogues_have_ids_of_their_own() -> None:
    talk = Dialogue("d1", (DialogueTurn("user", "please open the window"), DialogueTurn("bot", "done")))
    found, _ = made([talk], "typos", count=3)
    assert len({item.id for item in found}) == 4
    assert [origin_of(item) for item in found] == [None, "d1", "d1", "d1"]


def test_nothing_is_made_of_what_was_made() -> None:
    once, _ = made(TEXTS, "typos")
    twice, report = made(once, "typos")
    assert [item.text for item in twice] == [item.text for item in once[:1]] + [twice[1].text] + [
        item.text for item in once[1:3]
    ] + [twice[4].text, once[3].text]
    assert report.already == 2
    assert report.made == {"typos": 2}


def test_variants_alone_can_be_had() -> None:
    found, _ = made(TEXTS, "typos", originals=False)
    assert len(found) == 2
    assert all(origin_of(item) is not None for item in found)
