"""Keys and values: cut anywhere, taken out of batches and put into them, and counted."""

from pathlib import Path

import pytest

from dialog_generative.local.model import LoadedModel
from tests.engines import load, save, tokens

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    return load(save("llama", tmp_path_factory.mktemp("llama")))


def test_what_was_read_can_be_taken_back_and_read_otherwise(model: LoadedModel) -> None:
    import torch

    from dialog_generative.local.forward.runner import Runner

    runner, ids = Runner(model), tokens(1, 30)
    with torch.inference_mode():
        whole = runner.read(ids, 0, runner.new_cache())
        cache = runner.new_cache()
        runner.read(ids[:12] + tokens(2, 40), 0, cache)
        again = runner.read(ids[12:], 12, cache)
    assert cache.length == 30
    torch.testing.assert_close(again, whole, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["mistral", "gemma2"])
def test_layers_that_look_back_only_so_far_can_be_cut_far_behind_that(kind: str, tmp_path: Path) -> None:
    import torch

    from dialog_generative.local.forward.runner import Runner

    runner, ids = Runner(load(save(kind, tmp_path))), tokens(1, 60)
    with torch.inference_mode():
        whole = runner.read(ids, 0, runner.new_cache())
        cache = runner.new_cache()
        runner.read(ids[:20] + tokens(2, 100), 0, cache)
        again = runner.read(ids[20:], 20, cache)
    torch.testing.assert_close(again, whole, rtol=1e-3, atol=1e-3)


def test_a_row_that_leaves_a_batch_takes_along_what_was_read_of_it(model: LoadedModel) -> None:
    import torch

    from dialog_generative.local.forward.runner import Runner

    runner, long, short = Runner(model), tokens(1, 40), tokens(2, 9)
    with torch.inference_mode():
        alone = runner.read([7], 9, _read(runner, short))
        batch = _read(runner, long)
        batch.reserve(2, 41)
        batch.put(1, 31, _read(runner, short), 9)
        runner.next([[5], [6]], [40, 9], batch, [0, 31])
        out = batch.row(1, 31, 41)
        again = runner.read([7], 9, out)
        batch.reserve(2, 141)
        batch.shift(2, 100)
        shifted = batch.row(1, 131, 141)
        once_more = runner.read([7], 9, shifted)
    torch.testing.assert_close(again, alone, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(once_more, alone, rtol=1e-4, atol=1e-4)


def test_memory_is_counted_with_the_room_to_spare(model: LoadedModel) -> None:
    import torch

    from dialog_generative.local.forward.runner import Runner

    runner = Runner(model)
    config = model.model.config
    column = 2 * 4 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim  # bytes of one token
    with torch.inference_mode():
        cache = runner.new_cache()
        assert cache.nbytes == 0
        runner.read(tokens(1, 10), 0, cache)
        assert cache.nbytes == 64 * column
        cache.length = 3
        assert cache.nbytes == 64 * column  # what is cut off still lies there
        runner.read(tokens(1, 62), 3, cache)
        assert cache.nbytes == 128 * column
        cache.reserve(3, 65)
    assert cache.nbytes == 3 * 128 * column
    assert cache.slots == 3


def test_padding_is_finite_so_that_nothing_of_it_is_read(model: LoadedModel) -> None:
    import torch

    from dialog_generative.local.forward.runner import Runner

    runner = Runner(model)
    with torch.inference_mode():
        cache = _read(runner, tokens(1, 5))
        cache.reserve(4, 500)
        cache.shift(4, 70)
        for layer in cache._filled():
            assert all(torch.isfinite(tensor).all() for tensor in layer.buffers)
            assert all((tensor[:, :, :70] == 0).all() for tensor in layer.buffers)


def test_a_model_with_states_that_cannot_be_taken_back_is_refused() -> None:
    from transformers import Lfm2Config

    from dialog_generative.local.forward.kv_cache import KeyValues

    config = Lfm2Config(num_hidden_layers=2, layer_types=["conv", "full_attention"])
    with pytest.raises(TypeError, match="LinearAttentionLayer"):
        KeyValues(config)


def _read(runner, ids):  # type: ignore[no-untyped-def]
    cache = runner.new_cache()
    runner.read(ids, 0, cache)
    return cache
