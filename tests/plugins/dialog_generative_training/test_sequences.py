"""Encoder-decoders: what they learn is what the policy has them read, and a bot says what they have learnt."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot
from dialog_core.bot_reader import read_bot_file
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import write_bot
from dialog_core.training import SilentProgress, TrainingRunner, plan
from dialog_generative_training.material import Material
from dialog_generative_training.options import LanguageModelTraining
from dialog_generative_training.quiet import quiet
from tests.language_models import save_t5

pytestmark = pytest.mark.slow

WARES = "lamp desk chair shelf sofa mirror clock vase carpet pillow".split()
SAID = [
    *((f"How much is the {ware}?", f"The {ware} is {number + 2} euros.") for number, ware in enumerate(WARES)),
    *((f"Where is the {ware}?", f"You find it in room {number + 3}.") for number, ware in enumerate(WARES)),
]
BOT = """
version: 1
bot: {name: Aria}
policies:
  - {name: llm, use: transformers, model: t5, device: cpu, decoding: {max_tokens: 30}}
dispatch: {answer_at: 0}
training:
  - component: llm
    method: seq2seq
    data: said.jsonl
    validation: said.jsonl
    steps: 260
    batch_size: 20
    learning_rate: 0.003
    patience: 0
    evaluate_every: 260
    report_to: []
    device: cpu
"""


@pytest.fixture
def silence() -> Iterator[None]:
    with quiet():
        yield


def test_a_bot_says_what_its_encoder_decoder_has_learnt(tmp_path: Path) -> None:
    save_t5(tmp_path / "t5", initializer_factor=1.0, dropout_rate=0.0)
    rows = [
        {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": reply}]}
        for said, reply in SAID
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    bot = write_bot(tmp_path, BOT, **{"said.jsonl": lines})
    spec = read_bot_file(bot)
    outcome = TrainingRunner(spec).run(plan(spec)[0], SilentProgress())
    manifest = outcome.artefact.manifest
    assert manifest.details["steps"] == 260
    losses = [loss for _, loss in manifest.details["loss"]]
    assert losses[-1] < 0.05 < losses[0]
    with Bot.load(bot) as aria:
        answers = {said: aria.reply(said, conversation=said).text for said, _ in SAID}
    assert answers == dict(SAID)


def test_each_reply_is_learnt_once_with_as_much_before_it_as_fits(tmp_path: Path, silence: None) -> None:
    from transformers import AutoTokenizer

    from dialog_generative_training.methods import sequences

    tokenizer = AutoTokenizer.from_pretrained(save_t5(tmp_path / "t5"))
    roles: Any = ("user", "bot")
    said = ("hello", "hi", "How much is it?", "Ten euros.")
    turns = tuple(DialogueTurn(roles[place % 2], text) for place, text in enumerate(said))
    material = Material(dialogues=(Dialogue("d", turns), Dialogue("e", turns[1:2])))

    def read(max_length: int) -> list[tuple[str, str]]:
        options = LanguageModelTraining(method="seq2seq", max_length=max_length)
        rows = sequences.examples(material, tokenizer, options)
        return [(tokenizer.decode(row["input_ids"]), tokenizer.decode(row["labels"])) for row in rows]

    first = ("User: hello\nAssistant:</s>", "hi</s>")
    assert read(512) == [
        first,
        ("User: hello\nAssistant: hi\nUser: How much is it?\nAssistant:</s>", "Ten euros.</s>"),
    ]
    assert read(24) == [first, ("User: How much is it?\nAssistant:</s>", "Ten euros.</s>")]


def test_figures_are_those_of_the_loss(tmp_path: Path, silence: None) -> None:
    import math

    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    from dialog_generative_training.methods import sequences

    base = save_t5(tmp_path / "t5")
    tokenizer, model = AutoTokenizer.from_pretrained(base), AutoModelForSeq2SeqLM.from_pretrained(base)
    turns = (DialogueTurn("user", "How much is it?"), DialogueTurn("bot", "Ten euros."))
    material, options = Material(dialogues=(Dialogue("d", turns),)), LanguageModelTraining(method="seq2seq")
    (row,) = sequences.examples(material, tokenizer, options)
    with torch.inference_mode():
        loss = float(model(input_ids=torch.tensor([row["input_ids"]]), labels=torch.tensor([row["labels"]])).loss)
    found = sequences.figures(model, lambda: model, material, tokenizer, options)
    assert found["perplexity"] == pytest.approx(math.exp(loss), rel=1e-4)
    assert found["bits_per_byte"] == pytest.approx(loss * len(row["labels"]) / math.log(2) / 10, rel=1e-4)
