"""Pairs of replies, ratings of them, and a small shop's bot whose replies are rated."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialog_core.testing import write_bot
from dialog_evaluation.rating.file import RatingsFile
from dialog_evaluation.rating.values import Comparison, Item, RatedReply, Rating, Turn, Verdict

COMPARISON = Comparison("bot.yaml", "people", "talks.jsonl", "abc", 1, {"bot.yaml": "f"})

BOT = """
version: 1
bot: {name: Finch, language: LANGUAGE}
knowledge: {faq: {path: faq.yaml}}
policies:
  - {name: faq, use: bm25, knowledge: faq}
fallback: Pardon?
"""
FAQ = """
- {id: hours, questions: [When are you open?], answer: We are open from nine to five.}
- {id: delivery, questions: [How long does delivery take?], answer: Three days.}
- {id: returns, questions: [Can I send it back?], answer: Within 30 days.}
"""
TALKS: Sequence[tuple[str, Sequence[str]]] = (
    ("a", ("Hello", "Hi, how can I help?", "When are you open?", "From nine to five, on Saturdays until noon.")),
    ("b", ("How long does delivery take?", "Three days.")),
    ("c", ("Can I send it back?", "Of course! You have 30 days.", "Thanks a lot", "You are welcome.")),
)


def item(number: int, bot: str = "Three days.", people: str = "A week.", other: str = "people") -> Item:
    replies = {"bot.yaml": RatedReply(f"{bot} {number}", "faq"), other: RatedReply(f"{people} {number}")}
    return Item(f"d{number}/1", f"d{number}", number + 1, (Turn("user", f"How long? {number}"),), replies)


def rated(
    number: int,
    winner: str = "",
    rater: str = "ann",
    *,
    verdict: Verdict | None = None,
    first: str = "bot.yaml",
    reasons: tuple[str, ...] = (),
    note: str = "",
    seconds: float = 4.0,
) -> Rating:
    told: Verdict = verdict or ("better" if winner else "tie")
    return Rating(f"d{number}/1", rater, told, winner, first, reasons, note, "2026-03-01T12:00:00+00:00", seconds)


def written(path: Path, ratings: Sequence[Rating], comparison: Comparison = COMPARISON, items: int = 0) -> Path:
    """Write ratings with their items."""
    with RatingsFile(path, comparison) as file:
        for number in range(max(items, 1 + max((int(one.item[1:-2]) for one in ratings), default=-1))):
            file.add_item(item(number, other=comparison.other))
        for rating in ratings:
            file.add_rating(rating)
    return path


def shop(directory: Path, language: str = "en", **files: str) -> Path:
    """Write the bot and the dialogues; return the bot's path."""
    talks = [
        {"id": id, "turns": [{"role": ("user", "bot")[n % 2], "text": text} for n, text in enumerate(texts)]}
        for id, texts in TALKS
    ]
    told: Mapping[str, Any] = {
        "faq.yaml": FAQ,
        "talks.jsonl": "".join(f"{json.dumps(one)}\n" for one in talks),
        **files,
    }
    return write_bot(directory, BOT.replace("LANGUAGE", language), **told)
