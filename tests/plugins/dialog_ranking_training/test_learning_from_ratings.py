"""From ratings to the ranking that is in use: who wins over people answers."""

import json
from pathlib import Path

import pytest

from dialog_core.testing import write_bot
from tests.plugins.dialog_ranking_training.test_trainers import asked, command

BOT = """
version: 1
bot: {name: Twins, language: en}
knowledge:
  curt: {path: curt.yaml}
  kind: {path: kind.yaml}
policies:
  - {name: curt, use: bm25, knowledge: curt}
  - {name: kind, use: bm25, knowledge: kind}
dispatch: {tiers: [[curt, kind]]}
ranking: {use: RANKER}
training:
  - {component: ranking, data: [twins.ratings.jsonl]}
fallback: Pardon?
"""
WARES = ("lamp", "desk", "chair", "shelf", "sofa", "mirror", "clock", "vase", "table", "carpet")
WAYS = ("How much is the {}?", "What does the {} cost?", "The price of the {} please", "Is the {} expensive?")


def answer(policy: str, ware: str) -> str:
    return f"{ware.title()}: ten euros." if policy == "curt" else f"With pleasure! Our {ware} costs ten euros."


def twins(directory: Path, winner: str, ranker: str) -> Path:
    """Write a bot with two policies that know the same, and ratings of people who like one of them better."""
    knowledge = {
        f"{policy}.yaml": "".join(
            f"- {{id: {ware}, questions: ['{WAYS[0].format(ware)}', '{WAYS[1].format(ware)}'], "
            f"answer: '{answer(policy, ware)}'}}\n"
            for ware in WARES
        )
        for policy in ("curt", "kind")
    }
    told = [{"ratings": 1, "bot": "curt.yaml", "other": "kind.yaml", "data": "x", "checksum": "", "seed": 1}]
    for number, (ware, way) in enumerate((ware, way) for way in WAYS for ware in WARES):
        replies = {f"{policy}.yaml": {"text": answer(policy, ware), "policy": policy} for policy in ("curt", "kind")}
        turns = [{"role": "user", "text": way.format(ware)}]
        told.append({"item": f"d{number}/1", "dialogue": f"d{number}", "line": 1, "turns": turns, "replies": replies})
        for rater in ("ann", "bob"):
            verdict = {"verdict": "better", "winner": f"{winner}.yaml", "reasons": ["correct"]}
            told.append({"rated": f"d{number}/1", "rater": rater, **verdict})
    ratings = "".join(f"{json.dumps(line)}\n" for line in told)
    return write_bot(directory, BOT.replace("RANKER", ranker), **knowledge, **{"twins.ratings.jsonl": ratings})


@pytest.mark.parametrize(("ranker", "winner"), [("calibrated", "kind"), ("learned", "kind"), ("calibrated", "curt")])
def test_whose_replies_people_like_better_answers_from_then_on(tmp_path: Path, ranker: str, winner: str) -> None:
    bot = twins(tmp_path, winner, ranker)

    told = command("train", bot)

    assert "the bot was asked about 40 rated messages; 40 say something of what it has" in told
    assert asked(bot, "what does a mirror cost")[0] == answer(winner, "mirror")
    (artefact,) = (tmp_path / "models").glob("bot/ranking/*/manifest.json")
    assert json.loads(artefact.read_text())["details"]["sources"] == {"rating": 80}
