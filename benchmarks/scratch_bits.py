"""Whether a small model made from nothing foretells dialogues better than n-grams do, and knows forty by heart.

English: MultiWOZ and CamRest; Chinese: CrossWOZ and KdConv. Both are split by dialogue. The model and its tokenizer
learn from the training part by `method: scratch` (a little of it tells when it is best), and bits for each byte of text
are counted on dialogues held out of it; so are those of an interpolated modified Kneser-Ney 5-gram model that learnt
from all of the training part, over the same tokens and over bytes. Who speaks and where a message ends is foretold by
all of them.

Over-fit check: a bot that has learnt forty dialogues by heart is asked what was asked in them.

Some minutes for each language on two cores. `--tune` measures on a part of the training part instead, which is
what settings were chosen by; `--quick` only tries whether everything runs. Set DIALOG_CORE_DATA if the data does not
lie in `../shared/data`.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._dialogues import CHINESE, ENGLISH, Split, absent, camrest, kdconv, split, splits, write
from benchmarks._kneser_ney import KneserNey
from benchmarks._table import print_table
from dialog_core import Bot
from dialog_core.bot_reader import read_bot_file
from dialog_core.datasets import Dialogue
from dialog_core.testing import make_context, make_job
from dialog_core.training import SilentProgress, TrainingRunner, plan

ORDER = 5
MARKS = {"user": 256, "bot": 257, "system": 258}  # of who speaks, after the bytes
END = 259
LANGUAGES: Mapping[str, Any] = {"en": ENGLISH, "zh": CHINESE}
SETTINGS: Mapping[str, Any] = {
    "size": "tiny",
    "vocabulary": 2000,
    "max_length": 512,
    "batch_size": 4,
    "packing": True,
    "learning_rate": 3e-3,
    "weight_decay": 0.1,
    "precision": "bfloat16",  # twice as fast on a CPU that computes in it
    "patience": 0,
}
# A Chinese character has three bytes: there is less text in as many bytes, and it is learnt by heart sooner.
OWN: Mapping[str, Any] = {
    "en": {"epochs": 8},
    "zh": {"epochs": 8, "held_out": 0.05, "weight_decay": 0.3},
}
BOT = """
version: 1
bot: {{language: {language}}}
policies:
  - {{name: llm, use: transformers, device: cpu, decoding: {{max_tokens: 300}}}}
dispatch: {{tiers: [[llm]], answer_at: 0.0, deadline: 60s}}
training:
  - {{component: llm, method: scratch, data: talks.jsonl, validation: talks.jsonl, size: nano, vocabulary: 1000,
     max_length: 2048, epochs: {epochs}, learning_rate: 0.004, batch_size: 8, loss_on: replies, report_to: []}}
