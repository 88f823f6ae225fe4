"""A bot whose rule is overrated: the word "order" in a question is seldom about the state of an order."""

import json
from pathlib import Path
from typing import Any

from dialog_core.testing import write_bot

BOT = """
version: 1
bot: {name: Lamps, language: en}
knowledge:
  shop: {path: shop.yaml}
  garden: {path: garden.yaml}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: shop, use: bm25, knowledge: shop}
  - {name: garden, use: bm25, knowledge: garden}
dispatch: {tiers: [[rules, shop, garden]]}
ranking: {use: RANKER}
training:
  - {component: ranking, data: [DATA]}
fallback: Pardon?
"""
FILES = {
    "rules.yaml": """
rules:
  - {name: order, when: [order], say: Tell me the number of your order.}
""",
    "shop.yaml": """
- {id: delivery, questions: [When will my lamp arrive?, How long does delivery of a lamp take?], answer: In two days.}
- {id: returns, questions: [How do I return a lamp?, Can I send a lamp back?], answer: Within 30 days.}
- {id: payment, questions: [How can I pay for a lamp?, Do you take cards?], answer: By card or by transfer.}
""",
    "garden.yaml": """
- {id: water, questions: [How often do I water a fern?, When does a fern need water?], answer: Twice a week.}
- {id: light, questions: [How much light does a fern need?, Can a fern stand in the sun?], answer: Half shade.}
""",
}
ASKED = {  # what people ask, and what is right
    "Tell me the number of your order.": ["order", "my order", "the order please", "an order", "order?"],
    "In two days.": [
        "when will my order arrive",
        "how long does delivery of my order take",
        "will the order arrive soon",
    ],
    "Within 30 days.": ["how do I return my order", "can I send the order back", "I want to return this order"],
    "By card or by transfer.": [
        "how can I pay for my order",
        "do you take cards for an order",
        "pay the order by card",
    ],
    "Twice a week.": ["how often do I water a fern", "when does the fern in my order need water"],
    "Half shade.": ["how much light does a fern need", "can the fern from my order stand in the sun"],
}


def talks(count: int) -> list[dict[str, Any]]:
    """Return dialogues of two questions each."""
    pairs = [(text, reply) for reply, texts in ASKED.items() for text in texts]
    found = []
    for number in range(count):
        turns = []
        for text, reply in (pairs[number % len(pairs)], pairs[(number * 7 + 3) % len(pairs)]):
            turns += [{"role": "user", "text": text}, {"role": "bot", "text": reply}]
        found.append({"id": f"talk-{number}", "turns": turns})
    return found


def lamps(directory: Path, *, ranker: str = "learned", data: str = "talks.jsonl", count: int = 40) -> Path:
    """Write the bot with labelled dialogues to learn from, and return its path."""
    rows = "".join(json.dumps(talk) + "\n" for talk in talks(count))
    bot = BOT.replace("RANKER", ranker).replace("DATA", data)
    return write_bot(directory, bot, **FILES, **{"talks.jsonl": rows})
