"""Options for decoding mean what they say, whatever a model's own settings are."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from dialog_generative.local.decoding.settings import generation_config
from dialog_generative.local.options import Decoding
from tests.plugins.dialog_generative.local.running import generated, load_model

pytestmark = pytest.mark.slow

NAMES = ("llama", "gpt2", "t5")


@pytest.mark.parametrize("name", NAMES)
def test_greedy_takes_the_most_likely_token_each_time(name: str, models: Path) -> None:
    import torch

    loaded = load_model(models / name)
    ids = loaded.tokenizer.encode("Hello there")
    written: list[int] = []
    with torch.no_grad():
        for _ in range(6):
            if loaded.encoder_decoder:
                start = [loaded.model.config.decoder_start_token_id]
                logits = loaded.model(torch.tensor([ids]), decoder_input_ids=torch.tensor([start + written])).logits
            else:
                logits = loaded.model(torch.tensor([ids + written])).logits
            written.append(int(logits[0, -1].argmax()))
    assert generated(loaded, Decoding(max_tokens=6)) == [written]


def test_several_candidates_without_chance_are_the_best_lines_of_a_beam_search(models: Path) -> None:
    loaded = load_model(models / "llama")
    beams = generated(loaded, Decoding(strategy="beam", beams=4, max_tokens=6), 3)
    assert generated(loaded, Decoding(max_tokens=6, beams=4), 3) == beams
    assert len({tuple(line) for line in beams}) == 3


def test_a_seed_decides_what_is_drawn(models: Path) -> None:
    loaded = load_model(models / "llama")
    decoding = Decoding(strategy="sample", max_tokens=8, temperature=1.5)
    assert generated(loaded, decoding, 2, seed=3) == generated(loaded, decoding, 2, seed=3)
    assert generated(loaded, decoding, 2, seed=3) != generated(loaded, decoding, 2, seed=4)


def test_a_reply_is_no_longer_and_no_shorter_than_it_may_be(tmp_path: Path, models: Path) -> None:
    loaded = load_model(models / "taught")
    import torch

    asked = loaded.tokenizer.apply_chat_template([{"role": "user", "content": "你好"}], add_generation_prompt=True)
    ids = torch.tensor([asked["input_ids"]])

    def length(**options: Any) -> int:
        config = generation_config(Decoding(**options), loaded)
        found = loaded.model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=config).sequences
        return int(found.shape[1] - ids.shape[1])

    usual = length(max_tokens=60)
    assert length(max_tokens=5) == 5
    assert length(max_tokens=60, min_tokens=usual + 5) > usual


def test_no_sequence_comes_twice_where_it_must_not(models: Path) -> None:
    loaded = load_model(models / "gpt2")
    line = generated(loaded, Decoding(max_tokens=40, no_repeat_ngram=2))[0]
    pairs = list(itertools.pairwise(line))
    assert len(set(pairs)) == len(pairs)
    usual = generated(loaded, Decoding(max_tokens=40))[0]
    assert len(set(itertools.pairwise(usual))) < 39, "else this shows nothing"
