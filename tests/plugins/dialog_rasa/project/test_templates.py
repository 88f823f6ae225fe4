"""Texts of responses become templates of ours that say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialog_core.sandbox import Sandbox
from dialog_rasa.project.templates import template, templates

SLOTS = {"name": "Ann", "a-b": "dash", "my slot": "space", "x.y": "dot"}


def said(text: str) -> str:
    """Return what our template says."""
    return Sandbox().from_string(template(text, SLOTS)).render(slots=SLOTS)


@pytest.mark.parametrize(
    ("text", "ours", "spoken"),
    [
        ("Hello {name}!", "Hello {{ slots.name }}!", "Hello Ann!"),
        ("{a-b} and {my slot} and {x.y}", None, "dash and space and dot"),
        ("no slot: 3 > 2", "no slot: 3 > 2", "no slot: 3 > 2"),
        ('/inform{{"name": "{name}"}}', None, '/inform{"name": "Ann"}'),
        ("{{name}}", "{name}", "{name}"),
        ("{{{name}}}", None, "{Ann}"),
        ('/affirm{"e": "v"}', '/affirm{"e": "v"}', '/affirm{"e": "v"}'),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("100 {{% off", None, "100 {% off"),
        ("{{{{x}}}}", None, "{{x}}"),
        ("{{# note", None, "{# note"),
        ("a lonely } of {name}", "a lonely } of {name}", "a lonely } of {name}"),
        ("a {\n}", "a {\n}", "a {\n}"),
        ("", "", ""),
    ],
)
def test_a_text_says_what_rasa_says(text: str, ours: str | None, spoken: str) -> None:
    if ours is not None:
        assert template(text, SLOTS) == ours
    assert said(text) == spoken


def test_every_text_in_a_payload_is_a_template() -> None:
    assert templates({"a": ["Hi {name}", 1, None], "b": {"c": "{{x}}"}}) == {
        "a": ["Hi {{ slots.name }}", 1, None],
        "b": {"c": "{x}"},
    }


@given(text=st.text(st.sampled_from(list("ab {}%#'\"")), max_size=30).filter(lambda text: "{a" not in text))
def test_any_braces_are_said_as_braces(text: str) -> None:
    # Without a slot in it, a text comes out with its doubled braces made single, or as it is where they fit nothing.
    spoken = said(text)
    assert spoken in (text, text.replace("{{", "{").replace("}}", "}")) or "slots" in template(text, SLOTS)
