"""Recorded dialogues, and bots to put them to."""

from pathlib import Path
from typing import Any

from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import write_bot
from dialog_evaluation.runs.questions import Held, to_hold

RULES = """
rules:
  - {name: hello, when: "[hi|hello]", match: whole, say: Hello! How can I help?}
  - {name: bye, when: bye, say: Goodbye.}
"""
FLOWS = """
slots:
  order: {pattern: '\\d{4,6}', ask: What is the number of your order?, invalid: An order number has four to six digits.}
flows:
  cancel_order:
    title: cancelling an order
    start: {when: cancel (my) order}
    steps:
      - collect: order
      - say: Order {{ slots.order }} is cancelled.
  complain:
    title: complaining
    start: {when: complain}
    steps:
      - say: I fetch somebody.
      - hand_over: complaint
"""
FAQ = """
entries:
  - {id: hours, questions: [When are you open?], answer: From nine to five.}
  - {id: price, questions: [What does delivery cost?], answer: Delivery costs 3 pounds.}
"""
BOT = """
version: 1
bot: {name: Finch, greeting: Welcome.}
knowledge: {faq: {path: faq.yaml}}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: tasks, use: flows, path: flows.yaml}
  - {name: faq, use: bm25, knowledge: faq}
dispatch: {tiers: [[rules, tasks], [faq]]}
store: {use: sqlite, path: conversations.db}
fallback: I do not know.
"""


def shop(directory: Path, bot: str = BOT, **files: str) -> Path:
    """Write a bot with rules, flows and a few answers, and return its file."""
    return write_bot(directory, bot, **{"rules.yaml": RULES, "flows.yaml": FLOWS, "faq.yaml": FAQ, **files})


def dialogue(id: str, *texts: str, **metadata: Any) -> Dialogue:
    """Return a dialogue in which user and bot speak in turn."""
    turns = tuple(DialogueTurn(("user", "bot")[number % 2], text) for number, text in enumerate(texts))
    return Dialogue(id, turns, {"line": 1, **metadata})


def held(*dialogues: Dialogue) -> list[Held]:
    """Return dialogues as they are held."""
    found, _ = to_hold([(Path("talks.jsonl"), one) for one in dialogues])
    return found
