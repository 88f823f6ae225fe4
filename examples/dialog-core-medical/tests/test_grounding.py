"""With a language model: it is asked only where a passage was found, and what it makes up never reaches anybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_library import SMALL

from dialog_core import Bot
from dialog_core.testing import ScriptedEndpoint, TestChat, write_bot

OWN = """
extends: medical:bots/en.yaml
store: memory
policies:
  - {{name: library, path: library.jsonl}}
  - name: model
    use: openai
    base_url: "{url}"
    model: m
    grounded_in: library
    answer_ungrounded: false
dispatch: {{tiers: [[rules, flows, triage], [faq, library], [model]], deadline: 10s}}
guards:
  - {{name: groundedness, use: groundedness, at_least: 0.6}}
"""
QUESTION = "what are the symptoms of migraine?"  # the library has the condition, and nothing on that


def chat_with(tmp_path: Path, answer: str) -> Iterator[tuple[TestChat, ScriptedEndpoint]]:
    (tmp_path / "library.jsonl").write_text(SMALL, encoding="utf-8")
    with ScriptedEndpoint(answer) as endpoint, Bot.load(write_bot(tmp_path, OWN.format(url=endpoint.url))) as bot:
        yield TestChat(bot), endpoint


def test_what_rests_on_the_passage_is_said(tmp_path: Path) -> None:
    for chat, endpoint in chat_with(tmp_path, "A migraine is a headache, and it comes back [1]."):
        chat.user(QUESTION).policy("model").bot_contains("A migraine is a headache", "not medical advice")
        (request,) = endpoint.requests
        assert "A migraine is a headache." in str(request.body)
        assert "5 mg" not in str(request.body)  # it is not even told the dose


@pytest.mark.parametrize(
    "made_up",
    [
        "The symptoms are fever, a purple tongue and hair loss.",
        "A migraine is a headache. It comes back. Take 400 mg of ibuprofen three times a day [1].",
        "You have migraine [1].",
        "A migraine is a headache; stop taking your blood pressure tablets [1].",
    ],
)
def test_what_is_made_up_never_reaches_anybody(tmp_path: Path, made_up: str) -> None:
    for chat, endpoint in chat_with(tmp_path, made_up):
        chat.user(QUESTION).policy("library").bot_contains("The library has nothing on that", "Source:")
        assert len(endpoint.requests) == 1
        assert not any(part in chat.reply.text for part in ("purple", "400 mg", "You have", "stop taking"))


def test_where_nothing_was_found_it_is_not_asked(tmp_path: Path) -> None:
    for chat, endpoint in chat_with(tmp_path, "Gout is ..."):
        chat.user("what is gout?").fallback()
        assert not endpoint.requests
