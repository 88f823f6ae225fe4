"""Both languages say the same."""

import dataclasses
import string

import pytest

from dialog_terminal.phrases import CHINESE, ENGLISH, Phrases, phrases_for

NAMES = [field.name for field in dataclasses.fields(Phrases)]


def fields_of(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("name", NAMES)
def test_every_phrase_is_filled_in_alike_in_both_languages(name: str) -> None:
    assert fields_of(getattr(ENGLISH, name)) == fields_of(getattr(CHINESE, name))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("help_")])
def test_every_help_text_is_translated(name: str) -> None:
    assert getattr(ENGLISH, name) != getattr(CHINESE, name)


@pytest.mark.parametrize(
    ("language", "phrases"),
    [("zh", CHINESE), ("zh-CN", CHINESE), ("zh_Hans", CHINESE), ("ZH", CHINESE), ("en", ENGLISH), ("de", ENGLISH)],
)
def test_chinese_is_for_chinese_and_english_for_everybody_else(language: str, phrases: Phrases) -> None:
    assert phrases_for(language) is phrases
