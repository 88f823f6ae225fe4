"""What ranking 20 candidates with `learned` costs, and how long the trace of such a turn is.

A bot with made-up knowledge proposes 20 candidates in every turn: three rules, ten entries found by BM25 and seven by
LSA, each with an answer of some 450 characters. The ranker learns from 300 turns which entry was meant, and is then
timed alone, on other turns, without an encoder. Messages are new each time. Cold, it has seen no candidate's text
before; warm, it has seen all of them, as replies recur. The trace is that of whole turns, as it is stored.
"""

import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks._arena_training import LEARNERS, fit
from benchmarks._language_models import sentence
from benchmarks._table import percentile, print_table
from dialog_core import Bot, Conversation, Message, Turn
from dialog_core.bot_reader import read_bot_file
from dialog_core.training import SilentProgress, TrainingRunner, plan
from dialog_ranking.choices import Choice, Label, choice_of_rehearsed, write_choices
from dialog_ranking_training.judging import Model

SEED = 20_261
ENTRIES = 600
QUESTION_WORDS, ANSWER_WORDS = 8, 60
LEFT_OUT = 3  # words of a question that is asked
LEARNT, TIMED = 300, 200  # turns
CANDIDATES = 20
TARGETS = "targets: 0.3 ms, 20 KB"
BOT = """
version: 1
bot: {name: Twenty, language: en}
knowledge: {made_up: {path: made_up.jsonl}}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: faq, use: bm25, knowledge: made_up, top_k: 10}
  - {name: semantic, use: faiss, knowledge: made_up, top_k: 7, encoder: {use: lsa}}
dispatch: {tiers: [[rules, faq, semantic]]}
ranking: {use: learned, model: %s}
training: [{component: ranking, data: turns.choices.jsonl}]
store: {use: memory}
"""


def main() -> None:
    chance = random.Random(SEED)
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        write_bot(Path(directory), chance)
        choices = ask(Path(directory), chance)
        write_choices(choices[:LEARNT], Path(directory, "turns.choices.jsonl"))
        for name in LEARNERS[1:]:
            ranker = fit(name, choices[:LEARNT]).model
            cold, warm = times(ranker, choices[LEARNT:], chance)
            sizes = traces(Path(directory), name.partition(", ")[2], chance)
            rows.append((name, *map(_milliseconds, (cold, warm)), f"{percentile(sizes, 0.5) / 1000:.1f}", _most(sizes)))
    header = ("ranker", "cold p50 / p95 ms", "warm p50 / p95 ms", "trace p50 KB", "at most")
    print_table(f"Ranking {CANDIDATES} candidates, {TIMED} turns (seed {SEED})", header, rows)
    print(f"  {TARGETS}")


def write_bot(directory: Path, chance: random.Random) -> None:
    rows = [
        {"id": str(number), "question": sentence(chance, QUESTION_WORDS), "answer": sentence(chance, ANSWER_WORDS)}
        for number in range(ENTRIES)
    ]
    (directory / "made_up.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    rules = [
        {"name": f"please {number}", "when": ["please"], "say": sentence(chance, ANSWER_WORDS)} for number in range(3)
    ]
    (directory / "rules.yaml").write_text(json.dumps({"rules": rules}), encoding="utf-8")


def ask(directory: Path, chance: random.Random) -> list[Choice]:
    """Return the choices of turns, in each of which an entry is meant."""
    file = directory / "bot.yaml"
    file.write_text(BOT % "logistic", encoding="utf-8")
    with Bot.load(file) as bot:
        return [
            _labelled(choice_of_rehearsed(bot.rehearse(text, Conversation(text)), id=f"{number}/m"), id)
            for number, (text, id) in enumerate(_questions(directory, chance, LEARNT + TIMED))
        ]


def _questions(directory: Path, chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield what is asked and the entry that is meant."""
    entries = [json.loads(line) for line in (directory / "made_up.jsonl").read_text("utf-8").splitlines()]
    for entry in chance.sample(entries, count):
        words = entry["question"].split()
        yield f"{' '.join(chance.sample(words, len(words) - LEFT_OUT))} {sentence(chance, 2)} please", entry["id"]


def _labelled(choice: Choice, id: str) -> Choice:
    if len(choice.candidates) != CANDIDATES:
        raise RuntimeError(f"there are {len(choice.candidates)} candidates, not {CANDIDATES}")
    labels = [Label(float(any(piece.source == id for piece in each.evidence))) for each in choice.candidates]
    return replace(choice, labels=tuple(labels))


def times(ranker: Model, choices: Sequence[Choice], chance: random.Random) -> tuple[list[float], list[float]]:
    """Return the seconds it takes to rank candidates it has never seen, and those it has just seen, one turn each."""
    cold: list[float] = []
    warm: list[float] = []
    for choice in choices:
        candidates = tuple(replace(each, text=sentence(chance, ANSWER_WORDS)) for each in choice.candidates)
        for taken in (cold, warm):
            turn = _said(choice.turn, f"{choice.turn.text} {sentence(chance, 1)}")
            started = time.perf_counter()
            ranker.rank(turn, candidates)
            taken.append(time.perf_counter() - started)
    return cold, warm


def _said(turn: Turn, text: str) -> Turn:
    return replace(turn, message=Message(text, client_id=turn.message.client_id, at=turn.message.at))


def traces(directory: Path, model: str, chance: random.Random) -> list[float]:
    """Return how many bytes the traces of turns have as they are stored."""
    file = directory / "bot.yaml"
    file.write_text(BOT % model, encoding="utf-8")
    spec = read_bot_file(file)
    for entry in plan(spec):
        TrainingRunner(spec).run(entry, SilentProgress())
    with Bot.load(file) as bot:
        replies = [bot.reply(text, conversation=text) for text, _ in _questions(directory, chance, TIMED)]
    return [float(len(json.dumps(reply.trace, ensure_ascii=False).encode())) for reply in replies]


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{percentile(seconds, 0.5) * 1e3:.3f} / {percentile(seconds, 0.95) * 1e3:.3f}"


def _most(sizes: Sequence[float]) -> str:
    return f"{max(sizes) / 1000:.1f}"


if __name__ == "__main__":
    main()
