"""The bot that sells lamps, with a plugin whose policies do what no policy should."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from dialog_core import Bot, FeedbackGiven, read_bot_file
from dialog_core.bot import new_conversation_id
from dialog_core.testing import write_bot
from dialog_core.testing.turns import NOON
from dialog_core.training import Outcome, SilentProgress, TrainingRunner, plan
from tests.plugins.dialog_ranking_training.lamps import ASKED, FILES, talks

PROGRAM = Path(sys.executable).with_name("dialog-core")

MODULE = """
import math
import os
import time
from dataclasses import replace
from typing import Any

from pydantic import Field

from dialog_core import Candidate, Component, Evidence, Registry, Turn, hookimpl
from dialog_core.configuration import Options
from dialog_core.training import TrainingJob, TrainingResult

LETTERS = "\\u202e\\u05e9\\u05dc\\u05d5\\u05dd \\x00\\x07\\x1b[31m \\ud83d \\U0001f469\\u200d\\U0001f469"
LETTERS += " \\u0301" + "\\u0336" * 50
SCORES = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "minus one": -1, "two": 2, "none": None,
          "text": "0.9", "true": True, "huge": 10 ** 400, "tiny": 5e-324}
FEATURES = {"nan": {"own": math.nan}, "inf": {"own": math.inf}, "text": {"own": "0.9"}, "none": {"own": None},
            "list": {"own": [1]}, "huge": {"own": 10 ** 400}, "number as name": {1: 1.0}, "": {"": 1.0},
            "dots": {"own.x": 1.0, "policy.rules": 1.0, "score": 9.0}, "many": {f"f{n}": float(n) for n in range(5000)},
            "letters": {LETTERS: 1.0}, "object": {"own": object()}, "log": {"mean_log_probability": math.nan},
            "length": lambda turn: {"own": float(len(turn.text))}}


class OddOptions(Options):
    score: Any = Field(default=1.0, description="A number, or a name of one that is none.")
    says: str = Field(default="I know everything.", description="The reply.")
    features: str = Field(default="", description="Which features it has.")
    count: int = Field(default=1, description="How many candidates it has.")
    letters: bool = Field(default=False, description="Whether everything is full of odd letters.")
    size: int = Field(default=0, description="How many characters its texts have.")


