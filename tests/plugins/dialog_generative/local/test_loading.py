"""A model is read as it is, or it is said what is wrong with which file and what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dialog_core import PluginError
from dialog_core.testing import make_context
from dialog_generative.local import loading
from dialog_generative.local.model_files import Wanted, find, opened
from dialog_generative.local.options import TransformersOptions
from tests.language_models import save_llama
from tests.plugins.dialog_generative.local.running import load_model

pytestmark = pytest.mark.slow


def copied(models: Path, name: str, directory: Path) -> Path:
    return Path(shutil.copytree(models / name, directory / "copy"))


def changed(directory: Path, file: str = "config.json", **fields: Any) -> Path:
    path = directory / file
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
    return directory


def test_a_decoder_is_found_out_from_its_configuration(models: Path) -> None:
    loaded = load_model(models / "llama")
    assert not loaded.encoder_decoder
    assert loaded.window == 512
    assert [loaded.tokenizer.convert_ids_to_tokens(end) for end in loaded.end_ids] == ["<|end|>"]
    assert loaded.tokenizer.convert_ids_to_tokens(loaded.pad_id) == "<|pad|>"
    assert str(loaded.model.dtype) == "torch.float32"
    assert not loaded.model.training


def test_an_encoder_decoder_is_too(models: Path) -> None:
    assert load_model(models / "t5").encoder_decoder


def test_a_tokenizer_without_padding_pads_with_what_ends_a_text(models: Path) -> None:
    loaded = load_model(models / "gpt2")
    assert loaded.tokenizer.pad_token is None
    assert (loaded.pad_id,) == loaded.end_ids


@pytest.mark.parametrize(
    ("fields", "window"),
    [
        ({}, 512),
        ({"max_position_embeddings": 100}, 100),
        ({"sliding_window": 64}, 64),
        ({"sliding_window": 64, "use_sliding_window": False}, 512),
        ({"sliding_window": 64, "layer_types": ["sliding_attention", "full_attention"]}, 512),
    ],
)
def test_the_window_is_the_least_that_any_part_of_it_says(
    fields: dict[str, Any], window: int, models: Path, tmp_path: Path
) -> None:
    directory = changed(copied(models, "llama", tmp_path), **fields)
    assert load_model(directory).window == window
    assert load_model(directory, context_tokens=50).window == 50


def test_every_token_that_ends_a_turn_ends_a_reply(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    directory = save_llama(tmp_path, vocabulary=390, vocab_size=400)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    tokenizer.add_tokens(["<|im_end|>"], special_tokens=True)
    tokenizer.save_pretrained(directory)
    changed(directory, "generation_config.json", eos_token_id=[1, 5])
    ends = load_model(directory).end_ids
    assert ends == (1, 5, tokenizer.convert_tokens_to_ids("<|im_end|>"))


def test_how_the_models_own_settings_generate_counts_for_nothing(models: Path, tmp_path: Path) -> None:
    directory = changed(
        copied(models, "llama", tmp_path), "generation_config.json", temperature=0.1, do_sample=True, max_length=7
    )
    own = load_model(directory).model.generation_config
    assert (own.temperature, own.do_sample, own.max_length) == (None, None, None)


def damage(name: str) -> Callable[[Path], object]:
    """Return what does some damage to a model's folder."""
    return {
        "no configuration": lambda d: (d / "config.json").unlink(),
        "broken configuration": lambda d: (d / "config.json").write_text("{nope"),
        "unknown type": lambda d: changed(d, model_type="zorg"),
        "no writer of texts": lambda d: changed(d, model_type="bert", architectures=["BertForMaskedLM"]),
        "quantised": lambda d: changed(d, quantization_config={"quant_method": "gptq", "bits": 4}),
        "code": lambda d: changed(d, model_type="own", auto_map={"AutoConfig": "configuration.Own"}),
        "other shape": lambda d: changed(d, intermediate_size=96),
        "missing": lambda d: changed(d, num_hidden_layers=3),
        "too many": lambda d: changed(d, num_hidden_layers=1),
        "cut": lambda d: (d / "model.safetensors").write_bytes((d / "model.safetensors").read_bytes()[:5000]),
        "pickled": lambda d: (d / "model.safetensors").rename(d / "pytorch_model.bin"),
        "no weights": lambda d: (d / "model.safetensors").unlink(),
        "no part": lambda d: (
            (d / "model.safetensors").unlink(),
            (d / "model.safetensors.index.json").write_text(
                '{"weight_map": {"a": "model-00001-of-00002.safetensors"}}'
            ),
        ),
        "no tokenizer": lambda d: [(d / file).unlink() for file in ("tokenizer.json", "tokenizer_config.json")],
        "no end": lambda d: (
            changed(d, eos_token_id=None),
            changed(d, "generation_config.json", eos_token_id=None),
            changed(d, "tokenizer_config.json", eos_token=None, extra_special_tokens=[]),
            _rename(d / "tokenizer.json", "<|end|>", "<|fin|>"),
        ),
        "foreign tokenizer": lambda d: shutil.copy(d.parent / "t5.json", d / "tokenizer.json"),
    }[name]


