"""Small models that several tests ask; made once, never changed."""

from pathlib import Path

import pytest

from tests.language_models import save_gpt2, save_llama, save_t5, teach

TAUGHT = (
    ("Where is my order?", "It is on its way."),
    ("What are your opening hours?", "We are open from ten to four."),
    ("你好", "你好，请问有什么可以帮您？🙂"),
)
"""What the taught model knows by heart."""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models `llama`, `gpt2`, `t5` and `taught`."""
    import torch

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("models")
    save_llama(root / "llama")
    save_gpt2(root / "gpt2")
    save_t5(root / "t5")
    save_llama(root / "taught")
    teach(root / "taught", TAUGHT)
    return root
