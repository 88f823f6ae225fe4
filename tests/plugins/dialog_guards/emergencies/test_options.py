"""Mistakes in the guard's options are told where they stand."""

from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import write_bot

BOT = """
version: 1
policies: [{{name: rules, use: rules, path: rules.yaml}}]
guards:
  - use: emergencies
    {options}
"""
RULES = "rules: [{name: hi, when: hello, say: Hi}]"


def mistakes(tmp_path: Path, options: str) -> str:
    bot = write_bot(tmp_path, BOT.format(options=options), **{"rules.yaml": RULES})
    with pytest.raises(ConfigurationError) as caught:
        Bot.load(bot).close()
    return str(caught.value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("hand_over: false", ":4:5: guards[0].number: is missing"),
        ("number: ''", ":5:13: guards[0].number"),
        ("number: '112'; say: {medicl: 'Call {number}'}", "Did you mean 'medical'?"),
        ("number: '112'; say: {medical: 'Call {nubmer}'}", "Did you mean 'number'?"),
        ("number: '112'; say: {self_harm: 'Call {crisis_line}'}", "say.self_harm: names {crisis_line}"),
        ("number: '112'; say: {poisoning: {en: 'Call {poison_line}'}}", "say.poisoning.en: names"),
        ("number: '112'; say: {medical: Wait.}", "say.medical: names no number to call"),
        ("number: '112'; also: {medical: '/(/'}", "is no regular expression"),
        ("number: '112'; unless: ''", "must not be empty"),
        ("number: '112'; treshold: 0.4", "Did you mean 'threshold'?"),
        ("number: '112'; threshold: 2", "guards[0].threshold"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, options: str, told: str) -> None:
    assert told in mistakes(tmp_path, options.replace("; ", "\n    "))


def test_a_bot_with_a_number_alone_is_complete(tmp_path: Path) -> None:
    bot = write_bot(tmp_path, BOT.format(options="number: 112"), **{"rules.yaml": RULES})
    with Bot.load(bot) as loaded:
        assert "Call 112 now" in loaded.reply("my dad collapsed and isn't breathing").text
        assert loaded.reply("hello").messages == ()
