"""Writes the arena's bot and trains it with `dialog-core train`: rules by intents, FAQ, small talk, language model."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from benchmarks._arena import FALLBACK, SEED
from benchmarks._arena_sources import (
    INTENTS,
    OUT_OF_SCOPE,
    Labelled,
    bank_replies,
    banking,
    chatterbot,
    clinc,
    medquad,
    out_of_scope,
    rule_replies,
)
from benchmarks._rewording import Rewording

# The language model is told no more than the turn before the message: it is small, and learns that this is beside the
# point.
BOT = f"""
version: 1
bot: {{name: Arena, language: en}}
knowledge:
  faq: {{path: faq.jsonl}}
  smalltalk: {{path: smalltalk.jsonl}}
annotators:
  - {{use: intents, name: intents}}
policies:
  - {{name: rules, use: rules, path: rules.yaml}}
  - {{name: faq, use: bm25, knowledge: faq}}
  - {{name: smalltalk, use: faiss, knowledge: smalltalk, encoder: {{use: lsa}}}}
  - {{name: llm, use: transformers, device: cpu, prompt: prompt.j2, memory: {{recent_turns: 1}},
     context_tokens: 160, decoding: {{max_tokens: 32}}, timeout: 60s}}
dispatch: {{tiers: [[rules], [faq, smalltalk], [llm]], deadline: 60s}}
store: {{use: memory}}
fallback: {json.dumps(FALLBACK)}
training:
  - {{component: intents, data: intents.jsonl, contradictions: drop}}
"""
LANGUAGE_MODEL: dict[str, Any] = {
    "component": "llm",
    "method": "scratch",
    "data": "banking.jsonl",
    "validation": "banking_held_out.jsonl",
    "size": "tiny",
    "vocabulary": 2000,
    "loss_on": "replies",
    "max_length": 160,
    "packing": True,
    "batch_size": 8,
    "epochs": 4,
    "learning_rate": 2e-3,
    "weight_decay": 0.1,
    "precision": "bfloat16",  # twice as fast on a CPU that computes in it
    "patience": 0,
    "report_to": [],
}
COPIES = 2  # of each question the language model learns, after something beside the point
REWORDED = 0.5  # of them, in other words
OF_BANKS = 0.3  # of what the language model learns to be beside the point
BEFORE = 150  # characters of it, at most
PROMPT = "{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}"


def write_bot(directory: Path, **settings: Any) -> Path:
    """Write the bot file and all it names; return it.

    Args:
        directory: Where to.
        settings: Of the language model's training, other than usual.
    """
    directory.mkdir(parents=True, exist_ok=True)
    training = json.dumps({**LANGUAGE_MODEL, **settings})
    (directory / "bot.yaml").write_text(f"{BOT.strip()}\n  - {training}\n", encoding="utf-8")
    (directory / "prompt.j2").write_text(PROMPT, encoding="utf-8")
    rules = [{"name": intent, "intent": [intent], "say": rule_replies()[intent]} for intent in INTENTS]
    (directory / "rules.yaml").write_text(json.dumps({"rules": rules}, indent=1), encoding="utf-8")
    for name, entries in {"faq": medquad(), "smalltalk": chatterbot()}.items():
        rows = [{"id": entry.id, "question": entry.question, "answer": entry.answer} for entry in entries]
        _write_lines(directory / f"{name}.jsonl", rows)
    intents = [*clinc("train"), *((text, OUT_OF_SCOPE) for text in out_of_scope("oos_train"))]
    _write_lines(directory / "intents.jsonl", [{"text": text, "intent": label} for text, label in intents])
    _write_lines(directory / "banking.jsonl", _dialogues(banking("train"), COPIES))
    _write_lines(directory / "banking_held_out.jsonl", _dialogues(banking("held out"), 1))
    return directory / "bot.yaml"


def _dialogues(learnt: Labelled, copies: int) -> list[dict[str, Any]]:
    """Return each question as a dialogue of its own, and copies of it, reworded, after something beside the point.

    What comes before it is now and then another question to a bank, and mostly what the other policies know. As the
    model is not to learn to answer that, it stands there as the message of a system, which is read and not learnt.
    """
    chance, reword = random.Random(SEED), Rewording(typo=0.3)
    others = [(text, rule_replies()[label]) for text, label in clinc("train")]
    others += [(entry.question, entry.answer) for entry in (*medquad(), *chatterbot())]
    found = [_turn(text, label) for text, label in learnt]
    for text, label in learnt * copies:
        turn = _turn(reword(text, "", chance) if chance.random() < REWORDED else text, label)
        if chance.random() < OF_BANKS:
            found.append([*_turn(*chance.choice(learnt)), *turn])
        else:
            found.append([("system", shorten(" ".join(chance.choice(others)), BEFORE)), *turn])
    return [
        {"id": str(number), "turns": [{"role": role, "text": text} for role, text in turns]}
        for number, turns in enumerate(found)
    ]


def _turn(text: str, label: str) -> list[tuple[str, str]]:
    return [("user", text), ("bot", bank_replies()[label])]


def train(bot_file: Path, *components: str) -> None:
    """Run the command that trains what has not been trained with the same data and options."""
    only = [word for component in components for word in ("--only", component)]
    subprocess.run([Path(sys.executable).with_name("dialog-core"), "train", bot_file, *only], check=True)


def _write_lines(path: Path, rows: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