"""
FORTY = 40


class Told(SilentProgress):
    """Prints what is noted."""

    def note(self, text: str) -> None:
        print(f"    {text}", flush=True)


def main(languages: Sequence[str] = ("en", "zh"), tune: bool = False, quick: bool = False, **changed: Any) -> None:
    for language in languages:
        if missing := absent(tuple(LANGUAGES[language])):
            print(f"scratch bits ({language}): skipped, there is no {missing[0]}. Set DIALOG_CORE_DATA.")
            continue
        data = splits(LANGUAGES[language])
        if tune:
            data = split(data.train)
        settings = {
            **SETTINGS,
            **OWN[language],
            **changed,
            **({"steps": 5, "size": "nano"} if quick else {}),
        }
        measure(language, data, settings)
        by_heart(language, 1 if quick else 100)


def measure(language: str, data: Split, settings: Mapping[str, Any]) -> None:
    """Print how many bits the models need for each byte."""
    with tempfile.TemporaryDirectory() as directory:
        began = time.monotonic()
        model, tokenizer, details = train(language, data.train, settings, Path(directory))
        seconds = time.monotonic() - began
        rows = _rows(data.validation, tokenizer, settings["max_length"])
        size = sum(len(turn.text.encode()) for dialogue in data.validation for turn in dialogue.turns)

        from dialog_generative_training.measuring import log_loss

        found = log_loss(model, rows, tokenizer.pad_token_id) / math.log(2)
        tokens = [_whole(dialogue, tokenizer) for dialogue in data.validation]
        # What the model is asked is each token of each dialogue once, but for the first, which is not foretold.
        assert sum(label >= 0 for row in rows for label in row.labels[1:]) == sum(len(ids) - 1 for ids in tokens)
        over_tokens = KneserNey([_whole(one, tokenizer) for one in data.train], ORDER, len(tokenizer))
        over_bytes = KneserNey([_bytes(one) for one in data.train], ORDER, END + 1)
        results = {
            "scratch": found,
            f"Kneser-Ney, {ORDER} tokens": sum(over_tokens.bits(ids, skip=1) for ids in tokens),
            f"Kneser-Ney, {ORDER} bytes": sum(over_bytes.bits(_bytes(one), skip=1) for one in data.validation),
        }
    print_table(
        f"scratch bits ({language}): {len(data.train):,} dialogues learnt, {len(data.validation):,} measured "
        f"({size:,} bytes); {details['parameters']:,} parameters, {details['steps']:,} steps (best: "
        f"{details['best_step']:,}), {details['tokens_per_second']:,.0f} tokens/s, {seconds:,.0f} s in all",
        ("model", "bits per byte"),
        [(name, f"{bits / size:.4f}") for name, bits in results.items()],
    )


def train(
    language: str, dialogues: Sequence[Dialogue], settings: Mapping[str, Any], directory: Path
) -> tuple[Any, Any, Mapping[str, Any]]:
    """Return a model that was made from nothing, its tokenizer, and what its training tells."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from dialog_generative.local.options import TransformersOptions
    from dialog_generative_training.options import LanguageModelTraining
    from dialog_generative_training.trainer import LanguageModelTrainer

    talks = write(dialogues, directory / "talks.jsonl")
    prompt = directory / "prompt.j2"
    prompt.write_text("{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}", "utf-8")
    options = LanguageModelTraining(method="scratch", data=[{"path": str(talks)}], report_to=(), **settings)
    context = make_context("llm", language=language)
    job = make_job(directory, options, TransformersOptions(prompt=prompt), context=context, progress=Told())
    result = LanguageModelTrainer(options, context).train(job)
    place = job.directory / "model"
    return AutoModelForCausalLM.from_pretrained(place), AutoTokenizer.from_pretrained(place), result.details


def by_heart(language: str, epochs: int) -> None:
    """Print how many replies of forty dialogues a bot says word for word that has learnt them."""
    source = camrest if language == "en" else kdconv
    talks = list(source())[:FORTY]
    with tempfile.TemporaryDirectory() as directory:
        bot_file = Path(directory, "bot.yaml")
        bot_file.write_text(BOT.format(language=language, epochs=epochs), "utf-8")
        write(talks, Path(directory, "talks.jsonl"))
        began = time.monotonic()
        spec = read_bot_file(bot_file)
        for entry in plan(spec, ()):
            TrainingRunner(spec).run(entry, Told())
        seconds = time.monotonic() - began
        right = asked = 0
        with Bot.load(bot_file) as bot:
            for talk in talks:
                for question, answer in _pairs(talk):
                    asked += 1
                    right += bot.reply(question, conversation=talk.id).text == answer
    print(f"  by heart ({language}): {right} of {asked} replies of {FORTY} dialogues, after {seconds:,.0f} s\n")


def _pairs(talk: Dialogue) -> Sequence[tuple[str, str]]:
    """Return what is asked and what is answered."""
    turns = [turn.text for turn in talk.turns]
    return list(zip(turns[::2], turns[1::2], strict=False))


def _rows(dialogues: Sequence[Dialogue], tokenizer: Any, max_length: int) -> list[Any]:
    from dialog_generative_training.material import Material
    from dialog_generative_training.methods.supervised import chat_rows

    return [*chat_rows(Material(dialogues=tuple(dialogues)), tokenizer, max_length, replies_only=False)]


def _whole(dialogue: Dialogue, tokenizer: Any) -> Sequence[int]:
    from dialog_generative_training.chats import ChatWriter, messages_of

    (row,) = ChatWriter(tokenizer, 1_000_000).rows(messages_of(dialogue), replies_only=False)
    return row.ids


def _bytes(dialogue: Dialogue) -> Sequence[int]:
    return [symbol for turn in dialogue.turns for symbol in (MARKS[turn.role], *turn.text.encode(), END)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("languages", nargs="*", default=["en", "zh"], help="en, zh")
    parser.add_argument("--tune", action="store_true", help="measure on a part of the training part")
    parser.add_argument("--quick", action="store_true", help="only try whether everything runs")
    parser.add_argument("--set", default="{}", help="other settings, as JSON")
    arguments = parser.parse_args()
    main(arguments.languages, arguments.tune, arguments.quick, **json.loads(arguments.set))
