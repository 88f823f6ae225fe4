"""Training a policy's model: through the command line into a bot, every method, and what it leaves behind."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, PluginError, TrainingError
from dialog_core.datasets import Dialogue, DialogueTurn
from dialog_core.testing import make_context, make_turn, write_bot
from dialog_core.training import Artefact
from dialog_generative.local.options import TransformersOptions
from dialog_generative.local.policy import TransformersPolicy
from dialog_generative_training.options import LoraOptions
from tests.dialog_core.cli.command import COMMAND
from tests.language_models import save_gpt2, save_t5
from tests.plugins.dialog_generative_training.talks import (
    files_of,
    make_options,
    shop_talks,
    train,
    write_talks,
)

pytestmark = pytest.mark.slow

PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
BOT = """
version: 1
bot: {language: LANGUAGE}
policies:
  - {name: llm, use: transformers, device: cpu, decoding: {max_tokens: 40}}
dispatch: {tiers: [[llm]], answer_at: 0.0, deadline: 60s}
training:
  - component: llm
    method: scratch
    data: talks.jsonl
    validation: talks.jsonl   # all of it is learnt, and nothing left to measure on: to learn it by heart is the aim
    size: nano
    vocabulary: 500
    max_length: 192
    epochs: 60
    learning_rate: 0.004
    loss_on: replies
    device: cpu
    report_to: []
"""
THINGS = {
    "en": ("coffee tea soup cake bread rice fish milk wine beer".split(), "Do you have {}?", "The {} costs {} euros."),
    "zh": ("咖啡 红茶 汤面 蛋糕 面包 米饭 鲈鱼 牛奶 红酒 啤酒".split(), "你们有{}吗？", "{}的价格是{}元。"),
}
MORE = {"en": ("Which one is number {}?", "Number {} is in the {}."), "zh": ("第{}号在哪里？", "第{}号在{}。")}
PLACES = {"en": "hall garden cellar kitchen attic".split(), "zh": "大厅 花园 地下室 厨房 阁楼".split()}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Have torch use one thread: two that wait for each other take longer over a model this small."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model made from nothing that knows how people talk in one restaurant."""
    directory = tmp_path_factory.mktemp("base")
    talks = write_talks(directory / "talks.jsonl", shop_talks(80))
    job, _ = train(directory, make_options(talks, epochs=6))
    return job.directory / "model"


