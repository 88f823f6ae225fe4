"""What every cleaner, augmenter and recognizer must do, as tests to subclass.

    from dialog_core.testing import CleanerContract

    class TestShouting(CleanerContract):
        def make_cleaner(self, tmp_path):
            return ShoutingCleaner(ShoutingOptions(), make_context("shouting"))

The tests need pytest and nothing else.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import (
    DataItem,
    Dialogue,
    DialogueAct,
    DialogueTurn,
    EntitySpan,
    KnowledgeEntry,
    LabelledText,
    texts_of,
)
from dialog_core.interfaces import Augmenter, Cleaner, Recognizer, Removed
from dialog_core.testing.checks import no_network
from dialog_core.testing.nasty_texts import NASTY_TEXTS

LONG = 10_000  # characters of a text that steps over data sets have to stand; a turn of a dialogue has seldom more

SAMPLE_ITEMS: tuple[DataItem, ...] = (
    LabelledText("I want to fly to New York tomorrow", "book", {"line": 1}, (EntitySpan(17, 25, "city"),)),
    LabelledText("我想取消昨天下的订单", "cancel", {"line": 2}),
    Dialogue(
        "d1",
        (
            DialogueTurn("system", "You are a helpful clerk."),
            DialogueTurn("user", "Where is my parcel?", acts=(DialogueAct("request", "parcel", "place"),)),
            DialogueTurn("bot", "It is on its way, and arrives tomorrow.", state={"parcel-number": "7"}),
        ),
        {"line": 3},
    ),
    Dialogue("一", (DialogueTurn("user", "你们几点开门？"), DialogueTurn("bot", "九点。"))),
    KnowledgeEntry("k1", ("When do you open?", "opening hours"), "We open at nine."),
    KnowledgeEntry("p1", ("Opening hours",), "We open at nine, and close at six.", passage=True),
)


def nasty_items() -> Iterator[DataItem]:
    """Yield items of every kind with texts that break what has not seen them."""
    for name, text in NASTY_TEXTS.items():
        short = text[:LONG]
        yield LabelledText(short, "any")
        yield Dialogue(name, (DialogueTurn("user", short), DialogueTurn("bot", short)))
        yield KnowledgeEntry(name, (short,), short)
    yield Dialogue("no turns", ())
    yield Dialogue("one turn", (DialogueTurn("bot", "hello"),))


class CleanerContract:
    """Tests for any step of cleaning.

    Attributes:
        items: What it is given.
        idempotent: Whether what it has cleaned once it leaves alone.
    """

    items: Sequence[DataItem] = SAMPLE_ITEMS
    idempotent: bool = True

    def make_cleaner(self, tmp_path: Path) -> Cleaner:
        """Return a new cleaner; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to make its cleaner: override make_cleaner")

    def test_it_returns_items_or_says_why_there_is_none(self, tmp_path: Path) -> None:
        for result in self._clean(self.make_cleaner(tmp_path), self.items):
            for item in result if isinstance(result, list) else [result]:
                assert isinstance(item, Dialogue | LabelledText | KnowledgeEntry | Removed)
                if isinstance(item, Removed):
                    assert item.reason.strip()

    def test_it_stands_nasty_texts(self, tmp_path: Path) -> None:
        cleaner = self.make_cleaner(tmp_path)
        for item in nasty_items():
            self._clean(cleaner, [item])

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        before = repr(self.items)
        self._clean(self.make_cleaner(tmp_path), self.items)
        assert repr(self.items) == before

    def test_the_same_items_give_the_same_results(self, tmp_path: Path) -> None:
        first = self._clean(self.make_cleaner(tmp_path), self.items)
        assert self._clean(self.make_cleaner(tmp_path), self.items) == first

    def test_marked_entities_stay_in_the_text(self, tmp_path: Path) -> None:
        for item in self._kept(self.make_cleaner(tmp_path), self.items):
            if isinstance(item, LabelledText):
                check_entities(item)

    def test_what_it_has_cleaned_it_leaves_alone(self, tmp_path: Path) -> None:
        if not self.idempotent:
            pytest.skip("declared to change what it has cleaned")
        once = self._kept(self.make_cleaner(tmp_path), self.items)
        assert self._kept(self.make_cleaner(tmp_path), once) == once

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        cleaner = self.make_cleaner(tmp_path)
        with no_network() as attempts:
            self._clean(cleaner, self.items)
        assert not attempts

    def _clean(self, cleaner: Cleaner, items: Sequence[DataItem]) -> list[DataItem | Removed | list[DataItem]]:
        found: list[DataItem | Removed | list[DataItem]] = []
        for item in items:
            result = cleaner.clean(item)
            found.append(list(result) if isinstance(result, Sequence) else result)
        return found

    def _kept(self, cleaner: Cleaner, items: Sequence[DataItem]) -> list[DataItem]:
        kept: list[DataItem] = []
        for result in self._clean(cleaner, items):
            if isinstance(result, list):
                kept += result
            elif not isinstance(result, Removed):
                kept.append(result)
        return kept