def _rename(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no configuration", r"copy is no model of transformers: there is no config\.json in it"),
        ("broken configuration", r"config\.json in .*copy cannot be used"),
        ("unknown type", "zorg"),
        ("no writer of texts", r"type 'bert' \(BertForMaskedLM\), which does not write texts"),
        ("quantised", r"quantised \(gptq\).*`openai`"),
        ("code", "code of its own, which is not run.*trust_remote_code"),
        ("other shape", r"down_proj\.weight has the shape 64×128 and should have 64×96.*and 3 more"),
        ("missing", r"model\.layers\.2\.input_layernorm\.weight is missing.*and 6 more"),
        ("too many", r"model\.layers\.1\.input_layernorm\.weight is not known to it"),
        ("cut", "copy cannot be read"),
        ("pickled", r"pickled \(pytorch_model\.bin\).*save_pretrained"),
        ("no weights", r"no weights in .*copy: neither model\.safetensors"),
        ("no part", r"model-00001-of-00002\.safetensors is missing"),
        ("no tokenizer", "tokenizer in .*copy cannot be read"),
        ("no end", "nothing ends a reply.*Set `eos_token`"),
        ("foreign tokenizer", "do not belong together"),
    ],
)
def test_a_damaged_model_is_refused_and_what_is_wrong_is_said(
    name: str, message: str, models: Path, tmp_path: Path
) -> None:
    shutil.copy(models / "t5" / "tokenizer.json", tmp_path / "t5.json")
    directory = copied(models, "llama", tmp_path)
    damage(name)(directory)
    with pytest.raises(PluginError, match=message) as caught:
        load_model(directory)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attention": "flash_attention_2"}, "needs a GPU"),
        ({"device": "cuda"}, "torch finds none here"),
    ],
)
def test_what_is_not_here_is_said(options: dict[str, Any], message: str, models: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(PluginError, match=message):
        load_model(models / "llama", **options)


def test_precision_and_attention_can_be_chosen(models: Path) -> None:
    model = load_model(models / "llama", dtype="bfloat16", attention="eager").model
    assert str(model.dtype) == "torch.bfloat16"
    assert model.config._attn_implementation == "eager"


@pytest.mark.parametrize(("supported", "dtype"), [(True, "bfloat16"), (False, "float16")])
def test_a_gpu_computes_in_the_best_half_precision_it_has(
    supported: bool, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: supported)
    assert loading.find_dtype("auto", "cuda") == getattr(torch, dtype)
    assert loading.find_dtype("float32", "cuda") == torch.float32


def test_a_model_too_large_for_the_gpu_says_how_large_it_is(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    class TooLarge(torch.nn.Linear):
        def to(self, device: str) -> "TooLarge":  # type: ignore[override]
            if device == "cuda":
                raise torch.OutOfMemoryError("CUDA out of memory")
            return self

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**30, 2**31))
    files = find(Wanted(models / "llama"))
    with pytest.raises(PluginError, match=r"takes 2\.0 GiB, and of the GPU's memory 1\.0 GiB are free"):
        loading._placed(TooLarge(2**15, 2**14, bias=False, device="meta"), "cuda", files)


