"""Options for decoding mean what they say, whatever a model's own settings are."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from dialog_generative.local.decoding import generation_config, own_search
from dialog_generative.local.model import LoadedModel
from dialog_generative.local.options import Decoding
from tests.plugins.dialog_generative.local.running import load_model

pytestmark = pytest.mark.slow

NAMES = ("llama", "gpt2", "t5")


def generated(loaded: LoadedModel, decoding: Decoding, count: int = 1, seed: int = 0) -> Any:
    import torch

    torch.manual_seed(seed)
    ids = torch.tensor([loaded.tokenizer.encode("Hello there")])
    output = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=generation_config(decoding, loaded, count),
        custom_generate=own_search(decoding),
    )
    return output.sequences[:, 1 if loaded.encoder_decoder else ids.shape[1] :].tolist()


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


# --- Diverse beams ----------------------------------------------------------------------------------------------------


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
    found = generated(loaded, diverse, 6)
    assert found[::2] == found[1::2] == expected


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