class AugmenterContract:
    """Tests for any augmenter.

    Attributes:
        items: What it is given.
        uses_network: Whether it talks to a service; see `PolicyContract`.
    """

    items: Sequence[DataItem] = SAMPLE_ITEMS
    uses_network: bool = False

    def make_augmenter(self, tmp_path: Path) -> Augmenter:
        """Return a new augmenter; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how to make its augmenter: override make_augmenter"
        )

    def test_it_makes_at_most_as_many_as_are_wanted(self, tmp_path: Path) -> None:
        augmenter = self.make_augmenter(tmp_path)
        for item in self.items:
            for count in (1, 3):
                assert len(augmenter.augment(item, count)) <= count

    def test_every_variant_is_another_item_of_the_same_kind(self, tmp_path: Path) -> None:
        augmenter = self.make_augmenter(tmp_path)
        made = 0
        for item in self.items:
            variants = list(augmenter.augment(item, 3))
            made += len(variants)
            for number, variant in enumerate(variants):
                assert type(variant) is type(item)
                assert texts_of(variant) != texts_of(item)
                assert variant not in variants[:number]
        assert made, "it makes nothing of any item: give the contract items that it varies"

    def test_what_the_bot_says_and_what_a_text_means_stay(self, tmp_path: Path) -> None:
        augmenter = self.make_augmenter(tmp_path)
        for item in self.items:
            for variant in augmenter.augment(item, 2):
                if isinstance(item, LabelledText) and isinstance(variant, LabelledText):
                    assert variant.label == item.label
                    check_entities(variant)
                elif isinstance(item, KnowledgeEntry) and isinstance(variant, KnowledgeEntry):
                    assert variant.answer == item.answer
                elif isinstance(item, Dialogue) and isinstance(variant, Dialogue):
                    said = [[turn for turn in one.turns if turn.role != "user"] for one in (item, variant)]
                    assert said[0] == said[1]

    def test_it_stands_nasty_texts(self, tmp_path: Path) -> None:
        augmenter = self.make_augmenter(tmp_path)
        for item in nasty_items():
            with suppress(ConfigurationError):  # it may say that a text is not for it, a template without values say
                augmenter.augment(item, 1)

    def test_it_changes_nothing_it_is_given(self, tmp_path: Path) -> None:
        before = repr(self.items)
        augmenter = self.make_augmenter(tmp_path)
        for item in self.items:
            augmenter.augment(item, 2)
        assert repr(self.items) == before

    def test_the_same_item_gives_the_same_variants(self, tmp_path: Path) -> None:
        first = [list(self.make_augmenter(tmp_path).augment(item, 2)) for item in self.items]
        again = [list(self.make_augmenter(tmp_path).augment(item, 2)) for item in reversed(self.items)]
        assert first == again[::-1]

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        if self.uses_network:
            pytest.skip("declared to talk to a service")
        augmenter = self.make_augmenter(tmp_path)
        with no_network() as attempts:
            for item in self.items:
                augmenter.augment(item, 1)
        assert not attempts


class RecognizerContract:
    """Tests for any recognizer.

    Attributes:
        examples: Texts in which it finds something, each with the words it finds.
    """

    examples: Sequence[tuple[str, Sequence[str]]] = ()

    def make_recognizer(self, tmp_path: Path) -> Recognizer:
        """Return a new recognizer; what it needs on disk goes below `tmp_path`. Override this."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how to make its recognizer: override make_recognizer"
        )

    def test_it_finds_what_it_is_for(self, tmp_path: Path) -> None:
        assert self.examples, "give the contract texts in which it finds something, as `examples`"
        recognizer = self.make_recognizer(tmp_path)
        for text, words in self.examples:
            assert [text[one.start : one.end] for one in recognizer.find(text)] == list(words)

    def test_what_it_finds_lies_in_the_text_in_order_and_does_not_overlap(self, tmp_path: Path) -> None:
        recognizer = self.make_recognizer(tmp_path)
        for text in (*(text for text, _ in self.examples), *(text[:LONG] for text in NASTY_TEXTS.values())):
            found = recognizer.find(text)
            for one in found:
                assert 0 <= one.start < one.end <= len(text)
                assert one.kind
                assert 0 <= one.score <= 1
            assert all(one.end <= other.start for one, other in pairwise(found))

    def test_the_same_text_gives_the_same(self, tmp_path: Path) -> None:
        recognizer = self.make_recognizer(tmp_path)
        for text, _ in self.examples:
            first = list(recognizer.find(text))
            assert list(recognizer.find(text)) == first
            assert list(self.make_recognizer(tmp_path).find(text)) == first

    def test_it_does_not_leave_the_machine(self, tmp_path: Path) -> None:
        recognizer = self.make_recognizer(tmp_path)
        with no_network() as attempts:
            for text, _ in self.examples:
                recognizer.find(text)
        assert not attempts


def check_entities(item: LabelledText) -> None:
    """See that marked entities lie in the text, in order, without overlapping."""
    behind = 0
    for span in item.entities:
        assert behind <= span.start < span.end <= len(item.text), f"{span} is not in {item.text!r}"
        behind = span.end
