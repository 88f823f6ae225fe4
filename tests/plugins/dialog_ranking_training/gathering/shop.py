"""A shop's bot with rules, a flow and an FAQ, and gathering with it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialog_core import Bot, Context
from dialog_core.configuration import Options
from dialog_core.stores.memory import MemoryStore
from dialog_core.testing import make_context, write_bot
from dialog_core.training import SilentProgress
from dialog_ranking.choices import Choice
from dialog_ranking_training.gathering import Gathered, gather
from dialog_ranking_training.options import RankingTraining

BOT = """
version: 1
bot: {name: Shop, language: en, greeting: Welcome!}
knowledge: {faq: {path: faq.yaml}}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: tasks, use: flows, path: flows.yaml}
  - {name: faq, use: bm25, knowledge: faq}
dispatch: {tiers: [[rules, tasks], [faq]]}
fallback: Pardon?
"""
FILES = {
    "rules.yaml": """
rules:
  - {name: hello, when: ["[hello|hi]", 你好], say: Hello!}
""",
    "faq.yaml": """
- {id: hours, questions: [When are you open?, 你们几点开门？], answer: From nine to five.}
- {id: returns, questions: [How do I return a lamp?], answer: Send it back within 30 days.}
- {id: delivery, questions: [Do you deliver to Spain?], answer: "Yes, within a week."}
""",
    "flows.yaml": r"""
slots:
  order: {pattern: '\d{4}', ask: What is the number of your order?}
flows:
  track:
    start: {when: ["where is my order"]}
    steps:
      - collect: order
      - say: Order {{ slots.order }} is on its way.
  person:
    start: {when: ["a person please"]}
    steps:
      - say: Somebody will come.
      - hand_over: asked for one
""",
}


def shop(directory: Path, bot: str = BOT, **files: str) -> Path:
    """Write the bot, and further files, and return its path."""
    return write_bot(directory, bot, **FILES, **files)


def write_lines(file: Path, *rows: Any) -> Path:
    """Write JSON lines."""
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def dialogue(*turns: Any, **more: Any) -> dict[str, Any]:
    """Return a dialogue: texts alternate, the user's first; a bot's turn may be an object."""
    rows = []
    for number, turn in enumerate(turns):
        given = turn if isinstance(turn, Mapping) else {"text": turn}
        rows.append({"role": "bot" if number % 2 else "user", "text": "", **given})
    return {"turns": rows, **more}


def opened(path: Path) -> Callable[[], Bot]:
    """Return how a training opens a bot."""
    return lambda: Bot.load(path, store=MemoryStore(Options(), Context()), default_ranking=True)


def gathered(directory: Path, *data: Path, open_bot: Callable[[], Bot] | None = None, **options: Any) -> Gathered:
    """Gather with the shop's bot in a directory, or another."""
    return gather(
        RankingTraining(data=data, **options),
        open_bot=open_bot or opened(directory / "bot.yaml"),
        context=make_context("ranking"),
        progress=SilentProgress(),
        checkpoints=directory / "checkpoints",
    )


def labels(choice: Choice) -> dict[tuple[str, str], float | None]:
    """Return how right each candidate is, by policy and text."""
    return {
        (candidate.policy, candidate.text): None if label is None else label.right
        for candidate, label in zip(choice.candidates, choice.labels, strict=True)
    }
