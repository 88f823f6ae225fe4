"""What a response says."""

import pytest

from dialog_rasa.acting.responses import Responses, TemplateError
from dialog_rasa.acting.said import as_said, attachments_of, offers_of, text_of, titles_of
from dialog_rasa.dialogue.values import Button, Dialogue, Variation


def responses(*variations: Variation, channel: str = "") -> Responses:
    return Responses(Dialogue(responses={"utter_x": variations}), channel)


def text(found: Responses, seed: int = 0, **slots: object) -> str | None:
    said = found.say("utter_x", slots, seed)
    return None if said is None else said.get("text")


def test_of_several_variations_one_is_said_and_always_the_same_for_a_seed() -> None:
    found = responses(Variation("a"), Variation("b"), Variation("c"))
    assert {text(found, seed) for seed in range(50)} == {"a", "b", "c"}
    assert text(found, 7) == text(found, 7)


def test_what_is_for_this_channel_and_these_slots_comes_first() -> None:
    variations = (
        Variation("any"),
        Variation("vip", conditions=(("vip", True),)),
        Variation("slack", channel="slack"),
        Variation("slack vip", channel="slack", conditions=(("vip", True),)),
    )
    assert text(responses(*variations)) == "any"
    assert text(responses(*variations), vip=True) == "vip"
    assert text(responses(*variations, channel="slack")) == "slack"
    assert text(responses(*variations, channel="slack"), vip=True) == "slack vip"


def test_a_condition_compares_words_without_case_and_truth_only_with_truth() -> None:
    found = responses(Variation("yes", conditions=(("size", "Large"),)), Variation("no"))
    assert text(found, size="large") == "yes"
    found = responses(Variation("yes", conditions=(("n", True),)), Variation("no"))
    assert text(found, n=1) == "no"


def test_where_nothing_fits_nothing_is_said() -> None:
    found = responses(Variation("vip", conditions=(("vip", True),)))
    assert text(found) is None
    assert found.say("utter_y", {}, 0) is None


def test_slots_are_filled_in_everywhere_and_an_empty_one_is_empty() -> None:
    one = Variation(
        "Hi {{ slots.name }}, {{slots.nothing}}{{ slots.n }}!",
        buttons=(Button("{{ slots.name }}", '/pick{"who": "{{ slots.name }}"}'),),
        image="https://example.org/{{ slots.name }}.png",
        custom={"list": ["{{ slots.name }}", 1]},
        metadata={"elements": [{"title": "{{ slots.name }}"}], "mood": "glad"},
    )
    found = responses(one)
    assert not found.slow
    said = found.say("utter_x", {"name": "Ann", "n": 4}, 0)
    assert said == {
        "response": "utter_x",
        "text": "Hi Ann, 4!",
        "buttons": [{"title": "Ann", "payload": '/pick{"who": "Ann"}'}],
        "image": "https://example.org/Ann.png",
        "custom": {"list": ["Ann", 1]},
        "elements": [{"title": "Ann"}],
        "metadata": {"mood": "glad"},
    }


def test_more_than_names_of_slots_is_a_template_in_the_sandbox() -> None:
    found = responses(Variation("{% if slots.n %}{{ slots.n * 2 }}{% else %}none{% endif %}"))
    assert found.slow
    found.warm()
    assert text(found, n=4) == "8"
    assert text(found) == "none"


@pytest.mark.parametrize("written", ["{% if %}", "{{ slots.a.__class__.__mro__ }} {{ 'x' * 100 }}"])
def test_a_template_that_cannot_be_made_says_so(written: str) -> None:
    with pytest.raises(TemplateError, match="the text"):
        text(responses(Variation(written)), a="a")


def test_what_users_wrote_is_no_template() -> None:
    assert text(responses(Variation("{{ slots.a }}")), a="{{ 7 * 7 }}") == "{{ 7 * 7 }}"


def test_messages_become_one_text_with_attachments_and_quick_replies() -> None:
    messages = [
        {"text": "Look:", "image": "https://example.org/a.png"},
        {"buttons": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "no"}]},
        {"attachment": {"type": "video", "payload": {"src": "https://example.org/v"}}},
        {"custom": {"text": "A card"}},
        {"image": "https://example.org/b.png"},
    ]
    assert text_of(messages) == "Look:\n\nA card\n\nhttps://example.org/b.png"
    assert titles_of(messages) == ("Yes", "No")
    assert offers_of(messages) == {"yes": "/affirm", "no": "no"}
    assert [(one.media_type, one.url) for one in attachments_of(messages)] == [
        ("image/png", "https://example.org/a.png"),
        ("video/mp4", "https://example.org/v"),
        ("image/png", "https://example.org/b.png"),
    ]


def test_what_an_action_says_is_brought_into_shape() -> None:
    given = {"text": " ", "buttons": [{"title": 1}, "x"], "elements": [{"a": 1}], "custom": {"b": 2}, "image": ""}
    assert as_said(given) == {
        "buttons": [{"title": "1", "payload": "1"}],
        "elements": [{"a": 1}],
        "custom": {"b": 2},
    }
