"""Eight conversations at once with a language model on a CPU: answered together against one after the other.

Once the engine alone, once the whole bot. What is said has to be the same either way.
"""

import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._language_models import (
    REPLY_TOKENS,
    SECONDS,
    job,
    load_model,
    save_model,
    sentence,
    spread,
    threads,
)
from benchmarks._table import print_table
from dialog_core import Bot

if TYPE_CHECKING:
    from dialog_generative.local.engine.engine import Engine
    from dialog_generative.local.model import LoadedModel

CONVERSATIONS = 8
TURNS = 4
SYSTEM_WORDS = 60
USER_WORDS = (10, 40)
RUNS = 3

Replies = list[tuple[int, ...]]


def main(runs: int = RUNS) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as directory:
        model = save_model(Path(directory) / "model")
        engines = [_engine(model, number) for number in range(runs)]
        bots = [asyncio.run(_bots(Path(directory), number)) for number in range(runs)]
        rows = [_row("engine", engines), _row("bot", bots), ("target", "all", "", "", "at least 2x")]
    header = ("what", "same replies", "tokens/s, in turn", "tokens/s, together", "together / in turn")
    title = f"{CONVERSATIONS} conversations of {TURNS} turns with a 30M Llama in {threads()}, {runs} runs"
    print_table(title, header, rows)


def _engine(directory: Path, seed: int) -> tuple[int, float, float]:
    """Return how many replies are the same, the tokens per second one after the other, and those together."""
    from dialog_generative.local.engine.engine import Engine
    from dialog_generative.local.options import BatchOptions, CacheOptions

    loaded = load_model(directory)
    engine = Engine(loaded, CacheOptions(), BatchOptions(size=CONVERSATIONS))
    engine.submit(job("warm", loaded.tokenizer.encode("warm"))).result(SECONDS)
    alone, one_by_one = _talk(engine, loaded, seed, "alone", together=False)
    company, at_once = _talk(engine, loaded, seed, "together", together=True)
    engine.close()
    return sum(a == b for a, b in zip(alone, company, strict=True)), one_by_one, at_once


def _talk(engine: "Engine", loaded: "LoadedModel", seed: int, key: str, *, together: bool) -> tuple[Replies, float]:
    encode, chance = loaded.tokenizer.encode, random.Random(seed)
    chats = [encode(sentence(chance, SYSTEM_WORDS)) for _ in range(CONVERSATIONS)]
    replies: Replies = []
    took = 0.0
    for _ in range(TURNS):
        for chat in chats:
            chat += encode(sentence(chance, chance.randint(*USER_WORDS)))
        started = time.perf_counter()
        if together:
            futures = [engine.submit(job(f"{key} {number}", chat)) for number, chat in enumerate(chats)]
            finished = [future.result(SECONDS) for future in futures]
        else:
            finished = [
                engine.submit(job(f"{key} {number}", chat)).result(SECONDS) for number, chat in enumerate(chats)
            ]
        took += time.perf_counter() - started
        for chat, done in zip(chats, finished, strict=True):
            chat += done.completions[0].ids
            replies.append(done.completions[0].ids)
    return replies, len(replies) * REPLY_TOKENS / took


async def _bots(directory: Path, seed: int) -> tuple[int, float, float]:
    file = directory / "bot.yaml"
    file.write_text(
        f"""version: 1
bot: {{name: Aria, language: en}}
policies:
  - name: llm
    use: transformers
    model: model
    device: cpu
    timeout: {SECONDS:.0f}s
    decoding: {{max_tokens: {REPLY_TOKENS}, min_tokens: {REPLY_TOKENS}}}
    batch: {{size: {CONVERSATIONS}}}
dispatch: {{tiers: [[llm]], deadline: {SECONDS:.0f}s, answer_at: 0}}
""",
        encoding="utf-8",
    )
    with Bot.load(file) as bot:
        await bot.areply("warm", conversation="warm")
        alone, one_by_one = await _chat(bot, seed, "alone", together=False)
        company, at_once = await _chat(bot, seed, "together", together=True)
    return sum(a == b for a, b in zip(alone, company, strict=True)), one_by_one, at_once


async def _chat(bot: Bot, seed: int, key: str, *, together: bool) -> tuple[list[str], float]:
    chance = random.Random(seed)
    replies: list[str] = []
    took = 0.0
    for _ in range(TURNS):
        texts = [sentence(chance, chance.randint(*USER_WORDS)) for _ in range(CONVERSATIONS)]
        asked = [bot.areply(text, conversation=f"{key} {number}") for number, text in enumerate(texts)]
        started = time.perf_counter()
        said = await asyncio.gather(*asked) if together else [await one for one in asked]
        took += time.perf_counter() - started
        for reply in said:
            notes = (reply.trace or {})["policies"][0].get("notes", {})
            if notes.get("tokens_out") != REPLY_TOKENS:
                sys.exit(f"the model did not answer: {reply.trace}")
        replies += [reply.text for reply in said]
    return replies, len(replies) * REPLY_TOKENS / took


def _row(what: str, results: Sequence[tuple[int, float, float]]) -> tuple[str, ...]:
    same = sum(result[0] for result in results)
    return (
        what,
        f"{same} of {len(results) * CONVERSATIONS * TURNS}",
        spread([result[1] for result in results], 0),
        spread([result[2] for result in results], 0),
        spread([result[2] / result[1] for result in results], 2),
    )


if __name__ == "__main__":
    main()
