"""A guard that fails lets nothing through or everything, as the bot file says; the conversation goes on."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.plugins import PluginSet
from dialog_core.testing import write_bot

OPTIONS = {
    "blocklist": "words: [nuisance]",
    "emergencies": "number: '112'",
    "groundedness": "",
    "length": "message: 1000, reply: 1000",
    "pii": "",
    "prompt_injection": "",
    "repetition": "",
    "topics": "denied: [{name: medical, patterns: [ibuprofen]}]",
}
"""What each guard cannot be without."""
REGISTERED = {entry.name: entry for entry in PluginSet.load().registry if entry.kind == "guard"}
VERBS = ("check_input", "check_output")
BOT = """
    version: 1
    policies: [{{use: rules, path: rules.yaml}}]
    guards: [{{name: watch, use: {guard}, on_error: {on_error}, timeout: 100ms, {options}}}]
    fallback: I cannot say.
    """
RULES = {"rules.yaml": "rules: [{name: hello, when: hello, say: Hi!}]"}


def test_every_guard_is_made_to_fail() -> None:
    assert set(OPTIONS) == set(REGISTERED)


def load(tmp_path: Path, guard: str, on_error: str) -> Bot:
    return Bot.load(write_bot(tmp_path, BOT.format(guard=guard, on_error=on_error, options=OPTIONS[guard]), **RULES))


def verbs_of(guard: type) -> list[str]:
    return [verb for verb in VERBS if hasattr(guard, verb)]


CASES = [(name, verb) for name, entry in REGISTERED.items() for verb in verbs_of(entry.load())]


def broken(*arguments: Any) -> Any:
    raise ZeroDivisionError("no idea")


@pytest.mark.parametrize(("on_error", "said"), [("allow", "Hi!"), ("refuse", "I cannot say.")])
@pytest.mark.parametrize(("name", "verb"), CASES)
def test_one_that_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, verb: str, on_error: str, said: str
) -> None:
    monkeypatch.setattr(REGISTERED[name].load(), verb, broken)
    with load(tmp_path, name, on_error) as bot:
        reply = bot.reply("hello")
        assert reply.text == said
        (report,) = [part for part in reply.trace["parts"] if part["part"] == "guard watch"]  # type: ignore[index]
        assert "ZeroDivisionError" in report["verdict"]
        assert report["verdict"].endswith("let through" if on_error == "allow" else "refused")


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(("on_error", "said"), [("allow", "Hi!"), ("refuse", "I cannot say.")])
@pytest.mark.parametrize(("name", "verb"), CASES)
def test_one_that_hangs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    released: threading.Event,
    name: str,
    verb: str,
    on_error: str,
    said: str,
) -> None:
    """Those that are called without a thread between cannot hang, which is for their own tests to show."""
    guard = REGISTERED[name].load()

    def hang(*arguments: Any) -> None:
        released.wait()

    monkeypatch.setattr(guard, verb, hang)
    if getattr(guard, "inline", False) or name == "topics":  # topics says so of each instance
        monkeypatch.setattr(guard, "__init__", in_threads(guard.__init__))
    with load(tmp_path, name, on_error) as bot:
        assert bot.reply("hello").text == said
        released.set()


def in_threads(construct: Any) -> Any:
    def constructed(self: Any, options: Any, context: Any) -> None:
        construct(self, options, context)
        self.inline = False

    return constructed
