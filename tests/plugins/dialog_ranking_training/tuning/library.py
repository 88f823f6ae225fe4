"""A library's bot with rules, an FAQ and a language model behind an endpoint, and dialogues to learn from."""

import json
import random
from pathlib import Path
from typing import Any

from dialog_core.testing import ScriptedEndpoint, write_bot

BOT = """
version: 1
bot: {{name: Library, language: en}}
knowledge: {{faq: {{path: faq.yaml}}}}
policies:
  - {{name: rules, use: rules, path: rules.yaml}}
  - {{name: faq, use: bm25, knowledge: faq}}
  - {{name: llm, use: openai, base_url: "{url}", model: any, prices: {{input: 1, output: 2}}}}
dispatch:
  tiers: [[rules], [faq], [llm]]
  aim: {{{aim}}}
ranking: {{use: {ranker}}}
training:
  - {{component: ranking, data: dialogues.jsonl}}
fallback: Please ask at the desk.
"""
TOPICS = {
    "open": ("When are you open?", "From nine to five."),
    "cards": ("How do I get a library card?", "Bring your passport to the desk."),
    "loan": ("How long may I keep a book?", "Four weeks."),
    "fines": ("What does a late book cost?", "Ten pence a day."),
    "print": ("Can I print something?", "Yes, on the first floor."),
    "rooms": ("Can I book a room for my group?", "Yes, two days ahead."),
}
ASKED = (
    "{}",
    "hello, {}",
    "please tell me: {}",
    "one more thing, {}",
    "{} thanks!",
)
POEMS = ("the sea", "autumn", "my cat", "a train", "old maps", "the moon", "rain", "bread", "a clock", "silence")


def files() -> dict[str, str]:
    entries = [{"id": name, "questions": [asked], "answer": answer} for name, (asked, answer) in TOPICS.items()]
    return {
        "faq.yaml": json.dumps(entries),
        "rules.yaml": "rules: [{name: hello, when: hello, say: Hello!}, {name: bye, when: bye, say: Goodbye!}]\n",
        "dialogues.jsonl": "".join(f"{json.dumps(each)}\n" for each in dialogues(60, seed=0)),
        "others.jsonl": "".join(f"{json.dumps(each)}\n" for each in dialogues(60, seed=1)),
    }


def dialogues(count: int, seed: int) -> list[dict[str, Any]]:
    """Return dialogues: a greeting, questions of the FAQ in other words, and wishes only the model can fulfil."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        turns: list[dict[str, str]] = []
        for _ in range(chance.randint(1, 3)):
            kind = chance.choice(["greeting", "faq", "faq", "poem"])
            if kind == "greeting":
                said = [{"role": "user", "text": "hello"}, {"role": "bot", "text": "Hello!"}]
            elif kind == "faq":
                asked, answer = chance.choice(list(TOPICS.values()))
                words = chance.choice(ASKED).format(asked)
                said = [{"role": "user", "text": words}, {"role": "bot", "text": answer}]
            else:
                about = chance.choice(POEMS)
                said = [{"role": "user", "text": f"write a poem on {about}"}, {"role": "bot", "text": poem(about)}]
            turns += said
        found.append({"turns": turns})
    return found


def poem(about: str) -> str:
    return f"O {about}, how we praise thee every day."


def answer(body: Any) -> str:
    """Return what the model says: a poem to those who wish for one, and to all others a guess."""
    asked = body["messages"][-1]["content"]
    about = next((about for about in POEMS if f"poem on {about}" in asked), "")
    return poem(about) if about else "That depends on many things."


def endpoint() -> ScriptedEndpoint:
    return ScriptedEndpoint(answer)


def library(
    directory: Path, server: ScriptedEndpoint, *, aim: str = "max_wrong: 10%", ranker: str = "learned", **more: str
) -> Path:
    """Write the bot and return its path."""
    return write_bot(directory, BOT.format(url=server.url, aim=aim, ranker=ranker), **files(), **more)
