"""`dialog-core tune`, as people run it: train, tune, and the bot asks its model only where that helps."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from dialog_core import ArtefactError, Bot, Builder, DialogError, read_bot_file
from dialog_core.configuration import ConfigurationError
from dialog_core.testing import Hang, ScriptedEndpoint
from dialog_core.training import Manifest, SilentProgress, TrainingRunner, plan
from dialog_ranking.choices import read_choices
from dialog_ranking_training.cli_tune import tune
from dialog_ranking_training.tuning.collecting import Collected
from dialog_ranking_training.tuning.rating import rate
from tests.dialog_core.cli.command import COMMAND, run
from tests.plugins.dialog_evaluation.pages import read
from tests.plugins.dialog_ranking_training.tuning.library import endpoint, library, poem


@dataclass(frozen=True)
class Told:
    """What the command printed."""

    stdout: str
    stderr: str


@dataclass
class Library:
    """A bot that is trained and not tuned, and the server its model is on."""

    bot: Path
    server: ScriptedEndpoint

    def tune(self, *arguments: str, exit: int = 0) -> Told:
        """Run the command in this process, which is faster than in one of its own."""
        app = typer.Typer()
        app.command()(tune)
        known = ("--data", "--html")
        placed = [
            str(self.bot.parent / text) if before in known else text
            for before, text in zip(("", *arguments), arguments, strict=False)
        ]
        done = CliRunner().invoke(app, [str(self.bot), *placed], env={"COLUMNS": "100"})
        err, status = done.stderr, done.exit_code
        if isinstance(done.exception, DialogError):  # the program around the commands tells them
            err += str(done.exception)
            status = 2 if isinstance(done.exception, ArtefactError | ConfigurationError) else 1
        assert status == exit, (err, done.exception)
        return Told(done.stdout, err)

    def change(self, old: str, new: str) -> None:
        text = self.bot.read_text()
        assert old in text
        self.bot.write_text(text.replace(old, new))

    @property
    def thresholds(self) -> dict[str, Any] | None:
        place = self.bot.parent / "models" / "bot" / "dispatch" / "thresholds"
        if not (place / "current.json").exists():
            return None
        name = json.loads((place / "current.json").read_text())["artefact"]
        found: dict[str, Any] = json.loads((place / name / "thresholds.json").read_text())
        found["details"] = json.loads((place / name / "manifest.json").read_text())["details"]
        found["files"] = sorted(path.name for path in (place / name).iterdir())
        return found


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ScriptedEndpoint]]:
    directory = tmp_path_factory.mktemp("library")
    with endpoint() as server:
        spec = read_bot_file(library(directory, server))
        (entry,) = plan(spec)
        TrainingRunner(spec).run(entry, SilentProgress())
        yield directory, server


@pytest.fixture
def shop(trained: tuple[Path, ScriptedEndpoint], tmp_path: Path) -> Library:
    directory, server = trained
    shutil.copytree(directory, tmp_path / "library")
    server.requests.clear()
    return Library(tmp_path / "library" / "bot.yaml", server)


@pytest.mark.slow
def test_trained_and_tuned_the_bot_asks_its_model_only_for_what_nobody_else_knows(shop: Library) -> None:
    untuned = run("ask", "bot.yaml", "hello", cwd=shop.bot.parent)
    assert (untuned.returncode, untuned.stderr.strip()[-30:]) == (2, "Run: dialog-core tune bot.yaml")

    tuned = run("tune", "bot.yaml", "--html", "tuned.html", cwd=shop.bot.parent)
    assert tuned.returncode == 0, tuned.stderr
    told = tuned.stdout

    assert shop.server.requests == []  # the training has kept what the bot said
    assert "accept_at" in told
    assert "◆ chosen" in told
    assert "judged by 5 models of the kind 'learned'" in " ".join(told.split())
    assert told.endswith("The bot uses these thresholds from now on.\n")
    with Bot.load(shop.bot) as bot:
        assert bot.reply("hello", conversation="1").text == "Hello!"
        assert bot.reply("please tell me: What does a late book cost?", conversation="2").text == "Ten pence a day."
        assert shop.server.requests == []
        reply = bot.reply("write a poem on rain", conversation="3")
        assert (reply.policy, reply.text) == ("llm", poem("rain"))
        assert len(shop.server.requests) == 1
        assert reply.trace is not None
        assert not [part for part in reply.trace["parts"] if part["part"] == "dispatch"]


def test_the_thresholds_have_their_evidence_with_them(shop: Library) -> None:
    printed = json.loads(shop.tune("--json").stdout)
    kept = shop.thresholds
    assert kept is not None
    assert (kept["accept_at"], kept["answer_at"]) == (printed["accept_at"], printed["answer_at"])
    assert kept["aim"] == {"max_wrong": 0.1}
    assert set(kept["built_on"]) == {"rules", "faq", "llm", "ranking"}
    assert kept["files"] == ["manifest.json", "report.html", "thresholds.json"]
    evidence = kept["details"]
    assert evidence == printed
    assert set(evidence["figures"]) == {"chosen", "everybody", "first_tier", "oracle"}
    wrong = evidence["figures"]["chosen"]["wrong"]
    assert wrong["low"] <= wrong["value"] <= evidence["bound"] <= 0.1
    assert evidence["figures"]["everybody"]["calls"]["value"] == 1.0
    assert evidence["figures"]["chosen"]["calls"]["value"] < 0.5
    assert evidence["figures"]["chosen"]["cost"]["value"] < evidence["figures"]["everybody"]["cost"]["value"]
    assert evidence["choices"] > 100 > evidence["conversations"] > 50
    assert [Path(file).name for file in evidence["files"]] == ["dialogues.jsonl"]


def test_the_page_is_whole_and_fetches_nothing(shop: Library) -> None:
    shop.tune("--html", "tuned.html", "--dry-run")
    page = (shop.bot.parent / "tuned.html").read_text()
    tags = read(page[page.index("<!doctype") :])
    assert {"script", "link", "img", "iframe"}.isdisjoint(tags.tags)
    assert tags.addresses == []
    assert "url(" not in page
    for heading in ("What the calls bring", "Threshold by threshold", "as sure as it should be", "The worst mistakes"):
        assert heading in tags.text


def test_of_data_with_several_parts_one_is_tuned_with(shop: Library) -> None:
    rows = [json.loads(line) for line in (shop.bot.parent / "others.jsonl").read_text().splitlines()]
    parts = [{**row, "split": "train" if number < 3 else "test"} for number, row in enumerate(rows)]
    (shop.bot.parent / "parts.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in parts))
    told = shop.tune("--data", "parts.jsonl", exit=2).stderr
    assert f"has several parts: train (3), test ({len(rows) - 3})" in told
    assert shop.server.requests == []
    shop.tune("--data", "parts.jsonl", "--split", "test", "--dry-run")
    asked = len(shop.server.requests)
    assert asked > 50
    shop.tune("--data", "parts.jsonl", "--split", "train", "--split", "test", "--dry-run")
    assert len(shop.server.requests) > asked, "other parts are other data"


def test_other_data_is_judged_by_the_ranking_as_it_is_and_the_bot_is_asked_once(shop: Library) -> None:
    first = shop.tune("--data", "others.jsonl").stdout
    asked = len(shop.server.requests)
    assert asked > 50
    assert "judged by the ranker 'learned', as it is in use" in " ".join(first.split())
    second = shop.tune("--data", "others.jsonl", "--aim", "max_calls=60%").stdout
    assert len(shop.server.requests) == asked
    assert "what it said is known from the last time" in second
    (shop.bot.parent / "faq.yaml").write_text((shop.bot.parent / "faq.yaml").read_text().replace("nine", "ten"))
    shop.tune("--data", "others.jsonl", "--dry-run")
    assert len(shop.server.requests) > asked  # the bot would say something else now


def test_what_the_training_has_kept_is_not_used_when_the_data_is_another(shop: Library) -> None:
    file = shop.bot.parent / "dialogues.jsonl"
    file.write_text("".join(f"{line}\n" for line in file.read_text().splitlines()[:50]))
    shop.tune("--dry-run")
    assert shop.server.requests


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--aim", "max_calls=80%"], ["--aim", "cost=1"]])
def test_trying_changes_nothing(shop: Library, arguments: list[str]) -> None:
    told = shop.tune(*arguments).stdout
    assert "Nothing was written" in told
    assert shop.thresholds is None


def test_an_aim_that_cannot_be_met_says_what_can_and_leaves_everything_as_it_was(shop: Library) -> None:
    shop.tune()
    before = shop.thresholds
    shop.change("max_wrong: 10%", "max_wrong: 0.01%")
    done = shop.tune(exit=1)
    assert "the nearest there is" in done.stdout
    assert "error: the aim cannot be met with these" in done.stderr
    assert "The nearest that can be: max_wrong: " in done.stderr
    assert "They are too few to be sure: it would take about " in done.stderr
    assert shop.thresholds == before


def test_a_report_that_cannot_be_written_or_a_disk_that_takes_nothing_changes_nothing(shop: Library) -> None:
    shop.tune("--html", "faq.yaml/tuned.html", exit=2)
    assert shop.thresholds is None
    (shop.bot.parent / "models" / "bot" / "dispatch").mkdir(parents=True)
    (shop.bot.parent / "models" / "bot" / "dispatch" / "gathered").write_text("in the way")
    told = shop.tune("--data", "others.jsonl", exit=1).stderr
    assert "the bot could not be tuned: " in told
    assert "Nothing is changed" in told


def test_a_stated_answer_at_is_kept(shop: Library) -> None:
    shop.change("  aim:", "  answer_at: 0.25\n  aim:")
    shop.tune()
    found = shop.thresholds
    assert found is not None
    assert found["answer_at"] == 0.25
    Bot.load(shop.bot).close()


def test_what_has_changed_since_stands_in_every_trace(shop: Library) -> None:
    shop.tune()
    shop.change("knowledge: faq}", "knowledge: faq, top_k: 5}")
    with Bot.load(shop.bot) as bot:
        trace = bot.reply("hello").trace
    assert trace is not None
    (told,) = [part["verdict"] for part in trace["parts"] if part["part"] == "dispatch"]
    assert told.startswith("the thresholds were tuned before these changed: faq. Run: dialog-core tune ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--aim", "2%"], "--aim: '2%' is no aim. Write max_wrong=2%, cost=0.002 or max_calls=30%."),
        (["--aim", "max_worng=2%"], "--aim: 'max_worng=2%' is no aim. Did you mean 'max_wrong'?"),
        (["--aim", "max_wrong=many"], "--aim: needs a share, not 'many'"),
        (["--aim", "cost=-1"], "--aim: "),
        (["--cost", "llm"], "--cost: 'llm' says nothing of a cost. Write POLICY=COST, such as llm=0.002."),
        (["--cost", "lmm=0.1"], "--cost: there is no policy 'lmm'. Did you mean 'llm'?"),
        (["--cost", "llm=nan"], "--cost: "),
        (["--confidence", "100%"], "--confidence: "),
        (["--give-up", "all"], "--give-up: needs a share"),
        (["--split", "test"], "it is a part of what --data names"),
        (["--data", "othres.jsonl"], "othres.jsonl: there is no such file. Did you mean 'others.jsonl'?"),
    ],
)
def test_wrong_use_is_told_before_anybody_is_asked(shop: Library, arguments: list[str], complaint: str) -> None:
    assert complaint in shop.tune(*arguments, exit=2).stderr
    assert shop.server.requests == []


def test_a_bot_that_aims_at_nothing_says_how_to(shop: Library) -> None:
    shop.change("  aim: {max_wrong: 10%}\n", "")
    told = shop.tune(exit=2).stderr
    assert "says nothing of what the thresholds are to achieve. Add `aim: {max_wrong: 2%}` under `dispatch:`" in told
    shop.tune("--aim", "max_wrong=10%")


def test_nothing_to_tune_with_is_said(shop: Library) -> None:
    shop.change("training:\n  - {component: ranking, data: dialogues.jsonl}\n", "")
    assert "there is nothing to tune with" in shop.tune(exit=2).stderr
    (shop.bot.parent / "none.choices.jsonl").write_text("")
    told = shop.tune("--data", "none.choices.jsonl", exit=1).stderr
    assert "error: the aim cannot be met: there are no messages with known answers" in told


def test_costs_that_nobody_knows_cannot_be_limited(shop: Library) -> None:
    candidate = {"policy": "llm", "text": "Hi!", "score": 1, "right": 1, "tier": 2}
    rows = [{"id": str(number), "text": "hi", "candidates": [candidate]} for number in range(20)]
    (shop.bot.parent / "some.choices.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (shop.bot.parent / "one.choices.jsonl").write_text(json.dumps(rows[0]))
    told = shop.tune("--data", "some.choices.jsonl", "--aim", "cost=0.1", exit=2).stderr
    assert "no policy says what a call costs. Say it: --cost llm=0.002." in told
    shop.tune("--data", "some.choices.jsonl", "--aim", "cost=0.1", "--cost", "llm=0.1")
    few = shop.tune("--data", "one.choices.jsonl", "--aim", "cost=0.2", "--cost", "llm=0.1", exit=1).stderr
    assert "They are too few to be sure of anything." in few


def test_a_ranker_that_cannot_be_fitted_anew_is_not_judged_by_what_it_has_learnt(
    shop: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever trained ranker it is: to judge it, other conversations are needed."""
    place = shop.bot.parent / "models" / "bot" / "ranking"
    artefact = place / json.loads((place / "current.json").read_text())["artefact"]
    assert Manifest.from_text((artefact / "manifest.json").read_text()).details["taken"]
    spec = read_bot_file(shop.bot)
    builder = Builder(spec)
    choices = tuple(read_choices(artefact / "choices.jsonl"))
    learnt = Collected(choices, (), learnt=True)
    single = Collected(choices[:1], (), learnt=True)
    with pytest.raises(ConfigurationError, match="which is a single conversation"):
        rate(spec, builder, single, {}, SilentProgress())
    monkeypatch.setattr("dialog_ranking_training.tuning.rating.REFITTED", ())
    with pytest.raises(ConfigurationError, match="'learned' has learnt from this data, and would be judged by what it"):
        rate(spec, builder, learnt, {}, SilentProgress())


