"""Bots with one file of knowledge, for tests that write into it."""

import json
from pathlib import Path

from dialog_core import BotSpec, Builder, read_bot_file
from dialog_core.datasets import KnowledgeEntry
from dialog_ranking_training.learning.writing import Change, KnowledgeWriter, Written


def bot_with(directory: Path, name: str, content: str | bytes, options: str = "") -> BotSpec:
    """Return a bot whose only knowledge is a file with this content."""
    data = content.encode() if isinstance(content, str) else content
    (directory / name).write_bytes(data)
    bot = directory / "bot.yaml"
    bot.write_text(
        f"version: 1\nknowledge: {{faq: {{path: {json.dumps(name)}{options}}}}}\n"
        "policies: [{use: bm25, knowledge: faq}]\n"
    )
    return read_bot_file(bot)


def entries_of(spec: BotSpec) -> list[KnowledgeEntry]:
    """Return what the bot knows."""
    return list(Builder(spec).context.knowledge("faq"))


def write(spec: BotSpec, change: Change) -> Written:
    """Write into the bot's knowledge."""
    return KnowledgeWriter(spec, Builder(spec).context).write("faq", change)
