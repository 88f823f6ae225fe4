"""A real language model that runs here, measured by the command."""

import json
from pathlib import Path

import pytest

from tests.dialog_core.cli.command import run
from tests.language_models import save_llama, teach

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # reading torch takes its time on a machine that is busy

PAIRS = [
    ("when do you open", "We open at nine."),
    ("how much is a card", "A card is free."),
    ("您好", "您好，请问有什么可以帮您？"),
]
NO_INSTRUCTIONS = "{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}"
BOT = """
version: 1
bot: {name: Robin}
policies: [{use: transformers, name: llm, model: model, prompt: prompt.j2, device: cpu, decoding: {max_tokens: 40}}]
"""


def test_a_model_that_knows_its_replies_by_heart_has_the_best_figures(tmp_path: Path) -> None:
    teach(save_llama(tmp_path / "model"), PAIRS, steps=120)
    rows = [{"turns": [{"role": "user", "text": said}, {"role": "bot", "text": reply}]} for said, reply in PAIRS]
    talks = tmp_path / "talks.jsonl"
    talks.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (tmp_path / "prompt.j2").write_text(NO_INSTRUCTIONS, encoding="utf-8")  # what the model was taught with
    (tmp_path / "bot.yaml").write_text(BOT, encoding="utf-8")
    done = run("evaluate", "generation", "bot.yaml", "talks.jsonl", "--json", "r.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    figures = found["figures"]
    assert figures["unigram_f1"] > 0.9
    assert 1 <= figures["perplexity"] < 1.5
    assert 0 < figures["bits_per_byte"] < 0.5
    assert found["speed"]["tokens_per_second_p50"] > 0
    assert found["speed"]["first_token_seconds_p50"] <= found["speed"]["seconds_p50"]
    assert figures["tokens"] > 3
    assert "tok:zh" in found["bleu_signature"]
