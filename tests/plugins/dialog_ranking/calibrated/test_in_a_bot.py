"""Calibration in a bot: trained by name, used by name, and not believed of a policy that has changed since."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dialog_core import Bot, Candidate, Conversation, Message, Turn, UserSaid, read_bot_file
from dialog_core.ranking import default_probability
from dialog_core.testing import write_bot
from dialog_core.testing.turns import NOON
from dialog_core.training import Outcome, SilentProgress, TrainingRunner, plan
from dialog_ranking.calibrated.model import CalibratedModel
from dialog_ranking.choices import Choice, Label, write_choices

BOT = """
    version: 1
    knowledge: {faq: {path: faq.yaml}}
    policies:
      - {name: rules, use: rules, path: rules.yaml}
      - {name: faq, use: bm25, knowledge: faq, top_k: 1}
    dispatch: {answer_at: 0.01}
    ranking: {use: calibrated}
    training: [{component: ranking, data: judged.choices.jsonl}]
"""
FILES = {
    "rules.yaml": "rules: [{name: open, when: when do you open, say: At nine.}]\n",
    "faq.yaml": "entries: [{id: open, question: When do you open?, answer: We open at nine.}]\n",
}
QUESTION = "when do you open"


def judged(kinds: dict[str, str], chance: dict[str, Any], count: int = 240) -> list[Choice]:
    """Return choices in which each policy is right as often as `chance` makes of its score."""
    rng = random.Random(3)
    found = []
    for number in range(count):
        message = Message("hi", client_id="m", at=NOON)
        turn = Turn(Conversation(f"c{number}", [UserSaid(message)]), message, "en", 0.0, NOON, 0)
        candidates = [
            Candidate(f"{name} {number}", round(rng.random(), 2), name, kind)
            if kind == "retrieval"
            else Candidate(f"{name} {number}", 1.0, name, kind)
            for name, kind in kinds.items()
        ]
        labels = [Label(float(rng.random() < chance[one.policy](one.score))) for one in candidates]
        found.append(Choice(f"c{number}/m", turn, tuple(candidates), tuple(labels)))
    return found


KINDS = {"rules": "rules", "faq": "retrieval"}
CHANCE = {"rules": lambda score: 0.3, "faq": lambda score: 0.9 * score}  # rules are overrated, and always say 1.0


def train(directory: Path, choices: Sequence[Choice]) -> tuple[Path, Outcome]:
    write_choices(choices, directory / "judged.choices.jsonl")
    path = write_bot(directory, BOT, **FILES)
    spec = read_bot_file(path)
    (entry,) = plan(spec)
    return path, TrainingRunner(spec).run(entry, SilentProgress())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, outcome = train(tmp_path_factory.mktemp("bot"), judged(KINDS, CHANCE))
    assert outcome.artefact.manifest.details["taken"]
    return path


def traced(bot_file: Path) -> dict[str, Any]:
    with Bot.load(bot_file) as bot:
        trace = bot.reply(QUESTION).trace
    assert trace is not None
    return dict(trace)


def probabilities(trace: dict[str, Any]) -> dict[str, float]:
    return {row["policy"]: row["probability"] for row in trace["candidates"]}


def remarks(trace: dict[str, Any]) -> list[str]:
    return [part["verdict"] for part in trace["parts"] if part["part"] == "ranker calibrated"]


def test_a_policy_that_always_says_one_is_believed_as_often_as_it_is_right(trained: Path) -> None:
    trace = traced(trained)
    assert trace["ranker"] == "calibrated"
    found = probabilities(trace)
    assert found["rules"] == pytest.approx(0.3, abs=0.1)
    assert found["faq"] > found["rules"]
    assert not remarks(trace)


def test_a_policy_with_other_options_than_when_it_was_trained_is_judged_by_the_default_and_the_trace_says_so(
    trained: Path, tmp_path: Path
) -> None:
    calibrated = probabilities(traced(trained))
    text = trained.read_text(encoding="utf-8")
    try:
        trained.write_text(text.replace("top_k: 1", "top_k: 1, k1: 0.2"), encoding="utf-8")
        trace = traced(trained)
    finally:
        trained.write_text(text, encoding="utf-8")
    (remark,) = remarks(trace)
    assert "'faq' has changed since the ranking was trained" in remark
    (faq,) = [row for row in trace["candidates"] if row["policy"] == "faq"]
    assert faq["probability"] == pytest.approx(default_probability(Candidate("", faq["score"], "faq", "retrieval")))
    assert probabilities(trace)["rules"] == calibrated["rules"]  # the other one has not changed


def test_other_knowledge_leaves_the_calibration_as_it_is(trained: Path) -> None:
    knowledge = trained.parent / "faq.yaml"
    text = knowledge.read_text(encoding="utf-8")
    try:
        knowledge.write_text(f"{text.rstrip()[:-1]}, {{id: b, question: Bye?, answer: Bye.}}]\n", encoding="utf-8")
        assert not remarks(traced(trained))
    finally:
        knowledge.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("right", [0.0, 1.0])
def test_labels_of_one_kind_leave_every_probability_possible(tmp_path: Path, right: float) -> None:
    choices = judged(KINDS, {"rules": lambda score: right, "faq": lambda score: right})
    path, _ = train(tmp_path, choices)
    assert all(0.0 < probability < 1.0 for probability in probabilities(traced(path)).values())


def test_labels_that_contradict_each_other_come_to_their_mean(tmp_path: Path) -> None:
    choices = judged(KINDS, {"rules": lambda score: 0.5, "faq": lambda score: 0.5})
    _, outcome = train(tmp_path, choices)
    assert outcome.artefact.manifest.details["taken"]
    model = CalibratedModel.load(outcome.artefact)
    for score, name, kind in ((1.0, "rules", "rules"), (0.3, "faq", "retrieval"), (0.8, "faq", "retrieval")):
        assert model.probability(Candidate("", score, name, kind)) == pytest.approx(0.5, abs=0.15)
