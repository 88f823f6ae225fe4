"""Diverse beam search: a beam search in each group, and groups that keep out of each other's way."""

from pathlib import Path
from typing import Any

import pytest

from dialog_generative.local.decoding.settings import generation_config, own_search
from dialog_generative.local.options import Decoding
from tests.plugins.dialog_generative.local.running import generated, load_model

pytestmark = pytest.mark.slow

NAMES = ("llama", "gpt2", "t5")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length_penalty", [0.0, 1.0, 2.0])
def test_one_group_of_diverse_beams_is_a_beam_search(name: str, length_penalty: float, models: Path) -> None:
    loaded = load_model(models / name)
    beam = Decoding(strategy="beam", beams=3, max_tokens=7, length_penalty=length_penalty)
    # Two groups that hardly mind each other: each is a beam search of its own.
    diverse = Decoding(
        strategy="diverse_beam",
        beams=6,
        beam_groups=2,
        diversity_penalty=1e-9,
        max_tokens=7,
        length_penalty=length_penalty,
    )
    expected = generated(loaded, beam, 3)
    # What both have found comes again only where nothing else is left.
    assert generated(loaded, diverse, 2) == expected[:2]
    assert generated(loaded, diverse, 6) == expected + expected


@pytest.mark.parametrize("name", NAMES)
def test_groups_keep_out_of_each_others_way(name: str, models: Path) -> None:
    loaded = load_model(models / name)
    shape: dict[str, Any] = {"strategy": "diverse_beam", "beams": 4, "beam_groups": 4, "max_tokens": 7}
    apart = generated(loaded, Decoding(**shape, diversity_penalty=1e6), 4)
    for place in range(7):
        assert len({line[place] for line in apart}) == 4
    together = generated(loaded, Decoding(**shape, diversity_penalty=1e-9), 4)
    assert len({tuple(line) for line in together}) == 1


def test_diverse_beams_end_where_the_model_ends(models: Path) -> None:
    import torch

    loaded = load_model(models / "taught")
    asked = loaded.tokenizer.apply_chat_template(
        [{"role": "user", "content": "Where is my order?"}], add_generation_prompt=True
    )
    ids = torch.tensor([asked["input_ids"]])
    decoding = Decoding(strategy="diverse_beam", max_tokens=40)
    rows = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=generation_config(decoding, loaded, 2),
        custom_generate=own_search(decoding),
    ).sequences
    assert loaded.tokenizer.decode(rows[0, ids.shape[1] :], skip_special_tokens=True) == "It is on its way."
    assert rows.shape[1] < ids.shape[1] + 40
