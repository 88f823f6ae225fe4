"""Entities by regular expressions."""

import logging

import pytest
from pydantic import ValidationError

from tests.plugins.dialog_nlu.finding import finder, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AB-1234 please", ["AB-1234"]),
        ("ab1234", ["ab1234"]),
        ("订单AB1234请查", ["AB1234"]),
        ("ＡＢ１２３４", ["AB1234"]),
        ("xAB1234, AB12345", []),
    ],
)
def test_whole_words_without_regard_to_case(text: str, found: list[str]) -> None:
    assert values(finder({"order": {"regex": r"[A-Z]{2}-?\d{4}"}}), text) == found


def test_the_group_named_value_is_what_counts() -> None:
    annotator = finder({"order": {"regex": r"order (?:number )?(?P<value>\d+)"}})
    assert values(annotator, "my order number 77") == ["77"]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("(unclosed", "is no regular expression"),
        ("[0-9]*", "matches an empty text"),
        ("", "matches an empty text"),
    ],
)
def test_expressions_that_cannot_be_used_are_refused(expression: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        finder({"order": {"regex": expression}})


def test_an_expression_that_takes_for_ever_is_stopped_and_named(caplog: pytest.LogCaptureFixture) -> None:
    annotator = finder({"slow": {"regex": "(a|aa)+c"}, "number": None})
    with caplog.at_level(logging.WARNING):
        assert values(annotator, "a" * 60 + " c 7") == [7]
    assert "'(a|aa)+c' ran out of time" in caplog.text
