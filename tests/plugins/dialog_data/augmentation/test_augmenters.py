"""What augmenters make of what users say."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core import Context
from dialog_core.configuration import ConfigurationError
from dialog_core.datasets import DataItem, Dialogue, DialogueTurn, EntitySpan, KnowledgeEntry, LabelledText

FLIGHT = LabelledText("I want to book a flight to New York tomorrow", "book", {}, (EntitySpan(27, 35, "city"),))
TICKET = LabelledText("我想在北京订一张明天的机票", "book", {}, (EntitySpan(3, 5, "city"),))


def augmenter(spec: Any, seed: int = 1) -> Any:
    return Context(name="augment", seed=seed).create("augmenter", spec)


@pytest.fixture
def synonyms(tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "synonyms.yaml"
    file.write_text(
        "- [book, reserve, order]\n- [flight, plane, air ticket]\n- [订, 预订]\n- [机票, 飞机票]\n", encoding="utf-8"
    )
    return {"use": "synonyms", "path": str(file)}


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "values.yaml"
    file.write_text("city: [Berlin, San Francisco, 上海]\nflight number: [LH 400]\n", encoding="utf-8")
    return {"use": "templates", "path": str(file)}


def marked(item: LabelledText) -> list[tuple[str, str]]:
    return [(item.text[one.start : one.end], one.entity) for one in item.entities]


@pytest.mark.parametrize("spec", ["typos", "word_dropout"])
@pytest.mark.parametrize("item", [FLIGHT, TICKET])
def test_marked_entities_stay_where_the_words_around_them_change(spec: str, item: LabelledText) -> None:
    variants = augmenter(spec).augment(item, 3)
    assert len(variants) == 3
    for variant in variants:
        assert variant.text != item.text
        assert variant.label == "book"
        assert marked(variant) == marked(item)


def test_the_same_seed_gives_the_same_mistakes_and_another_one_others() -> None:
    first = [one.text for one in augmenter("typos", seed=1).augment(FLIGHT, 3)]
    assert [one.text for one in augmenter("typos", seed=1).augment(FLIGHT, 3)] == first
    assert [one.text for one in augmenter("typos", seed=2).augment(FLIGHT, 3)] != first


def test_a_typing_mistake_is_one_letter_off_and_never_the_first() -> None:
    (variant,) = augmenter({"use": "typos", "share": 0.01}).augment(LabelledText("Where is the library", "where"), 1)
    pairs = zip("Where is the library".split(), variant.text.split(), strict=True)
    wrong = [(right, written) for right, written in pairs if right != written]
    assert len(wrong) == 1
    right, written = wrong[0]
    assert right[0] == written[0]
    assert abs(len(right) - len(written)) <= 1


def test_in_chinese_a_typing_mistake_is_a_character_that_sounds_alike() -> None:
    (variant,) = augmenter("typos").augment(LabelledText("我在那里等你", "wait"), 1)
    assert len(variant.text) == 6
    assert sum(a != b for a, b in zip(variant.text, "我在那里等你", strict=True)) == 1


def test_words_that_are_left_out_leave_no_gap_and_some_stay() -> None:
    for variant in augmenter({"use": "word_dropout", "share": "90%", "keep": 2}).augment(
        LabelledText("Please, book a table for two!", "book"), 5
    ):
        assert "  " not in variant.text
        assert " ," not in variant.text
        assert len(variant.text.strip("!, ").split()) >= 2


def test_a_text_too_short_to_vary_has_no_variants() -> None:
    assert augmenter("word_dropout").augment(LabelledText("hi", "greet"), 3) == []
    assert augmenter("typos").augment(LabelledText("7 :-)", "smile"), 3) == []


def test_synonyms_of_a_list_stand_for_each_other_with_the_same_capitals(synonyms: dict[str, Any]) -> None:
    every = augmenter({**synonyms, "share": "100%"})
    said = {one.text for one in every.augment(LabelledText("Book a flight", "book"), 20)}
    assert said == {
        f"{verb} a {noun}" for verb in ("Reserve", "Order") for noun in ("plane", "air ticket")
    }  # and never "booked": a list holds words as they are


def test_chinese_synonyms_need_no_blanks_around_them(synonyms: dict[str, Any]) -> None:
    (variant,) = augmenter({**synonyms, "share": "100%"}).augment(TICKET, 1)
    assert variant.text == "我想在北京预订一张明天的飞机票"
    assert marked(variant) == [("北京", "city")]


def test_a_synonym_is_not_looked_for_within_a_word(synonyms: dict[str, Any]) -> None:
    assert augmenter(synonyms).augment(LabelledText("a notebook about flights", "shop"), 3) == []


def test_wrong_lists_of_synonyms_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.yaml"
    file.write_text("- [buy, order]\n- [alone]\n- 7\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        augmenter({"use": "synonyms", "path": str(file)})
    assert "synonyms.yaml:2:3: a group needs two words or more" in str(raised.value)
    assert "synonyms.yaml:3:3: a group needs two words or more" in str(raised.value)


def test_synonyms_without_a_source_say_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match=r"knows no synonyms.*`path`"):
        augmenter("synonyms")


def test_wordnet_that_is_not_installed_is_told_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import nltk

    monkeypatch.setattr(nltk.data, "path", [])
    with pytest.raises(ConfigurationError, match=r"WordNet is not installed.*nltk.downloader wordnet"):
        augmenter({"use": "synonyms", "wordnet": True}).augment(FLIGHT, 1)


def test_templates_are_filled_in_and_what_fills_them_is_marked(values: dict[str, Any]) -> None:
    item = LabelledText("fly to {city:to} from {city:from}", "fly")
    found = augmenter(values)
    assert found.is_template(item)
    for variant in found.augment(item, 3):
        to, start = variant.entities
        assert variant.text == f"fly to {variant.text[to.start : to.end]} from {variant.text[start.start : start.end]}"
        assert (to.entity, to.role, start.role) == ("city", "to", "from")


def test_marked_entities_get_other_values_of_their_kind(values: dict[str, Any]) -> None:
    found = augmenter(values)
    assert not found.is_template(FLIGHT)
    said = {variant.text for variant in found.augment(FLIGHT, 20)}
    assert said == {f"I want to book a flight to {city} tomorrow" for city in ("Berlin", "San Francisco", "上海")}


def test_a_slot_without_values_is_told_with_the_likely_name(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"'\{citty\}' in 'fly to \{citty\}' \(line 3\) .*Did you mean 'city'"):
        augmenter(values).augment(LabelledText("fly to {citty}", "fly", {"line": 3}), 1)


@pytest.mark.parametrize(
    ("written", "told"),
    [("- city\n", "needs a mapping from kinds"), ("city: []\n", "'city' has no values"), ("city: 7\n", "no values")],
)
def test_wrong_files_of_values_are_told(tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told):
        augmenter({"use": "templates", "path": str(file)})


def test_what_the_bot_says_stays_as_it_is() -> None:
    talk = Dialogue("1", (DialogueTurn("user", "please open the window"), DialogueTurn("bot", "opening the window")))
    (variant,) = augmenter("typos").augment(talk, 1)
    assert variant.turns[0].text != "please open the window"
    assert variant.turns[1] == talk.turns[1]
    entry = KnowledgeEntry("1", ("When do you open?",), "We open at nine.")
    (varied,) = augmenter("word_dropout").augment(entry, 1)
    assert varied.answer == "We open at nine."
    assert varied.questions != entry.questions


def test_headings_of_documents_are_not_what_people_ask() -> None:
    passage = KnowledgeEntry("1", ("Opening hours of the library",), "From nine.", passage=True)
    assert augmenter("typos").augment(passage, 3) == []


@given(st.text(max_size=60), st.integers(0, 3))
def test_any_text_is_varied_without_an_error_and_no_variant_is_the_text(text: str, seed: int) -> None:
    item: DataItem = LabelledText(text, "any")
    for name in ("typos", "word_dropout"):
        variants = augmenter(name, seed).augment(item, 2)
        assert item not in variants
        assert len(variants) == len({one.text for one in variants})


def test_short_words_are_spared_as_far_as_one_says() -> None:
    text = LabelledText("go on at once", "")
    assert {one.text for one in augmenter({"use": "typos", "shortest": 5}).augment(text, 5)} <= {text.text}
    assert {one.text for one in augmenter({"use": "typos", "shortest": 2}).augment(text, 5)} - {text.text}
