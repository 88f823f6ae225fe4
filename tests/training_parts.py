"""A plugin for tests that can be trained: an annotator counts words, a policy and a ranker build on what it learnt."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from dialog_core import Candidate, Component, Context, Ranked, Registry, Turn, core_plugin, hookimpl
from dialog_core.bot_file import BotSpec
from dialog_core.bot_reader import read_bot_file
from dialog_core.configuration import ConfigPath, InputPath, Options
from dialog_core.plugins import PluginSet
from dialog_core.training import (
    OnlyIfSet,
    Outcome,
    ServingOnly,
    SilentProgress,
    SpeedOnly,
    TrainingJob,
    TrainingResult,
    TrainingRunner,
    plan,
)

VERSION = 1


class CountsOptions(Options):
    fold: bool = Field(default=True, description="Whether case is ignored.")
    ignored: InputPath | None = Field(default=None, description="Words that do not count.")
    encoder: Any = Field(default=None, description="What reads.")
    top: Annotated[int, ServingOnly] = Field(default=100, description="How many words to tell.")


class CountsAnnotator(Component[CountsOptions]):
    def __init__(self, options: CountsOptions, context: Context) -> None:
        super().__init__(options, context)
        self.counts = context.artefact(VERSION).load_json("counts.json")

    def annotate(self, turn: Turn) -> dict[str, int]:
        known = {word: self.counts[word] for word in turn.text.lower().split() if word in self.counts}
        return dict(list(known.items())[: self.options.top])


class CountsTrainerOptions(Options):
    data: InputPath = Field(description="Lines of words.")
    extra: tuple[InputPath, ...] = Field(default=(), description="More of them.")
    scale: int = Field(default=1, description="What a word counts.")
    part: Annotated[str, OnlyIfSet] = Field(default="", description="An option that came later.")
    gate: Annotated[ConfigPath | None, SpeedOnly] = Field(default=None, description="Waited for after three lines.")
    trouble: Annotated[str, SpeedOnly] = Field(default="", description="What goes wrong.")


class CountsTrainer(Component[CountsTrainerOptions]):
    """Counts words, a line at a time, and keeps a checkpoint after each."""

    version = VERSION

    def train(self, job: TrainingJob) -> TrainingResult:
        lines = job.options.data.read_text(encoding="utf-8").splitlines()
        checkpoint = job.checkpoints / "counts.json"
        state = json.loads(checkpoint.read_text()) if checkpoint.exists() else {"done": 0, "counts": {}}
        resumed_at = state["done"]
        job.progress.stage("counting", len(lines))
        for line in lines[resumed_at:]:
            if state["done"] == 3 and job.options.gate is not None:
                (job.directory / "half.json").write_text("half")
                _wait_for(job.options.gate)
            for word in line.lower().split():
                state["counts"][word] = state["counts"].get(word, 0) + job.options.scale
            state["done"] += 1
            checkpoint.write_text(json.dumps(state))
            job.progress.advance()
        if job.options.trouble:
            return _make_trouble(job)
        (job.directory / "counts.json").write_text(json.dumps(state["counts"]))
        (job.directory / "more").mkdir()
        (job.directory / "more" / "words.txt").write_text("\n".join(state["counts"]))
        before = {"words": 0.0} if job.previous is None else _words(job.previous)
        remarks = (f"counted {len(lines)} lines",)
        return TrainingResult({"words": float(len(state["counts"]))}, before, remarks, {"resumed_at": resumed_at})


def _words(artefact: Path) -> dict[str, float]:
    return {"words": float(len(json.loads((artefact / "counts.json").read_text())))}


def _wait_for(gate: Path) -> None:
    deadline = time.monotonic() + 60
    while not gate.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{gate} was never opened")
        time.sleep(0.01)


def _make_trouble(job: TrainingJob) -> Any:
    match job.options.trouble:
        case "bug":
            raise ValueError("a bug")
        case "memory":
            raise MemoryError
        case "package":
            raise ModuleNotFoundError("No module named 'large.part'", name="large.part")
        case "own part":
            raise ModuleNotFoundError("No module named 'tests.part'", name="tests.part")
        case "interrupt":
            raise KeyboardInterrupt
        case "large":
            (job.directory / "large").write_bytes(bytes(10_000_000))
        case "odd":
            (job.directory / "counts.json").write_text("{}")
            figures = {"nan": float("nan"), "infinite": float("inf")}
            return TrainingResult(figures, details={"set": {1}, "path": Path("x"), "deep": [float("nan"), object()]})
    return "rubbish"


class EchoingOptions(Options):
    heeds: str = Field(default="", description="An annotator it heeds.")
    knowledge: str | None = Field(default=None, description="What it knows.")


class EchoingPolicy(Component[EchoingOptions]):
    inline = True

    def __init__(self, options: EchoingOptions, context: Context) -> None:
        super().__init__(options, context)
        self.prefix = context.artefact().load_json("prefix.json")

    def propose(self, turn: Turn) -> list[Candidate]:
        return [Candidate(f"{self.prefix} {dict(turn.annotations)}", 1.0)]


class PrefixTrainerOptions(Options):
    prefix: str = Field(default="I see", description="What comes first.")


class PrefixTrainer(Component[PrefixTrainerOptions]):
    version = 1

    def train(self, job: TrainingJob) -> TrainingResult:
        (job.directory / "prefix.json").write_text(json.dumps(job.options.prefix))
        return TrainingResult({"length": float(len(job.options.prefix))})


class LearntRanker(Component[Options]):
    calibrated = True

    def __init__(self, options: Options, context: Context) -> None:
        super().__init__(options, context)
        context.artefact()

    def rank(self, turn: Turn, candidates: list[Candidate]) -> list[Ranked]:
        return [Ranked(candidate, candidate.score) for candidate in candidates]


class Unversioned(Component[Options]):
    def train(self, job: TrainingJob) -> TrainingResult:
        raise NotImplementedError


class LinesReader(Component[Options]):
    def read(self, path: Path) -> list[Any]:
        return path.read_text().splitlines()


class SmallEncoderOptions(Options):
    path: InputPath | None = Field(default=None, description="Its weights.")


@hookimpl
def dialog_register(registry: Registry) -> None:
    here = "tests.training_parts"
    registry.annotator("counts", f"{here}:CountsAnnotator", options=f"{here}:CountsOptions")
    registry.trainer("counts", f"{here}:CountsTrainer", options=f"{here}:CountsTrainerOptions", extra="parts[large]")
    registry.policy("echoing", f"{here}:EchoingPolicy", options=f"{here}:EchoingOptions", category="rules")
    registry.trainer("echoing", f"{here}:PrefixTrainer", options=f"{here}:PrefixTrainerOptions")
    registry.ranker("learnt", f"{here}:LearntRanker")
    registry.trainer("learnt", f"{here}:PrefixTrainer", options=f"{here}:PrefixTrainerOptions")
    registry.policy("unversioned", f"{here}:EchoingPolicy", options=f"{here}:EchoingOptions")
    registry.trainer("unversioned", f"{here}:Unversioned")
    registry.policy("untrainable", f"{here}:EchoingPolicy", options=f"{here}:EchoingOptions")
    registry.reader("lines", f"{here}:LinesReader", suffixes=(".lines",))
    registry.encoder("small", f"{here}:SmallEncoder", options=f"{here}:SmallEncoderOptions")


def plugins() -> PluginSet:
    """Return a set of the kernel's plugin and this one, loaded."""
    loaded = PluginSet()
    loaded.add("core", core_plugin)
    loaded.add("training_parts", sys.modules[__name__])
    return loaded


BOT = """
version: 1
annotators:
  - {use: counts, name: words}
policies:
  - {use: echoing, name: echo, heeds: words}
ranking: {use: learnt}
training:
  - {component: ranking}
  - {component: echo, prefix: Aha}
  - {component: words, data: words.txt}
"""
WORDS = "a rose is a rose\nis a rose\nthe end\nof a poem\nof words\n"


def spec_of(bot: Path) -> BotSpec:
    """Read a bot file that may use this plugin."""
    return read_bot_file(bot, plugins=plugins())


def train(bot: Path, *only: str, force: bool = False, seed: int | None = None) -> dict[str, Outcome]:
    """Train a bot and return what became of each entry, in the order of the training."""
    spec = spec_of(bot)
    runner = TrainingRunner(spec, seed=seed)
    return {entry.name: runner.run(entry, SilentProgress(), force=force) for entry in plan(spec, only)}
