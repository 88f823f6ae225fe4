"""What PEFT is told of the small matrices beside the weights."""

import pytest

from dialog_core.configuration import ConfigurationError, parse_yaml, validate
from dialog_generative_training.methods.lora import make_config
from dialog_generative_training.options import LanguageModelTraining, LoraOptions

pytest.importorskip("peft")
pytestmark = pytest.mark.slow


def test_the_options_of_lora_arrive() -> None:
    config = make_config(LoraOptions(rank=4, alpha=8, dropout=0.1, targets=("q_proj", "v_proj")))
    assert (config.r, config.lora_alpha, config.lora_dropout) == (4, 8, 0.1)
    assert set(config.target_modules) == {"q_proj", "v_proj"}


def test_all_linear_layers_are_a_word_of_its_own() -> None:
    assert make_config(LoraOptions()).target_modules == "all-linear"


@pytest.mark.parametrize("text", ["warmup: 1", "warmup: -0.1", "lora: {dropout: 1.5}", "lora: {alpha: 0}"])
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        validate(LanguageModelTraining, parse_yaml(f"data: nowhere.jsonl\n{text}\n", None))