def test_loading_draws_nothing_and_leaves_settings_as_they_were(
    models: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from transformers.utils import logging

    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    capfd.readouterr()
    load_model(models / "llama")
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before


# --- Adapters and what was trained ------------------------------------------------------------------------------------


def save_adapter(base: Path, directory: Path) -> Any:
    import warnings

    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        adapted = get_peft_model(
            AutoModelForCausalLM.from_pretrained(base),
            LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False),
        )
    adapted.save_pretrained(directory)
    return adapted.eval()


def test_an_adapter_is_added_to_the_model_it_was_trained_from(models: Path, tmp_path: Path) -> None:
    import torch

    adapted = save_adapter(models / "llama", tmp_path / "adapter")
    loaded = load_model(tmp_path / "adapter")
    ids = torch.tensor([[3, 20, 30, 1, 4]])
    with torch.no_grad():
        assert torch.allclose(loaded.model(ids).logits, adapted(ids).logits, atol=1e-4)
        assert not torch.allclose(loaded.model(ids).logits, load_model(models / "llama").model(ids).logits, atol=1e-2)


@pytest.mark.parametrize(
    ("base", "message"),
    [("gpt2", "cannot be added to the model in"), ("gone", "needs the model it was trained from")],
)
def test_an_adapter_of_another_model_is_refused(base: str, message: str, models: Path, tmp_path: Path) -> None:
    save_adapter(models / "llama", tmp_path / "adapter")
    changed(tmp_path / "adapter", "adapter_config.json", base_model_name_or_path=str(models / base))
    with pytest.raises(PluginError, match=message):
        load_model(tmp_path / "adapter")


def test_a_trained_model_is_read_instead_of_the_one_that_is_named(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "gpt2", tmp_path / "model")
    artefact = opened(make_context(artefact=tmp_path))
    assert find(Wanted(models / "llama", artefact=artefact)).weights == tmp_path / "model"


def test_a_trained_adapter_finds_its_base_again_after_the_bot_has_moved(models: Path, tmp_path: Path) -> None:
    save_adapter(models / "llama", tmp_path / "adapter")
    (tmp_path / "base.json").write_text(json.dumps({"model": "/where/it/once/was", "revision": ""}))
    files = find(Wanted(models / "llama", artefact=opened(make_context(artefact=tmp_path))))
    assert (files.weights, files.adapter) == (models / "llama", tmp_path / "adapter")


# --- Where a model is -------------------------------------------------------------------------------------------------


def test_a_model_that_is_not_here_is_not_looked_for_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(PluginError, match=r"'nobody/nothing' is not on this machine.*hf download nobody/nothing"):
        find(Wanted("nobody/nothing"))


def test_a_name_that_can_be_neither_folder_nor_hub_id_is_refused_in_the_bot_file() -> None:
    with pytest.raises(ValueError, match=r"there is no folder .*no hub id"):
        TransformersOptions(model="./not/here")


def test_a_folder_stays_right_when_the_working_directory_changes(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(models)
    assert TransformersOptions(model="llama").model == models / "llama"
    assert TransformersOptions(model="Qwen/Qwen3-0.6B").model == "Qwen/Qwen3-0.6B"


def test_beams_have_to_form_whole_groups() -> None:
    with pytest.raises(ValueError, match=r"`beams` \(4\) has to be a multiple of `beam_groups` \(3\)"):
        TransformersOptions(model="a", decoding={"strategy": "diverse_beam", "beams": 4, "beam_groups": 3})
