"""A conversation of 20 turns with a language model: what it saves to keep what was read, on a CPU.

Once the engine alone, against `generate` of transformers, which reads the whole chat in every turn; once the whole bot,
with and without what is kept. What is said has to be the same, token by token.
"""

import logging
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks._language_models import (
    REPLY_TOKENS,
    SECONDS,
    Said,
    job,
    load_model,
    plain,
    save_model,
    sentence,
    spread,
    threads,
)
from benchmarks._table import print_table
from dialog_core import Bot, Reply

TURNS = 20
SYSTEM_WORDS = 80
USER_WORDS = (20, 55)
RUNS = 3
SHOWN = (1, 2, 5, 10, 15, 20)


def main(runs: int = RUNS) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as directory:
        model = save_model(Path(directory) / "model")
        results = [_engine(model, number) for number in range(runs)]
        _print_turns(results[-1])
        print()
        rows = _summary("engine", results)
        rows += _summary("bot", [_bots(Path(directory), number) for number in range(runs)])
    header = ("what", "same replies", "first token, turn 20", "total", "first token, turn 20 / 2")
    rows.append(("target", "all", "at least 10x", "at least 1.8x", "at most 3"))
    print_table(f"What is kept against what is read anew: how many times sooner, {runs} runs", header, rows)


Turns = list[tuple[int, Said, Said]]
"""Of each turn: how many tokens the chat has, what is said when it is read anew, and what when it is kept."""


def _engine(directory: Path, seed: int) -> Turns:
    from dialog_generative.local.engine.engine import Engine
    from dialog_generative.local.options import BatchOptions, CacheOptions

    loaded = load_model(directory)
    encode = loaded.tokenizer.encode
    engine = Engine(loaded, CacheOptions(), BatchOptions())
    chance = random.Random(seed)
    chat: list[int] = encode(sentence(chance, SYSTEM_WORDS))
    plain(loaded, chat)  # the first time takes longer
    engine.submit(job("warm", chat)).result(SECONDS)
    turns: Turns = []
    for _ in range(TURNS):
        chat += encode(sentence(chance, chance.randint(*USER_WORDS)))
        anew = plain(loaded, chat)
        done = engine.submit(job("chat", chat)).result(SECONDS)
        kept = Said(done.completions[0].ids, done.first_token_seconds or 0.0, done.seconds, done.cached)
        turns.append((len(chat), anew, kept))
        chat += anew.ids
    engine.close()
    return turns


def _bots(directory: Path, seed: int) -> Turns:
    def reply(bot: Bot, text: str) -> tuple[Said, int]:
        said = bot.reply(text, conversation="chat")
        return _said(said)

    with _bot(directory, "anew", 0) as without, _bot(directory, "kept", 32) as with_cache:
        for bot in (without, with_cache):
            bot.reply("warm", conversation="warm")
        chance = random.Random(seed)
        turns: Turns = []
        for _ in range(TURNS):
            text = sentence(chance, chance.randint(*USER_WORDS))
            (anew, tokens), (kept, _) = reply(without, text), reply(with_cache, text)
            turns.append((tokens, anew, kept))
        return turns


def _bot(directory: Path, name: str, conversations: int) -> Bot:
    file = directory / f"{name}.yaml"
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
    cache: {{conversations: {conversations}}}
    memory: {{recent_turns: {TURNS + 1}}}
dispatch: {{tiers: [[llm]], deadline: {SECONDS:.0f}s, answer_at: 0}}
""",
        encoding="utf-8",
    )
    return Bot.load(file)


def _said(reply: Reply) -> tuple[Said, int]:
    assert reply.trace is not None
    notes = reply.trace["policies"][0].get("notes", {})
    if "tokens_out" not in notes:
        sys.exit(f"the model did not answer: {reply.trace['policies'][0]}")
    # Only what the user sees can be compared here, so the text stands for the tokens.
    ids = tuple(reply.text.encode())
    return Said(ids, notes["first_token_seconds"], notes["seconds"], notes["tokens_cached"]), notes["tokens_in"]


def _print_turns(turns: Turns) -> None:
    rows = []
    for number in SHOWN:
        tokens, anew, kept = turns[number - 1]
        rows.append(
            (
                number,
                tokens,
                kept.cached,
                f"{anew.first * 1000:.0f}",
                f"{kept.first * 1000:.0f}",
                f"{anew.seconds * 1000:.0f}",
                f"{kept.seconds * 1000:.0f}",
            )
        )
    header = ("turn", "tokens", "of these kept", "first token, anew", "kept", f"{REPLY_TOKENS} tokens, anew", "kept")
    print_table(f"One conversation with a 30M Llama in {threads()}, ms", header, rows)


def _summary(what: str, results: Sequence[Turns]) -> list[tuple[str, ...]]:
    same = sum(anew.ids == kept.ids for turns in results for _, anew, kept in turns)
    first = [turns[-1][1].first / turns[-1][2].first for turns in results]
    total = [sum(anew.seconds for _, anew, _ in turns) / sum(kept.seconds for *_, kept in turns) for turns in results]
    growth = [turns[-1][2].first / turns[1][2].first for turns in results]
    return [(what, f"{same} of {sum(map(len, results))}", spread(first), spread(total, 2), spread(growth))]


if __name__ == "__main__":
    main()