def test_a_page_and_a_terminal_survive_whatever_people_said(shop: Library) -> None:
    nasty = "<script>alert(1)</script>\x1b[31m\u202e&amp;"
    rows = [
        {
            "id": str(number),
            "text": nasty,
            "conversation": nasty,
            "candidates": [
                {"policy": "rules", "text": nasty, "score": 1, "right": number % 2},
                {"policy": "llm", "text": f"{nasty}!", "score": 1, "right": 1},
            ],
        }
        for number in range(40)
    ]
    (shop.bot.parent / "nasty.choices.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = shop.tune("--data", "nasty.choices.jsonl", "--aim", "max_wrong=99%", "--html", "page.html")
    page = (shop.bot.parent / "page.html").read_text()
    assert "<script" not in page
    assert "\x1b" not in page + done.stdout
    read(page[page.index("<!doctype") :])


@pytest.mark.slow
def test_ctrl_c_while_the_bot_is_asked_changes_nothing_and_what_was_said_is_kept(shop: Library) -> None:
    shop.tune()
    before = shop.thresholds
    answered = 0

    def answer_some(body: Any) -> Any:
        nonlocal answered
        answered += 1
        return Hang(60) if answered > 5 else "That depends."

    with ScriptedEndpoint(answer_some) as slow:
        text = shop.bot.read_text()
        shop.bot.write_text(text.replace(shop.server.url, slow.url).replace("model: any", "model: any, timeout: 50s"))
        process = subprocess.Popen(
            [COMMAND, "tune", "bot.yaml", "--data", "others.jsonl"],
            cwd=shop.bot.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
        while answered <= 5 and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        slow.release()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: nothing is changed" in err
    assert "Traceback" not in err
    assert shop.thresholds == before
