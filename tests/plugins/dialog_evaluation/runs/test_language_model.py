"""A bot with a real language model that runs here, evaluated by the command."""

import json
from pathlib import Path

import pytest

from dialog_core.testing import write_bot
from dialog_evaluation.runs.store import find_runs
from tests.dialog_core.cli.command import run
from tests.language_models import save_llama, teach

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # reading torch takes its time on a machine that is busy

PAIRS = [
    ("when do you open", "We open at nine."),
    ("how much is a card", "A card is free."),
    ("where is the piano", "There is no piano here."),
    ("您好", "您好，请问有什么可以帮您？"),
]
BOT = """
version: 1
bot: {name: Robin}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: llm, use: transformers, model: model, prompt: prompt.j2, device: cpu, decoding: {max_tokens: 40}}
dispatch: {tiers: [[rules], [llm]], deadline: 60s}
"""


def test_a_model_that_knows_its_replies_by_heart_finds_them_among_others(tmp_path: Path) -> None:
    teach(save_llama(tmp_path / "model"), PAIRS, steps=160)
    rows = [{"turns": [{"role": "user", "text": said}, {"role": "bot", "text": reply}]} for said, reply in PAIRS]
    (tmp_path / "talks.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    write_bot(
        tmp_path,
        BOT,
        **{
            "rules.yaml": "rules: [{name: piano, when: piano, say: No.}]",
            "prompt.j2": "{% block system %}{% endblock %}{% block question %}{{ question }}{% endblock %}",
        },
    )
    done = run("evaluate", "bot.yaml", "talks.jsonl", "--select", "4", "--json", "r.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    turns = [one.turns[0] for one in find_runs(tmp_path / "bot.yaml")[0].answers()]
    assert [turn.policy for turn in turns] == ["llm", "llm", "rules", "llm"]
    assert [turn.policies[1].rank for turn in turns] == [1, 1, 1, 1]  # by likelihood, also where rules speak
    assert [turn.policies[1].text for turn in turns] == [reply for _, reply in PAIRS]
    assert [turn.rank for turn in (turns[0], turns[1], turns[3])] == [1, 1, 1]
    assert turns[0].cost["tokens_out"] > 3
    assert "tokens_out" not in turns[2].cost  # the model is not asked in such a turn, and costs nothing there
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["bot"]["figures"]["recall_at_1"]["value"] >= 0.75
