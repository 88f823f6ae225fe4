"""`dialog-core evaluate generation`, as people run it."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialog_core.plugins import installed_plugins
from dialog_core.testing import Fails, Says, ScriptedEndpoint
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_evaluation.pages import read

TALKS = """\
- turns:
    - {user: hi, bot: "Hello, how can I help?"}
    - {user: I would like a table, bot: For how many?}
- turns:
    - {user: where are you, bot: In the High Street.}
    - {user: thank you, bot: You are welcome.}
"""
BOT = """
version: 1
bot: {name: Aria}
policies: [{use: openai, name: llm, base_url: URL, model: any, retries: 0}]
store: {use: sqlite, path: conversations.db}
"""

MODULE = '''
import sys
import time

from dialog_core import Candidate, Component, Proposal, hookimpl
from dialog_core.configuration import Options
from dialog_core.interfaces import Likelihood


class Parrot(Component[Options]):
    """A language model that repeats what it hears, slowly where that is about tables."""

    def propose(self, turn):
        if "table" in turn.text:
            print("asked", file=sys.stderr, flush=True)
            time.sleep(60)
        return Proposal((Candidate(turn.text, 0.8),), notes={"tokens_out": 3})

    def likelihoods(self, asked):
        return [Likelihood(-1.0, 1) for _ in asked]


@hookimpl
def dialog_register(registry):
    registry.policy("parrot", "dialog_parrot:Parrot", category="generative")
'''


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    def step(body: dict[str, object]) -> Says:
        messages = body["messages"]
        assert isinstance(messages, list)
        return Says({"where are you": "In the High Street."}.get(messages[-1]["content"], "For how many?"))

    with ScriptedEndpoint(step) as server:
        yield server


@pytest.fixture
def aria(tmp_path: Path, endpoint: ScriptedEndpoint) -> Path:
    (tmp_path / "talks.yaml").write_text(TALKS, encoding="utf-8")
    (tmp_path / "bot.yaml").write_text(BOT.replace("URL", endpoint.url), encoding="utf-8")
    return tmp_path


def test_a_model_behind_an_endpoint_is_measured(aria: Path, endpoint: ScriptedEndpoint) -> None:
    done = run(
        *("evaluate", "generation", "bot.yaml", "talks.yaml", "--train", "talks.yaml"),
        *("--json", "out/r.json", "--html", "r.html"),
        cwd=aria,
    )
    assert done.returncode == 0, done.stderr
    assert "Aria, llm: 4 replies in 2 dialogues of talks.yaml" in done.stdout
    assert "nearest" in done.stdout
    assert "There is no perplexity" in done.stdout
    found = json.loads((aria / "out" / "r.json").read_text(encoding="utf-8"))
    assert found["figures"]["unigram_f1"] > 0.5
    assert found["baselines"]["nearest"]["figures"]["unigram_f1"] == 1
    assert found["leakage"]["pairs"] == 1
    assert found["speed"]["seconds_p50"] > 0
    assert [row["bot"] for row in found["replies"]][1:3] == ["For how many?", "In the High Street."]
    assert "llm · generation" in read((aria / "r.html").read_text(encoding="utf-8")).text
    assert len(endpoint.requests) == 4
    assert "Hello, how can I help?" in json.dumps(endpoint.requests[1].body)  # what people said, not what it said
    database = aria / "conversations.db"
    assert not database.exists()


def test_talks_in_another_format_are_recognized_and_one_part_is_measured_on(
    aria: Path, endpoint: ScriptedEndpoint
) -> None:
    rows = [
        {
            "id": part,
            "split": part,
            "conversations": [{"from": "human", "value": part}, {"from": "gpt", "value": "Hm."}],
        }
        for part in ("train", "test", "test2")
    ]
    (aria / "chats.json").write_text(json.dumps(rows), encoding="utf-8")
    whole = run("evaluate", "generation", "bot.yaml", "chats.json", cwd=aria)
    assert whole.returncode == 2
    assert "has several parts: train (1), test (1), test2 (1). Say which is meant: `--split test`." in whole.stderr
    learnt = run("evaluate", "generation", "bot.yaml", "talks.yaml", "--train", "chats.json", cwd=aria)
    assert learnt.returncode == 2
    assert "`--train-split train`" in learnt.stderr
    assert not endpoint.requests
    done = run(
        *("evaluate", "generation", "bot.yaml", "chats.json", "--split", "test"),
        *("--train", "chats.json", "--train-split", "train"),
        cwd=aria,
    )
    assert done.returncode == 0, done.stderr
    assert "of chats.json" in done.stdout
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "there are no dialogues"),
        ("- turns: [{user: hi}, {user: hello}]", "no dialogue has a reply of the bot to something the user said"),
        ("- turns: [{usr: hi}]", "the role 'usr' is not known. Did you mean 'user'?"),
        ("- turns: [{user: hi, bot: ''}]", "no dialogue has a reply of the bot"),
    ],
)
def test_bad_files_are_told_with_their_lines(aria: Path, content: str, told: str) -> None:
    (aria / "talks.yaml").write_text(content, encoding="utf-8")
    done = run("evaluate", "generation", "bot.yaml", "talks.yaml", cwd=aria)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "talks.yaml:1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--policy", "lm"), "Did you mean 'llm'?"),
        (("--bot",), "dialog-core evaluate BOT FILE"),
        (("--train", "none.jsonl"), "none.jsonl"),
        (("--json", "bot.yaml/r.json"), "cannot be written"),
        (("--jobs", "0"), "jobs"),
    ],
)
def test_wrong_use_ends_with_status_2(aria: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("evaluate", "generation", "bot.yaml", "talks.yaml", *arguments, cwd=aria)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_bot_without_a_language_model_is_told_so(aria: Path) -> None:
    (aria / "rules.yaml").write_text("rules: [{name: hi, when: hi, say: Hello.}]\n", encoding="utf-8")
    (aria / "bot.yaml").write_text("version: 1\npolicies: [{use: rules, path: rules.yaml}]\n", encoding="utf-8")
    done = run("evaluate", "generation", "bot.yaml", "talks.yaml", cwd=aria)
    assert done.returncode == 2
    assert "none of the bot's policies is a language model" in done.stderr
    named = run("evaluate", "generation", "bot.yaml", "talks.yaml", "--policy", "rules", cwd=aria)
    assert named.returncode == 0, named.stderr
    assert "1 answered, 3 abstained, 0 failed" in named.stdout


def test_an_endpoint_that_always_fails_ends_with_status_1(aria: Path) -> None:
    with ScriptedEndpoint(Fails(500, "out of order")) as broken:
        (aria / "bot.yaml").write_text(BOT.replace("URL", broken.url), encoding="utf-8")
        done = run("evaluate", "generation", "bot.yaml", "talks.yaml", "--json", "r.json", cwd=aria)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the policy 'llm' failed on every question" in done.stderr
    assert "out of order" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (aria / "r.json").exists()


def test_without_the_extra_the_command_to_install_it_is_told(aria: Path) -> None:
    blocked = aria / "blocked"
    blocked.mkdir()
    (blocked / "sacrebleu.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'sacrebleu'\", name='sacrebleu')\n", encoding="utf-8"
    )
    path = os.pathsep.join(filter(None, (str(blocked), os.environ.get("PYTHONPATH", ""))))
    done = run("evaluate", "generation", "bot.yaml", "talks.yaml", cwd=aria, PYTHONPATH=path)
    assert done.returncode == 2
    assert "pip install 'dialog-core[evaluate]'" in done.stderr


@pytest.fixture
def parrot(aria: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a plugin of a third party, as far as Python can tell, and name it in the bot file."""
    site = aria / "site"
    info = site / "dialog_core_parrot-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dialog-core-parrot\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[dialog_core]\nparrot = dialog_parrot\n", encoding="utf-8")
    (site / "dialog_parrot.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", "")))))
    installed_plugins.cache_clear()
    (aria / "bot.yaml").write_text("version: 1\nplugins: parrot\npolicies: [{use: parrot}]\n", encoding="utf-8")
    yield aria
    installed_plugins.cache_clear()


def test_models_of_third_parties_have_a_perplexity(parrot: Path) -> None:
    (parrot / "talks.yaml").write_text(TALKS.replace("table", "chair"), encoding="utf-8")
    done = run("evaluate", "generation", "bot.yaml", "talks.yaml", "--json", "r.json", "--jobs", "2", cwd=parrot)
    assert done.returncode == 0, done.stderr
    found = json.loads((parrot / "r.json").read_text(encoding="utf-8"))
    assert found["figures"]["perplexity"] == pytest.approx(2.71828, abs=1e-4)
    assert found["figures"]["tokens"] == 3
    assert found["baselines"]["echo"]["figures"] == {
        **found["figures"],
        "perplexity": None,
        "bits_per_byte": None,
        "tokens": None,
    }


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_with_the_figures_so_far(parrot: Path, jobs: str) -> None:
    command = [COMMAND, "evaluate", "generation", "bot.yaml", "talks.yaml", "--json", "r.json", "--jobs", jobs]
    with subprocess.Popen(command, cwd=parrot, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        printed, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, "")
    assert "note: Broken off after " in printed
    found = json.loads((parrot / "r.json").read_text(encoding="utf-8"))
    assert found["interrupted"]
    assert found["replies"][0]["bot"] == "hi"
