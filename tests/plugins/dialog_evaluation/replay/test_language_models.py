"""Bots with a real language model behind an endpoint, which is gone when their conversations are replayed."""

import json
import sqlite3
from pathlib import Path

import pytest

from dialog_core import Bot
from dialog_core.testing import ScriptedEndpoint
from tests.plugins.dialog_evaluation.replay.shop import differing, replay

BOT = """\
version: 1
knowledge: {{faq: {{path: faq.csv}}}}
policies:
  - {{name: faq, use: bm25, knowledge: faq, top_k: 3}}
  - {{name: llm, use: openai, base_url: "{url}", model: tiny, grounded_in: faq, answer_ungrounded: false,
     retries: 0}}
dispatch: {{tiers: [[faq], [llm]], accept_at: 0.95, answer_at: 0.1}}
guards: [{{use: groundedness}}]
store: {{use: sqlite, path: talks.db}}
fallback: I do not know.
"""
SENTENCE = "You can send back shoes within thirty days, if they are clean and in their box. "
LONG, LONGER = (SENTENCE * 20).strip(), (SENTENCE * 30).strip()  # a trace keeps neither as a whole
FAQ = f'id,question,answer\nreturns,How long can I send shoes back?,"{LONGER}"\n'
FAQ += "delivery,How long does a delivery take?,Two to three days.\n"
QUESTIONS = ("can I send back my old shoes", "what about a delivery of clean shoes", "who are you")


@pytest.fixture
def talked(tmp_path: Path) -> Path:
    with ScriptedEndpoint("The moon is made of green cheese and circles a blue banana.", LONG) as endpoint:
        (tmp_path / "faq.csv").write_text(FAQ, encoding="utf-8")
        (tmp_path / "bot.yaml").write_text(BOT.format(url=endpoint.url), encoding="utf-8")
        with Bot.load(tmp_path / "bot.yaml") as bot:
            for round in range(3):
                for number, question in enumerate(QUESTIONS):
                    bot.reply(question, conversation="ann", client_id=f"{round}-{number}")
    return tmp_path


def test_nothing_differs_although_the_endpoint_is_gone(talked: Path) -> None:
    findings, turns = replay(talked)
    assert differing(turns) == {}
    assert findings.failed == findings.unrecorded == {}
    assert {turn.before.policy for turn in turns} >= {"llm", "fallback"}
    assert [turn.before.probability for turn in turns] == [turn.after.probability for turn in turns]
    with sqlite3.connect(talked / "talks.db") as store:
        rows = [json.loads(body) for (body,) in store.execute("SELECT body FROM traces")]
    store.close()
    cut = [candidate for row in rows for candidate in row["candidates"] if "length" in candidate]
    assert cut, "or no trace had to cut a text"


def test_who_asks_it_is_told_that_it_is_gone(talked: Path) -> None:
    findings, _ = replay(talked, ask=["llm"])
    assert findings.failed["llm"] >= 3
    assert "llm" in findings.reasons