class OddPolicy(Component[OddOptions]):
    inline = True

    def propose(self, turn: Turn) -> list[Candidate]:
        told = self.options
        score = SCORES.get(told.score, told.score) if isinstance(told.score, str) else told.score
        text = LETTERS if told.letters else told.says
        if told.size:
            text = (text + " ") * (told.size // (len(text) + 1))
        evidence = (Evidence(text, text[:100], 0.5),) if told.letters or told.size else ()
        features = FEATURES.get(told.features, {})
        one = Candidate(text, score, features=features(turn) if callable(features) else features, evidence=evidence)
        return [replace(one, text=f"{text} {n}" if n else text) for n in range(told.count)]


class ParrotOptions(Options):
    of: Any = Field(description="Whose replies it says.")
    how: str = Field(default="same", description="What it makes of them.")
    score: float = Field(default=1.0, description="How sure it is.")
    delay: float = Field(default=0.0, description="Seconds it takes.")


class ParrotTraining(Options):
    scale: float = Field(description="What its scores are multiplied by from now on.")


HOWS = {"same": str, "case": str.upper, "space": lambda text: f"  {text.replace(' ', '   ')} \\n"}


class Parrot(Component[ParrotOptions]):
    def __init__(self, options, context):
        super().__init__(options, context)
        self.policy = context.named(context.name, trained=False).create("policy", options.of)
        self.scale = context.artefact(1).load_json("scale.json") if context.trained else 1.0

    def propose(self, turn: Turn) -> list[Candidate]:
        time.sleep(self.options.delay)
        return [Candidate(HOWS[self.options.how](one.text), self.options.score * self.scale, evidence=one.evidence)
                for one in self.policy.propose(turn) or ()]


class ParrotTrainer(Component[ParrotTraining]):
    version = 1

    def train(self, job: TrainingJob) -> TrainingResult:
        (job.directory / "scale.json").write_text(str(self.options.scale))
        return TrainingResult({})


@hookimpl
def dialog_register(registry: Registry) -> None:
    registry.policy("odd", "dialog_odd:OddPolicy", options="dialog_odd:OddOptions", category="generative")
    registry.policy("parrot", "dialog_odd:Parrot", options="dialog_odd:ParrotOptions", category="other")
    registry.trainer("parrot", "dialog_odd:ParrotTrainer", options="dialog_odd:ParrotTraining")
"""

BOT = """
version: 1
bot: {name: Lamps, language: en}
plugins: [odd]
knowledge:
  shop: {path: shop.yaml}
  garden: {path: garden.yaml}
policies:
  - {name: rules, use: rules, path: rules.yaml}
  - {name: shop, use: bm25, knowledge: shop}
  - {name: garden, use: bm25, knowledge: garden}
  - POLICY
dispatch: {tiers: [[rules, shop, garden, NAME]], answer_at: 0.3}
ranking: {RANKER}
training:
  - {component: ranking, DATA}
store: {use: sqlite, path: talks.db, synchronous: 'off'}
fallback: Pardon?
"""
RANKERS = {
    "calibrated": "use: calibrated",
    "logistic": "use: learned",
    "boosted": "use: learned, model: boosted",
}
QUESTION = "will the order arrive soon"
ANSWER = "In two days."


def odd_bot(
    directory: Path,
    policy: str = "use: odd",
    *,
    name: str = "odd",
    ranker: str = "logistic",
    data: str = "data: talks.jsonl",
    count: int = 40,
) -> Path:
    """Write the bot, with one more policy and labelled dialogues, and return its path."""
    rows = "".join(json.dumps(talk) + "\n" for talk in talks(count))
    text = BOT.replace("POLICY", f"{{name: {json.dumps(name)}, {policy}}}").replace("NAME", json.dumps(name))
    text = text.replace("RANKER", RANKERS[ranker]).replace("DATA", data)
    return write_bot(directory, text, **FILES, **{"talks.jsonl": rows})


def train(path: Path, component: str = "ranking", *, force: bool = False) -> Outcome:
    """Train a component in this process."""
    spec = read_bot_file(path)
    (entry,) = [entry for entry in plan(spec) if entry.name == component]
    return TrainingRunner(spec).run(entry, SilentProgress(), force=force)


def command(*words: Any, status: int = 0) -> str:
    """Run `dialog-core` and return what it prints, which is never a traceback."""
    done = subprocess.run(
        [PROGRAM, *map(str, words)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "300", "NO_COLOR": "1"},
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def asked(path: Path, text: str = QUESTION) -> tuple[str, dict[str, Any]]:
    """Return what a bot says in a new conversation, and its trace."""
    with Bot.load(path) as bot:
        reply = bot.reply(text, conversation=new_conversation_id())
        assert reply.trace is not None
        return reply.text, dict(reply.trace)


def answers(path: Path) -> dict[str, str]:
    """Return what a bot says to everything people ask."""
    with Bot.load(path) as bot:
        return {text: bot.rehearse(text).text for texts in ASKED.values() for text in texts}


def remarks(trace: Mapping[str, Any]) -> list[str]:
    """Return what the ranker had to remark."""
    return [part["verdict"] for part in trace["parts"] if part["part"].startswith("ranker")]


def report(trace: Mapping[str, Any], policy: str = "odd") -> Mapping[str, Any]:
    """Return how asking a policy went."""
    return next(row for row in trace["policies"] if row["policy"] == policy)


def probabilities(trace: Mapping[str, Any], policy: str = "odd") -> list[float]:
    """Return how probable a policy's candidates are held to be."""
    return [row["probability"] for row in trace["candidates"] if row["policy"] == policy]


def judge(path: Path, judged: Iterable[tuple[str, str, str, Callable[[str, str], str]]]) -> None:
    """Have people ask and judge: conversation, user, what they ask, and what they think of a reply to it."""
    with Bot.load(path) as bot:
        for conversation, user, text, verdict in judged:
            reply = bot.reply(text, conversation=conversation, user=user)
            feedback = FeedbackGiven(reply.message_id, verdict(text, reply.text), NOON)  # type: ignore[arg-type]
            bot.record(conversation, [feedback])


def honestly(text: str, reply: str) -> str:
    """Judge as it is."""
    return "good" if text in ASKED.get(reply, ()) else "bad"


def angrily(text: str, reply: str) -> str:
    """Judge everything bad."""
    return "bad"


def artefact_of(path: Path) -> Path:
    """Return the directory of the ranking that is in use."""
    component = path.parent / "models" / "bot" / "ranking"
    return component / json.loads((component / "current.json").read_text())["artefact"]