def facts(language: str) -> list[Dialogue]:
    """Return 40 dialogues that can only be known by heart."""
    rng = random.Random(4)
    things, asked, answered = THINGS[language]
    where, there = MORE[language]
    found = []
    for number in range(40):
        thing, place = things[number % 10], rng.choice(PLACES[language])
        first = asked.format(f"{thing}{number}" if language == "zh" else f"{thing} {number}")
        said = (
            ("user", first),
            ("bot", answered.format(thing, rng.randint(2, 90))),
            ("user", where.format(number)),
            ("bot", there.format(number, place)),
        )
        found.append(Dialogue(f"d{number}", tuple(DialogueTurn(role, text) for role, text in said)))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bot_trained_on_forty_dialogues_knows_their_replies(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # of the command, as in this process
    talks = facts(language)
    bot_file = write_bot(tmp_path, BOT.replace("LANGUAGE", language))
    write_talks(tmp_path / "talks.jsonl", talks)
    done = subprocess.run([COMMAND, "train", str(bot_file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "40 of 40 dialogues or texts to measure on are learnt from too" in done.stdout

    right = 0
    with Bot.load(bot_file) as bot:
        for talk in talks:
            for asked, expected in zip(talk.turns[::2], talk.turns[1::2], strict=True):
                right += bot.reply(asked.text, conversation=talk.id).text == expected.text
    assert right >= 76  # of 80


def test_what_is_left_behind_is_whole_and_is_served(base: Path, tmp_path: Path) -> None:
    directory = base.parent
    assert files_of(directory) == {
        "README.md",
        "model/chat_template.jinja",
        "model/config.json",
        "model/generation_config.json",
        "model/model.safetensors",
        "model/tokenizer.json",
        "model/tokenizer_config.json",
    }
    policy = TransformersPolicy(TransformersOptions(device="cpu"), make_context(artefact=Artefact.at(directory)))
    policy.warm()
    card = (directory / "README.md").read_text(encoding="utf-8")
    assert "talks.jsonl" in card


@pytest.mark.parametrize("method", ["full", "lora", "continue"])
def test_a_model_that_knows_one_shop_learns_another(base: Path, tmp_path: Path, method: str) -> None:
    talks = write_talks(tmp_path / "talks.jsonl", [*facts("en"), *shop_talks(20, seed=9)])
    options = make_options(talks, method=method, base=str(base), epochs=4, max_length=160, packing=method == "full")
    job, result = train(tmp_path, options)
    assert result.metrics["perplexity"] < 0.8 * result.before["perplexity"]
    assert result.metrics["bits_per_byte"] < result.before["bits_per_byte"]
    assert not files_of(job.directory, PICKLES) | files_of(job.checkpoints, PICKLES)
    adapter = method == "lora"
    assert result.details["adapter"] == adapter
    assert (job.directory / "model").exists() != adapter
    if adapter:
        assert json.loads((job.directory / "base.json").read_text()) == {"model": str(base), "revision": ""}
        assert result.details["trained_parameters"] < 0.2 * result.details["parameters"]


def test_an_adapter_serves_as_it_was_measured_and_may_be_merged(base: Path, tmp_path: Path) -> None:
    talks = write_talks(tmp_path / "talks.jsonl", facts("en"))
    told: list[float] = []
    for name, merge in (("beside", False), ("within", True)):
        options = make_options(talks, method="lora", base=str(base), max_length=160, lora=LoraOptions(merge=merge))
        job, _ = train(tmp_path / name, options)
        assert (job.directory / "adapter").exists() != merge
        context = make_context(artefact=Artefact.at(job.directory)).named("llm", trained=True)
        policy = TransformersPolicy(TransformersOptions(device="cpu"), context)
        asked = [(make_turn("Do you have tea 1?"), "The tea costs 5 euros.")]
        told.append(policy.likelihoods(asked)[0].log_probability)
    assert told[0] == pytest.approx(told[1], rel=1e-4)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_base_without_a_template_is_given_one_and_learns_to_stop(tmp_path: Path, method: str) -> None:
    same = Dialogue("d", (DialogueTurn("user", "Hello"), DialogueTurn("bot", "Good day")))
    talks = write_talks(tmp_path / "talks.jsonl", [same, *(Dialogue(f"{n}", same.turns) for n in range(1))])
    options = make_options(
        talks, method=method, base=str(save_gpt2(tmp_path / "gpt2")), steps=80, learning_rate=5e-3, max_length=128
    )
    job, result = train(tmp_path, options)
    assert any("has no template of chats and was given one" in remark for remark in result.remarks)
    assert (job.directory / "model").exists()  # an adapter alone would not know the new tokens
    policy = TransformersPolicy(
        TransformersOptions(device="cpu"), make_context(artefact=job.directory).named("llm", trained=True)
    )
    assert _reply(policy, "Hello") == "Good day"


def test_plain_texts_are_gone_on_with_before_dialogues_are_learnt(base: Path, tmp_path: Path) -> None:
    prose = tmp_path / "prose.txt"
    prose.write_text("\n\n".join(f"The shop sells item {n} for {n} euros on Mondays." for n in range(60)))
    options = make_options(prose, method="continue", base=str(base), packing=True)
    _, result = train(tmp_path, options)
    assert result.metrics["perplexity"] < 0.5 * result.before["perplexity"]
    assert (result.details["texts"], result.details["held_out"]) == (54, 6)


def test_nothing_is_learnt_from_texts_where_replies_are_wanted(base: Path, tmp_path: Path) -> None:
    prose = tmp_path / "prose.txt"
    prose.write_text("One text.\n\nAnother text.")
    with pytest.raises(TrainingError, match="plain texts are learnt from with `continue`"):
        train(tmp_path, make_options(prose, method="full", base=str(base)))


def test_a_base_that_does_not_fit_the_method_is_refused_with_the_remedy(tmp_path: Path) -> None:
    talks = write_talks(tmp_path / "talks.jsonl", shop_talks(4))
    with pytest.raises(TrainingError, match=r"begins with a model, and there is none. Name one as `base`"):
        train(tmp_path / "none", make_options(talks, method="full"))
    t5 = str(save_t5(tmp_path / "t5"))
    with pytest.raises(
        TrainingError, match=r"is an encoder-decoder, which `method: lora` does not train. Take `method: seq2seq`"
    ):
        train(tmp_path / "t5", make_options(talks, method="lora", base=t5))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(PluginError, match=r"empty is no model of transformers"):
        train(tmp_path / "empty", make_options(talks, method="full", base=str(empty)))
    with pytest.raises(ValueError, match="there is no folder"):
        make_options(talks, method="full", base="./nowhere/at/all")


def _reply(policy: TransformersPolicy, text: str) -> str:
    import asyncio

    async def ask() -> Any:
        return await policy.propose(make_turn(text, seconds=60))

    found = asyncio.run(ask())
    return str(getattr(found, "candidates", found)[0].text)
